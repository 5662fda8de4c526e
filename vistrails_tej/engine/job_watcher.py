"""Follow many jobs: one question per queue for all of its jobs, seldom enough to be welcome."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType

from .errors import ConnectionRefused, TejError
from .job import JobId, JobStatus, parse_job_id
from .job_sighting import JobSighting, WatchedJob, next_sighting
from .remote_queue import RemoteQueue
from .watch_pace import WatchPace

__all__ = ["JobWatcher"]

logger = logging.getLogger(__name__)

_LOOK_AT_STOP = 0.1
_LONGEST_PAUSE = 60.0
# When the system has no thread left for a question: how long until it is tried again.
_NO_THREAD_PAUSE = 1.0

Changes = list[tuple[WatchedJob, JobSighting]]


@dataclass(slots=True)
class _QueueWatch:
    """The jobs of one queue, and when to ask next (on the monotonic clock)."""

    queue: RemoteQueue
    pace: WatchPace
    sightings: dict[JobId, JobSighting] = field(default_factory=dict)
    due: float = 0.0
    asking: bool = False
    asked: Mapping[JobId, JobSighting] = field(default_factory=dict)
    """What was known when the question under way, or the last one, was put."""
    wanted: bool = False
    """Whether somebody wants to know now, watcher paused or not."""

    def has_news(self) -> bool:
        """Whether a job came to be watched, or was again, since the last question was put."""
        return any(seen is not self.asked.get(one) for one, seen in self.sightings.items())


class JobWatcher:
    """Watches jobs until they have ended. Use it in a ``with`` statement, or call ``close``.

    Asking goes on while ``wait`` waits, or ``run`` runs in a thread of its own. A queue is asked
    once for all its jobs, after 1 s at first and after 30 s when nothing happens for long, or every
    ``interval`` seconds. Each queue is asked in a thread of its own, so one that does not answer
    holds up none of the others. Failures that may pass are waited out, with growing pauses; so is
    a ConnectionRefused of a server that has answered this watcher before, as it may be starting
    again. Threads may share a watcher.

    ``on_change`` is called with a job and what is known of it now, whenever that is news: its
    ``status`` is another one, its server went offline or came back, or it cannot be followed any
    more. It is called in the thread that asked, for one job of a queue after the other.
    """

    def __init__(
        self,
        *,
        interval: float | None = None,
        on_change: Callable[[WatchedJob, JobSighting], None] | None = None,
    ) -> None:
        """Watch nothing yet."""
        self._interval = interval
        self._on_change = on_change
        self._news = threading.Condition()
        self._queues: dict[RemoteQueue, _QueueWatch] = {}
        self._answered: set[RemoteQueue] = set()
        self._closed = False
        self._paused = False
        self._broken: BaseException | None = None

    def __enter__(self) -> JobWatcher:
        """Do nothing; asking begins with ``wait`` or ``run``."""
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

    def watch(self, queue: RemoteQueue, job_id: str, *, anew: bool = False) -> WatchedJob:
        """Watch one more job, or again one that was settled; it is asked about at once.

        With ``anew`` so is one that is watched already, and an answer that is on its way does not
        count for it: the job may have been run again since.
        """
        job = WatchedJob(queue, parse_job_id(job_id))
        with self._news:
            watch = self._queues.get(queue)
            if watch is None:
                watch = self._queues[queue] = _QueueWatch(queue, WatchPace(self._interval))
            known = watch.sightings.get(job.job_id)
            if known is None or known.is_settled:
                watch.sightings[job.job_id] = JobSighting()
                watch.due = 0.0
            elif anew:
                # Another object: what was asked is not about it.
                watch.sightings[job.job_id] = replace(known)
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

    def check_now(self, queues: Collection[RemoteQueue] | None = None) -> None:
        """Have every queue, or these, asked at once, also while the watcher is paused."""
        with self._news:
            for watch in self._queues.values():
                if queues is None or watch.queue in queues:
                    # An answer that is on its way is as new as any, for the jobs it is about.
                    is_new = watch.has_news()
                    watch.wanted = not watch.asking or is_new
            self._news.notify_all()

    def next_check(self) -> float | None:
        """Return in how many seconds a queue is asked next; None while nothing is due."""
        with self._news:
            waiting = [watch.due for watch in self._queues.values() if not watch.asking]
            if self._paused or not waiting:
                return None
            return max(0.0, min(waiting) - time.monotonic())

    def pause(self) -> None:
        """Ask no more until ``resume``; jobs stay watched."""
        with self._news:
            self._paused = True

    def resume(self) -> None:
        """Go on asking; what has become due meanwhile is asked at once."""
        with self._news:
            self._paused = False
            self._news.notify_all()

    @property
    def is_paused(self) -> bool:
        """Whether nothing is asked just now."""
        return self._paused

    def set_interval(self, interval: float | None) -> None:
        """Change the pause between two questions, in seconds; None lets it grow by itself.

        It counts from now on; what is away or refuses is left alone as long as before.
        """
        with self._news:
            self._interval = interval
            for watch in self._queues.values():
                watch.pace.fixed = interval
                if not any(one.is_offline for one in watch.sightings.values()):
                    pause = watch.pace.after_answer(changed=True)
                    watch.due = min(watch.due, time.monotonic() + pause)
            self._news.notify_all()

    def run(self) -> None:
        """Go on asking until ``close``; for a thread of its own, with ``on_change`` to hear of it.

        Settled jobs are watched no more, once they were told about. Raises what asking raised,
        or ``on_change``, if it was no TejError.
        """
        with self._news:
            while not self._closed:
                self._raise_broken()
                self._take_settled()
                self._news.wait(self._ask_due())

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
        settled = {
            WatchedJob(watch.queue, job_id): sighting
            for watch in self._queues.values()
            # While it is asking, its jobs are being told about.
            if not watch.asking
            for job_id, sighting in watch.sightings.items()
            if sighting.is_settled
        }
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
        pause = _LONGEST_PAUSE
        for watch in self._queues.values():
            if watch.asking:
                continue
            if watch.wanted or (watch.due <= now and not self._paused):
                if not self._ask(watch):
                    pause = min(pause, _NO_THREAD_PAUSE)
            elif not self._paused:
                pause = min(pause, watch.due - now)
        return max(pause, 0.01)

    def _ask(self, watch: _QueueWatch) -> bool:
        """Have a queue asked; False when no thread can be begun for it, so that it stays due."""
        # Daemons: a server that keeps silent must not keep the program from ending.
        name = f"watch {watch.queue}"
        thread = threading.Thread(target=self._look, args=(watch,), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            logger.warning("%s is asked about its jobs a little later: %s", watch.queue, error)
            return False
        watch.asking, watch.wanted = True, False
        return True

    def _look(self, watch: _QueueWatch) -> None:
        """Ask one queue and tell what is new, in a thread of its own."""
        with self._news:
            asked = watch.asked = dict(watch.sightings)
        try:
            found = self._statuses(watch, list(asked))
            with self._news:
                changes = self._take_in(watch, asked, found)
            self._tell(changes)
        except BaseException as error:  # noqa: BLE001  (it is raised again by who waits)
            with self._news:
                watch.due = time.monotonic() + watch.pace.after_failure()
                self._broken = error
        finally:
            with self._news:
                watch.asking = False
                self._news.notify_all()

    def _statuses(
        self, watch: _QueueWatch, asked: list[JobId]
    ) -> dict[JobId, JobStatus] | TejError:
        try:
            return watch.queue.statuses(asked)
        except TejError as error:
            logger.debug("%s did not tell about its jobs: %s", watch.queue, error)
            return error

    def _tell(self, changes: Changes) -> None:
        """Outside the lock: who hears of a change may ask for something."""
        if self._on_change is not None:
            for job, sighting in changes:
                self._on_change(job, sighting)

    def _take_in(
        self,
        watch: _QueueWatch,
        asked: dict[JobId, JobSighting],
        found: dict[JobId, JobStatus] | TejError,
    ) -> Changes:
        # A login node that starts again refuses for some minutes.
        restarts = isinstance(found, ConnectionRefused) and watch.queue in self._answered
        changes: Changes = []
        # An answer says nothing about a job that came to be watched, or was again, meanwhile.
        new = watch.has_news()
        for job_id, before in asked.items():
            if watch.sightings.get(job_id) is not before:
                continue
            now = next_sighting(before, job_id, found, restarts, time.time())
            watch.sightings[job_id] = now
            if now.differs_from(before):
                changes.append((WatchedJob(watch.queue, job_id), now))
        if restarts:
            pause = watch.pace.after_refusal()
        elif isinstance(found, TejError):
            pause = watch.pace.after_failure()
        else:
            self._answered.add(watch.queue)
            pause = watch.pace.after_answer(changed=bool(changes))
        watch.due = time.monotonic() + (0.0 if new else pause)
        return [] if self._closed else changes
