"""What a job, a delete or a client that was cut off leaves behind, and who clears it away."""

from __future__ import annotations

import time
from pathlib import Path

from tests.runtimes.client import OWNER, Client
from tests.runtimes.test_faults import DAEMON, free_program
from tests.runtimes.test_lifecycle import is_running
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code


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


def test_what_is_being_deleted_is_not_started(client: Client, tmp_path: Path) -> None:
    payload = client.payload("job-1", {"start.sh": "#!/bin/sh\n"})
    client.run("job_claim", "job-1", payload.nonce, OWNER, "-")
    words = ["job_receive", client.path, "job-1", payload.nonce]
    assert client.shell.send(words, payload.pack()).exit_code == 0
    commit = f"job_commit {client.path} job-1 {payload.nonce} {OWNER} script start.sh"
    library = client.shell.home.with_name(client.shell.home.name + ".prelude.sh")
    start = f'{client.shell.program} -c \'. "$0"; ({commit})\' "{library}" >/dev/null'
    text = f'case "$*" in "-- ./job-1 "*) {start}; echo $? >"{tmp_path}/code" ;; esac'
    free_program(client, tmp_path, "mv", f'{text}\nexec /bin/mv "$@"')
    assert client.run("job_delete", "job-1").exit_code == 0
    assert int((tmp_path / "code").read_text()) == Code.CLAIM_LOST
    assert client.run("job_status", "job-1").exit_code == Code.NO_SUCH_JOB


def test_what_is_being_started_is_not_deleted(client: Client) -> None:
    client.run("job_claim", "job-1", "mine", OWNER, "-")
    (client.job("job-1") / ".vt/claim.2").touch()
    reply = client.run("job_delete", "job-1")
    assert (reply.exit_code, reply.lines) == (Code.STILL_RUNNING, ["job job-1", "uploading yes"])
    assert client.job("job-1").is_dir()


def test_a_delete_that_is_refused_leaves_no_trace(client: Client, tmp_path: Path) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    before = client.wait_for_end("job-1")
    text = 'case "$*" in *vt/trash/*) echo "mv: not now" >&2; exit 1 ;; esac'
    free_program(client, tmp_path, "mv", f'{text}\nexec /bin/mv "$@"')
    reply = client.run("job_delete", "job-1")
    assert (reply.exit_code, reply.stderr) == (Code.REFUSED, b"mv: not now\n")
    assert client.status("job-1").state is before.state
    assert not list((client.queue / "vt/trash").iterdir())
