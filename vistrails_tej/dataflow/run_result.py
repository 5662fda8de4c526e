"""What is known of a run: states, errors, what waits, outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .events import ModuleEvent, ModuleState, RoundPlace
from .module import Module
from .module_errors import ModuleError, ModuleSuspended

_FINE = (ModuleState.SUCCESS, ModuleState.CACHED, ModuleState.NOT_NEEDED)


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """Which version of which vistrail runs, and why; part of ``moduleInfo``."""

    version: int | str = -1
    vistrail_name: str = "untitled"
    locator: str | None = None
    reason: str = "Pipeline Execution"


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    ``errors`` and ``suspended`` have the modules where it began. A module that could not run
    because of them is in ``blocked``, with the id of the module that it is due to. What is
    inside groups is in ``inner_states`` and ``inner_errors``, by the ids of the groups around
    it, outermost first, and its own; of a group that loops, as the last round left it.
    """

    states: dict[int, ModuleState] = field(default_factory=dict)
    errors: dict[int, ModuleError] = field(default_factory=dict)
    suspended: dict[int, ModuleSuspended] = field(default_factory=dict)
    blocked: dict[int, int] = field(default_factory=dict)
    annotations: dict[int, dict[str, Any]] = field(default_factory=dict)
    was_stopped: bool = False
    inner_states: dict[tuple[int, ...], ModuleState] = field(default_factory=dict)
    inner_errors: dict[tuple[int, ...], ModuleError] = field(default_factory=dict)
    _modules: Mapping[int, Module] = field(default_factory=dict)

    def outputs(self, module_id: int) -> dict[str, Any]:
        """The outputs a module gave, by port; nothing for one that did not run."""
        given = dict(self._modules[module_id].outputPorts)
        given.pop("self", None)
        return given

    def after(self, previous: RunResult) -> RunResult:
        """The run together with the one that it took up: what was done there stays done."""
        news = {
            module_id: state
            for module_id, state in self.states.items()
            if state is not ModuleState.NOT_NEEDED
        }
        return replace(
            self,
            states={**previous.states, **news},
            errors={**previous.errors, **self.errors},
            blocked={**previous.blocked, **self.blocked},
            annotations={**previous.annotations, **self.annotations},
            inner_states={**previous.inner_states, **self.inner_states},
            inner_errors={**previous.inner_errors, **self.inner_errors},
        )

    @property
    def succeeded(self) -> bool:
        """Whether everything that was asked for is there."""
        return not self.was_stopped and all(state in _FINE for state in self.states.values())

    @property
    def is_suspended(self) -> bool:
        """Whether something outside is waited for."""
        return bool(self.suspended)


@dataclass(frozen=True, slots=True)
class InnerBook:
    """What is known of the modules inside groups, by path."""

    states: dict[tuple[int, ...], ModuleState] = field(default_factory=dict)
    errors: dict[tuple[int, ...], ModuleError] = field(default_factory=dict)


class RunBook:
    """Writes down states as modules reach them, and tells the listener. ``ModuleLog`` of a run.

    ``path`` are the groups around the pipeline that runs; inside one, ``inner`` hears it too.
    ``rounds`` are those of the loops that these are in.
    """

    def __init__(
        self,
        listener: Callable[[ModuleEvent], None] | None,
        path: tuple[int, ...] = (),
        inner: InnerBook | None = None,
        rounds: RoundPlace = (),
    ) -> None:
        self.states: dict[int, ModuleState] = {}
        self.errors: dict[int, ModuleError] = {}
        self.suspended: dict[int, ModuleSuspended] = {}
        self.blocked: dict[int, int] = {}
        self.annotations: dict[int, dict[str, Any]] = {}
        # How modules that others run, round by round, have ended.
        self.rounds: dict[int, tuple[ModuleState, str]] = {}
        self._listener = listener
        self._path = path
        self._place = rounds
        self._inner = InnerBook() if inner is None else inner

    def enter(self, module_id: int, state: ModuleState, message: str = "") -> None:
        """A module came into a state."""
        self.states[module_id] = state
        if self._path:
            where = (*self._path, module_id)
            self._inner.states[where] = state
        self._tell(ModuleEvent(module_id, state, message, None, self._path, self._place))

    def is_settled(self, module_id: int) -> bool:
        """Whether a module has been dealt with."""
        return self.states[module_id].is_final

    def fail(self, module_id: int, error: ModuleError) -> None:
        """A module failed, or waits."""
        if isinstance(error, ModuleSuspended):
            self.suspended[module_id] = error
            self.enter(module_id, ModuleState.SUSPENDED, str(error))
        else:
            self.errors[module_id] = error
            if self._path:
                where = (*self._path, module_id)
                self._inner.errors[where] = error
            self.enter(module_id, ModuleState.ERROR, str(error))

    def block(self, module_id: int, cause: Module) -> None:
        """A module cannot run because of another, which failed or waits."""
        self.blocked[module_id] = cause.id
        if cause.id in self.suspended:
            self.enter(module_id, ModuleState.SUSPENDED, f"waits for {cause.label}")
        else:
            self.enter(module_id, ModuleState.ERROR, f"not run, because {cause.label} failed")

    def close(self, reason: str) -> list[int]:
        """Give what was not dealt with its last state; return what nobody has run at all."""
        left = [one for one, state in self.states.items() if not state.is_final]
        for module_id in left:
            self.enter(module_id, *self.rounds.get(module_id, (ModuleState.NOT_NEEDED, reason)))
        return [one for one in left if one not in self.rounds]

    def update_progress(self, module: Module, fraction: float) -> None:
        """Part of ``ModuleLog``."""
        progress = min(1.0, max(0.0, float(fraction)))
        state = ModuleState.COMPUTING
        self._tell(ModuleEvent(module.id, state, "", progress, self._path, self._place))

    def annotate(self, module: Module, notes: Mapping[str, Any]) -> None:
        """Part of ``ModuleLog``."""
        self.annotations.setdefault(module.id, {}).update(notes)

    def _tell(self, event: ModuleEvent) -> None:
        if self._listener is not None:
            self._listener(event)
