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
    def jobs(self) -> PurePosixPath:
        """One directory per job."""
        return self.queue / "jobs"

    def job(self, job_id: JobId) -> PurePosixPath:
        """All that belongs to a job."""
        return self.jobs / job_id

    def stage(self, job_id: JobId) -> PurePosixPath:
        """The files of a job: what was sent, and what it writes."""
        return self.job(job_id) / "stage"
