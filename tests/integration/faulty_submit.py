"""A client that is stopped at a named step of submitting a job, also in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import wait_until
from vistrails_tej.engine import Destination, JobId
from vistrails_tej.engine.job_submission import SMALL, JobSubmission
from vistrails_tej.engine.payload import Start, read_payload
from vistrails_tej.engine.queue_session import Access, QueueSession

JOB = JobId("shared")
START = Start("script", "start.sh")

# The steps that JobSubmission names, of a job that travels at once and of one that does not.
SMALL_STEPS = ("submit", "sending", "submitted")
LARGE_STEPS = ("claim", "claimed", "sending", "sent", "committed")
# Of the nine of a large payload; they travel four at a time.
_MOST_PIECES = 7
STEPS = [("small", step) for step in SMALL_STEPS] + [("large", step) for step in LARGE_STEPS]


@dataclass(frozen=True)
class Place:
    """Where a client submits what; all of it can be sent to another process."""

    destination: Destination
    ssh_directory: Path
    queue: str
    directory: Path

    def submission(
        self, checkpoint: Callable[[str], None], *, again: bool = False, stale: str = "-"
    ) -> JobSubmission:
        session = QueueSession(Access(self.destination, ssh_directory=self.ssh_directory))
        payload = read_payload(JOB, self.directory, START)
        return JobSubmission(session, self.queue, JOB, payload, START, stale, again, checkpoint)


def at_step(step: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Act the first time that ``step`` is reached."""
    waiting = [step]

    def checkpoint(reached: str) -> None:
        if reached in waiting:
            waiting.remove(reached)
            act()

    return checkpoint


def die_at_once() -> None:
    """End as by ``kill -9``."""
    os.kill(os.getpid(), signal.SIGKILL)


def submit_and_die(place: Place, step: str, again: bool) -> None:
    """Submit until the step is reached, then be killed."""
    place.submission(at_step(step, die_at_once), again=again).run()


def send_and_die(place: Place, again: bool) -> None:
    """Send most of a large payload, wait until the server has some of it, and be killed."""
    job = Path(place.queue, "jobs", JOB)
    steps: list[str] = []

    def checkpoint(step: str) -> None:
        steps.append(step)
        if steps.count("sending") == _MOST_PIECES:
            wait_until(lambda: any(job.glob("stage.part.*/*")), message="files on the server")
            die_at_once()

    place.submission(checkpoint, again=again).run()


def submit(place: Place) -> None:
    """Submit, unless somebody puts an end to it."""
    place.submission(lambda _: None).run()


def make_directory(parent: Path, size: str, script: str) -> Path:
    """Make the directory of a job that leaves a line in the queue each time it runs."""
    directory = parent / size
    directory.mkdir()
    (directory / "start.sh").write_text(f"#!/bin/sh\necho ran >>../../../runs\n{script}\n")
    if size == "large":
        (directory / "data").write_bytes(os.urandom(2 * SMALL))
    return directory
