"""What a watcher knows of a job: the last status, and why there is no newer one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .errors import JobNotFound, QueueLinkBroken, QueueNotFound, TejError
from .job import JobId, JobStatus
from .remote_queue import RemoteQueue

__all__ = ["JobSighting", "WatchedJob", "next_sighting"]


@dataclass(frozen=True, slots=True)
class WatchedJob:
    """A job of a queue."""

    queue: RemoteQueue
    job_id: JobId


@dataclass(frozen=True, slots=True)
class JobSighting:
    """What was last found out about a job.

    ``status`` is the last one known, however old; ``error`` is why there is no newer one.
    ``waited_out`` tells that the error, although not retryable, is taken for one that passes.
    ``offline_since`` is when the server was first found away, in epoch seconds of this machine's
    clock; None while it answers.
    """

    status: JobStatus | None = None
    error: TejError | None = None
    waited_out: bool = False
    offline_since: float | None = None

    @property
    def is_offline(self) -> bool:
        """Whether the server cannot be reached just now, which says nothing about the job."""
        return self.error is not None and (self.error.retryable or self.waited_out)

    @property
    def is_gone(self) -> bool:
        """Whether its server said that it has no such job, or no such queue any more."""
        if isinstance(self.error, QueueLinkBroken):
            # The disk that it leads to may not be mounted just now.
            return False
        return isinstance(self.error, (JobNotFound, QueueNotFound))

    @property
    def is_settled(self) -> bool:
        """Whether waiting is no use any more: it ended, is gone, or cannot be asked about."""
        if self.error is not None:
            return not self.is_offline
        return self.status is not None and (self.status.is_over or self.status.is_abandoned)

    def differs_from(self, other: JobSighting) -> bool:
        """Whether it is news to who saw the other one; that time passes is none."""
        return (
            _timeless(self.status) != _timeless(other.status)
            or type(self.error) is not type(other.error)
            or self.is_offline is not other.is_offline
        )


def next_sighting(
    before: JobSighting,
    job_id: JobId,
    found: dict[JobId, JobStatus] | TejError,
    restarts: bool,
    now: float,
) -> JobSighting:
    """Return what is known of a job once its queue has answered, or failed to.

    ``restarts`` says that the failure is one of a server that is taken to come back.
    """
    if not isinstance(found, TejError):
        if job_id in found:
            return JobSighting(found[job_id])
        return JobSighting(before.status, JobNotFound(job_id))
    sighting = JobSighting(before.status, found, restarts)
    if not sighting.is_offline:
        return sighting
    since = now if before.offline_since is None else before.offline_since
    return replace(sighting, offline_since=since)


def _timeless(status: JobStatus | None) -> JobStatus | None:
    return None if status is None else replace(status, checked=0, lease_age=None)
