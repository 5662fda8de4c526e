"""The files of a book: read when they are opened, and again whenever they change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ...dataflow import DataflowError, VistrailNotFound
from ...dataflow.storage.atomic_file import file_mark
from .disk_looks import DiskLooks, Look
from .entry import JobKey
from .ledger import Changes
from .mounts import Mounts
from .records import FileRecords, FollowedMonitor, RecordsView, read_records
from .unwritten_jobs import UnwrittenJobs, UnwrittenOfFile

__all__ = ["Followers", "OpenedFiles"]

logger = logging.getLogger(__name__)

# Another program may be running the same file: how often to look, in seconds.
_LOOK_AGAIN = 1.0
# While somebody waits until all is read: how often to see, and how long a disk is waited for.
_SETTLE = 0.05
_SETTLE_AT_MOST = 10.0


@dataclass(slots=True)
class _File:
    """How a file was when it was read; ``is_stale`` says that it has to be read again.

    Who attached it reads it first; until then ``is_new`` is set. ``was_read`` is set in the end,
    also if that was not possible; ``has_records`` says that it was, and the file still there.
    """

    monitor: FollowedMonitor | None = None
    # VisTrails holds whom it tells but weakly.
    view: RecordsView | None = None
    mark: tuple[object, object] | None = None
    disk: int | None = None
    spare: UnwrittenOfFile | None = None
    is_new: bool = True
    is_stale: bool = False
    was_read: bool = False
    has_records: bool = False
    problem: str = ""
    reading: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Followers:
    """Who hears of files: ``take`` of records that are new, ``apply`` of what that changed.

    Both are called under a lock, for one file after the other; then, under none, ``tell`` with the
    keys of entries that changed. ``waits`` is called with the signature of a module that begins
    to wait for its job, ``tick`` about every second.
    """

    take: Callable[[Path, FileRecords], Changes]
    apply: Callable[[Changes], None]
    tell: Callable[[frozenset[JobKey]], None]
    waits: Callable[[Path, str], None]
    tick: Callable[[], None]


class OpenedFiles:
    """Reads records and passes them on, from ``start`` to ``close``.

    Monitors have a thread of their own, which asks no disk. Files are looked at in others, so that
    a disk that hangs holds up only its own files. Those of ``unwritten`` are records of their
    files like any others.
    """

    def __init__(self, followers: Followers, unwritten: UnwrittenJobs) -> None:
        self._followers = followers
        self._unwritten = unwritten
        self._looks, self._mounts = DiskLooks(), Mounts()
        self._next_look = 0.0
        self._news = threading.Condition()
        # Held while records are passed on, so that nobody overtakes.
        self._passing = threading.Lock()
        self._files: dict[Path, _File] = {}
        self._closed = False

    def start(self) -> None:
        """Begin to follow."""
        threading.Thread(target=self._run, name="files of jobs", daemon=True).start()

    def close(self) -> None:
        """Follow nothing any more."""
        with self._news:
            self._closed = True
            paths = list(self._files)
            self._news.notify_all()
        for path in paths:
            self._let_go(path)

    def attach(self, path: Path, monitor: FollowedMonitor | None) -> bool:
        """Follow a file, or from now on the monitor of a run of it; True for a new file.

        Nothing is read yet.
        """
        view = RecordsView(partial(self.look_again, path), partial(self._followers.waits, path))
        with self._news:
            before = self._files.get(path)
            self._files[path] = _File(monitor, view)
        if before is not None and before.monitor is not None:
            before.monitor.setCallback(None)
        if monitor is not None:
            monitor.setCallback(view)
        return before is None

    def expect(self, paths: Iterable[Path]) -> None:
        """Follow files that were there once; they are read as soon as they can be."""
        with self._news:
            for path in paths:
                self._files.setdefault(path, _File(is_new=False, is_stale=True))
            self._next_look = 0.0
            self._news.notify_all()

    def settle(self) -> None:
        """Wait until all files that are expected were read, except where the disk hangs."""
        with self._news:
            while not self._closed and any(map(self._is_awaited, self._files.items())):
                self._news.wait(_SETTLE)

    def presence(self) -> dict[Path, bool]:
        """Which files are there, as far as that is known."""
        with self._news:
            marks = {path: file.mark for path, file in self._files.items() if file.was_read}
            return {path: mark[0] is not None for path, mark in marks.items() if mark is not None}

    def open(self, path: Path, monitor: FollowedMonitor | None = None) -> None:
        """Attach a file and read it, as ``read_first`` does. Raise VistrailError."""
        self.read_first(path, is_new=self.attach(path, monitor))

    def read_first(self, path: Path, *, is_new: bool) -> None:
        """Read a file that was attached just now. Raise VistrailError.

        A new one that is not there is dropped; one that is damaged is read again once it changes.
        """
        with self._news:
            file = self._files.get(path)
        try:
            self.read(path)
        except VistrailNotFound:
            with self._news:
                if is_new and self._files.get(path) is file:
                    self._files.pop(path, None)
            raise

    def drop(self, path: Path) -> None:
        """Follow a file no more, nor its jobs."""
        with self._passing:
            self._let_go(path)
            changes = self._followers.take(path, FileRecords())
            self._followers.apply(changes)
        self._followers.tell(changes.keys)

    def monitor(self, path: Path) -> FollowedMonitor | None:
        """The monitor that is at work on a file, if there is one."""
        with self._news:
            file = self._files.get(path)
            return None if file is None else file.monitor

    def paths(self) -> list[Path]:
        """The files that are followed."""
        with self._news:
            return list(self._files)

    def has_records(self, path: Path) -> bool:
        """Whether a file is followed, and its records are known."""
        with self._news:
            file = self._files.get(path)
            return file is not None and file.has_records

    def problems(self) -> dict[Path, str]:
        """What is wrong with files, a sentence each."""
        with self._news:
            return {path: file.problem for path, file in self._files.items() if file.problem}

    def look_again(self, path: Path) -> None:
        """Have a file, or its monitor, read again soon."""
        with self._news:
            file = self._files.get(path)
            if file is not None:
                file.is_stale = True
                self._news.notify_all()

    def read(self, path: Path) -> None:
        """Read a file now, and pass on what it holds, if it is there. Raise VistrailError."""
        with self._news:
            file = self._files.get(path)
        if file is None:
            return
        keys: frozenset[JobKey] = frozenset()
        try:
            # Passed on under the same lock: what was read before must not come after it.
            with file.reading:
                try:
                    records = self._records(path, file)
                except VistrailNotFound:
                    # Removed, or moved away; should it come back, it is read again.
                    file.has_records = False
                    keys = self._pass_on(path, file, FileRecords())
                    raise
                file.has_records = True
                keys = self._pass_on(path, file, records)
        finally:
            file.was_read = True
            self._followers.tell(keys)

    def _records(self, path: Path, file: _File) -> FileRecords:
        file.is_new, file.is_stale = False, False
        if file.monitor is not None:
            return read_records(path, file.monitor)
        # Before it is read: what changes meanwhile is read once more.
        self._mark(path, file)
        try:
            records = read_records(path, None, file.spare)
        except VistrailNotFound:
            file.problem = ""
            raise
        except DataflowError as error:
            file.problem = str(error)
            raise
        file.problem = " ".join(f"{one[:1].upper()}{one[1:]}." for one in records.problems)
        return records

    def refresh(self, path: Path) -> None:
        """Read a file now: one that is gone has no records, a damaged one those it had."""
        with self._news:
            file = self._files.get(path)
        if file is not None:
            self._read_again(path)

    def _pass_on(self, path: Path, file: _File, records: FileRecords) -> frozenset[JobKey]:
        """Have records taken in; return the keys of what they changed."""
        with self._passing:
            with self._news:
                # It may have been closed, or opened anew, while it was read.
                if self._files.get(path) is not file:
                    return frozenset()
            changes = self._followers.take(path, records)
            self._followers.apply(changes)
            return changes.keys

    def _let_go(self, path: Path) -> None:
        with self._news:
            file = self._files.pop(path, None)
        if file is not None and file.monitor is not None:
            file.monitor.setCallback(None)

    def _run(self) -> None:
        while True:
            with self._news:
                left = self._next_look - time.monotonic()
                if not self._closed and left > 0 and not self._stale_monitors():
                    self._news.wait(left)
                if self._closed:
                    return
                monitors = self._stale_monitors()
            for path, file in monitors:
                self._follow(path, file)
            if time.monotonic() >= self._next_look:
                self._next_look = time.monotonic() + _LOOK_AGAIN
                self._looks.ask(self._wanted_looks())

    def _stale_monitors(self) -> list[tuple[Path, _File]]:
        return [
            (path, file)
            for path, file in self._files.items()
            if file.monitor is not None and file.is_stale and not file.is_new
        ]

    def _follow(self, path: Path, file: _File) -> None:
        try:
            self._read_again(path)
        except Exception:
            # A mistake of who hears of one file is no reason to follow none any more.
            logger.exception("Files with jobs could not be followed")

    def _wanted_looks(self) -> list[Look]:
        with self._news:
            files = dict(self._files)
        if any(file.disk is None for file in files.values()):
            self._mounts.refresh()
        looks = [
            Look(path, self._disk(path, file), partial(self._look_at, path, file))
            for path, file in files.items()
            if file.monitor is None and not file.is_new
        ]
        return [*looks, Look("tick", "tick", self._followers.tick)]

    def _look_at(self, path: Path, file: _File) -> None:
        """Without the lock: the disk may keep us waiting."""
        before = file.mark
        if file.is_stale or self._mark(path, file) != before:
            self._read_again(path)

    def _mark(self, path: Path, file: _File) -> tuple[object, object]:
        found = file_mark(path)
        if found is not None:
            file.disk = found[0]
        if file.spare is None or file.mark is None or file.mark[0] != found:
            # Behind its name there may be another file now.
            file.spare = self._unwritten.of(path)
        file.mark = found, file.spare.mark()
        return file.mark

    def _is_awaited(self, item: tuple[Path, _File]) -> bool:
        path, file = item
        is_due = file.monitor is None and not file.is_new and not file.was_read
        return is_due and not self._looks.hangs(self._disk(path, file), _SETTLE_AT_MOST)

    def _read_again(self, path: Path) -> None:
        try:
            self.read(path)
        except VistrailNotFound:
            logger.debug("%s is not there any more", path)
        except DataflowError as error:
            # What was known of its jobs stays.
            logger.warning("The jobs of %s cannot be read: %s", path, error)

    def _disk(self, path: Path, file: _File) -> object:
        """Something that is the same for files on one disk, as far as that can be known."""
        if file.disk is not None:
            return file.disk
        foreign = self._mounts.disk(path.parent)
        return path.parent if foreign is None else foreign
