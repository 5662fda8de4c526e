"""The jobs of a vistrail: a monitor whose records are kept in the file itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from .errors import VistrailError
from .execution_log import WorkflowExecution
from .job_format import JobRecords, format_records, parse_records
from .job_records import JobMonitor
from .jobs_on_disk import JOBS_ANNOTATION, JobsOnDisk, SpareRecords
from .loop_jobs import related_jobs
from .record_merge import merged
from .storage.annotation_saver import save_annotation
from .storage.atomic_file import file_mark
from .storage.file_lock import locked
from .storage.log_format import format_execution
from .storage.log_saver import LARGEST_LOG

logger = logging.getLogger(__name__)

# Saving a large file takes long: it may take this share of the time at most, while jobs come in.
_SHARE = 0.1


class VistrailJobs:
    """Keeps the records of a monitor and the ``__jobs__`` annotation of a file the same.

    Several processes may run the same file: what others recorded since is kept. So is what runs
    recorded here, when somebody puts an older file in its place. What the file does not take goes
    to ``spare``, where the next run finds it. Nothing else in the file changes. Raise
    VistrailError when the file cannot be read.
    """

    def __init__(self, path: Path, spare: SpareRecords | None = None) -> None:
        self._path = path
        self._disk = JobsOnDisk(path, spare)
        # Before it is read: what changes meanwhile is noticed.
        self._mark = file_mark(path)
        self.monitor = JobMonitor(format_records(self._disk.read()))
        self.problem: VistrailError | None = None
        """Why the file did not take the records; None when it did."""
        self._saved = self._mine()
        self._is_behind = not self._disk.kept().is_empty
        self._took = 0.0
        self._last = 0.0
        self._warned = False
        self._gathering = False
        self._log: list[bytes] = []
        self.monitor.on_change = self._changed

    def forget(self, signatures: Iterable[str]) -> None:
        """Drop the records of these jobs, here and in the file; the jobs themselves stay.

        The signature of a module that loops stands for the jobs of all its rounds.
        """
        for job_id in related_jobs(self.monitor.jobs(), set(signatures)):
            self.monitor.delete_job(job_id)
        self.save()

    def log(self, execution: WorkflowExecution) -> None:
        """Write down a run; it goes into the log of the file when the jobs are saved next."""
        self._log.append(format_execution(execution))
        while sum(map(len, self._log)) > LARGEST_LOG:
            del self._log[0]

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Save what many short runs record together: at the end, and now and then before it.

        Without it every run rewrites the file.
        """
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False
            self.save()

    def save(self) -> None:
        """Bring the file up to date. A file that cannot be written is told once, as a warning.

        A job is found again on its server without its record, so that a read-only file is no
        reason to stop.
        """
        if not self._gathering:
            self._save()

    def _save(self) -> None:
        mine = self._mine()
        is_same = format_records(mine) == format_records(self._saved)
        # A file that somebody else wrote may be one from before the jobs.
        is_there = is_same and not self._is_behind and file_mark(self._path) == self._mark
        if is_there and not self._log:
            return
        begun = time.monotonic()
        written = self._disk.update(partial(self._merge, mine), b"".join(self._log))
        if written.held is not None:
            self._saved = _base(self._saved, mine, written.held)
            self._last = time.monotonic()
            self._took = self._last - begun
        self.problem = written.problem
        self._is_behind = written.problem is not None
        if written.is_logged:
            self._log = []
        if written.unlogged is not None:
            self._warn_of_log(written.unlogged)
        if written.problem is not None:
            self._warn(written.problem, is_kept=written.held is not None)
        else:
            self._mark = file_mark(self._path)

    def _changed(self) -> None:
        if time.monotonic() - self._last > self._took / _SHARE:
            self._save()

    def _mine(self) -> JobRecords:
        return parse_records(self.monitor.serialize())

    def _merge(self, mine: JobRecords, held: JobRecords) -> JobRecords:
        """What there is now, with what happened here since it was read or saved."""
        return merged(self._saved, mine, held, self.monitor.own_jobs())

    def _warn(self, error: VistrailError, *, is_kept: bool) -> None:
        if not self._warned:
            place = ", but apart from it, for you alone" if is_kept else ""
            logger.warning("The jobs are not remembered in the file%s: %s", place, error)
        self._warned = True

    def _warn_of_log(self, error: VistrailError) -> None:
        """Tell once that the disk did not take the log; that a file is protected is no news."""
        is_news = isinstance(error.__cause__, OSError) and not self._warned
        level = logging.WARNING if is_news else logging.DEBUG
        logger.log(level, "The run is not written down in the log of the file: %s", error)
        self._warned |= is_news


def forget_all_jobs(path: Path) -> None:
    """Drop all records of a file, also those that nobody can read; the jobs themselves stay.

    Raise VistrailError when the file cannot be read or written.
    """
    with locked(path):
        save_annotation(path, JOBS_ANNOTATION, None)


def _base(before: JobRecords, mine: JobRecords, held: JobRecords) -> JobRecords:
    """What to compare with next time; a job that could not be dropped is still to be."""
    undropped = {
        signature: job
        for signature, job in before.jobs.items()
        if signature not in mine.jobs and signature in held.jobs
    }
    return replace(mine, jobs={**undropped, **mine.jobs})
