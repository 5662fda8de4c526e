"""How the user wants a run to go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunWishes:
    """The options of ``run`` that are not about what is run."""

    wait: bool
    interval: float | None
    again: bool
    trust: bool
    as_json: bool
