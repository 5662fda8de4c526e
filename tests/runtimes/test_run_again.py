"""A new attempt of a job that has ended: what it finds, and what stays of the one before."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from tests.runtimes.client import OWNER, Client, names
from tests.runtimes.test_claims import age
from tests.runtimes.test_states import lose_soon, make_old_job
from tests.waiting import wait_until
from vistrails_tej.engine.job import ExitReason, JobState
from vistrails_tej.engine.protocol import Code

FAILS = "#!/bin/sh\necho first >mark\nexit 3\n"
WORKS = "#!/bin/sh\nls >seen\necho second >mark\n"


def fail_once(client: Client, job_id: str = "job-1") -> None:
    assert client.submit(job_id, FAILS).exit_code == 0
    assert client.wait_for_end(job_id).exit_code == 3


def kept(client: Client, name: str, job_id: str = "job-1") -> str:
    """Read a file of the first attempt where it is kept."""
    return (client.attempt(job_id) / "stage" / name).read_text()


def test_a_failed_job_runs_again_in_a_directory_of_its_own(client: Client) -> None:
    fail_once(client)
    first = client.status("job-1")
    assert client.submit_again("job-1", WORKS).exit_code == 0
    status = client.wait_for_end("job-1")
    assert (status.exit_code, status.attempt, status.owner) == (0, 2, OWNER)
    assert status.submitted >= first.ended  # type: ignore[operator]
    assert client.output("job-1", "mark") == "second\n"
    assert set(client.output("job-1", "seen").split()) == {"_stderr", "_stdout", "seen", "start.sh"}
    assert (kept(client, "mark"), kept(client, "start.sh")) == ("first\n", FAILS)
    assert names(client.attempt("job-1")) >= {"exit.3", "acct", "manifest", "stage"}
    assert (client.job("job-1") / "status").read_text().startswith("finished\n0\n")


def test_each_attempt_says_who_when_and_where(client: Client) -> None:
    fail_once(client)
    client.submit_again("job-1", WORKS)
    client.wait_for_end("job-1")
    for number in (1, 2):
        when, host, _, owner, nonce = (
            (client.attempt("job-1", number) / "intent").read_text().split()
        )
        assert when.isdigit()
        assert (host, owner) == (os.uname().nodename, OWNER)
        assert len(nonce) == 32


def test_without_the_wish_a_job_that_ended_is_left_alone(client: Client) -> None:
    fail_once(client)
    reply = client.submit("job-1", WORKS)
    assert (reply.exit_code, client.status("job-1").attempt) == (Code.JOB_EXISTS, 1)


def test_a_running_job_is_not_run_again_and_an_absent_one_simply_runs(client: Client) -> None:
    assert client.submit_again("job-1", "#!/bin/sh\nsleep 1000\n").exit_code == 0
    client.wait_for("job-1", JobState.RUNNING)
    reply = client.submit_again("job-1", WORKS)
    assert (reply.exit_code, reply.lines) == (Code.STILL_RUNNING, ["job job-1"])
    client.run("job_kill", "job-1")
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.wait_for_end("job-1").attempt == 2


def test_a_lost_job_runs_again_and_its_record_is_closed(client: Client) -> None:
    pid = client.start_running("job-1")
    os.killpg(pid, signal.SIGKILL)
    lose_soon(client)
    wait_until(lambda: client.state("job-1") is JobState.LOST)
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 0
    assert "exit.lost" in names(client.attempt("job-1"))


def test_a_lost_job_whose_processes_are_left_is_not_run_beside_them(client: Client) -> None:
    pid = client.start_running("job-1", "sleep 1000; true")
    os.kill(pid, signal.SIGKILL)
    lose_soon(client)
    wait_until(lambda: client.state("job-1") is JobState.LOST)
    assert client.submit_again("job-1", WORKS).exit_code == Code.STILL_RUNNING
    client.run("job_kill", "job-1")
    assert client.submit_again("job-1", WORKS).exit_code == 0


def test_a_purged_job_runs_again(client: Client) -> None:
    fail_once(client)
    for path in (client.job("job-1") / "stage").iterdir():
        path.unlink()
    (client.job("job-1") / "stage").rmdir()
    assert client.state("job-1") is JobState.PURGED
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 0


def test_a_job_of_tej_0_6_runs_again(client: Client) -> None:
    job = make_old_job(client, "old", "finished\n3\n1500000000\n1500000009\n")
    (job / "stage/result").write_text("precious")
    assert client.submit_again("old", WORKS).exit_code == 0
    assert client.wait_for_end("old").attempt == 2
    assert kept(client, "result", "old") == "precious"
    assert (client.attempt("old") / "acct").read_text().startswith("1500000009 1500000000 ")


def test_of_ten_at_once_one_makes_the_new_attempt(client: Client) -> None:
    fail_once(client)
    processes = []
    for _ in range(10):
        text = "#!/bin/sh\necho ran >>../../../runs\nsleep 1000\n"
        payload = client.payload("job-1", {"start.sh": text})
        words = client.words(payload, "job-1", "script", "start.sh")
        processes.append(client.shell.start([*words, "yes"], b"".join(payload.pack())))
    answers = [process.communicate(timeout=60) for process in processes]
    codes = [process.returncode for process in processes]
    assert codes.count(0) == 1, answers
    assert set(codes) <= {Code.DONE, Code.JOB_EXISTS, Code.STILL_RUNNING}, answers
    runs = client.queue / "runs"
    assert wait_until(lambda: runs.exists() and runs.read_text()) == "ran\n"
    assert client.status("job-1").attempt == 2
    assert names(client.job("job-1")) == {".vt", "stage", "status"}


def test_an_upload_for_a_new_attempt_is_seen_and_given_back(client: Client) -> None:
    fail_once(client)
    assert client.run("job_claim", "job-1", "mine", "bob@pc", "-", "yes").exit_code == 0
    status = client.status("job-1")
    assert (status.state, status.owner, status.exit_code) == (JobState.UPLOADING, "bob@pc", None)
    assert client.submit_again("job-1", WORKS).exit_code == Code.JOB_EXISTS
    assert client.run("job_release", "job-1", "mine").exit_code == 0
    status = client.status("job-1")
    assert (status.state, status.exit_code, status.owner) == (JobState.EXITED, 3, OWNER)
    assert client.output("job-1", "mark") == "first\n"
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 0


def test_an_upload_for_a_new_attempt_that_is_given_up_gives_the_old_result_back(
    client: Client,
) -> None:
    fail_once(client)
    client.run("job_claim", "job-1", "dead", OWNER, "-", "yes")
    age(client, "job-1", 901, "claim-2")
    assert client.status("job-1").exit_code == 3
    assert client.submit("job-1", WORKS).exit_code == Code.JOB_EXISTS
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.run("job_commit", "job-1", "dead", OWNER, "script", "start.sh").exit_code == (
        Code.CLAIM_LOST
    )
    assert client.wait_for_end("job-1").exit_code == 0


# How far a server that stops in the middle has come, as the renames it has done.
STEPS = [
    [],
    [(".vt/manifest", ".vt/attempt-1/manifest")],
    [("stage", ".vt/attempt-1/stage")],
    [("stage.part.dead/.vt-manifest.dead", ".vt/manifest")],
    [("stage.part.dead", "stage")],
]


@pytest.mark.parametrize("count", range(1, len(STEPS) + 1))
def test_a_server_that_stops_at_any_step_leaves_a_job_that_runs_again(
    client: Client, count: int
) -> None:
    fail_once(client)
    client.run("job_claim", "job-1", "dead", OWNER, "-", "yes")
    job = client.job("job-1")
    (job / "stage.part.dead/.vt-manifest.dead").write_text("\n")
    for moves in STEPS[:count]:
        for before, after in moves:
            (job / before).rename(job / after)
    assert client.state("job-1") in (JobState.UPLOADING, JobState.STAGED)
    assert client.submit_again("job-1", WORKS).exit_code == Code.JOB_EXISTS
    age(client, "job-1", 901, "claim-2")
    assert client.state("job-1") in (JobState.EXITED, JobState.INCOMPLETE, JobState.STAGED)
    assert client.submit_again("job-1", WORKS).exit_code == 0
    status = client.wait_for_end("job-1")
    assert (status.exit_code, status.attempt) == (0, 2)
    assert (kept(client, "mark"), kept(client, "start.sh")) == ("first\n", FAILS)
    assert set(client.output("job-1", "seen").split()) == {"_stderr", "_stdout", "seen", "start.sh"}


def test_a_payload_that_was_cut_off_leaves_the_old_attempt_as_it_was(client: Client) -> None:
    fail_once(client)
    payload = client.payload("job-1", {"start.sh": WORKS, "data": "x" * 3000})
    stream = b"".join(payload.pack())
    for cut in (2000, 1024):
        words = client.words(payload, "job-1", "script", "start.sh")
        reply = client.shell.run([*words, "yes"], payload=[stream[:cut]])
        assert reply.exit_code == Code.NOT_WHOLE
        assert client.status("job-1").exit_code == 3
        assert client.output("job-1", "mark") == "first\n"
        assert names(client.job("job-1")) == {".vt", "stage", "status"}


def test_a_system_that_refuses_the_new_attempt_leaves_the_old_one(client: Client) -> None:
    fail_once(client)
    # In the place of a directory that is made last, when everything was moved.
    client.attempt("job-1", 2).write_text("in the way\n")
    reply = client.submit_again("job-1", WORKS)
    assert (reply.exit_code, client.status("job-1").exit_code) == (Code.REFUSED, 3)
    assert client.output("job-1", "mark") == "first\n"
    assert names(client.job("job-1")) == {".vt", "stage", "status"}
    assert client.submit_again("job-1", WORKS).exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 0


def test_a_new_attempt_that_comes_to_nothing_leaves_a_lost_job_as_it_was(client: Client) -> None:
    pid = client.start_running("job-1")
    os.killpg(pid, signal.SIGKILL)
    client.change_start("job-1", boot="another-boot-id")
    before = client.status("job-1")
    assert before.reason is ExitReason.REBOOTED
    client.attempt("job-1", 2).write_text("in the way\n")
    assert client.submit_again("job-1", WORKS).exit_code == Code.REFUSED
    after = client.status("job-1")
    assert (after.state, after.reason, after.host) == (before.state, before.reason, before.host)


def test_a_try_whose_answer_was_lost_is_not_made_twice(client: Client) -> None:
    fail_once(client)
    payload = client.payload("job-1", {"start.sh": WORKS})
    words = client.words(payload, "job-1", "script", "start.sh")
    assert client.shell.run([*words, "yes"], payload=payload.pack()).exit_code == 0
    client.wait_for_end("job-1")
    reply = client.submit_again("job-1", WORKS, stale=payload.nonce)
    assert reply.exit_code == Code.JOB_EXISTS
    assert f" {payload.nonce}\n" in reply.text
    assert client.status("job-1").attempt == 2


def test_old_clients_see_the_attempt_that_counts(client: Client) -> None:
    fail_once(client)
    client.run("job_claim", "job-1", "mine", OWNER, "-", "yes")
    command = client.queue / "commands/status"
    assert command.stat().st_mode & stat.S_IXUSR
    assert _exit_code(client, command) == 1
    client.run("job_release", "job-1", "mine")
    assert _exit_code(client, command) == 0
    client.submit_again("job-1", "#!/bin/sh\nsleep 1000\n")
    assert _exit_code(client, command) == 2


def _exit_code(client: Client, command: Path) -> int:
    return client.shell.run([str(command), "job-1"]).exit_code
