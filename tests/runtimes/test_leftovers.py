"""What a job, a delete or a client that was cut off leaves behind, and who clears it away."""

from __future__ import annotations

from pathlib import Path

from tests.runtimes.client import Client
from tests.runtimes.test_faults import DAEMON, free_program
from tests.runtimes.test_lifecycle import is_running
from tests.waiting import wait_until


def test_a_directory_that_cannot_be_changed_keeps_nothing_else_in_the_trash(
    client: Client, tmp_path: Path
) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    trash = client.queue / "vt/trash"
    (trash / "other.gone").mkdir()
    # As chmod and rm do for the directory of somebody else.
    text = 'for name; do [ "$name" != ./other.gone ] || exit 1; done'
    for program in ("chmod", "rm"):
        free_program(client, tmp_path, program, f'{text}\nexec /bin/{program} "$@"')
    assert client.run("job_delete", "job-1").exit_code == 0
    left = {trash / "other.gone"}
    wait_until(lambda: set(trash.iterdir()) == left, timeout=10, message="a trash that is emptied")


def leave_daemon(client: Client) -> int:
    """Run a job whose child outlives it."""
    client.submit("job-1", f"#!/bin/sh\n{DAEMON}\nexit 3\n")
    client.wait_for_end("job-1")
    daemon = client.wait_for_number("job-1", "daemon")
    assert is_running(daemon)
    return daemon


def test_what_an_attempt_left_running_ends_before_the_next_one(client: Client) -> None:
    daemon = leave_daemon(client)
    assert client.submit_again("job-1", "#!/bin/sh\n").exit_code == 0
    assert not is_running(daemon)


def test_what_a_job_left_running_ends_when_it_is_deleted(client: Client) -> None:
    daemon = leave_daemon(client)
    assert client.run("job_delete", "job-1").exit_code == 0
    assert not is_running(daemon)
