"""Files for the jobs of vistrails that were never saved, found again when their program is gone.

Each is ``untitled.vt`` in a folder of its own, beside a file that its program holds locked for as
long as it lives, however it ends.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import IO

from ...dataflow import (
    DataflowError,
    SaveFailed,
    Vistrail,
    VistrailJobs,
    WorkflowExecution,
    read_log,
    save_vistrail,
)
from ...dataflow.job_format import format_records, parse_records
from ...dataflow.jobs_on_disk import JOBS_ANNOTATION
from ...dataflow.record_merge import joined
from ...dataflow.storage import read_annotation
from ...dataflow.storage.file_lock import try_lock
from .records import read_records

__all__ = ["UnsavedJobs", "copy_records", "find_unsaved"]

logger = logging.getLogger(__name__)

_LOCK = "lock"
_FILE = "untitled.vt"

# Another program that looks for what was left holds each file for a moment; in seconds.
_PATIENCE = 2.0

# How long a file without jobs to collect is kept, in seconds: 30 days.
_KEPT = 30 * 24 * 3600.0


class UnsavedJobs:
    """The file of one vistrail that has none; close it when the vistrail is closed."""

    def __init__(self, parent: Path) -> None:
        """Nothing is made before ``keep``."""
        self._folder = parent / uuid.uuid4().hex
        # Where it was before, with its jobs until then.
        self._left: Path | None = None
        self._lock: IO[str] | None = None
        self._is_held = False

    @classmethod
    def taken_over(cls, file: Path) -> UnsavedJobs | None:
        """That of a vistrail which another program left; None while one is at work on it."""
        unsaved = cls(file.parent.parent)
        unsaved._folder = file.parent
        try:
            unsaved._hold()
        except OSError as error:
            logger.warning("The jobs in %s cannot be taken over: %s", file, error)
            return None
        if unsaved._is_held:
            return unsaved
        unsaved._let_go()
        return None

    @property
    def file(self) -> Path:
        """Where to keep the vistrail with its jobs; another one if ``keep`` had to move it."""
        return self._folder / _FILE

    def keep(self, vistrail: Vistrail) -> Vistrail:
        """Write the vistrail down, with the jobs it has so far. Raise VistrailError.

        Where nothing can be written, it goes to a temporary folder, which is told as a warning.
        """
        if self.file.exists():
            jobs = read_annotation(self.file, JOBS_ANNOTATION)
            vistrail = vistrail.with_annotation(JOBS_ANNOTATION, jobs)
        try:
            return self._write(vistrail)
        except SaveFailed as error:
            if self._left is not None:
                raise
            self._move_away(error)
            return self._write(vistrail)

    def move_to(self, path: Path) -> None:
        """The vistrail was saved as ``path``: take its jobs there, and remove the file.

        Raise VistrailError; the jobs are then still here, too.
        """
        if self.file.exists():
            copy_records(self.file, path)
        for folder in self._folders():
            shutil.rmtree(folder, ignore_errors=True)
        self._let_go()

    def close(self) -> None:
        """Remove the file, unless one of its jobs has not been collected yet."""
        for folder in self._folders():
            if not _is_waiting(folder / _FILE):
                shutil.rmtree(folder, ignore_errors=True)
        self._let_go()

    def _write(self, vistrail: Vistrail) -> Vistrail:
        try:
            self._hold(_PATIENCE)
        except OSError as error:
            raise SaveFailed(self.file, error.strerror or str(error)) from error
        return save_vistrail(vistrail, self.file, ascii_only=False, overwrite=True)

    def _move_away(self, why: SaveFailed) -> None:
        try:
            temporary = tempfile.mkdtemp(prefix="vistrails-tej-")
        except OSError as error:
            raise why from error
        logger.warning(
            "The jobs of this vistrail will not be found at the next start unless you save it,"
            " as %s cannot be written: %s",
            self._folder,
            why.reason,
        )
        self._left, self._folder = self._folder, Path(temporary)
        self._let_go()

    def _hold(self, patience: float = 0.0) -> None:
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = (self._folder / _LOCK).open("a")
            self._is_held = try_lock(self._lock, patience)
            if not self._is_held:
                logger.warning("The folder %s cannot be locked", self._folder)

    def _folders(self) -> list[Path]:
        return [self._folder] if self._left is None else [self._folder, self._left]

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def find_unsaved(parent: Path) -> list[Path]:
    """The files with jobs to collect that programs left which are gone.

    Others are removed, but not soon: somebody may have opened one, and saved it there.
    """
    found = []
    for lock_file in sorted(parent.glob(f"*/{_LOCK}")):
        with contextlib.suppress(OSError), lock_file.open("a") as lock:
            if not try_lock(lock):
                continue
            file = lock_file.with_name(_FILE)
            if _is_waiting(file):
                found.append(file)
            elif lock_file.stat().st_mtime < time.time() - _KEPT and not _is_recent(file):
                shutil.rmtree(file.parent, ignore_errors=True)
    return found


def copy_records(source: Path, target: Path) -> None:
    """Add the records of one file, and its log of runs, to another. Raise VistrailError."""
    theirs = parse_records(VistrailJobs(source).monitor.serialize())
    jobs = VistrailJobs(target)
    ours = parse_records(jobs.monitor.serialize())
    jobs.monitor.unserialize(format_records(joined(ours, theirs)))
    for run in _missing_runs(source, target):
        jobs.log(run)
    jobs.save()
    if jobs.problem is not None:
        raise jobs.problem


def _missing_runs(source: Path, target: Path) -> list[WorkflowExecution]:
    try:
        known = read_log(target)
        return [run for run in read_log(source) if run not in known]
    except DataflowError as error:
        # The jobs matter more.
        logger.warning("The log of %s does not go along to %s: %s", source, target, error)
        return []


def _is_recent(file: Path) -> bool:
    return file.exists() and file.stat().st_mtime >= time.time() - _KEPT


def _is_waiting(file: Path) -> bool:
    """Whether a file has jobs whose results nobody has collected."""
    if not file.exists():
        return False
    try:
        records = read_records(file)
    except DataflowError as error:
        # Somebody may be able to mend it.
        logger.warning("The jobs in %s cannot be read: %s", file, error)
        return True
    return any(not one.finished for one in records.jobs.values())
