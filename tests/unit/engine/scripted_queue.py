"""Queues that answer as they are told to, and what a test does with a watcher of theirs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from vistrails_tej.engine import JobId, JobSighting, JobState, JobStatus, JobWatcher, WatchedJob


class ScriptedQueue:
    """A queue whose jobs and troubles a test sets; counts how often it was asked."""

    def __init__(self, **states: JobState) -> None:
        self.states = states
        self.trouble: Exception | None = None
        self.asked: list[list[JobId]] = []
        self.silent = threading.Event()
        self.silent.set()

    def statuses(self, job_ids: list[JobId]) -> dict[JobId, JobStatus]:
        self.asked.append(job_ids)
        self.silent.wait(30)
        if self.trouble is not None:
            raise self.trouble
        return {
            job_id: JobStatus(
                job_id,
                self.states[job_id],
                PurePosixPath("/q"),
                exit_code=0,
                checked=len(self.asked),
            )
            for job_id in job_ids
            if job_id in self.states
        }


class Heard:
    """What a watcher told, in its order."""

    def __init__(self) -> None:
        self.changes: list[tuple[WatchedJob, JobSighting]] = []

    def __call__(self, job: WatchedJob, sighting: JobSighting) -> None:
        self.changes.append((job, sighting))

    def states(self) -> list[tuple[str, JobState | None]]:
        return [(job.job_id, one.status.state if one.status else None) for job, one in self.changes]


def watch(watcher: JobWatcher, queue: ScriptedQueue, *job_ids: str) -> list[WatchedJob]:
    return [watcher.watch(queue, job_id) for job_id in job_ids]  # type: ignore[arg-type]


@contextmanager
def running(watcher: JobWatcher) -> Iterator[list[BaseException]]:
    """Let the watcher run in a thread of its own; gives what ended it, if anything did."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            watcher.run()
        except BaseException as error:  # noqa: BLE001  (looked at by the test)
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield raised
    finally:
        watcher.close()
        thread.join(10)
        assert not thread.is_alive()


def ask_once(watcher: JobWatcher, queue: ScriptedQueue) -> dict[WatchedJob, JobSighting]:
    """Have the queue asked, and return what is known then."""
    before = len(queue.asked)
    watcher.check_now()
    deadline = time.monotonic() + 10
    while len(queue.asked) == before and time.monotonic() < deadline:
        watcher.wait(timeout=0.02)
    watcher.wait(timeout=0.02)
    return watcher.sightings()
