"""A client killed in the middle of an upload: the next one submits the job within seconds."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.faulty_submit import (
    JOB,
    STEPS,
    Place,
    make_directory,
    send_and_die,
    submit,
    submit_and_die,
)
from tests.integration.test_faults import check_left, runs, wait_for_end
from tests.waiting import wait_until
from vistrails_tej.engine import JobExists, JobNotFound, RemoteQueue, job_submission

# A lease takes 900 seconds; a busy machine takes a while to connect.
SOON = 20.0


@pytest.fixture
def queue(server: Any, unique: str) -> Iterator[RemoteQueue]:
    place = str(server.home / unique)
    with RemoteQueue(server.destination, place, ssh_directory=server.ssh_directory) as opened:
        yield opened


@pytest.fixture
def place(server: Any, queue: RemoteQueue, tmp_path: Path) -> Callable[[str], Place]:
    def make(size: str) -> Place:
        directory = make_directory(tmp_path, size, "exit 0")
        return Place(server.destination, server.ssh_directory, queue.queue, directory)

    return make


@pytest.fixture
def from_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever claims here cannot know that the process which did so before is dead."""
    monkeypatch.setattr(job_submission, "is_dead_uploader", lambda _: False)


def start(work: Callable[..., None], *arguments: object) -> Any:
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    return process


def die(work: Callable[..., None], *arguments: object) -> None:
    process = start(work, *arguments)
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL, "it never came to that step"


def finish(queue: RemoteQueue, place: Place) -> None:
    """Submit as the next client would, and see the job run once."""
    begun = time.monotonic()
    with contextlib.suppress(JobExists):
        queue.submit(JOB, place.directory)
    assert queue.status(JOB).state.is_started
    assert time.monotonic() - begun < SOON
    assert wait_for_end(queue).exit_code == 0
    assert (runs(queue), queue.status(JOB).attempt) == (1, 1)
    check_left(queue)


@pytest.mark.parametrize(("size", "step"), STEPS)
def test_after_a_client_was_killed_the_next_one_of_its_machine_submits_at_once(
    queue: RemoteQueue, place: Callable[[str], Place], size: str, step: str
) -> None:
    made = place(size)
    die(submit_and_die, made, step, False)
    finish(queue, made)


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.usefixtures("from_another_machine")
def test_a_client_killed_while_it_sends_gives_its_id_to_any_other_at_once(
    queue: RemoteQueue, place: Callable[[str], Place], size: str
) -> None:
    made = place(size)
    if size == "large":
        die(send_and_die, made, False)
    else:
        die(submit_and_die, made, "sending", False)
    # As long as the server has not noticed, it is being uploaded; that ends by itself.
    wait_until(lambda: is_free_or_started(queue), message="the end of the upload")
    finish(queue, made)


def is_free_or_started(queue: RemoteQueue) -> bool:
    try:
        return queue.status(JOB).state.is_started
    except JobNotFound:
        return True


@pytest.mark.parametrize("go_on", range(5))
def test_after_a_client_was_killed_as_soon_as_its_job_appears_the_next_one_submits_at_once(
    queue: RemoteQueue, place: Callable[[str], Place], go_on: int
) -> None:
    """Which is when the server is making the claim, or a few milliseconds later."""
    made = place("small")
    directory = Path(queue.queue, "jobs", JOB)
    queue.setup()
    process = start(submit, made)
    seen = threading.Event()
    deadline = time.monotonic() + 60
    while not directory.is_dir() and time.monotonic() < deadline:
        seen.wait(0.0002)
    seen.wait(go_on / 1000)
    process.kill()
    process.join(timeout=60)
    finish(queue, made)


def test_a_client_killed_while_it_sends_a_new_attempt_leaves_the_old_one(
    queue: RemoteQueue, place: Callable[[str], Place]
) -> None:
    made = place("large")
    queue.submit(JOB, made.directory)
    wait_for_end(queue)
    die(send_and_die, made, True)
    wait_until(lambda: queue.status(JOB).is_over, message="the attempt before")
    assert (queue.status(JOB).exit_code, queue.status(JOB).attempt) == (0, 1)
    check_left(queue)
