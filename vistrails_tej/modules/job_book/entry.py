"""A job as a list shows it: its record, what its server last said, and what is wrong."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from ...dataflow import JobRecord, WorkflowRecord
from ...engine import ExitReason, JobState, JobStatus, TejError
from ..queue_reference import QueueReference, RemoteJob

__all__ = ["JobBookState", "JobEntry", "JobKey", "state_of"]


@dataclass(frozen=True, slots=True, order=True)
class JobKey:
    """Names a record: the file that holds it, and the signature of the job's module."""

    file: Path
    signature: str


class JobBookState(enum.Enum):
    """What people see; the values are the words for it.

    That a server is offline is no state of its jobs: see ``JobEntry.offline_since``.
    """

    UNKNOWN = "unknown"
    """It had not ended when it was recorded, and its server was never asked."""
    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    """It ended with another exit code than 0, or its upload was given up."""
    LOST = "lost"
    KILLED = "killed"
    DELETED = "deleted"
    """It is not on its server any more."""
    BROKEN = "broken record"
    """The record names no job that could be asked about."""

    @property
    def is_over(self) -> bool:
        """Whether waiting changes nothing any more."""
        return self not in _GOING_ON

    @property
    def has_failed(self) -> bool:
        """Whether the job ended, and not well."""
        return self in (JobBookState.FAILED, JobBookState.LOST, JobBookState.KILLED)


_GOING_ON = (
    JobBookState.UNKNOWN,
    JobBookState.UPLOADING,
    JobBookState.QUEUED,
    JobBookState.RUNNING,
)

_BEFORE_THE_END = {
    JobState.UPLOADING: JobBookState.UPLOADING,
    JobState.INCOMPLETE: JobBookState.UPLOADING,
    JobState.STAGED: JobBookState.UPLOADING,
    JobState.SUBMITTING: JobBookState.QUEUED,
    JobState.QUEUED: JobBookState.QUEUED,
    JobState.RUNNING: JobBookState.RUNNING,
    JobState.CANCELLING: JobBookState.RUNNING,
    JobState.SUSPECT: JobBookState.RUNNING,
    JobState.LOST: JobBookState.LOST,
}


@dataclass(frozen=True, slots=True)
class JobEntry:
    """What is known of one recorded job. Times are epoch seconds of this machine's clock.

    ``workflow`` is the last one that has the job. ``place`` is None for a record that cannot be
    understood. ``status`` is what the server said last, None before it was asked; ``checked`` is
    when that was. ``is_gone`` says that the server knows the job no more. ``offline_since`` is set
    while the server cannot be reached. ``problem`` is a sentence, or blank; ``error`` is what it
    says in words, where a server, or the way to it, is to blame.
    """

    key: JobKey
    record: JobRecord
    workflow: WorkflowRecord | None = None
    place: RemoteJob | None = None
    status: JobStatus | None = None
    checked: float | None = None
    is_gone: bool = False
    offline_since: float | None = None
    problem: str = ""
    error: TejError | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What to call it: the label of its module."""
        return self.record.name or self.job_id

    @property
    def job_id(self) -> str:
        """What it is called on its server; the signature where the record does not say."""
        return str(self.record.parameters.get("job_id") or self.key.signature)

    @property
    def queue(self) -> QueueReference | None:
        """The queue that it is in."""
        return None if self.place is None else self.place.queue

    @property
    def server(self) -> str:
        """The destination of its server; blank for a broken record."""
        return "" if self.place is None else str(self.place.queue.destination)

    @property
    def state(self) -> JobBookState:
        """The state, as far as it is known."""
        if self.place is None or self.record.is_broken:
            return JobBookState.BROKEN
        if self.is_gone:
            return JobBookState.DELETED
        if self.status is not None:
            return state_of(self.status)
        if not self.record.finished:
            return JobBookState.UNKNOWN
        return JobBookState.FINISHED if self.exit_code in (0, None) else JobBookState.FAILED

    @property
    def is_over(self) -> bool:
        """Whether waiting changes nothing any more."""
        return self.state.is_over

    @property
    def has_failed(self) -> bool:
        """Whether it ended, and not well."""
        return self.state.has_failed

    @property
    def is_collected(self) -> bool:
        """Whether its outputs are on record, so that a run asks its server nothing."""
        return self.record.finished and not self.record.is_broken

    @property
    def exit_code(self) -> int | None:
        """How it ended, where that is known."""
        if self.status is not None and self.status.exit_code is not None:
            return self.status.exit_code
        code = self.record.parameters.get("exitcode")
        return code if isinstance(code, int) else None

    @property
    def ended(self) -> float | None:
        """When it ended, on this machine's clock; None where that is not known."""
        status = self.status
        if status is None or status.ended is None or not status.checked or self.checked is None:
            return None
        return self.checked - (status.checked - status.ended)

    def run_time(self, now: float) -> float | None:
        """For how many seconds it has run, or ran; None before it started."""
        status = self.status
        if status is None or status.started is None:
            return None
        if status.ended is not None:
            return max(0.0, status.ended - status.started)
        if self.state is not JobBookState.RUNNING or not status.checked:
            return None
        # Both differences are of one clock each: those of two machines seldom agree.
        since = 0.0 if self.checked is None else max(0.0, now - self.checked)
        return max(0.0, status.checked - status.started) + since


def state_of(status: JobStatus) -> JobBookState:
    """The state that a status of the server means to people."""
    if status.is_abandoned:
        return JobBookState.FAILED
    before = _BEFORE_THE_END.get(status.state)
    if before is not None:
        return before
    if status.exit_code == 0:
        return JobBookState.FINISHED
    if status.reason is ExitReason.KILLED:
        return JobBookState.KILLED
    if status.reason in (ExitReason.LOST, ExitReason.REBOOTED):
        return JobBookState.LOST
    return JobBookState.FAILED
