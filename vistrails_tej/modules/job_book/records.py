"""The records of one file: as the file has them, or as a run in this program has them now."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ...dataflow import JobRecord, WorkflowRecord
from ...dataflow.job_format import parse_records
from ...dataflow.storage import read_annotation
from ...dataflow.vistrail_jobs import JOBS_ANNOTATION

__all__ = ["FileRecords", "FollowedMonitor", "RecordsView", "file_mark", "read_records"]


class FollowedMonitor(Protocol):
    """What is asked of a monitor: ours has it, and that of VisTrails under the same names."""

    # ruff: noqa: N802 - the names are part of VisTrails' interface
    def serialize(self) -> str:
        """All records, as in the annotation of a file."""

    def setCallback(self, gui: Any, /) -> object:
        """Tell ``gui`` of all changes; None for nobody."""

    def deleteJob(self, job_id: str, /) -> object:
        """Drop a record."""


@dataclass(frozen=True, slots=True)
class FileRecords:
    """The jobs by signature, for each the last workflow that has it, and what is wrong."""

    jobs: Mapping[str, JobRecord] = field(default_factory=dict)
    workflows: Mapping[str, WorkflowRecord] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_records(path: Path, monitor: FollowedMonitor | None = None) -> FileRecords:
    """Read those of a file, or of the monitor that is at work on it. Raise VistrailError."""
    if monitor is None:
        text = read_annotation(path, JOBS_ANNOTATION) or "{}"
    else:
        text = monitor.serialize()
    records = parse_records(text)
    workflows = {job: one for one in records.workflows.values() for job in one.jobs}
    return FileRecords(records.jobs, workflows, tuple(records.problems))


def file_mark(path: Path) -> object:
    """Something that differs once a file was changed; None while it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116  (a Path would do the same)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


class RecordsView:
    """Follows a monitor, as what VisTrails' ``setCallback`` takes.

    ``waits`` is called with the signature of a module that is about to wait for its job.
    """

    def __init__(self, changed: Callable[[], None], waits: Callable[[str], None]) -> None:
        self._changed = changed
        self._waits = waits

    def startWorkflow(self, workflow: object) -> None:
        """Nothing is recorded yet."""

    def finishWorkflow(self, workflow: object = None) -> None:
        """All that a run recorded is there."""
        self._changed()

    def addJob(self, job: object) -> None:
        """A record is new, or another."""
        self._changed()

    def deleteJob(self, job_id: object) -> None:
        """A record is gone."""
        self._changed()

    def deleteWorkflow(self, workflow_id: object) -> None:
        """A workflow is gone, with its records."""
        self._changed()

    def checkJob(self, module: object, job_id: str, handle: object) -> bool:
        """A module is about to wait; nothing is known that its handle does not know."""
        self._waits(str(job_id))
        return False
