"""One run of one pipeline: what runs, in which order, and what becomes of failures."""

from __future__ import annotations

import time
from collections.abc import Sequence

from .events import ModuleState
from .group_content import GroupContent
from .group_module import GroupModule
from .kept_results import KeptResults, Place, mark_unsteady
from .looping import compute_rounds
from .module import InvalidOutput, Module, ModuleConnector, ValueRules
from .module_errors import ModuleError, ModuleSuspended, RunStopped, as_module_error
from .repeating import repeat, wanted_repetition
from .run_context import RunContext, RunServices
from .run_result import RunBook, RunResult
from .upstream_plan import can_be_planned
from .wiring import Wiring

__all__ = ["PipelineRun", "RunContext", "RunServices"]


class PipelineRun:
    """Runs wired modules; what ``self.interpreter`` is for them.

    The order is found without recursion, so a pipeline may be as long as it likes. Only a class
    that overrides ``update`` or ``update_upstream`` goes its own way: it calls back into here.
    """

    def __init__(self, context: RunContext, wired: Wiring) -> None:
        services = context.services
        self.filePool = services.file_pool  # the name VisTrails gave it
        self.job_monitor = services.job_monitor
        self.values: ValueRules = services.values
        self.write_output = services.write_output
        self.may_act = services.may_act
        self._context = context
        self._kept = KeptResults(services.cache)
        self._modules = wired.modules
        self._loops = wired.loops
        self._updating: set[int] = set()
        # A module that is itself an input of another has to be computed, its outputs do not do.
        self._givers = {
            source.obj.id
            for module in wired.modules.values()
            for sources in module.inputPorts.values()
            for source in sources
            if isinstance(source, ModuleConnector) and source.port == "self"
        }
        self._book = RunBook(services.listener, context.path, context.inner, context.rounds)

    def run(self, sinks: Sequence[int]) -> RunResult:
        """Run what the sinks need. KeyboardInterrupt and the like pass, states stay consistent."""
        for module_id, module in self._modules.items():
            module.interpreter = self
            module.logging = self._book
            self._book.enter(module_id, ModuleState.WAITING)
        mark_unsteady(self._modules.values())
        reason = "interrupted"
        try:
            self._drive([self._modules[module_id] for module_id in sinks])
            reason = "stopped before it was its turn" if self._is_stopped() else ""
        finally:
            left = self._book.close(reason)
        return RunResult(
            self._book.states,
            self._book.errors,
            self._book.suspended,
            self._book.blocked,
            self._book.annotations,
            bool(reason and left),
            self._context.inner.states,
            self._context.inner.errors,
            self._modules,
        )

    # -- what modules call -------------------------------------------------------------------

    def is_updating(self, module: Module) -> bool:
        """Part of ``ModuleHost``."""
        return module.id in self._updating

    def update(self, module: Module) -> None:
        """Part of ``ModuleHost``. Raise the error of the module, or of the one it is due to."""
        self._drive([module])
        if not self._book.is_settled(module.id):
            raise RunStopped(module, "the run was stopped")
        cause = self._book.blocked.get(module.id, module.id)
        error = self._book.errors.get(cause) or self._book.suspended.get(cause)
        if error is not None:
            raise error

    def compute(self, module: Module) -> None:
        """Part of ``ModuleHost``."""
        self._book.enter(module.id, ModuleState.COMPUTING)
        self._compute(module)

    def compute_round(self, module: Module, *, reuse: bool = True) -> None:
        """Part of ``ModuleHost``."""
        if self._is_stopped():
            raise RunStopped(module, "the run was stopped")
        place = self._kept.place(module) if reuse else None
        if self._kept.take(place, module):
            return
        self._compute(module)
        self._kept.keep(place, module)

    def compute_group(self, group: Module) -> None:
        """Part of ``ModuleHost``."""
        if not isinstance(group, GroupModule):
            raise ModuleError(group, f"{group.label} has nothing inside that could run")
        content = GroupContent(self._context, group)
        run = PipelineRun(content.context, content.wired)
        content.finish(run.run(content.sinks))

    def tell_rounds(self, module: Module, error: ModuleError | None, message: str) -> None:
        """Part of ``ModuleHost``."""
        state = ModuleState.SUCCESS
        if error is not None:
            waits = isinstance(error, ModuleSuspended)
            state = ModuleState.SUSPENDED if waits else ModuleState.ERROR
        self._book.rounds[module.id] = (state, message)

    def pause(self, seconds: float) -> None:
        """Part of ``ModuleHost``."""
        stop = self._context.stop
        if stop is None:
            time.sleep(seconds)
        else:
            stop.wait(seconds)

    def _compute(self, module: Module) -> None:
        _drop_invalid(module)
        looped = [
            one
            for one in self._loops.get(module.id, ())
            if one.source in module.inputPorts.get(one.port, ())
        ]
        if looped:
            compute_rounds(module, looped, self.compute_round)
        else:
            self._compute_once(module)

    def _compute_once(self, module: Module) -> None:
        """Compute a module that loops over no list; it may still repeat."""
        repetition = wanted_repetition(module)
        if repetition is None:
            module.compute()
            return
        last = repeat(module, repetition, lambda one: one.compute(), lambda _: module.signature)
        for port, value in last.outputPorts.items():
            if port != "self":
                module.set_output(port, value)

    # -- the order ---------------------------------------------------------------------------

    def _drive(self, targets: Sequence[Module]) -> None:
        stack = list(reversed(targets))
        while stack and not self._is_stopped():
            module = stack[-1]
            if self._book.is_settled(module.id) or self.is_updating(module):
                stack.pop()
                continue
            if self._restore(module):
                continue
            sources = self._sources(module)
            missing = [one for one in sources if not self._book.is_settled(one.id)]
            if missing:
                stack.extend(reversed(missing))
            else:
                stack.pop()
                self._attempt(module, sources)

    def _is_stopped(self) -> bool:
        stop = self._context.stop
        return stop is not None and stop.is_set()

    def _sources(self, module: Module) -> list[Module]:
        """The modules to be settled before this one; none if it sees to that by itself."""
        if not can_be_planned(type(module)) or not module.upstream_needed():
            return []
        return list(module.upstream_modules())

    def _attempt(self, module: Module, sources: Sequence[Module]) -> None:
        cause = self._cause(sources)
        if cause is not None:
            self._book.block(module.id, cause)
            return
        place = self._kept.place(module)
        if self._take_kept(module, place):
            return
        self._updating.add(module.id)
        try:
            module.update()
        except RunStopped:
            return
        except Exception as error:  # noqa: BLE001 - a module may raise anything; the run goes on
            self._fail(module, as_module_error(module, error))
        else:
            self._kept.keep(place, module)
            self._context.done.put(self._context.path, module)
            self._book.enter(module.id, ModuleState.SUCCESS)
        finally:
            self._updating.discard(module.id)

    def _cause(self, sources: Sequence[Module]) -> Module | None:
        """The failed module, or else the waiting one, that keeps another from running."""
        for found in (self._book.errors, self._book.suspended):
            for source in sources:
                cause = self._book.blocked.get(source.id, source.id)
                if cause in found:
                    return self._modules[cause]
        return None

    def _fail(self, module: Module, error: ModuleError) -> None:
        """Write a failure down where it began, which may be further up."""
        origin = error.module.id if isinstance(error.module, Module) else module.id
        if origin == module.id or origin not in self._modules:
            self._book.fail(module.id, error)
        else:
            self._book.block(module.id, self._modules[origin])

    # -- results that are kept ---------------------------------------------------------------

    def _restore(self, module: Module) -> bool:
        """Take a result that is known before what feeds the module has run."""
        outputs = self._context.done.find(self._context.path, module)
        if outputs is not None:
            module.outputPorts.update(outputs)
            self._enter_cached(module)
            return True
        # What follows a module that always runs has to wait for it.
        return not module.unsteady_inputs and self._take_kept(module, self._kept.place(module))

    def _take_kept(self, module: Module, place: Place | None) -> bool:
        if module.id in self._givers or not self._kept.take(place, module):
            return False
        self._enter_cached(module)
        return True

    def _enter_cached(self, module: Module) -> None:
        module.upToDate = True
        self._book.enter(module.id, ModuleState.CACHED)


def _drop_invalid(module: Module) -> None:
    """Remove the connections whose source said that there is no value."""
    for port, sources in list(module.inputPorts.items()):
        left = [one for one in sources if not _is_invalid(one)]
        if not left:
            del module.inputPorts[port]
        elif len(left) < len(sources):
            module.inputPorts[port] = left


def _is_invalid(source: object) -> bool:
    if not isinstance(source, ModuleConnector):
        return False
    return source.obj.outputPorts.get(source.port) is InvalidOutput
