"""What a job, a delete or a client that was cut off leaves behind, and who clears it away."""

from __future__ import annotations

import time
from pathlib import Path

from tests.runtimes.client import Client
from tests.runtimes.test_faults import DAEMON, free_program
from tests.runtimes.test_lifecycle import is_running
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState


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
    wait_until(lambda: set(trash.iterdir()) == left, message="a trash that is emptied")


def cut_delete(client: Client, job_id: str, *, age: int) -> Path:
    """Leave a job where a delete has it that was cut off after its first rename."""
    entry = client.queue / f"vt/trash/{int(time.time()) - age}.{'5' * 24}"
    entry.mkdir()
    client.job(job_id).rename(entry / job_id)
    return entry


def delete_another(client: Client) -> None:
    client.submit("another", "#!/bin/sh\n")
    client.wait_for_end("another")
    assert client.run("job_delete", "another").exit_code == 0


def test_what_a_delete_left_that_was_cut_off_goes_with_the_next_one(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    entry = cut_delete(client, "job-1", age=901)
    delete_another(client)
    wait_until(lambda: not list(entry.parent.iterdir()), message="an empty trash")


def test_what_a_delete_has_in_hand_is_left_to_it(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    entry = cut_delete(client, "job-1", age=60)
    delete_another(client)
    wait_until(lambda: list(entry.parent.iterdir()) == [entry], message="a trash with one entry")


def test_a_job_that_was_started_while_a_delete_was_cut_off_comes_back(client: Client) -> None:
    client.start_running("job-1")
    entry = cut_delete(client, "job-1", age=901)
    delete_another(client)
    wait_until(lambda: not list(entry.parent.iterdir()), message="an empty trash")
    assert client.state("job-1") is JobState.RUNNING


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


def test_a_job_that_was_started_by_another_one_outlives_it(client: Client) -> None:
    assert client.run("queue_setup", "default", "queue", "no").exit_code == 0
    commands = client.queue / "commands"
    text = f"""#!/bin/sh
    stage=$("{commands}/new_job" child) && mkdir "$stage" || exit 1
    exec "{commands}/submit" child "$stage" 'echo $$ >number; sleep 1000'
    """
    client.submit("parent", text)
    assert client.wait_for_end("parent").exit_code == 0
    pid = client.wait_for_number("child", "number")
    assert client.run("job_kill", "parent").exit_code == 0
    assert client.run("job_delete", "parent").exit_code == 0
    assert is_running(pid)
    assert client.state("child") is JobState.RUNNING
