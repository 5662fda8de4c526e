"""What a listener hears while a pipeline runs."""

from __future__ import annotations

import enum
from dataclasses import dataclass

# Which round of how many, for each loop around a module.
RoundPlace = tuple[tuple[int, int], ...]


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
    modules of the pipeline itself. What is inside a group that loops is heard in every round,
    and ``rounds`` says in which: the number, from 1, and how many there are (0 if nobody knows),
    the outermost loop first.
    """

    module_id: int
    state: ModuleState
    message: str = ""
    progress: float | None = None
    path: tuple[int, ...] = ()
    rounds: RoundPlace = ()

    @property
    def round_text(self) -> str:
        """The rounds as they stand behind a label: `` [3 of 20]``, or nothing."""
        return describe_rounds(self.rounds)


def describe_rounds(rounds: RoundPlace) -> str:
    """Rounds as they stand behind a label, with a blank before them; nothing outside of loops."""
    texts = [f"{number} of {count}" if count else str(number) for number, count in rounds]
    return f" [{', '.join(texts)}]" if texts else ""
