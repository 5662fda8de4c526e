"""What is taken away by somebody else in the middle of a request."""

from __future__ import annotations

from pathlib import Path

from tests.runtimes.client import OWNER, Client
from tests.runtimes.test_claims import age
from tests.runtimes.test_faults import free_program


def test_an_id_that_becomes_free_while_it_is_claimed_is_taken(
    client: Client, tmp_path: Path
) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    text = 'if [ "$*" = "-- ./job-1" ] && [ -d job-1 ]; then rm -rf ./job-1; exit 1; fi'
    free_program(client, tmp_path, "mkdir", f'{text}\nexec /bin/mkdir "$@"')
    reply = client.submit("job-1", "#!/bin/sh\nexit 4\n")
    assert reply.exit_code == 0, reply
    assert client.wait_for_end("job-1").exit_code == 4


def test_an_upload_that_is_deleted_while_it_is_taken_over_is_made_anew(
    client: Client, tmp_path: Path
) -> None:
    client.run("job_claim", "job-1", "dead", OWNER, "-")
    age(client, "job-1", 901)
    free_program(client, tmp_path, "df", 'rm -rf ./job-1\nexec /bin/df "$@"')
    reply = client.submit("job-1", "#!/bin/sh\nexit 4\n")
    assert reply.exit_code == 0, reply
    assert client.wait_for_end("job-1").exit_code == 4
