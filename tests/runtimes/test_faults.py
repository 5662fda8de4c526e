"""Faults of the server's processes, disk and clock: a test for each row of the table of faults."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.runtimes.client import Client, fill, names
from tests.runtimes.test_lifecycle import is_running, members
from tests.waiting import wait_until
from vistrails_tej.engine.job import ExitReason, JobState
from vistrails_tej.engine.protocol import Code

# Leaves the session and the group, and lives on when the script has ended.
DAEMON = "setsid sh -c 'echo $$ >daemon; exec sleep 1000' & while ! [ -s daemon ]; do :; done"


def free_program(client: Client, tmp_path: Path, name: str, text: str) -> None:
    """Put a program of our own before that of the system."""
    folder = tmp_path / "programs"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    client.shell.environment = {**client.shell.environment, "PATH": path}


def test_a_payload_that_is_killed_ends_the_job_with_its_signal(client: Client) -> None:
    client.start_running("long", "echo $$ >pid; exec sleep 1000")
    os.kill(client.wait_for_number("long", "pid"), signal.SIGKILL)
    status = client.wait_for_end("long")
    assert (status.state, status.exit_code) == (JobState.EXITED, 137)


def test_nothing_is_written_behind_the_end_of_a_job(client: Client, tmp_path: Path) -> None:
    """Who sees the end may take the directory away at once."""
    seen = 'case "$*" in *exit.pending*) cat ../status >seen ;; esac'
    free_program(client, tmp_path, "mv", f'{seen}\nexec /bin/mv "$@"')
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("job-1")
    assert client.output("job-1", "seen").startswith("finished\n3\n")


@pytest.mark.parametrize("proc", ["/proc", "/no such"])
def test_children_that_left_the_group_are_killed_with_the_job(client: Client, proc: str) -> None:
    client.shell.environment = {**client.shell.environment, "VT_PROC": proc}
    pid = client.start_running("long", f"{DAEMON}; sleep 1000")
    daemon = client.wait_for_number("long", "daemon")
    assert daemon not in members(pid)
    client.run("job_kill", "long")
    assert client.status("long").reason is ExitReason.KILLED
    assert not is_running(daemon)


def test_a_daemon_is_found_by_a_grep_that_knows_no_nul(client: Client, tmp_path: Path) -> None:
    pid = client.start_running("long", f"{DAEMON}; sleep 1000")
    daemon = client.wait_for_number("long", "daemon")
    assert daemon not in members(pid)
    # As that of busybox: what comes after a NUL is not of the line.
    text = """case $1 in -l*) exit 1 ;; esac; sed 's/\\x00.*//' | /bin/grep "$@" """
    free_program(client, tmp_path, "grep", text)
    client.run("job_kill", "long")
    assert client.status("long").reason is ExitReason.KILLED
    assert not is_running(daemon)


def test_children_that_outlive_the_job_can_still_be_killed(client: Client) -> None:
    client.submit("quick", f"#!/bin/sh\n{DAEMON}\nexit 3\n")
    before = client.wait_for_end("quick")
    daemon = client.wait_for_number("quick", "daemon")
    assert is_running(daemon)
    client.run("job_kill", "quick")
    wait_until(lambda: not is_running(daemon), message="the end of the daemon")
    after = client.status("quick")
    assert (after.exit_code, after.ended) == (3, before.ended)


def test_a_stranger_with_another_mark_is_spared(client: Client) -> None:
    client.submit("quick", "#!/bin/sh\n")
    client.wait_for_end("quick")
    _, boot, pid, start, *_ = (client.attempt("quick") / "started").read_text().split()
    # The start time of the job is the beginning of that of the stranger.
    mark = {**os.environ, "VT_JOB_MARK": f"{boot}.{pid}.{start}1."}
    stranger = subprocess.Popen(["sleep", "1000"], env=mark)
    try:
        client.run("job_kill", "quick")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def members_of(started: Path) -> list[int]:
    """The processes of the group that a record of a start names."""
    return members(int(started.read_text().split()[2]))


def test_a_kill_during_the_start_leaves_nothing_running(client: Client) -> None:
    for number in range(4):
        job_id = f"job-{number}"
        client.submit(job_id, "#!/bin/sh\nsleep 1000\n")
        client.run("job_kill", job_id)
        status = client.status(job_id)
        assert (status.state, status.reason) == (JobState.EXITED, ExitReason.KILLED)
        started = client.attempt(job_id) / "started"
        # One that came late finds the mark, and ends.
        wait_until(lambda path=started: not path.exists() or not members_of(path))
        assert client.run("job_delete", job_id).exit_code == 0


def test_what_an_interrupted_set_up_left_beside_the_queue_goes_with_the_next_job(
    client: Client,
) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    left = client.shell.home / f".vt-new.{client.queue.name}.{'5' * 24}"
    other = client.shell.home / f".vt-new.other.{'5' * 24}"
    for folder in (left, other):
        (folder / "jobs").mkdir(parents=True)
    client.run("job_delete", "job-1")
    wait_until(lambda: not left.exists(), message="the end of the leftover")
    assert other.exists()


def test_a_payload_that_cannot_fit_is_refused_before_anything_is_written(
    client: Client, small_disk: Path
) -> None:
    client.run("queue_setup", "default", "queue", "no")
    reply = client.run("job_claim", "big", "mine", "ann@pc", "-", "no", "10000000")
    assert reply.exit_code == Code.NO_SPACE
    told = dict(line.split(" ") for line in reply.lines)
    assert (told["need"], told["limit"]) == ("10000000", "disk")
    assert 0 < int(told["free"]) < 512 * 1024
    assert not names(small_disk / "jobs")
    filler = fill(small_disk)
    assert client.submit("small", "#!/bin/sh\n").exit_code == Code.NO_SPACE
    assert not names(small_disk / "jobs")
    filler.unlink()
    assert client.submit("small", "#!/bin/sh\n").exit_code == 0


def test_a_disk_that_fills_up_on_the_way_leaves_no_half_job(
    client: Client, small_disk: Path
) -> None:
    client.run("queue_setup", "default", "queue", "no")
    payload = client.payload("big", {"start.sh": "#!/bin/sh\n", "data": "x" * 600_000})
    assert client.run("job_claim", "big", payload.nonce, "ann@pc", "-").exit_code == 0
    words = ["job_receive", client.path, "big", payload.nonce]
    reply = client.shell.send(words, payload.pack())
    assert reply.exit_code == Code.NO_SPACE
    assert not names(small_disk / "jobs")
    wait_until(lambda: not names(small_disk / "vt/trash"), message="an empty trash")
    assert client.submit("big", "#!/bin/sh\nexit 4\n").exit_code == 0
    assert client.wait_for_end("big").exit_code == 4


def test_a_disk_that_is_full_spares_the_attempt_before(client: Client, small_disk: Path) -> None:
    client.submit("job-1", "#!/bin/sh\necho first >mark\nexit 3\n")
    client.wait_for_end("job-1")
    fill(small_disk)
    assert client.submit_again("job-1", "#!/bin/sh\n").exit_code not in (0, Code.JOB_EXISTS)
    assert client.status("job-1").exit_code == 3
    assert client.output("job-1", "mark") == "first\n"


def test_a_quota_counts_as_the_disk_does(client: Client, tmp_path: Path) -> None:
    client.run("queue_setup", "default", "queue", "no")
    table = subprocess.run(
        ["df", "-Pk", str(client.queue)], capture_output=True, text=True, check=True
    )
    device = table.stdout.splitlines()[1].split()[0]
    line = f"{device} 900* 900 1000 6days 3 0 0"
    free_program(client, tmp_path, "quota", f"echo 'Disk quotas for user'; echo '{line}'; exit 1")
    claim = ("job_claim", "big", "mine", "ann@pc", "-", "no")
    reply = client.run(*claim, "1000000")
    assert (reply.exit_code, reply.lines) == (
        Code.NO_SPACE,
        ["need 1000000", "free 102400", "limit quota"],
    )
    assert client.run(*claim, "100000").exit_code == 0


@pytest.mark.parametrize("answer", ["exit 1", "echo nonsense", "echo '- 0 0 0 - /home'", ":"])
def test_a_server_that_does_not_tell_its_space_refuses_nothing(
    client: Client, tmp_path: Path, answer: str
) -> None:
    free_program(client, tmp_path, "df", answer)
    free_program(client, tmp_path, "quota", answer)
    client.run("queue_setup", "default", "queue", "no")
    reply = client.run("job_claim", "big", "mine", "ann@pc", "-", "no", "999999999999")
    assert reply.exit_code == 0


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_server_whose_clock_is_off_knows_its_own_time_only(
    client: Client, tmp_path: Path, hours: int
) -> None:
    real = shutil.which("date")
    text = f'case $1 in +%s) echo $(($({real} +%s) + {hours * 3600})) ;; *) {real} "$@" ;; esac'
    free_program(client, tmp_path, "date", text)
    client.run("job_claim", "coming", "mine", "ann@pc", "-")
    status = client.status("coming")
    assert status.state is JobState.UPLOADING
    assert status.lease_age is not None
    assert status.lease_age < 60
    client.start_running("long")
    status = client.status("long")
    assert abs(status.checked - time.time() - hours * 3600) < 120
    assert status.started is not None
    assert 0 <= status.checked - status.started < 60
    client.run("job_kill", "long")
    assert client.status("long").reason is ExitReason.KILLED
