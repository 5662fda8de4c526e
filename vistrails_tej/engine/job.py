"""Jobs: what they are called, what state they are in. Values only."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import NewType

from .errors import InvalidJobId

__all__ = ["ExitReason", "JobId", "JobState", "JobStatus", "make_job_id", "parse_job_id"]

JobId = NewType("JobId", str)
"""The name of a job's directory; made by ``parse_job_id``."""

LEASE_SECONDS = 900
"""How long an uploader may be silent; the same number is in runtimes/common."""

_JOB_ID = re.compile(r"[A-Za-z0-9_+=@%:.,-]{1,255}")


def parse_job_id(text: str) -> JobId:
    """Return ``text`` as a job id; raises InvalidJobId."""
    if text in (".", "..") or not _JOB_ID.fullmatch(text):
        raise InvalidJobId(text)
    return JobId(text)


def make_job_id() -> JobId:
    """Return an id that no other job has."""
    return JobId(f"job_{time.strftime('%Y%m%d-%H%M%S')}_{secrets.token_hex(4)}")


class JobState(Enum):
    """What is known of a job; the values are the words that the server's scripts print."""

    UPLOADING = "UPLOADING"
    """Its files are on their way."""
    INCOMPLETE = "INCOMPLETE"
    """Its upload was given up; a new submit takes the id over."""
    STAGED = "STAGED"
    """Its files are there."""
    SUBMITTING = "SUBMITTING"
    """Its start was asked for, and has not been seen yet."""
    QUEUED = "QUEUED"
    """A scheduler has it."""
    RUNNING = "RUNNING"
    """It runs."""
    CANCELLING = "CANCELLING"
    """It was told to end."""
    SUSPECT = "SUSPECT"
    """Its process is not there and no end was recorded; it may show up again."""
    LOST = "LOST"
    """It vanished without a trace."""
    EXITED = "EXITED"
    """It ended; the exit code says how."""
    PURGED = "PURGED"
    """It ended, and its files have been removed since."""

    @property
    def is_final(self) -> bool:
        """Whether the job does nothing any more, so that its results can be looked at."""
        return self in (JobState.EXITED, JobState.LOST, JobState.PURGED)

    @property
    def is_started(self) -> bool:
        """Whether its start was asked for; before that, there is only an upload."""
        return self not in (JobState.UPLOADING, JobState.INCOMPLETE, JobState.STAGED)

    @property
    def is_active(self) -> bool:
        """Whether processes of it may be at work."""
        return self.is_started and not self.is_final


class ExitReason(Enum):
    """Why a job is in its state, where more is known than the state."""

    OK = "ok"
    FAILED = "failed"
    KILLED = "killed"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "oom"
    NODE_FAILED = "node-fail"
    LOST = "lost"
    REBOOTED = "rebooted"
    ELSEWHERE = "elsewhere"
    """It runs on another machine that shares the queue, where this one cannot see it."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What the server knows of one job; times are epoch seconds of the server's clock."""

    job_id: JobId
    state: JobState
    directory: PurePosixPath
    """The stage directory: the job's files, its results, ``_stdout`` and ``_stderr``."""
    exit_code: int | None = None
    """143 for a job that was killed; None unless it ended."""
    reason: ExitReason | None = None
    attempt: int = 0
    """How often it was started."""
    submitted: int | None = None
    started: int | None = None
    ended: int | None = None
    lease_age: int | None = None
    """While it is uploaded: seconds since its uploader was last heard of."""
    host: str | None = None
    """The machine where it was started."""
    uploader: str | None = None
    """Who submitted it, from where and by which process, see ``uploader.describe_uploader``."""
    nonce: str | None = None
    """Which upload of this id it is, or came from."""
    checked: int = 0
    """When the server was asked."""

    @property
    def owner(self) -> str | None:
        """Who submitted it, as user@machine."""
        return self.uploader.partition("/")[0] if self.uploader else None

    @property
    def is_over(self) -> bool:
        """Whether the job does nothing any more."""
        return self.state.is_final

    @property
    def is_abandoned(self) -> bool:
        """Whether its upload, or its start, was given up: a new submit takes the id over."""
        stale = self.lease_age is not None and self.lease_age > LEASE_SECONDS
        return self.state is JobState.INCOMPLETE or (self.state is JobState.STAGED and stale)

    @property
    def is_ok(self) -> bool:
        """Whether it ended well and its files are still there."""
        return self.state is JobState.EXITED and self.exit_code == 0

    @property
    def can_run_again(self) -> bool:
        """Whether ``submit`` with ``again`` makes a new attempt of it."""
        return self.state.is_final
