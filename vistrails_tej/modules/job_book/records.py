"""The records of one file: as the file has them, or as a run in this program has them now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ...dataflow import JobRecord, WorkflowRecord
from ...dataflow.job_format import parse_records
from ...dataflow.jobs_on_disk import JobsOnDisk, SpareRecords

__all__ = ["FileRecords", "FollowedMonitor", "RecordsView", "read_records"]


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


def read_records(
    path: Path, monitor: FollowedMonitor | None = None, spare: SpareRecords | None = None
) -> FileRecords:
    """Read those of a file, or of the monitor that is at work on it. Raise VistrailError.

    ``spare`` has those that the file did not take.
    """
    if monitor is None:
        records = JobsOnDisk(path, spare).read()
    else:
        records = parse_records(monitor.serialize())
    workflows = {job: one for one in records.workflows.values() for job in one.jobs}
    return FileRecords(records.jobs, workflows, tuple(records.problems))


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
