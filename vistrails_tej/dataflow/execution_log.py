"""What was run, when and how it ended: the values of the execution log of a vistrail."""

from __future__ import annotations

import enum
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .events import ModuleEvent, ModuleState
from .job_format import user_name
from .pipeline import Pipeline


class Outcome(enum.Enum):
    """How something ended; the values are those of the attribute ``completed`` of the format."""

    DONE = 1
    UNFINISHED = 0
    FAILED = -1
    SUSPENDED = -2


@dataclass(frozen=True, slots=True)
class ModuleExecution:
    """One module of a run. Times are local, ``YYYY-MM-DD HH:MM:SS``; ``error`` says why not."""

    module_id: int
    name: str
    started: str
    ended: str
    outcome: Outcome
    cached: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowExecution:
    """One run of a version; ``version`` is -1 where the log does not say."""

    version: int
    user: str
    started: str
    ended: str
    outcome: Outcome
    modules: tuple[ModuleExecution, ...] = ()
    program: str = ""
    machine: str = ""


class ExecutionRecorder:
    """Hears the events of one run and makes its entry for the log.

    Modules that were not run, or wait for another, are not in it; nor is what is inside groups.
    """

    def __init__(
        self, pipeline: Pipeline, version: int, clock: Callable[[], datetime] = datetime.now
    ) -> None:
        self._pipeline = pipeline
        self._version = version
        self._clock = clock
        self._started = self._now()
        self._computing: dict[int, str] = {}
        self._done: dict[int, ModuleExecution] = {}

    def event(self, event: ModuleEvent) -> None:
        """A module came into a state."""
        if event.path or event.progress is not None:
            return
        if event.state is ModuleState.COMPUTING:
            self._computing.setdefault(event.module_id, self._now())
        elif event.state is ModuleState.CACHED:
            self._computing[event.module_id] = self._now()
            self._note(event, Outcome.DONE)
        elif event.state in _OUTCOMES and event.module_id in self._computing:
            self._note(event, _OUTCOMES[event.state])

    def finish(self) -> WorkflowExecution | None:
        """The entry for the log; None for a run in which no module did anything."""
        for module_id in self._computing.keys() - self._done.keys():
            self._note(ModuleEvent(module_id, ModuleState.COMPUTING), Outcome.UNFINISHED)
        if not self._done:
            return None
        found = {one.outcome for one in self._done.values()}
        worst = next(one for one in _WORST_FIRST if one in found)
        return WorkflowExecution(
            self._version,
            user_name(),
            self._started,
            self._now(),
            worst,
            tuple(self._done.values()),
            "vistrails_tej",
            platform.node(),
        )

    def _note(self, event: ModuleEvent, outcome: Outcome) -> None:
        module = self._pipeline.modules[event.module_id]
        self._done[event.module_id] = ModuleExecution(
            event.module_id,
            module.name,
            self._computing[event.module_id],
            self._now(),
            outcome,
            event.state is ModuleState.CACHED,
            "" if outcome is Outcome.DONE else event.message,
        )

    def _now(self) -> str:
        return f"{self._clock():%Y-%m-%d %H:%M:%S}"


_OUTCOMES = {
    ModuleState.SUCCESS: Outcome.DONE,
    ModuleState.ERROR: Outcome.FAILED,
    ModuleState.SUSPENDED: Outcome.SUSPENDED,
}
_WORST_FIRST = (Outcome.FAILED, Outcome.UNFINISHED, Outcome.SUSPENDED, Outcome.DONE)
