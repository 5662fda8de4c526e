"""Run again over a real connection: a new attempt of the same id."""

from __future__ import annotations

import multiprocessing
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import wait_until
from vistrails_tej.engine import (
    Destination,
    JobExists,
    JobState,
    JobStatus,
    JobStillRunning,
    RemoteQueue,
    SshConnection,
)
from vistrails_tej.engine.job_submission import SMALL

from .conftest import Server

JOB = "job-1"


@pytest.fixture
def queue(server: Server, connection: SshConnection) -> Iterator[RemoteQueue]:
    place = f"{server.home}/again {secrets.token_hex(4)}"
    with RemoteQueue(connection.destination, place, connection=connection) as opened:
        yield opened


def job(parent: Path, script: str, size: int = 0) -> Path:
    directory = parent / secrets.token_hex(4)
    directory.mkdir()
    (directory / "start.sh").write_text(f"#!/bin/sh\n{script}\n")
    (directory / "data").write_text("x" * size)
    return directory


def wait_for_end(queue: RemoteQueue) -> JobStatus:
    wait_until(lambda: queue.status(JOB).is_over, message="the end of the job")
    return queue.status(JOB)


@pytest.mark.parametrize("size", [0, 2 * SMALL])
def test_a_failed_job_says_so_and_runs_again(queue: RemoteQueue, tmp_path: Path, size: int) -> None:
    queue.submit(JOB, job(tmp_path, "echo first; exit 3", size))
    first = wait_for_end(queue)
    assert first.can_run_again
    with pytest.raises(JobExists, match=r"failed with exit code 3.*run it again"):
        queue.submit(JOB, job(tmp_path, "exit 4", size))
    queue.submit(JOB, job(tmp_path, "echo second", size), again=True)
    second = wait_for_end(queue)
    assert (second.exit_code, second.attempt, second.owner) == (0, 2, first.owner)
    assert queue.read_text(JOB, "_stdout") == "second\n"
    kept = Path(second.directory).parent / ".vt/attempt-1/stage/_stdout"
    assert kept.read_text() == "first\n"


def test_an_absent_job_runs_and_a_running_one_is_left_alone(
    queue: RemoteQueue, tmp_path: Path
) -> None:
    directory = job(tmp_path, "until [ -e go ]; do sleep 0.05; done")
    queue.submit(JOB, directory, again=True)
    wait_until(lambda: queue.status(JOB).state is JobState.RUNNING)
    with pytest.raises(JobStillRunning):
        queue.submit(JOB, directory, again=True)
    (Path(queue.status(JOB).directory) / "go").touch()
    assert wait_for_end(queue).attempt == 1


def test_of_two_processes_one_makes_the_new_attempt(
    server: Server, queue: RemoteQueue, tmp_path: Path
) -> None:
    queue.submit(JOB, job(tmp_path, "exit 3"))
    wait_for_end(queue)
    directory = job(tmp_path, "echo ran >>../../../runs\nuntil [ -e go ]; do sleep 0.05; done")
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    arguments = (server.destination, server.ssh_directory, queue.queue, directory, answers)
    processes = [context.Process(target=_submit_again, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    told = sorted(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(timeout=60)
    assert told == ["refused", "submitted"]
    (Path(queue.status(JOB).directory) / "go").touch()
    assert wait_for_end(queue).attempt == 2
    assert Path(queue.queue, "runs").read_text() == "ran\n"


def _submit_again(
    destination: Destination,
    ssh_directory: Path,
    place: str,
    directory: Path,
    answers: multiprocessing.Queue[str],
) -> None:
    with RemoteQueue(destination, place, ssh_directory=ssh_directory) as queue:
        try:
            queue.submit(JOB, directory, again=True)
        except (JobExists, JobStillRunning):
            answers.put("refused")
        else:
            answers.put("submitted")
