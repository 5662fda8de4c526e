"""The job monitor: which jobs were started, for which workflow, and how they ended.

The mixed-case names are those of VisTrails, whose packages call them; each has a plain twin.
"""
# ruff: noqa: N815 - see above

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from .job_format import JobRecord, JobRecords, WorkflowRecord, format_records, parse_records
from .module_errors import JobHandle, ModuleSuspended

__all__ = ["JobMonitor", "JobRecord", "MonitorView", "WorkflowRecord"]

logger = logging.getLogger(__name__)


class MonitorView(Protocol):
    """Something on a screen that follows the monitor."""

    # ruff: noqa: N802 - the names are part of VisTrails' interface
    def startWorkflow(self, workflow: WorkflowRecord) -> None:
        """A workflow begins to run."""

    def finishWorkflow(self, workflow: WorkflowRecord) -> None:
        """It ran, or waits for its jobs."""

    def addJob(self, job: JobRecord) -> None:
        """A job was recorded, or its record changed."""

    def deleteJob(self, job_id: str) -> None:
        """The record of a job was dropped."""

    def deleteWorkflow(self, workflow_id: str) -> None:
        """A workflow and its jobs were dropped."""

    def checkJob(self, module: object, job_id: str, handle: JobHandle) -> bool:
        """A module is about to wait for a job. True if the job ended in the meantime."""


