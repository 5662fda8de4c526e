"""What a check of a destination found, as a value."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from ..errors import TejError

__all__ = ["Check", "CheckState"]


class CheckState(enum.Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    """An earlier check failed, so this one could not be made."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    ``found`` is a short sentence, ``fix`` says what to do (empty if nothing), ``error`` is what
    went wrong, for the exit code of a program.
    """

    name: str
    state: CheckState
    found: str
    fix: str = ""
    error: TejError | None = None

    @classmethod
    def ok(cls, name: str, found: str) -> Check:
        """Return a check that found nothing to complain about."""
        return cls(name, CheckState.OK, found)

    @classmethod
    def warning(cls, name: str, found: str, fix: str) -> Check:
        """Return a check that found something which may matter one day."""
        return cls(name, CheckState.WARNING, found, fix)

    @classmethod
    def failed(cls, name: str, found: str, fix: str, error: TejError | None = None) -> Check:
        """Return a check that found something which keeps jobs from running."""
        return cls(name, CheckState.FAILED, found, fix, error)
