"""One run of one pipeline: what runs, in which order, and what becomes of failures."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .events import ModuleEvent, ModuleState
from .file_pool import FilePool
from .job_records import JobMonitor
from .looping import LoopedInput, compute_rounds, refuse_condition
from .module import InvalidOutput, Module, ModuleConnector, ValueRules
from .module_errors import ModuleError
from .result_cache import ResultCache
from .run_result import RunBook, RunResult


@dataclass(frozen=True, slots=True)
class RunServices:
    """What the modules of a run may use."""

    file_pool: FilePool
    job_monitor: JobMonitor
    cache: ResultCache
    values: ValueRules
    write_output: Callable[[str], None]
    may_run_code: Callable[[str], bool]
    listener: Callable[[ModuleEvent], None] | None


class _RunStopped(ModuleError):
    """Raised inside a module that asks for another one after the run was told to stop."""


class PipelineRun:
    """Runs wired modules; what ``self.interpreter`` is for them.

    The order is found without recursion, so a pipeline may be as long as it likes. Only a class
    that overrides ``update`` or ``update_upstream`` goes its own way: it calls back into here.
    """

    def __init__(
        self,
        services: RunServices,
        modules: Mapping[int, Module],
        loops: Mapping[int, Sequence[LoopedInput]],
        stop: threading.Event | None,
    ) -> None:
        self.filePool = services.file_pool  # the name VisTrails gave it
        self.job_monitor = services.job_monitor
        self.values = services.values
        self.write_output = services.write_output
        self.may_run_code = services.may_run_code
        self._cache = services.cache
        self._modules = modules
        self._loops = loops
        self._stop = stop
        self._updating: set[int] = set()
        # A module that is itself an input of another has to be computed, its outputs do not do.
        self._givers = {
            source.obj.id
            for module in modules.values()
            for sources in module.inputPorts.values()
            for source in sources
            if isinstance(source, ModuleConnector) and source.port == "self"
        }
        self._book = RunBook(services.listener)

    def run(self, sinks: Sequence[int]) -> RunResult:
        """Run what the sinks need. KeyboardInterrupt and the like pass, states stay consistent."""
        for module_id, module in self._modules.items():
            module.interpreter = self
            module.logging = self._book
            self._book.enter(module_id, ModuleState.WAITING)
        reason = "interrupted"
        try:
            self._drive([self._modules[module_id] for module_id in sinks])
            reason = "stopped before it was its turn" if self._is_stopped() else ""
        finally:
            left = [one for one in self._modules if not self._book.is_settled(one)]
            for module_id in left:
                self._book.enter(module_id, ModuleState.NOT_NEEDED, reason)
        return RunResult(
            self._book.states,
            self._book.errors,
            self._book.suspended,
            self._book.blocked,
            self._book.annotations,
            bool(reason and left),
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
            raise _RunStopped(module, "the run was stopped")
        cause = self._book.blocked.get(module.id, module.id)
        error = self._book.errors.get(cause) or self._book.suspended.get(cause)
        if error is not None:
            raise error

    def compute(self, module: Module) -> None:
        """Part of ``ModuleHost``."""
        self._book.enter(module.id, ModuleState.COMPUTING)
        _drop_invalid(module)
        refuse_condition(module)
        looped = self._loops.get(module.id, ())
        if looped:
            compute_rounds(module, looped, lambda inner: inner.compute())
        else:
            module.compute()

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
        return self._stop is not None and self._stop.is_set()

    def _sources(self, module: Module) -> list[Module]:
        """The modules to be settled before this one; none if it sees to that by itself."""
        if not _can_be_planned(type(module)) or not module.upstream_needed():
            return []
        return list(module.upstream_modules())

    def _attempt(self, module: Module, sources: Sequence[Module]) -> None:
        cause = self._cause(sources)
        if cause is not None:
            self._book.block(module.id, cause)
            return
        self._updating.add(module.id)
        try:
            module.update()
        except _RunStopped:
            return
        except ModuleError as error:
            self._fail(module, error)
        except Exception as error:  # noqa: BLE001 - a module may raise anything; the run goes on
            message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            failure = ModuleError(module, message, traceback.format_exc())
            failure.__cause__ = error
            self._fail(module, failure)
        else:
            self._keep(module)
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
        if not module.signature or not module.is_cacheable() or module.id in self._givers:
            return False
        outputs = self._cache.find(module.signature)
        if outputs is None:
            return False
        module.outputPorts.update(outputs)
        module.upToDate = True
        self._book.enter(module.id, ModuleState.CACHED)
        return True

    def _keep(self, module: Module) -> None:
        if module.signature and module.is_cacheable():
            outputs = {port: value for port, value in module.outputPorts.items() if port != "self"}
            self._cache.put(module.signature, outputs)


def _can_be_planned(module_class: type) -> bool:
    """Whether a class leaves it to the run to see to what is upstream.

    A class that overrides ``update`` or ``update_upstream`` does not, unless it says itself, by
    ``upstream_needed``, what it would do.
    """
    for base in module_class.__mro__:
        if "upstream_needed" in vars(base):
            return True
        if "update" in vars(base) or "update_upstream" in vars(base):
            return False
    return True


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
