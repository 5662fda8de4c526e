"""Which jobs are shown, and in which order: plain values, without Qt."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...modules.job_book import JobBookState, JobEntry

# As much of a name decides on its place, in letters.
_COMPARED = 500
_PARTS = re.compile(r"[0-9]+|[^0-9]+")


class Column(enum.IntEnum):
    """What is told of each job, from left to right."""

    JOB = 0
    STATE = 1
    SERVER = 2
    SUBMITTED = 3
    TIME = 4
    EXIT_CODE = 5
    CHECKED = 6


class JobKind(enum.Enum):
    """A choice of jobs by their state; the values are the words for it."""

    ALL = "All jobs"
    GOING_ON = "Not over"
    DONE = "Finished"
    FAILED = "Failed"
    TROUBLE = "Offline or broken"

    def includes(self, entry: JobEntry) -> bool:
        """Whether a job is one of them."""
        return _INCLUDES[self](entry)


def is_refused(entry: JobEntry) -> bool:
    """Whether its server is there and yet says nothing of it, such as one that lets nobody in."""
    is_asked = entry.place is not None and not entry.is_gone and entry.offline_since is None
    return is_asked and bool(entry.problem)


_INCLUDES: Mapping[JobKind, Callable[[JobEntry], bool]] = {
    JobKind.ALL: lambda entry: True,
    JobKind.GOING_ON: lambda entry: not entry.state.is_over,
    JobKind.DONE: lambda entry: entry.state is JobBookState.FINISHED,
    JobKind.FAILED: lambda entry: entry.state.has_failed,
    JobKind.TROUBLE: lambda entry: (
        entry.offline_since is not None
        or is_refused(entry)
        or entry.state in (JobBookState.BROKEN, JobBookState.DELETED)
    ),
}


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What is searched for: all of its words, anywhere in what is told of a job."""

    text: str = ""
    kind: JobKind = JobKind.ALL

    @property
    def is_open(self) -> bool:
        """Whether it leaves out nothing."""
        return not self.text.strip() and self.kind is JobKind.ALL

    def chosen(self) -> Callable[[JobEntry], bool]:
        """What decides on one job."""
        words = self.text.lower().split()
        includes = _INCLUDES[self.kind]
        if not words:
            return includes

        def decide(entry: JobEntry) -> bool:
            if not includes(entry):
                return False
            told = _told(entry)
            return all(word in told for word in words)

        return decide


@dataclass(frozen=True, slots=True)
class JobOrder:
    """By which column the jobs are sorted; None is the order in which they were recorded."""

    column: Column | None = None
    is_descending: bool = False

    @property
    def follows_states(self) -> bool:
        """Whether news from a server may change the order."""
        return self.column not in (None, Column.JOB, Column.SERVER)

    def key(self, now: float) -> Callable[[JobEntry], Any]:
        """What to sort by; jobs without a value come first."""
        if self.column is None:
            return lambda entry: 0
        by_column: Mapping[Column, Callable[[JobEntry], Any]] = {
            Column.JOB: lambda entry: natural_order(entry.name),
            Column.STATE: lambda entry: STATE_RANKS[entry.state],
            Column.SERVER: lambda entry: entry.server,
            Column.SUBMITTED: lambda entry: submitted_at(entry) or -1.0,
            Column.TIME: lambda entry: spent_time(entry, now) or -1.0,
            Column.EXIT_CODE: lambda entry: -1 if entry.exit_code is None else entry.exit_code,
            Column.CHECKED: lambda entry: entry.checked or -1.0,
        }
        return by_column[self.column]


# What needs a look first.
STATE_RANKS = {
    state: rank
    for rank, state in enumerate(
        (
            JobBookState.FAILED,
            JobBookState.LOST,
            JobBookState.KILLED,
            JobBookState.BROKEN,
            JobBookState.RUNNING,
            JobBookState.QUEUED,
            JobBookState.UPLOADING,
            JobBookState.UNKNOWN,
            JobBookState.FINISHED,
            JobBookState.DELETED,
        )
    )
}


def submitted_at(entry: JobEntry) -> float | None:
    """When it was submitted, in epoch seconds: as its server says, else as it was recorded."""
    if entry.status is not None and entry.status.submitted is not None:
        return float(entry.status.submitted)
    try:
        return datetime.fromisoformat(entry.record.start).timestamp()
    except (ValueError, OverflowError, OSError):
        # Files may say anything.
        return None


def spent_time(entry: JobEntry, now: float) -> float | None:
    """For how many seconds it has run or ran; before that, for how long it has waited."""
    ran = entry.run_time(now)
    status = entry.status
    if ran is not None or status is None or entry.state is not JobBookState.QUEUED:
        return ran
    if status.submitted is None or not status.checked:
        return None
    since = 0.0 if entry.checked is None else max(0.0, now - entry.checked)
    return max(0.0, status.checked - status.submitted) + since


def _told(entry: JobEntry) -> str:
    words = (entry.name, entry.state.value, entry.server, entry.job_id, entry.key.file.name)
    return " ".join(words).lower()


def natural_order(text: str) -> list[tuple[int, int, str]]:
    """A key to sort names by, so that job 10 comes after job 9."""
    return [
        _number(part) if part.isdecimal() else (1, 0, part)
        for part in _PARTS.findall(text[:_COMPARED].lower())
    ]


def _number(digits: str) -> tuple[int, int, str]:
    # Not as int, which refuses thousands of digits: of two numbers the longer one is larger.
    digits = digits.lstrip("0")
    return (0, len(digits), digits)
