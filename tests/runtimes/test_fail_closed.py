"""A clean-up never takes what it could not look at; submits in its way tell the truth."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.runtimes.client import OWNER, Client
from tests.runtimes.local_shell import LocalReply
from tests.runtimes.test_cleanup import ann, come_late
from tests.runtimes.test_faults import free_program
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code

__all__ = ["ann"]


def run_with(
    client: Client, functions: str, words: list[str], payload: list[bytes] | None = None
) -> LocalReply:
    """Run a function of the library after redefining some that it calls."""
    return client.shell.run(["eval", f"{functions}\n{shlex.join(words)}"], payload=payload)


@pytest.mark.parametrize("step", range(1, 9))
@pytest.mark.parametrize("name", ["cd", "ls", "mv"])
@pytest.mark.parametrize("other", [[], ["thesis.tex"]])
def test_a_clean_up_of_which_any_step_fails_takes_no_running_job(
    client: Client, tmp_path: Path, name: str, step: int, other: list[str]
) -> None:
    come_late(client, tmp_path)
    for one in other:
        (client.queue / one).write_text("precious")
    calls = tmp_path / "calls"
    count = f'echo >>"{calls}"; [ "$(wc -l <"{calls}")" -ne {step} ] || return 1'
    fails = f'{name}() {{ {count}; command {name} "$@"; }}'
    reply = run_with(client, fails, ["queue_cleanup", client.path, "no"])
    assert reply.exit_code in (Code.STILL_RUNNING, Code.REFUSED), reply
    if (tmp_path / "late").is_dir():
        return
    # What it had to leave half-done is whole again once it is known to be nobody's.
    client.shell.environment = {**client.shell.environment, "VT_LEASE_SECONDS": "-1"}
    assert client.run("queue_cleanup", "no").exit_code == Code.STILL_RUNNING
    assert client.state("late") is JobState.RUNNING


def test_a_machine_whose_boot_id_cannot_be_read_has_not_been_restarted(
    client: Client, tmp_path: Path
) -> None:
    pid = client.start_running("job-1")
    proc = tmp_path / "proc"
    (proc / "sys/kernel").mkdir(parents=True)
    for name in ("self", "1", str(pid), "sys/kernel/hostname"):
        (proc / name).symlink_to(f"/proc/{name}")
    client.shell.environment = {**client.shell.environment, "VT_PROC": str(proc)}
    assert client.state("job-1") is JobState.RUNNING
    assert client.run("queue_cleanup", "no").exit_code == Code.STILL_RUNNING


def test_a_job_that_cannot_be_looked_into_keeps_the_queue(ann: Client) -> None:
    queue = Client(ann.shell, ann.scratch)
    queue.start_running("job-1")
    os.utime(queue.job("job-1"), (0, 0))
    queue.job("job-1").chmod(0)
    try:
        assert queue.run("queue_cleanup", "no").exit_code == Code.REFUSED
        assert queue.job("job-1").is_dir()
    finally:
        queue.job("job-1").chmod(0o700)
        queue.kill_all()


def test_a_queue_that_goes_while_it_is_looked_at_is_absent(client: Client, tmp_path: Path) -> None:
    text = (
        f"QUEUE='{tmp_path}/gone' QUEUE_FOUND=queue; read_version; printf '%s\\n' \"$QUEUE_FOUND\""
    )
    reply = client.shell.run(["eval", text])
    assert (reply.exit_code, reply.lines) == (Code.DONE, ["absent"])


def test_two_clean_ups_and_a_submit_at_once_leave_every_job_that_was_started(
    client: Client, tmp_path: Path
) -> None:
    for number in range(6):
        job_id = f"job-{number}"
        client.run("queue_setup", "default", "queue", "no")
        payload = client.payload(job_id, {"start.sh": "#!/bin/sh\nsleep 1000\n"})
        gate = tmp_path / f"gate-{number}"
        wait = f'until [ -e "{gate}" ]; do :; done'
        words = client.words(payload, job_id, "script", "start.sh")
        orders = [["queue_cleanup", client.path, "no"], ["queue_cleanup", client.path, "no"], words]
        texts = [f"{wait}; {shlex.join(order)}" for order in orders]
        pieces = [b"", b"", b"".join(payload.pack())]
        processes = [
            client.shell.start(["eval", text], piece)
            for text, piece in zip(texts, pieces, strict=True)
        ]
        gate.touch()
        answers = [process.communicate(timeout=60) for process in processes]
        codes = [process.returncode for process in processes]
        allowed = {Code.DONE, Code.STILL_RUNNING, Code.NO_QUEUE, Code.JOB_DELETED}
        assert set(codes) <= allowed, (codes, answers)
        if codes[2] == Code.DONE:
            client.wait_for(job_id, JobState.RUNNING)
            client.run("job_kill", job_id)
            client.run("job_delete", job_id)


def submit_with(client: Client, functions: str, again: str = "no") -> LocalReply:
    payload = client.payload("job-1", {"start.sh": "#!/bin/sh\nexit 4\n"})
    words = client.words(payload, "job-1", "script", "start.sh")
    return run_with(client, functions, [*words, again], list(payload.pack()))


def test_an_id_that_becomes_free_while_its_job_is_described_is_taken(
    client: Client, tmp_path: Path
) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    count = f'echo >>"{tmp_path}/calls"; [ "$(wc -l <"{tmp_path}/calls")" -ne 2 ]'
    free_program(client, tmp_path, "date", f'{count} || rm -rf ./job-1\nexec /bin/date "$@"')
    reply = client.submit("job-1", "#!/bin/sh\nexit 4\n")
    assert reply.exit_code == Code.DONE, reply
    assert client.wait_for_end("job-1").exit_code == 4


@pytest.mark.parametrize("again", ["no", "yes"])
def test_a_queue_that_goes_before_the_id_is_claimed_is_made_again(
    client: Client, tmp_path: Path, again: str
) -> None:
    client.submit("job-1" if again == "yes" else "other", "#!/bin/sh\n")
    client.wait_for_end("job-1" if again == "yes" else "other")
    gone = f'[ -e "{tmp_path}/once" ] || {{ : >"{tmp_path}/once"; rm -rf "{client.queue}"; }}'
    mkdir = f'mkdir() {{ case "$*" in "-- ./job-1") {gone} ;; esac; command mkdir "$@"; }}'
    reply = submit_with(client, mkdir, again)
    assert reply.exit_code == Code.DONE, reply
    assert client.wait_for_end("job-1").exit_code == 4


def test_an_upload_whose_queue_is_gone_was_deleted(client: Client) -> None:
    client.run("job_claim", "job-1", "mine", OWNER, "-")
    client.queue.rename(client.shell.home / "away")
    for words in (["job_renew", "job-1", "mine"], ["job_release", "job-1", "mine"]):
        assert client.run(*words).exit_code == Code.JOB_DELETED
    reply = client.run("job_commit", "job-1", "mine", OWNER, "script", "start.sh")
    assert reply.exit_code == Code.JOB_DELETED


BEFORE_START = 'cd() {{ case "$*" in *" ./job-1/stage") {} ;; esac; command cd "$@"; }}'


def test_a_job_whose_files_are_gone_before_it_starts_is_no_success(client: Client) -> None:
    reply = submit_with(client, BEFORE_START.format("rm -rf ./job-1/stage"))
    assert reply.exit_code == Code.JOB_EXISTS, reply
    assert client.status("job-1").is_over
    assert client.submit_again("job-1", "#!/bin/sh\nexit 4\n").exit_code == Code.DONE
    assert client.wait_for_end("job-1").exit_code == 4


def test_a_job_whose_queue_is_aside_while_it_starts_runs_there(client: Client) -> None:
    client.run("queue_setup", "default", "queue", "no")
    aside = shlex.quote(str(client.shell.home / "aside"))
    reply = submit_with(client, BEFORE_START.format(f'mv "$QUEUE" {aside}'))
    assert reply.exit_code == Code.DONE, reply
    (client.shell.home / "aside").rename(client.queue)
    assert client.wait_for_end("job-1").exit_code == 4


def test_a_job_that_is_deleted_before_it_starts_is_told_as_deleted(client: Client) -> None:
    reply = submit_with(client, BEFORE_START.format("rm -rf ./job-1"))
    assert reply.exit_code == Code.JOB_DELETED, reply


def test_a_job_that_is_killed_and_set_aside_before_it_starts_is_somebody_elses(
    client: Client,
) -> None:
    ended = "mv ./job-1/.vt/attempt-1/exit.pending ./job-1/.vt/attempt-1/exit.killed"
    reply = submit_with(client, BEFORE_START.format(f"{ended}; rm -rf ./job-1/stage"))
    assert reply.exit_code == Code.JOB_EXISTS, reply
