"""What a listener hears while a pipeline runs."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class ModuleState(enum.Enum):
    """How far a module is; the value is the word people see."""

    WAITING = "waiting"
    COMPUTING = "computing"
    SUCCESS = "success"
    CACHED = "cached"
    ERROR = "error"
    SUSPENDED = "suspended"
    NOT_NEEDED = "not needed"

    @property
    def is_final(self) -> bool:
        """Whether the module has been dealt with in this run."""
        return self not in (ModuleState.WAITING, ModuleState.COMPUTING)


@dataclass(frozen=True, slots=True)
class ModuleEvent:
    """A module came into a state, or, with ``progress`` from 0 to 1, went on computing.

    Every module of the pipeline is heard once as waiting and once in a final state, in between
    once as computing if it computed. ``message`` says why for error, suspended and not needed.
    ``path`` are the ids of the groups around the module, outermost first; it is empty for the
    modules of the pipeline itself. What is inside a group that loops is heard in every round.
    """

    module_id: int
    state: ModuleState
    message: str = ""
    progress: float | None = None
    path: tuple[int, ...] = ()
