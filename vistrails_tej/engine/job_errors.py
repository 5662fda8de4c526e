"""What can go wrong with one job; part of the tree in ``errors``."""

from __future__ import annotations

from .tej_error import TejError

__all__ = [
    "JobDeleted",
    "JobError",
    "JobExists",
    "JobNotFound",
    "JobStillRunning",
    "ScriptNotFound",
    "ScriptUnusable",
]


class JobError(TejError):
    """Raised when one job cannot be treated as asked."""

    advice = "look at its status"

    def __init__(self, job_id: str, reason: str, advice: str = "") -> None:
        self.job_id = job_id
        self.reason = reason
        super().__init__(f"job {job_id}: {reason}", advice)


class JobNotFound(JobError):
    """Raised when the queue has no such job."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id, "there is no such job in the queue", "list shows those there are")


class JobExists(JobError):
    """Raised when a job of this id is there already; it was left untouched.

    ``found`` says in a few words what it is; ``is_over`` that it may be run again, ``uploading``
    that somebody else is about to submit it.
    """

    def __init__(
        self, job_id: str, found: str = "", *, is_over: bool = False, uploading: bool = False
    ) -> None:
        self.found = found
        self.is_over = is_over
        self.uploading = uploading
        advice = (
            "run it again, or delete it first" if is_over else "wait for it, or delete it first"
        )
        told = f" ({found})" if found else ""
        super().__init__(job_id, f"it exists already{told}", advice)


class JobStillRunning(JobError):
    """Raised when a job must have ended for what was asked."""

    def __init__(self, job_id: str, *, uploading: bool = False) -> None:
        self.uploading = uploading
        super().__init__(
            job_id,
            "its files are being sent" if uploading else "it is still running",
            "wait for them, or force it" if uploading else "wait for it, or kill it first",
        )


class JobDeleted(JobError):
    """Raised when somebody deleted a job while its files were sent."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id, "it was deleted while its files were sent", "submit it once more")


class ScriptNotFound(JobError):
    """Raised when the directory of a job has no such script."""

    def __init__(self, job_id: str, script: str) -> None:
        self.script = script
        super().__init__(job_id, f"its directory has no file {script!r} to run", "add it")


class ScriptUnusable(JobError):
    """Raised when the server could not run a script as it is; nothing was sent."""

    def __init__(self, job_id: str, script: str, reason: str, advice: str) -> None:
        self.script = script
        super().__init__(job_id, f"its script {script!r} cannot be run: {reason}", advice)
