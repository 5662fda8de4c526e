"""The book of jobs: follows those that files remember, and does what a person wants with them."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from pathlib import Path

from ...dataflow.storage.file_lock import PATIENCE
from ...engine import JobId, JobNotFound, JobStatus
from ..job_asking import Asking, Heard
from ..queue_reference import QueueReference, RemoteJob
from ..sessions import QueueSessions, current_sessions
from ..workers import in_thread
from .deeds import Failures, forget_records, on_servers
from .entry import JobEntry, JobKey
from .job_file_pages import JobFilePages
from .known_files import NewlyKnown, absolute
from .ledger import Changes, Ledger
from .opened_files import Followers, OpenedFiles
from .records import FollowedMonitor
from .server_page import adopt_jobs
from .store import JobStore
from .traffic import BookTraffic, measure

__all__ = ["JobBook"]

logger = logging.getLogger(__name__)

# How long what was seen of jobs may be in memory alone, in seconds; longer when there are so many
# that writing it down would take more than this share of the time.
_KEEP_AFTER = 15.0
_KEEP_SHARE = 0.01
# Closing waits no longer for another program that writes down its own, in seconds: what was seen
# is asked for again.
_KEEP_PATIENCE = 0.5
# How long closing waits for what a person wants done to jobs, in seconds.
_DEEDS_PATIENCE = 5.0


class JobBook(JobFilePages):
    """All jobs of some files. Threads may share it; close it at the end.

    ``on_change`` is called with the keys of entries that changed, came or went, in a thread of
    the book. What takes long returns a future at once and goes on in a thread of its own; a
    server that cannot be reached holds up no other. Jobs that have not ended are asked about, one
    question per queue, over the one connection per server of the package's sessions. ``asking`` is
    what asks: a run that follows the same jobs may share it.
    """

    def __init__(
        self,
        on_change: Callable[[frozenset[JobKey]], None],
        *,
        store: JobStore | None = None,
        sessions: Callable[[], QueueSessions] = current_sessions,
    ) -> None:
        """``store`` is the user's by default."""
        self.store = store or JobStore()
        self._on_change = on_change
        self._begun = time.time()
        self._is_closed = threading.Event()
        self._unkept = threading.Event()
        self._newly_known: NewlyKnown | None = None
        self._keep_at = time.monotonic() + _KEEP_AFTER
        super().__init__(sessions, Ledger(self.store.last_seen.find))
        self.asking = Asking(sessions)
        self._follower = self.asking.follower(self._note)
        self._files = OpenedFiles(
            Followers(
                take=self._ledger.set_records,
                apply=self._apply,
                tell=self._tell_of_records,
                waits=self._follow,
                tick=self._tick,
            ),
            self.store.unwritten,
        )
        self.asking.start()
        self._files.start()

    def close(self) -> None:
        """Follow nothing any more; jobs go on. May be called twice.

        What a person wants done to jobs just now is waited for, but no longer than some seconds.
        """
        self._is_closed.set()
        self.asking.close()
        self._deeds.wait(_DEEDS_PATIENCE)
        self._files.close()
        self._keep(_KEEP_PATIENCE)

    # -- files -------------------------------------------------------------------------------

    def open_file(self, path: Path, monitor: FollowedMonitor | None = None) -> Future[None]:
        """Follow the jobs of a file, or those of the monitor that a run is using on it.

        Once more for a file that is open, with another monitor or none. The future raises
        VistrailError, or JobRecordsInvalid, when the file cannot be read; a file that is there is
        followed all the same, as somebody may mend it.
        """
        path = absolute(path)
        # At once, as the next call may be for the same file.
        is_new = self._files.attach(path, monitor)
        return in_thread("open jobs", lambda: self._open(path, is_new=is_new))

    def open_known_files(self) -> Future[None]:
        """Follow all files that are known to have jobs, and those that become known later.

        See ``problems`` for damaged ones. A file that is not there is read when it comes. Done when
        all were looked at, but for those of disks that hang; never raises.
        """
        return in_thread("open jobs", self._open_known)

    def close_file(self, path: Path) -> None:
        """Follow the jobs of a file no more."""
        path = absolute(path)
        self._keep()
        self._files.drop(path)

    def files(self) -> list[Path]:
        """The files that are followed."""
        return self._files.paths()

    def problems(self) -> dict[Path, str]:
        """Files with records that cannot be read, each with sentences on it."""
        return self._files.problems()

    # -- reading -----------------------------------------------------------------------------

    def entries(self) -> list[JobEntry]:
        """All jobs, as they are known now."""
        return self._ledger.entries()

    def entry(self, key: JobKey) -> JobEntry | None:
        """One job; None if it is not in the book."""
        return self._ledger.entry(key)

    def traffic(self) -> BookTraffic:
        """What was sent since the book was opened, by server."""
        return measure(self._sessions(), self._begun)

    # -- asking ------------------------------------------------------------------------------

    def check(self, keys: Iterable[JobKey] | None = None) -> Future[None]:
        """Ask about these jobs now, by default all that are not over; also while paused.

        A person wishes so: servers that refused us are tried once more. Done when every server
        has answered, or could not; never raises on their account.
        """
        self.asking.try_again()
        return self._follower.check(list(self._ledger.places(keys)))

    def set_interval(self, seconds: float | None) -> None:
        """How often servers are asked; None for often at first, then less and less.

        Not to ask at all is ``pause``.
        """
        self.asking.watcher.set_interval(seconds)

    def pause(self) -> None:
        """Ask nothing by itself until ``resume``."""
        self.asking.watcher.pause()

    def resume(self) -> None:
        """Go on asking; what has become due is asked at once."""
        self.asking.watcher.resume()

    @property
    def is_paused(self) -> bool:
        """Whether nothing is asked by itself."""
        return self.asking.watcher.is_paused

    @property
    def next_check(self) -> float | None:
        """When a server is asked next, in epoch seconds; None while nothing is due."""
        seconds = self.asking.watcher.next_check()
        return None if seconds is None else time.time() + seconds

    # -- doing -------------------------------------------------------------------------------

    def kill(self, keys: Iterable[JobKey]) -> Future[Failures]:
        """End jobs on their servers; the future has those that could not be, and why not."""
        return self._on_servers("kill jobs", keys, self._kill)

    def delete_on_server(self, keys: Iterable[JobKey]) -> Future[Failures]:
        """Remove jobs that have ended, with their files; their records stay.

        The future has those that could not be, and why not.
        """
        return self._on_servers("delete jobs", keys, self._delete)

    def forget(self, keys: Iterable[JobKey]) -> Future[Failures]:
        """Drop records, those of all rounds of a loop together; the jobs themselves stay.

        The future has those that are still there, and why.
        """
        wanted = list(keys)
        return self._deeds.begin("forget jobs", lambda: self._forget(wanted))

    # -- servers -----------------------------------------------------------------------------

    def adopt(
        self, queue: QueueReference, jobs: Collection[JobStatus], path: Path | None = None
    ) -> Future[list[JobKey]]:
        """Record jobs of a server in a file, by default one of the user's store, and open it.

        Raises VistrailError.
        """
        return self._deeds.begin("adopt jobs", lambda: self._adopt(queue, jobs, path))

    # -- inside ------------------------------------------------------------------------------

    def _open(self, path: Path, *, is_new: bool) -> None:
        self.store.last_seen.load()
        self._files.read_first(path, is_new=is_new)

    def _open_known(self) -> None:
        self.store.last_seen.load()
        # First, so that nothing is missed.
        self._newly_known = NewlyKnown(self.store.known_files)
        self._files.expect(map(absolute, self.store.remembered()))
        self._files.settle()
        self.store.known_files.note(self._files.presence())

    def _follow(self, path: Path, signature: str) -> None:
        """A run waits for a job, which may have been over and go on anew."""
        self._follower.follow(self._ledger.places([JobKey(path, signature)]))

    def _apply(self, changes: Changes) -> None:
        self._follower.leave(changes.leave)
        self._follower.follow(changes.watch)

    def _tell_of_records(self, keys: frozenset[JobKey]) -> None:
        for path in {key.file for key in keys if self._ledger.entry(key) is not None}:
            self.store.known_files.add(path)
        self._tell(keys)

    def _unread_files(self) -> tuple[Path, ...]:
        known = dict.fromkeys(map(absolute, self.store.remembered()))
        return tuple(path for path in known if not self._files.has_records(path))

    def _seen_ids(self, queue: QueueReference) -> set[JobId]:
        here = {place.job_id for place in self._ledger.seen() if place.queue == queue}
        return here | self.store.last_seen.ids(queue)

    def _hear(self, heard: Heard) -> None:
        # A run that waits for the same jobs has to know, too, and perhaps asks by itself no more.
        self.asking.tell(heard)

    def _note(self, heard: Heard) -> None:
        self._tell(self._ledger.hear(heard, time.time()))
        self._unkept.set()

    def _tell(self, keys: frozenset[JobKey]) -> None:
        if keys and not self._is_closed.is_set():
            self._on_change(keys)

    def _tick(self) -> None:
        """About every second, in a thread."""
        found = self._newly_known.paths() if self._newly_known is not None else []
        if found:
            self._files.expect(map(absolute, found))
        if time.monotonic() > self._keep_at:
            self._keep()

    def _keep(self, patience: float = PATIENCE) -> None:
        if self._unkept.is_set():
            self._unkept.clear()
            begun = time.monotonic()
            self.store.last_seen.keep(self._ledger.seen(), patience)
            now = time.monotonic()
            self._keep_at = now + max(_KEEP_AFTER, (now - begun) / _KEEP_SHARE)

    def _on_servers(
        self, name: str, keys: Iterable[JobKey], act: Callable[[JobKey, RemoteJob], None]
    ) -> Future[Failures]:
        wanted = list(keys)

        def work() -> Failures:
            places, failures = {}, Failures()
            for key in wanted:
                try:
                    places[key] = self._place(key)
                except JobNotFound as error:
                    failures[key] = error
            return {**failures, **on_servers(places, act)}

        return self._deeds.begin(name, work)

    def _kill(self, key: JobKey, job: RemoteJob) -> None:
        try:
            status = self._queue(job.queue).kill(job.job_id)
        except JobNotFound:
            self._take_in(job.queue, [job.job_id], {})
            raise
        self._take_in(job.queue, [job.job_id], {job.job_id: status})

    def _delete(self, key: JobKey, job: RemoteJob) -> None:
        with contextlib.suppress(JobNotFound):
            self._queue(job.queue).delete(job.job_id)
        self._take_in(job.queue, [job.job_id], {})

    def _forget(self, keys: Collection[JobKey]) -> Failures:
        files: dict[Path, list[str]] = {}
        for key in keys:
            files.setdefault(key.file, []).append(key.signature)
        failures: Failures = {}
        for path, signatures in files.items():
            spare = self.store.unwritten.of(path)
            failures |= forget_records(path, signatures, self._files.monitor(path), spare)
            self._files.refresh(path)
        return failures

    def _adopt(
        self, queue: QueueReference, jobs: Collection[JobStatus], path: Path | None
    ) -> list[JobKey]:
        file = self.store.adopted() if path is None else absolute(path)
        keys = adopt_jobs(file, queue, jobs)
        self._files.open(file, self._files.monitor(file))
        return keys
