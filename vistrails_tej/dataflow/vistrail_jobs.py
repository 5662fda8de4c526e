"""The jobs of a vistrail: a monitor whose records are kept in the file itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .errors import VistrailError
from .execution_log import WorkflowExecution
from .job_format import JobRecords, format_records, parse_records
from .job_records import JobMonitor
from .loop_jobs import related_jobs
from .storage.annotation_saver import read_annotation, save_annotation
from .storage.file_lock import locked
from .storage.log_format import format_execution
from .storage.log_saver import LARGEST_LOG

logger = logging.getLogger(__name__)

JOBS_ANNOTATION = "__jobs__"
# Saving a large file takes long: it may take this share of the time at most, while jobs come in.
_SHARE = 0.1


class VistrailJobs:
    """Keeps the records of a monitor and the ``__jobs__`` annotation of a file the same.

    Several processes may run the same file: what others recorded since is kept. Nothing else in
    the file changes. Raise VistrailError when the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        text = read_annotation(path, JOBS_ANNOTATION)
        self.monitor = JobMonitor(text)
        self._saved = self._mine()
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
        if is_same and not self._log:
            return
        begun = time.monotonic()
        try:
            self._write(None if is_same else mine)
        except VistrailError as error:
            if is_same:
                logger.debug("A run of %s is not in its log: %s", self._path, error)
            else:
                self._warn(error)
            return
        self._log = []
        self._saved = mine
        self._last = time.monotonic()
        self._took = self._last - begun

    def _write(self, mine: JobRecords | None) -> None:
        """Merge the records, if they changed, into those of the file; add to its log."""
        with locked(self._path):
            text = read_annotation(self._path, JOBS_ANNOTATION)
            if mine is not None:
                merged = self._merge(mine, text)
                empty = not (merged.jobs or merged.unreadable)
                text = None if empty else format_records(merged)
            save_annotation(self._path, JOBS_ANNOTATION, text, log=b"".join(self._log))

    def _changed(self) -> None:
        if time.monotonic() - self._last > self._took / _SHARE:
            self._save()

    def _mine(self) -> JobRecords:
        return parse_records(self.monitor.serialize())

    def _merge(self, mine: JobRecords, text: str | None) -> JobRecords:
        """What the file holds now, with what happened here since it was read or saved."""
        merged = parse_records(text or "{}")
        for signature in mine.jobs.keys() | self._saved.jobs.keys():
            _merge_job(signature, self._saved, mine, merged)
        for name in mine.workflows.keys() | self._saved.workflows.keys():
            _merge_workflow(name, self._saved, mine, merged)
        return merged

    def _warn(self, error: VistrailError) -> None:
        if not self._warned:
            logger.warning("The jobs are not remembered in the file: %s", error)
        self._warned = True


def forget_all_jobs(path: Path) -> None:
    """Drop all records of a file, also those that nobody can read; the jobs themselves stay.

    Raise VistrailError when the file cannot be read or written.
    """
    with locked(path):
        save_annotation(path, JOBS_ANNOTATION, None)


def _merge_job(signature: str, before: JobRecords, mine: JobRecords, merged: JobRecords) -> None:
    """Carry over what happened to a job here; one that was seen to finish stays finished."""
    job = mine.jobs.get(signature)
    if job == before.jobs.get(signature):
        return
    theirs = merged.jobs.get(signature)
    if job is None:
        merged.jobs.pop(signature, None)
    elif theirs is None or job.finished or not theirs.finished:
        merged.jobs[signature] = job


def _merge_workflow(name: str, before: JobRecords, mine: JobRecords, merged: JobRecords) -> None:
    """Carry over what happened to a workflow here; jobs that others added to it stay."""
    workflow = mine.workflows.get(name)
    if workflow == before.workflows.get(name):
        return
    theirs = merged.workflows.pop(name, None)
    if workflow is not None:
        known = theirs.jobs if theirs is not None else ()
        jobs = dict.fromkeys((*known, *workflow.jobs))
        present = tuple(job for job in jobs if job in merged.jobs)
        merged.workflows[name] = replace(workflow, jobs=present)
