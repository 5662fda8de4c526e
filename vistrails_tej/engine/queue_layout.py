"""Every path of a queue, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from .job import JobId

__all__ = ["DEFAULT_QUEUE", "STDERR", "STDOUT", "QueueLayout", "manifest_name"]

DEFAULT_QUEUE = "~/.tej"
STDOUT = "_stdout"
STDERR = "_stderr"


def manifest_name(nonce: str) -> str:
    """Return under which name the list of files travels at the end of a payload."""
    return f".vt-manifest.{nonce}"


@dataclass(frozen=True, slots=True)
class QueueLayout:
    """The paths below the directory of a queue, links followed."""

    queue: PurePosixPath

    @property
    def version(self) -> PurePosixPath:
        """Two lines, the protocol's version and the runtime; it makes the directory a queue."""
        return self.queue / "version"

    @property
    def commands(self) -> PurePosixPath:
        """The programs that tej 0.6 calls."""
        return self.queue / "commands"

    @property
    def jobs(self) -> PurePosixPath:
        """One directory per job."""
        return self.queue / "jobs"

    @property
    def trash(self) -> PurePosixPath:
        """What is being removed."""
        return self.queue / "vt" / "trash"

    def job(self, job_id: JobId) -> PurePosixPath:
        """All that belongs to a job."""
        return self.jobs / job_id

    def records(self, job_id: JobId) -> PurePosixPath:
        """The evidence from which the state of a job is derived."""
        return self.job(job_id) / ".vt"

    def attempt(self, job_id: JobId, number: int = 1) -> PurePosixPath:
        """The evidence of one run."""
        return self.records(job_id) / f"attempt-{number}"

    def stage(self, job_id: JobId) -> PurePosixPath:
        """The files of a job: what was sent, and what it writes."""
        return self.job(job_id) / "stage"
