"""How long to wait before a server is asked again: often at first, then less and less."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["PAUSE_AFTER_REFUSAL", "WatchPace"]

# Servers count refused connections, and lock out who goes on; see PerSourcePenalties in
# sshd_config(5).
PAUSE_AFTER_REFUSAL = 300.0

_FIRST = 1.0
_CEILING = 30.0
_GROWTH = 1.5
_OFFLINE_CEILING = 300.0


@dataclass(slots=True)
class WatchPace:
    """The pauses for one queue, in seconds; with ``fixed`` always that one while it answers."""

    fixed: float | None = None
    _pause: float = _FIRST
    _failures: int = 0

    def after_answer(self, *, changed: bool) -> float:
        """Return the pause after an answer; something new makes it short again."""
        self._failures = 0
        if self.fixed is not None:
            return self.fixed
        pause = _FIRST if changed else self._pause
        self._pause = min(pause * _GROWTH, _CEILING)
        return pause

    def after_failure(self) -> float:
        """Return the pause after a failure: doubled each time, and not in step with others."""
        self._failures += 1
        base = self.fixed or _FIRST
        pause = min(base * 2.0 ** min(self._failures, 16), max(_OFFLINE_CEILING, base))
        return pause * random.uniform(0.75, 1.25)  # noqa: S311  (nothing secret about it)

    def after_refusal(self) -> float:
        """Return the pause after a refusal; nothing may be sent before it is over."""
        self._failures += 1
        return PAUSE_AFTER_REFUSAL * random.uniform(1.01, 1.1)  # noqa: S311
