"""Follow many jobs: one question per queue for all of its jobs, seldom enough to be welcome."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from .errors import ConnectionRefused, JobNotFound, TejError
from .job import JobId, JobStatus, parse_job_id
from .remote_queue import RemoteQueue
from .watch_pace import WatchPace

__all__ = ["JobSighting", "JobWatcher", "WatchedJob"]

logger = logging.getLogger(__name__)

_LOOK_AT_STOP = 0.1


@dataclass(frozen=True, slots=True)
class WatchedJob:
    """A job of a queue."""

    queue: RemoteQueue
    job_id: JobId


@dataclass(frozen=True, slots=True)
class JobSighting:
    """What was last found out about a job.

    ``status`` is the last one known, however old; ``error`` is why there is no newer one.
    ``waited_out`` tells that the error, although not retryable, is taken for one that passes.
    """

    status: JobStatus | None = None
    error: TejError | None = None
    waited_out: bool = False

    @property
    def is_offline(self) -> bool:
        """Whether the server cannot be reached just now, which says nothing about the job."""
        return self.error is not None and (self.error.retryable or self.waited_out)

    @property
    def is_settled(self) -> bool:
        """Whether waiting is no use any more: it ended, is gone, or cannot be asked about."""
        if self.error is not None:
            return not self.is_offline
        return self.status is not None and (self.status.is_over or self.status.is_abandoned)


@dataclass(slots=True)
class _QueueWatch:
    """The jobs of one queue, and when to ask next (on the monotonic clock)."""

    queue: RemoteQueue
    pace: WatchPace
    sightings: dict[JobId, JobSighting] = field(default_factory=dict)
    due: float = 0.0
    asking: bool = False


class JobWatcher:
    """Watches jobs until they have ended. Use it in a ``with`` statement, or call ``close``.

    A queue is asked once for all its jobs, after 1 s at first and after 30 s when nothing
    happens for long, or every ``interval`` seconds. Each queue is asked in a thread of its own,
    so one that does not answer holds up none of the others. Failures that may pass are waited
    out, with growing pauses; so is a ConnectionRefused of a server that has answered this watcher
    before, as it may be starting again. Threads may share a watcher.
    """

    def __init__(self, *, interval: float | None = None) -> None:
        """Watch nothing yet."""
        self._interval = interval
        self._news = threading.Condition()
        self._queues: dict[RemoteQueue, _QueueWatch] = {}
        self._answered: set[RemoteQueue] = set()
        self._closed = False
        self._broken: BaseException | None = None

    def __enter__(self) -> JobWatcher:
        """Do nothing; asking begins with ``wait`` or ``poll``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Watch no more; who waits returns. The queues stay open."""
        with self._news:
            self._closed = True
            self._queues.clear()
            self._news.notify_all()

    def watch(self, queue: RemoteQueue, job_id: str) -> WatchedJob:
        """Watch one more job."""
        job = WatchedJob(queue, parse_job_id(job_id))
        with self._news:
            watch = self._queues.get(queue)
            if watch is None:
                watch = self._queues[queue] = _QueueWatch(queue, WatchPace(self._interval))
            if job.job_id not in watch.sightings:
                watch.sightings[job.job_id] = JobSighting()
                watch.due = 0.0
            self._news.notify_all()
        return job

    def forget(self, job: WatchedJob) -> None:
        """Watch a job no more."""
        with self._news:
            self._forget(job)

    def sightings(self) -> dict[WatchedJob, JobSighting]:
        """Return what is known of all watched jobs, without asking."""
        with self._news:
            return self._all()

    def poll(self, timeout: float = 60.0) -> dict[WatchedJob, JobSighting]:
        """Ask every queue now and return what is known of all watched jobs.

        A queue that has not answered after ``timeout`` seconds keeps its last sightings. Raises
        what asking raised, if it was no TejError.
        """
        deadline = time.monotonic() + timeout
        with self._news:
            watches = list(self._queues.values())
            for watch in watches:
                self._ask(watch)
            while any(watch.asking for watch in watches) and not self._closed:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    break
                self._news.wait(remaining)
            self._raise_broken()
            return self._all()

    def wait(
        self, timeout: float | None = None, *, stop: threading.Event | None = None
    ) -> dict[WatchedJob, JobSighting]:
        """Wait until some job is settled, and return those that are; they are watched no more.

        Returns nothing after ``timeout`` seconds, when ``stop`` is set, after ``close``, and when
        no job is watched. A settled job with an error was deleted, or its server refuses us.
        Raises what asking raised, if it was no TejError; the jobs stay watched.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._news:
            while not self._closed and self._queues:
                self._raise_broken()
                settled = self._take_settled()
                if settled or (stop is not None and stop.is_set()):
                    return settled
                pause = self._ask_due()
                if deadline is not None:
                    pause = min(pause, deadline - time.monotonic())
                    if pause <= 0:
                        break
                # An Event cannot be waited for together with a Condition.
                self._news.wait(pause if stop is None else min(pause, _LOOK_AT_STOP))
        return {}

    def _raise_broken(self) -> None:
        error, self._broken = self._broken, None
        if error is not None:
            raise error

    def _all(self) -> dict[WatchedJob, JobSighting]:
        return {
            WatchedJob(watch.queue, job_id): sighting
            for watch in self._queues.values()
            for job_id, sighting in watch.sightings.items()
        }

    def _take_settled(self) -> dict[WatchedJob, JobSighting]:
        settled = {job: sighting for job, sighting in self._all().items() if sighting.is_settled}
        for job in settled:
            self._forget(job)
        return settled

    def _forget(self, job: WatchedJob) -> None:
        watch = self._queues.get(job.queue)
        if watch is not None:
            watch.sightings.pop(job.job_id, None)
            if not watch.sightings:
                del self._queues[job.queue]

    def _ask_due(self) -> float:
        """Ask the queues whose time has come; return after how many seconds to look again."""
        now = time.monotonic()
        pause = 60.0
        for watch in self._queues.values():
            if not watch.asking and watch.due <= now:
                self._ask(watch)
            if not watch.asking:
                pause = min(pause, watch.due - now)
        return max(pause, 0.01)

    def _ask(self, watch: _QueueWatch) -> None:
        if watch.asking:
            return
        watch.asking = True
        # Daemons: a server that keeps silent must not keep the program from ending.
        name = f"watch {watch.queue}"
        threading.Thread(target=self._look, args=(watch,), name=name, daemon=True).start()

    def _look(self, watch: _QueueWatch) -> None:
        """Ask one queue, in a thread of its own."""
        with self._news:
            asked = list(watch.sightings)
        found: dict[JobId, JobStatus] | TejError
        try:
            found = watch.queue.statuses(asked)
        except TejError as error:
            logger.debug("%s did not tell about its jobs: %s", watch.queue, error)
            found = error
        except BaseException as error:  # noqa: BLE001  (it is raised again by who waits)
            with self._news:
                watch.due = time.monotonic() + watch.pace.after_failure()
                watch.asking = False
                self._broken = error
                self._news.notify_all()
            return
        with self._news:
            self._take_in(watch, asked, found)
            watch.asking = False
            self._news.notify_all()

    def _take_in(
        self, watch: _QueueWatch, asked: list[JobId], found: dict[JobId, JobStatus] | TejError
    ) -> None:
        # A login node that starts again refuses for some minutes.
        restarts = isinstance(found, ConnectionRefused) and watch.queue in self._answered
        changed = False
        for job_id in asked:
            before = watch.sightings.get(job_id)
            if before is None:
                continue
            now = _sight(job_id, before, found, restarts)
            changed = changed or _state(now) != _state(before)
            watch.sightings[job_id] = now
        if restarts:
            pause = watch.pace.after_refusal()
        elif isinstance(found, TejError):
            pause = watch.pace.after_failure()
        else:
            self._answered.add(watch.queue)
            pause = watch.pace.after_answer(changed=changed)
        # Jobs that came to be watched while it was asked have not been asked about.
        new = any(job_id not in asked for job_id in watch.sightings)
        watch.due = time.monotonic() + (0.0 if new else pause)


def _sight(
    job_id: JobId,
    before: JobSighting,
    found: dict[JobId, JobStatus] | TejError,
    restarts: bool,
) -> JobSighting:
    if isinstance(found, TejError):
        return JobSighting(before.status, found, restarts)
    status = found.get(job_id)
    if status is None:
        return JobSighting(before.status, JobNotFound(job_id))
    return JobSighting(status)


def _state(sighting: JobSighting) -> object:
    return sighting.status.state if sighting.status is not None else None