class JobMonitor:
    """Keeps the records of jobs; safe to use from several threads.

    ``on_change`` is called after every change of the records, outside the lock.
    """

    def __init__(self, text: str | None = None, *, on_change: Callable[[], None] | None = None):
        self.on_change = on_change
        self._lock = threading.RLock()
        self._records = JobRecords()
        self._current: WorkflowRecord | None = None
        self._nested = 0
        self._view: MonitorView | None = None
        self._own: set[str] = set()
        if text:
            self.unserialize(text)

    # -- workflows ---------------------------------------------------------------------------

    def start_workflow(self, workflow: WorkflowRecord) -> None:
        """Jobs recorded from now on belong to ``workflow``; inside another one, to that one."""
        with self._lock:
            if self._current is not None:
                self._nested += 1
                return
            self._current = self._records.workflows.get(workflow.id, workflow)
        if self._view is not None:
            self._view.startWorkflow(workflow)

    def finish_workflow(self) -> None:
        """The current workflow has run; without one nothing happens."""
        with self._lock:
            if self._nested:
                self._nested -= 1
                return
            finished, self._current = self._current, None
        if finished is not None and self._view is not None:
            self._view.finishWorkflow(finished)

    def current_workflow(self) -> WorkflowRecord | None:
        """The workflow that runs now."""
        with self._lock:
            return self._current

    def find_workflow(self, version: int | str) -> WorkflowRecord | None:
        """The record of a version that was run before."""
        with self._lock:
            for workflow in self._records.workflows.values():
                if workflow.version == version:
                    return workflow
            return None

    def delete_workflow(self, workflow_id: str) -> None:
        """Drop a workflow, with the jobs that no other workflow has. The jobs go on."""
        with self._lock:
            workflow = self._records.workflows.pop(workflow_id, None)
            if workflow is None:
                return
            shared = {job for one in self._records.workflows.values() for job in one.jobs}
            for job_id in set(workflow.jobs) - shared:
                self._records.jobs.pop(job_id, None)
        if self._view is not None:
            self._view.deleteWorkflow(workflow_id)
        self._changed()

    # -- jobs --------------------------------------------------------------------------------

    def add_job(
        self,
        job_id: str,
        parameters: Mapping[str, Any] | None = None,
        name: str = "",
        finished: bool = False,
    ) -> JobRecord:
        """Record a job, or what is new about it, for the current workflow."""
        with self._lock:
            job = JobRecord(job_id, dict(parameters or {}), name, finished=finished)
            before = self._records.jobs.get(job_id)
            if before is not None:
                job = replace(job, start=before.start or job.start, name=name or before.name)
            self._records.jobs[job_id] = job
            self._own.add(job_id)
            joined = self._join(job_id)
            changed = joined or job != before
        if changed:
            if self._view is not None:
                self._view.addJob(job)
            self._changed()
        return job

    def _join(self, job_id: str) -> bool:
        """Make a job one of the current workflow's; False if it is already, or none runs."""
        if self._current is None or job_id in self._current.jobs:
            return False
        self._current = replace(self._current, jobs=(*self._current.jobs, job_id))
        self._records.workflows[self._current.id] = self._current
        return True

    def get_job(self, job_id: str) -> JobRecord | None:
        """The record of a job. One that says finished without any parameters is none."""
        with self._lock:
            job = self._records.jobs.get(job_id)
        return None if job is None or job.is_broken else job

    def get_cache(self, job_id: str) -> JobRecord | None:
        """The record of a job if it has finished."""
        job = self.get_job(job_id)
        return job if job is not None and job.finished else None

    def set_cache(self, job_id: str, parameters: Mapping[str, Any], name: str = "") -> None:
        """Record a job as finished."""
        self.add_job(job_id, parameters, name, finished=True)

    def has_job(self, job_id: str) -> bool:
        """Whether there is a record of a job that can be used."""
        return self.get_job(job_id) is not None

    def delete_job(self, job_id: str) -> None:
        """Drop the record of a job, everywhere. The job itself goes on."""
        with self._lock:
            if self._records.jobs.pop(job_id, None) is None:
                return
            for workflow in list(self._records.workflows.values()):
                left = replace(workflow, jobs=tuple(job for job in workflow.jobs if job != job_id))
                self._keep(left)
        if self._view is not None:
            self._view.deleteJob(job_id)
        self._changed()

    def _keep(self, workflow: WorkflowRecord) -> None:
        """Replace the record of a workflow; one without jobs is not kept."""
        if workflow.jobs:
            self._records.workflows[workflow.id] = workflow
        else:
            self._records.workflows.pop(workflow.id, None)
        if self._current is not None and self._current.id == workflow.id:
            self._current = workflow

    def jobs(self) -> list[JobRecord]:
        """Every record that can be read, in the order they were made."""
        with self._lock:
            return list(self._records.jobs.values())

    def own_jobs(self) -> frozenset[str]:
        """The ids of jobs that a run started or went on with here; the others were only read."""
        with self._lock:
            return frozenset(self._own)

    def workflows(self) -> list[WorkflowRecord]:
        """The workflows that have jobs."""
        with self._lock:
            return list(self._records.workflows.values())

    def problems(self) -> list[str]:
        """What was wrong with the records that were read, one sentence each."""
        with self._lock:
            return list(self._records.problems)

    # -- waiting -----------------------------------------------------------------------------

    def check_job(self, module: object, job_id: str, handle: JobHandle) -> None:
        """Raise ModuleSuspended if a job has not ended."""
        if self.is_done(handle):
            return
        if self._view is not None and self._view.checkJob(module, job_id, handle):
            return
        job = self.get_job(job_id)
        name = job.name if job is not None and job.name else job_id
        raise ModuleSuspended(module, f"job {name} is still running", handle=handle)

    def is_done(self, handle: JobHandle) -> bool:
        """Whether a job has ended."""
        return bool(handle.finished())

    # -- keeping -----------------------------------------------------------------------------

    def serialize(self) -> str:
        """All records as the JSON of the ``__jobs__`` annotation."""
        with self._lock:
            return format_records(self._records)

    def unserialize(self, text: str) -> None:
        """Replace all records by those of a ``__jobs__`` annotation. Raise JobRecordsInvalid."""
        records = parse_records(text)
        for problem in records.problems:
            logger.warning("Saved jobs: %s", problem)
        with self._lock:
            self._records = records

    def annotation(self) -> str | None:
        """The text to save as ``__jobs__``; None when there is no job to remember."""
        with self._lock:
            empty = not (self._records.jobs or self._records.unreadable)
            return None if empty else format_records(self._records)

    def set_view(self, view: MonitorView | None) -> None:
        """Tell a view, such as a window, of everything that happens from now on."""
        self._view = view

    def _changed(self) -> None:
        if self.on_change is not None:
            self.on_change()

    startWorkflow = start_workflow
    finishWorkflow = finish_workflow
    currentWorkflow = current_workflow
    deleteWorkflow = delete_workflow
    addJob = add_job
    getJob = get_job
    getCache = get_cache
    setCache = set_cache
    hasJob = has_job
    deleteJob = delete_job
    checkJob = check_job
    isDone = is_done
    setCallback = set_view
