"""States that nobody wrote down: suspect, lost, elsewhere, queues made by tej 0.6."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.client import Client
from tests.runtimes.test_lifecycle import is_running
from tests.waiting import wait_until
from vistrails_tej.engine.job import ExitReason, JobState, JobStatus
from vistrails_tej.engine.protocol import Code


def lose_soon(client: Client, polls: int = 1) -> None:
    client.shell.environment = {
        **client.shell.environment,
        "VT_LOST_SECONDS": "0",
        "VT_LOST_POLLS": str(polls),
    }


def make_old_job(client: Client, job_id: str, status: str | None) -> Path:
    """Lay out a job as tej 0.6 does."""
    if not client.queue.is_dir():
        client.queue.mkdir()
        (client.queue / "version").write_text("0.2\ndefault\n")
    (client.job(job_id) / "stage").mkdir(parents=True)
    if status is not None:
        (client.job(job_id) / "status").write_text(status)
    return client.job(job_id)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "1000"])
    yield process
    process.kill()
    process.wait()


def test_a_wrapper_that_vanished_is_first_suspect_then_lost(client: Client) -> None:
    pid = client.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    wait_until(lambda: client.state("long") is JobState.SUSPECT)
    assert client.run("job_delete", "long").exit_code == Code.STILL_RUNNING
    marks = client.attempt("long").glob("suspect.*")
    for number, mark in enumerate(marks):
        mark.rename(mark.with_name(f"suspect.{int(time.time()) - 61 - number}"))
    assert client.state("long") is JobState.SUSPECT, "one poll is not enough"
    for seconds in (30, 40):
        (client.attempt("long") / f"suspect.{int(time.time()) - seconds}").touch()
    status = client.status("long")
    assert (status.state, status.reason, status.exit_code) == (
        JobState.LOST,
        ExitReason.LOST,
        None,
    )
    assert client.run("job_delete", "long").exit_code == 0


def test_marks_of_doubt_come_one_a_second_and_go_with_it(client: Client) -> None:
    client.start_running("long")
    start = (client.attempt("long") / "started").read_text().split()[3]
    client.change_start("long", start="1")
    begun = int(time.time())
    assert {client.state("long") for _ in range(5)} == {JobState.SUSPECT}
    marks = {path.name for path in client.attempt("long").glob("suspect.*")}
    assert marks
    assert marks <= {f"suspect.{second}" for second in range(begun, int(time.time()) + 1)}
    client.change_start("long", start=start)
    assert client.state("long") is JobState.RUNNING
    assert not list(client.attempt("long").glob("suspect.*"))


def test_a_pid_that_somebody_else_has_now_is_neither_running_nor_killed(
    client: Client, sleeper: subprocess.Popen[bytes]
) -> None:
    pid = client.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    client.change_start("long", pid=str(sleeper.pid), group=str(sleeper.pid))
    lose_soon(client)
    assert client.state("long") is JobState.LOST
    assert client.run("job_kill", "long").exit_code == 0
    assert sleeper.poll() is None
    assert client.status("long").reason is ExitReason.KILLED


def test_a_group_that_somebody_else_has_now_is_spared_though_its_leader_ended(
    client: Client,
) -> None:
    pid = client.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    text = "sleep 1000 >&- & echo $!"
    leader = subprocess.Popen(["sh", "-c", text], start_new_session=True, stdout=subprocess.PIPE)
    child = int(leader.communicate(timeout=30)[0])
    try:
        client.change_start("long", pid=str(leader.pid), group=str(leader.pid))
        lose_soon(client)
        assert client.state("long") is JobState.LOST
        client.run("job_kill", "long")
        assert is_running(child)
        assert client.status("long").reason is ExitReason.KILLED
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_reboot_loses_the_job_at_once(client: Client) -> None:
    pid = client.start_running("long")
    client.change_start("long", boot="another-boot-id")
    status = client.status("long")
    assert (status.state, status.reason) == (JobState.LOST, ExitReason.REBOOTED)
    os.killpg(pid, signal.SIGKILL)


def test_a_job_of_another_machine_is_not_judged_killed_or_deleted(
    client: Client, sleeper: subprocess.Popen[bytes]
) -> None:
    pid = client.start_running("far")
    os.killpg(pid, signal.SIGKILL)
    client.change_start("far", host="login03", boot="its-boot-id", pid=str(sleeper.pid), epoch="1")
    status = client.status("far")
    assert (status.state, status.reason, status.host) == (
        JobState.RUNNING,
        ExitReason.ELSEWHERE,
        "login03",
    )
    assert client.run("job_kill", "far").exit_code == 0
    assert client.state("far") is JobState.CANCELLING
    assert sleeper.poll() is None
    assert client.run("job_delete", "far").exit_code == Code.STILL_RUNNING
    assert client.run("queue_cleanup", "yes").exit_code == Code.STILL_RUNNING


def test_a_job_of_another_machine_runs_as_long_as_it_gives_signs_of_life(client: Client) -> None:
    pid = client.start_running("far")
    os.killpg(pid, signal.SIGKILL)
    client.change_start("far", host="login03", boot="its-boot-id")
    assert (client.state("far"), client.status("far").reason) == (JobState.RUNNING, None)
    client.change_start("far", epoch="1")
    assert client.status("far").reason is ExitReason.ELSEWHERE
    (client.attempt("far") / "beat").write_text(f"{int(time.time()) - 600} login03\n")
    assert client.status("far").reason is None
    (client.attempt("far") / "beat").write_text(f"{int(time.time()) - 1000} login03\n")
    assert client.status("far").reason is ExitReason.ELSEWHERE


def test_a_job_of_a_machine_that_is_gone_can_be_thrown_away(client: Client) -> None:
    """Its wrapper would have seen the request to end within a minute."""
    pid = client.start_running("far")
    os.killpg(pid, signal.SIGKILL)
    client.change_start("far", host="login03", boot="its-boot-id", epoch="1")
    client.run("job_kill", "far")
    assert client.state("far") is JobState.CANCELLING
    os.utime(client.attempt("far") / "cancel", (1, 1))
    assert client.state("far") is JobState.LOST
    assert client.run("job_delete", "far").exit_code == 0


@pytest.mark.parametrize("text", ["sleep 1000", "trap '' TERM; sleep 1000 & wait; sleep 1000"])
def test_a_request_to_end_from_another_machine_is_heeded(client: Client, text: str) -> None:
    client.shell.environment = {**client.shell.environment, "VT_LOOK_SECONDS": "1"}
    pid = client.start_running("near", text)
    own = (client.attempt("near") / "started").read_text()
    client.change_start("near", host="login03", boot="its-boot-id")
    assert "CANCELLING" in client.run("job_kill", "near").text
    (client.attempt("near") / "started").write_text(own)
    status = client.wait_for_end("near")
    assert (status.exit_code, status.reason) == (143, ExitReason.KILLED)
    with pytest.raises(ProcessLookupError):
        wait_until(lambda: os.killpg(pid, 0))


def test_a_lost_job_whose_end_shows_up_has_ended(client: Client) -> None:
    pid = client.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    lose_soon(client)
    wait_until(lambda: client.state("long") is JobState.LOST)
    (client.attempt("long") / "exit.pending").rename(client.attempt("long") / "exit.7")
    assert client.status("long").exit_code == 7


@pytest.mark.parametrize("proc", ["/proc", "/no such"])
def test_processes_left_behind_are_killed_and_keep_the_job_until_then(
    client: Client, proc: str
) -> None:
    client.shell.environment = {**client.shell.environment, "VT_PROC": proc}
    pid = client.start_running("long", "sleep 1000; true")
    os.kill(pid, signal.SIGKILL)
    lose_soon(client)
    wait_until(lambda: client.state("long") is JobState.LOST)
    assert client.run("job_delete", "long").exit_code == Code.STILL_RUNNING
    client.run("job_kill", "long")
    with pytest.raises(ProcessLookupError):
        wait_until(lambda: os.killpg(pid, 0))
    assert client.run("job_delete", "long").exit_code == 0


def test_a_start_that_never_happened_is_lost(client: Client) -> None:
    client.start_running("long")
    client.run("job_kill", "long")
    (client.attempt("long") / "started").unlink()
    (client.attempt("long") / "cancel").unlink()
    (client.attempt("long") / "exit.killed").rename(client.attempt("long") / "exit.pending")
    assert client.state("long") is JobState.SUBMITTING
    lose_soon(client)
    intent = client.attempt("long") / "intent"
    words = intent.read_text().split()
    intent.write_text(" ".join([str(int(words[0]) - 100), *words[1:]]) + "\n")
    assert client.state("long") is JobState.LOST


def test_a_job_that_is_killed_before_it_starts_never_runs(client: Client) -> None:
    client.submit("first", "#!/bin/sh\n")
    client.wait_for_end("first")
    attempt = client.attempt("first")
    (attempt / "exit.0").rename(attempt / "exit.pending")
    (attempt / "started").unlink()
    (attempt / "cancel").touch()
    stage = client.job("first") / "stage"
    (stage / "start.sh").write_text("#!/bin/sh\ntouch ran\n")
    words = [client.shell.program, "../.vt/attempt-1/wrap.sh", "1", "script", "start.sh"]
    subprocess.run(words, cwd=stage, check=False, timeout=30)
    assert client.status("first").reason is ExitReason.KILLED
    assert not (stage / "ran").exists()


def test_results_that_were_purged_are_told(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    stage = client.job("job-1") / "stage"
    for path in stage.iterdir():
        path.unlink()
    (stage / "data/of").mkdir(parents=True)
    status = client.status("job-1")
    assert (status.state, status.exit_code) == (JobState.PURGED, 0)


@pytest.mark.parametrize("more", ["", "mkdir -p a/b; mv start.sh a/b/", "mv start.sh .hidden"])
def test_a_job_that_removes_its_own_output_was_not_purged(client: Client, more: str) -> None:
    client.submit("job-1", f"#!/bin/sh\nrm _stdout _stderr; {more}\n")
    assert client.wait_for_end("job-1").state is JobState.EXITED


@pytest.mark.parametrize(
    "text", ["", "x", "a b c d e f g\n", "a[$(touch canary)0] 1 1\n", "08 09\n", "9" * 40 + "\n"]
)
@pytest.mark.parametrize(
    "name", ["claim", "attempt-1/started", "attempt-1/intent", "attempt-1/acct", "../status"]
)
def test_a_damaged_record_hides_no_other_job(client: Client, name: str, text: str) -> None:
    client.submit("good", "#!/bin/sh\nexit 3\n")
    client.submit("bad", "#!/bin/sh\nexit 4\n")
    client.wait_for_end("good")
    client.wait_for_end("bad")
    record = client.job("bad") / ".vt" / name
    record.write_text(text)
    if name in ("attempt-1/started", "attempt-1/intent"):
        (client.attempt("bad") / "exit.4").rename(client.attempt("bad") / "exit.pending")
    if name in ("claim", "../status"):
        client.attempt("bad").rename(client.queue / "aside")
    if name == "../status":
        (client.job("bad") / ".vt/claim").unlink()
    found = client.statuses()
    assert found["good"].exit_code == 3  # type: ignore[index]
    assert set(found) == {"bad", "good"}
    assert client.run("job_status", "bad").exit_code == 0
    assert not list(client.shell.home.rglob("canary"))


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ("finished\n3\n1500000000\n1500000009\n", JobState.EXITED, 3),
        ("finished\n0\n1500000000\n\n1500000009\n", JobState.EXITED, 0),
        ("submitted\n17.server\n1500000000\n\n", JobState.QUEUED, None),
        ("started\n\n1500000000\n\n", JobState.RUNNING, None),
        ("created\n\n1500000000\n\n", JobState.UPLOADING, None),
        ("running\n1\n1000000000\n\n", JobState.LOST, None),
        ("", JobState.SUSPECT, None),
        ("nonsense\n", JobState.SUSPECT, None),
        (None, JobState.UPLOADING, None),
    ],
)
def test_a_status_file_of_tej_0_6_is_understood(
    client: Client, text: str | None, state: JobState, code: int | None
) -> None:
    make_old_job(client, "old", text)
    status = client.status("old")
    assert (status.state, status.exit_code) == (state, code)
    if state is JobState.EXITED:
        assert (status.started, status.ended) == (1500000000, 1500000009)
    assert (client.job("old") / "status").exists() is (text is not None)


def test_an_upload_of_tej_0_6_that_was_given_up_is_taken_over(client: Client) -> None:
    job = make_old_job(client, "old", "created\n\n1500000000\n\n")
    (job / "stage/left over").touch()
    assert client.submit("old", "#!/bin/sh\n").exit_code == Code.JOB_EXISTS
    os.utime(job / "status", (1, 1))
    assert client.state("old") is JobState.INCOMPLETE
    assert client.submit("old", "#!/bin/sh\nexit 5\n").exit_code == 0
    assert client.wait_for_end("old").exit_code == 5
    assert not (job / "stage/left over").exists()


def test_a_job_that_tej_0_6_runs_is_followed_and_killed(
    client: Client, sleeper: subprocess.Popen[bytes]
) -> None:
    make_old_job(client, "old", f"running\n{sleeper.pid}\n{int(time.time())}\n\n")
    assert client.state("old") is JobState.RUNNING
    assert client.run("job_delete", "old").exit_code == Code.STILL_RUNNING
    assert client.run("job_kill", "old").exit_code == 0
    assert sleeper.wait(timeout=30) == -signal.SIGTERM
    assert client.status("old").exit_code == 143
    assert client.run("job_delete", "old").exit_code == 0


def test_a_pid_of_tej_0_6_that_is_used_again_is_not_its_job(
    client: Client, sleeper: subprocess.Popen[bytes]
) -> None:
    make_old_job(client, "old", f"running\n{sleeper.pid}\n{int(time.time()) - 700}\n\n")
    assert client.state("old") is JobState.SUSPECT
    client.run("job_kill", "old")
    assert sleeper.poll() is None


def test_our_jobs_share_a_queue_of_tej_0_6(client: Client) -> None:
    make_old_job(client, "old", "finished\n3\n1500000000\n1500000009\n")
    client.submit("new", "#!/bin/sh\nexit 4\n")
    client.wait_for_end("new")
    assert {job_id: one.exit_code for job_id, one in client.statuses().items()} == {
        "new": 4,
        "old": 3,
    }
    assert (client.queue / "version").read_text() == "0.2\ndefault\n"
    assert client.run("job_delete", "old").exit_code == 0


def test_a_status_has_the_age_of_nothing_it_does_not_know(client: Client) -> None:
    make_old_job(client, "old", "started\n")
    status: JobStatus = client.status("old")
    assert (status.host, status.owner, status.submitted, status.lease_age) == (None,) * 4
