"""The line that sums up all jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ...modules.job_book import JobBookState, JobEntry
from .time_text import clock_text, span_text

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


def summary(entries: Iterable[JobEntry], checking: Checking, now: float) -> str:
    """Such as ``3 running, 1 failed, next check in 40 s, offline since 10:12``."""
    counts: Counter[JobBookState] = Counter()
    offline: list[float] = []
    for entry in entries:
        state = entry.state
        counts[state] += 1
        if entry.offline_since is not None and not state.is_over:
            offline.append(entry.offline_since)
    if not counts:
        return ""
    parts = [f"{counts[state]} {_word(state, counts[state])}" for state in _TOLD if counts[state]]
    parts += _next(counts, checking, now)
    if offline:
        parts.append(f"offline since {clock_text(min(offline), now)}")
    return ", ".join(parts)


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
