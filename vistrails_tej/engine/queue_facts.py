"""What a queue tells of itself and of the files of its jobs: values only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

__all__ = ["JobFile", "QueueFacts", "QueueUsage"]


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """Where a queue is, once links were followed, and how it works."""

    path: PurePosixPath
    version: str
    runtime: str
    links: tuple[PurePosixPath, ...]


@dataclass(frozen=True, slots=True)
class QueueUsage:
    """How many bytes the jobs of a queue take; how many are left, None where that is not told."""

    used: int
    free: int | None


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file of a job: its name in the job's directory, its size in bytes, when it was changed.

    The time is in epoch seconds of the server's clock; None for what the server does not tell.
    """

    name: str
    size: int | None
    changed: int | None
