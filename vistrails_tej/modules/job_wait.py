"""Wait for the jobs of a suspended run, so that others can watch it and have it ask at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..dataflow import JobMixin, JobMonitor, JobRecord, ModuleSuspended, RunResult
from ..engine import JobNotFound, JobSighting, JobWatcher, QueueNotFound, WatchedJob
from .job_book.entry import JobEntry, JobKey
from .remote_job_handle import RemoteJobHandle
from .sessions import current_sessions

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
            is_gone=isinstance(error, (JobNotFound, QueueNotFound)),
            offline_since=sighting.offline_since,
            problem="" if error is None else str(error),
        )
        return WaitedJob(entry, now, sighting.is_settled)


class JobWait:
    """One wait for all jobs of a suspended run; a watcher asks each queue for all of its jobs.

    ``tell`` is called with all of them, in the thread that waits, whenever a server was asked.
    """

    def __init__(
        self,
        result: RunResult,
        path: Path,
        monitor: JobMonitor,
        *,
        interval: float | None = None,
        tell: Callable[[tuple[WaitedJob, ...]], None] | None = None,
    ) -> None:
        """Nothing is asked before ``wait``. ``path`` and ``monitor`` have the records.

        ``interval`` is the pause between two looks at a server, in seconds.
        """
        self._tell = tell
        self._watcher = JobWatcher(interval=interval)
        self._jobs: dict[WatchedJob, WaitedJob] = {}
        self._known: dict[WatchedJob, JobSighting] = {}
        for module, handle in _waiting(result):
            watched = handle.watch(self._watcher)
            self._jobs.setdefault(watched, WaitedJob(_entry(path, monitor, module, handle)))

    def wait(self, stop: threading.Event | None = None) -> bool:
        """Wait until a job is over; False when ``stop`` came first, or there is none."""
        with self._watcher:
            self._report()
            # Once in any case: what has ended already need not be waited for.
            self._watcher.check_now()
            while self._jobs and not (stop is not None and stop.is_set()):
                settled = self._watcher.wait(_LOOK, stop=stop)
                self._take_in({**self._watcher.sightings(), **settled})
                if settled:
                    return True
        return False

    def set_interval(self, interval: float | None, *, is_paused: bool) -> None:
        """Change the pause between two looks; while it is paused, only ``check_now`` asks."""
        self._watcher.set_interval(interval)
        if is_paused:
            self._watcher.pause()
        else:
            self._watcher.resume()

    def check_now(self) -> None:
        """Have every server asked at once, also one that refused: a person wishes so."""
        current_sessions().try_again()
        self._watcher.check_now()

    def _take_in(self, sightings: dict[WatchedJob, JobSighting]) -> None:
        now = time.time()
        # Every answer makes new sightings, also where they say the same.
        news = {
            one: sighting
            for one, sighting in sightings.items()
            if sighting is not self._known.get(one)
            and (sighting.status is not None or sighting.error is not None)
        }
        self._known.update(news)
        for one, sighting in news.items():
            self._jobs[one] = self._jobs[one].seen(sighting, now)
        if news:
            self._report()

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
