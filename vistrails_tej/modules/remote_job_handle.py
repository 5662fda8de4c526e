"""What a host holds to follow a job: ask whether it has ended, and what it printed."""

from __future__ import annotations

from ..engine import JobNotFound, JobStatus, JobWatcher, WatchedJob
from .queue_reference import RemoteJob
from .sessions import current_sessions

# Enough for a window or a terminal; the whole is there to be downloaded. In bytes.
_SHOWN = 1 << 20


class RemoteJobHandle:
    """Follows one job; every question is one round trip to its server."""

    def __init__(self, job: RemoteJob) -> None:
        self.job = job

    def status(self) -> JobStatus:
        """What the server knows of the job. Raise JobNotFound or ConnectionFailed."""
        return current_sessions().queue(self.job.queue).status(self.job.job_id)

    def finished(self) -> bool:
        """Whether there is nothing more to wait for: it ended, was lost, given up or deleted."""
        try:
            return is_over(self.status())
        except JobNotFound:
            return True

    def failed(self) -> bool:
        """Whether it is over without the exit code 0."""
        try:
            status = self.status()
        except JobNotFound:
            return True
        return is_over(status) and not status.is_ok

    def watch(self, watcher: JobWatcher) -> WatchedJob:
        """Have a watcher follow the job, together with all others of its queue."""
        return watcher.watch(current_sessions().queue(self.job.queue), self.job.job_id)

    def standard_output(self) -> str:
        """The end of what the job has printed so far."""
        return self._read("_stdout")

    def standard_error(self) -> str:
        """The end of what the job has printed to its standard error so far."""
        return self._read("_stderr")

    def _read(self, name: str) -> str:
        queue = current_sessions().queue(self.job.queue)
        return queue.read_tail(self.job.job_id, name, size=_SHOWN).decode("utf-8", "replace")


def is_over(status: JobStatus) -> bool:
    """Whether waiting longer changes nothing; an upload that was given up counts."""
    return status.is_over or status.is_abandoned
