"""The line that sums up all jobs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from ...modules.job_book import JobBookState, JobEntry
from ..foreign_text import short_name
from .filters import is_refused
from .time_text import clock_text, span_text

_DETAILS = re.compile(r"^cannot reach \S+: | \([^)]*\)")
_Kind = TypeVar("_Kind")
# What needs a look last, as the eye rests there; what is well and over is told only in sum.
_TOLD = (
    JobBookState.RUNNING,
    JobBookState.QUEUED,
    JobBookState.UPLOADING,
    JobBookState.UNKNOWN,
    JobBookState.FINISHED,
    JobBookState.FAILED,
    JobBookState.LOST,
    JobBookState.KILLED,
    JobBookState.DELETED,
    JobBookState.BROKEN,
)


@dataclass(frozen=True, slots=True)
class Checking:
    """When the servers are asked next: a moment, or not, and whether the user paused it."""

    next_check: float | None = None
    is_paused: bool = False


class Tally:
    """How many jobs there are of each kind. It changes with each job, as there may be thousands.

    ``refused`` has the reasons why some of those that are not over cannot be asked about.
    """

    def __init__(self, entries: Iterable[JobEntry] = ()) -> None:
        self.states: Counter[JobBookState] = Counter()
        self.refused: Counter[str] = Counter()
        self._offline: Counter[float] = Counter()
        for entry in entries:
            self._count(entry, 1)

    @property
    def offline_since(self) -> float | None:
        """Since when a server is away that something is waited for from."""
        return min(self._offline, default=None)

    def change(self, before: JobEntry | None, after: JobEntry | None) -> None:
        """Take in what became of a job; None for one that was or is not there."""
        if before is not None:
            self._count(before, -1)
        if after is not None:
            self._count(after, 1)

    def _count(self, entry: JobEntry, by: int) -> None:
        state = entry.state
        _add(self.states, state, by)
        if entry.offline_since is not None and not state.is_over:
            _add(self._offline, entry.offline_since, by)
        if is_refused(entry) and not state.is_over:
            _add(self.refused, _reason(entry.problem), by)


def _add(counts: Counter[_Kind], kind: _Kind, by: int) -> None:
    counts[kind] += by
    if not counts[kind]:
        del counts[kind]


def summary(jobs: Tally, checking: Checking, now: float) -> str:
    """Such as ``3 running, 1 failed, next check in 40 s, offline since 10:12``."""
    counts = jobs.states
    if not counts:
        return ""
    parts = [f"{counts[state]} {_word(state, counts[state])}" for state in _TOLD if counts[state]]
    parts += [f"{count} cannot be asked about: {why}" for why, count in jobs.refused.most_common()]
    parts += _next(counts, checking, now)
    if jobs.offline_since is not None:
        parts.append(f"offline since {clock_text(jobs.offline_since, now)}")
    return ", ".join(parts)


def _reason(problem: str) -> str:
    """What went wrong, without the server, the details and the advice."""
    return short_name(_DETAILS.sub("", problem.partition(";")[0]))


def _word(state: JobBookState, count: int) -> str:
    if state is JobBookState.UNKNOWN:
        return "not asked yet"
    if state is JobBookState.BROKEN and count > 1:
        return "broken records"
    return str(state.value)


def _next(counts: Counter[JobBookState], checking: Checking, now: float) -> list[str]:
    if all(state.is_over for state in counts):
        return []
    if checking.is_paused:
        return ["checks are paused"]
    if checking.next_check is None:
        return []
    left = checking.next_check - now
    return [f"next check in {span_text(left)}" if left >= 1 else "checking now"]
