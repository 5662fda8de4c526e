"""Wait for the jobs of a suspended run, so that others can watch it and have it ask at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..dataflow import JobMixin, JobMonitor, JobRecord, ModuleSuspended, RunResult
from ..engine import JobSighting
from ..engine.job_sighting import next_sighting
from .job_asking import Asking, Heard, JobFollower, asked_place
from .job_book.entry import JobEntry, JobKey
from .queue_reference import RemoteJob
from .remote_job_handle import RemoteJobHandle

__all__ = ["JobWait", "WaitedJob"]

# How often, in seconds, it is looked whether a server has said something.
_LOOK = 0.3


@dataclass(frozen=True, slots=True)
class WaitedJob:
    """A job that a run waits for, and what is known of it.

    ``asked`` is when its server was asked last, in epoch seconds, whether or not it answered.
    ``is_over`` says that waiting is no use any more: it ended, is gone, or cannot be asked about.
    """

    entry: JobEntry
    asked: float | None = None
    is_over: bool = False

    def seen(self, sighting: JobSighting, now: float) -> WaitedJob:
        """The same job after its server was asked."""
        error = sighting.error
        entry = replace(
            self.entry,
            status=sighting.status,
            checked=now if error is None else self.entry.checked,
            is_gone=sighting.is_gone,
            offline_since=sighting.offline_since,
            problem="" if error is None else str(error),
        )
        return WaitedJob(entry, now, sighting.is_settled)


class JobWait:
    """One wait for all jobs of a suspended run.

    ``tell`` is called with all of them, in the thread that waits, whenever a server was asked.
    """

    def __init__(
        self,
        result: RunResult,
        path: Path,
        monitor: JobMonitor,
        asking: Asking,
        *,
        tell: Callable[[tuple[WaitedJob, ...]], None] | None = None,
    ) -> None:
        """Nothing is asked before ``wait``. ``path`` and ``monitor`` have the records."""
        self._asking = asking
        self._tell = tell
        self._begun = time.monotonic()
        self._news = threading.Condition()
        self._heard: list[Heard] = []
        self._jobs: dict[RemoteJob, WaitedJob] = {}
        self._known: dict[RemoteJob, JobSighting] = {}
        # When the questions were put that brought what is known, on the monotonic clock.
        self._asked: dict[RemoteJob, float] = {}
        for module, handle in _waiting(result):
            place = asked_place(handle.job)
            self._jobs.setdefault(place, WaitedJob(_entry(path, monitor, module, handle)))
        self._follower: JobFollower | None = None

    def wait(self, stop: threading.Event | None = None) -> bool:
        """Wait until a job is over; False when ``stop`` came first, or there is none."""
        self._report()
        with self._asking.follower(self._hear) as follower:
            self._follower = follower
            # Once in any case: what has ended already need not be waited for.
            follower.check(self._jobs)
            while self._jobs and not (stop is not None and stop.is_set()):
                if self._take_in(self._next_answers()):
                    return True
        return False

    def check_now(self) -> None:
        """Have every server asked at once, also one that refused: a person wishes so."""
        if self._follower is not None:
            self._asking.try_again()
            self._follower.check(self._jobs)

    def _hear(self, heard: Heard) -> None:
        """Called in the thread that asked."""
        if heard.asked < self._begun:
            # It may be about what was there before the run began a job anew.
            return
        with self._news:
            self._heard.append(heard)
            self._news.notify_all()

    def _next_answers(self) -> list[Heard]:
        with self._news:
            if not self._heard:
                self._news.wait(_LOOK)
            answers, self._heard = self._heard, []
            return answers

    def _take_in(self, answers: list[Heard]) -> bool:
        """Note what was answered; True once a job is over."""
        now, news, is_over = time.time(), False, False
        for heard in answers:
            for job_id in heard.job_ids:
                place = RemoteJob(heard.queue, job_id)
                if place not in self._jobs or heard.asked < self._asked.get(place, heard.asked):
                    # Somebody else's, or older than what is known.
                    continue
                self._asked[place] = heard.asked
                before = self._known.get(place, JobSighting())
                found = next_sighting(before, job_id, heard.answer, heard.restarts, now)
                self._known[place] = found
                self._jobs[place] = self._jobs[place].seen(found, now)
                news, is_over = True, is_over or found.is_settled
        if news:
            self._report()
        return is_over

    def _report(self) -> None:
        if self._tell is not None:
            self._tell(tuple(self._jobs.values()))


def _waiting(result: RunResult) -> Iterator[tuple[object, RemoteJobHandle]]:
    """The modules that wait for a job of ours, rounds of loops included."""
    left: list[ModuleSuspended] = list(reversed(result.suspended.values()))
    while left:
        one = left.pop()
        if isinstance(one.handle, RemoteJobHandle):
            yield one.module, one.handle
        left.extend(reversed(one.children))


def _entry(path: Path, monitor: JobMonitor, module: object, handle: RemoteJobHandle) -> JobEntry:
    signature, name = "", str(handle.job.job_id)
    if isinstance(module, JobMixin):
        signature, name = module.signature, module.job_name()
    record = monitor.get_job(signature) or JobRecord(signature, {}, name)
    return JobEntry(JobKey(path, signature), record, place=handle.job)
