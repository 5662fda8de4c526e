"""Module: what every step of a pipeline derives from, with the names VisTrails gave it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Protocol

from .declarations import IPort, ModuleSettings, OPort
from .deeds import Deed
from .events import RoundPlace
from .file_pool import FilePool
from .job_records import JobMonitor
from .module_errors import JobHandle, ModuleError, ModuleSuspended
from .pipeline import Pipeline, PipelineModule
from .ports import PortSpec

__all__ = [
    "ConstantSource",
    "GivenSource",
    "IPort",
    "InvalidOutput",
    "JobHandle",
    "Module",
    "ModuleConnector",
    "ModuleError",
    "ModuleSettings",
    "ModuleSuspended",
    "NotCacheable",
    "OPort",
]


class InvalidOutput:
    """Set as an output (the class itself), it makes the connections from that port vanish."""


class PresentRounds(Protocol):
    """What a module that is one round of a loop knows of the others."""

    @property
    def works(self) -> Mapping[str, str]:
        """What each round does, by its signature."""

    @property
    def work(self) -> str:
        """What one of them does."""

    @property
    def shift(self) -> bytes:
        """By which bits the signature differs from that of the module that loops, if it does."""

    def has(self, record_id: str, work: str) -> bool:
        """Whether a record, of a job that does ``work``, belongs to a round of this loop."""


class ModuleLog(Protocol):
    """Where a running module tells how far it is."""

    def update_progress(self, module: Module, fraction: float) -> None:
        """Tell how much is done, from 0 to 1."""

    def annotate(self, module: Module, notes: Mapping[str, Any]) -> None:
        """Keep notes with the record of this run."""


class ValueRules(Protocol):
    """How texts become values, and which values a port takes."""

    def default(self, spec: PortSpec) -> Any:
        """The declared default of a port as a value; None when there is none."""

    def fit(self, spec: PortSpec, value: Any) -> Any:
        """The value as the port takes it. Raise ValueError, in one sentence, if it does not."""


class ModuleHost(Protocol):
    """What ``self.interpreter`` offers to a module while it runs."""

    filePool: FilePool  # noqa: N815 - the name VisTrails gave it
    job_monitor: JobMonitor
    values: ValueRules
    write_output: Callable[[str], None]
    may_act: Callable[[Deed], bool]

    def update(self, module: Module) -> None:
        """Bring a module up to date, whatever feeds it included."""

    def is_updating(self, module: Module) -> bool:
        """Whether ``update`` of this module was begun by the host."""

    def compute(self, module: Module) -> None:
        """Compute a module whose inputs are ready; a list too deep for its port loops it."""

    def compute_round(self, module: Module, *, reuse: bool = True) -> None:
        """Compute a copy of a module that a loop made; ``reuse``: take its outputs if known."""

    def compute_group(self, group: Module) -> None:
        """Run what is inside a group. Raise ModuleError or ModuleSuspended of the group."""

    def tell_rounds(self, module: Module, error: ModuleError | None, message: str) -> None:
        """Say how the rounds of a module that another one runs have ended."""

    def pause(self, seconds: float) -> None:
        """Wait between two rounds; a stopped run does not wait."""


class ModuleConnector:
    """An input fed by the output ``port`` of the module ``obj``."""

    def __init__(self, obj: Module, port: str) -> None:
        self.obj = obj
        self.port = port

    def __call__(self) -> Any:
        """The value; the module that gives it runs first if it was not needed until now."""
        if not self.obj.upToDate:
            self.obj.update()
        return self.obj.get_output(self.port)


class ConstantSource:
    """An input set to constants, which are read from their text when asked for."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read

    def __call__(self) -> Any:
        """The value. Raise ValueError if the text is none."""
        return self._read()


class GivenSource(ConstantSource):
    """An input given by a loop, or by what is around a group: no text of the pipeline tells it."""


class Module:
    """A step of a pipeline. Subclasses declare ports and override ``compute``."""

    _settings: ClassVar[ModuleSettings] = ModuleSettings(is_root=True, abstract=True)
    _input_ports: ClassVar[Any] = ()
    _output_ports: ClassVar[Any] = (OPort("self", "(basic:Module)", optional=True),)

    interpreter: ModuleHost
    logging: ModuleLog

    # What a run writes down here.
    # Its signature when it runs once; in a round of a loop ``signature`` is another one.
    planned_signature = ""
    # What tells it apart, but for the lists that it loops over by itself, if it does.
    loop_signature = ""
    # Whether it is a job, or has one inside.
    holds_jobs = False
    # The inputs that a loop gives anew in each round, and whether its rounds share one name.
    varied_ports: frozenset[str] = frozenset()
    repeats = False
    # Whether what feeds it, or what it gives, may have changed though its signature has not, and
    # whether what it gave in this run was there before or is kept for the next one.
    unsteady_inputs = False
    unsteady_outputs = False
    is_kept = False
    # In a round of a loop: what is done there, by the values; empty where that is not known.
    work = ""
    present_rounds: PresentRounds | None = None
    rounds: RoundPlace = ()

    def __init__(self) -> None:
        self.id = -1
        self.label = type(self).__name__
        self.signature = ""
        self.inputPorts: dict[str, list[ModuleConnector | ConstantSource]] = {}
        self.outputPorts: dict[str, Any] = {"self": self}
        self.input_specs: Mapping[str, PortSpec] = {}
        self.output_specs: Mapping[str, PortSpec] = {}
        self.control_params: dict[str, str] = {}
        self.upToDate = False
        self.list_depth = 0
        self.moduleInfo: dict[str, Any] = {
            "pipeline": Pipeline({}, {}),
            "moduleId": -1,
            "controller": None,
            "locator": None,
            "version": -1,
            "reason": "",
        }
        self._cache_wanted = True

    def transfer_attrs(self, module: PipelineModule) -> None:
        """Learn from the module of the pipeline that this one runs. Called once, before running."""
        self.label = module.label
        self.control_params = {one.name: one.value for one in module.control_parameters}
        self._cache_wanted = module.cache

    def is_cacheable(self) -> bool:
        """Whether equal signatures give equal outputs, so that they may be kept."""
        return self._cache_wanted

    def known_outcome(self) -> str | None:
        """What stands for the result of a module that always runs, where that is known already.

        While it stays the same, so do the outputs; None if only running the module tells.
        """
        return None

    def compute(self) -> None:
        """Read the inputs, set the outputs. Raise ModuleError or ModuleSuspended."""

    def update(self) -> None:
        """Bring the outputs up to date: what feeds this module first, then itself."""
        if self.upToDate:
            return
        if not self.interpreter.is_updating(self):
            self.interpreter.update(self)
            return
        self.update_upstream()
        self.interpreter.compute(self)
        self.upToDate = True

    def upstream_needed(self) -> bool:
        """Whether what feeds this module has to run before it does."""
        return True

    def update_upstream(self) -> None:
        """Update every module that feeds an input."""
        for module in self.upstream_modules():
            if not module.upToDate:
                module.update()

    def upstream_modules(self) -> Iterator[Module]:
        """The modules that feed the inputs, one for each connection."""
        for sources in self.inputPorts.values():
            for source in sources:
                if isinstance(source, ModuleConnector):
                    yield source.obj

    def set_input_port(self, port: str, source: ModuleConnector | ConstantSource) -> None:
        """Add a source to an input port."""
        self.inputPorts.setdefault(port, []).append(source)

    def has_input(self, port: str) -> bool:
        """Whether a port is connected or set; a default does not count."""
        return port in self.inputPorts

    def check_input(self, port: str) -> None:
        """Raise ModuleError if a port is neither connected nor set."""
        if not self.has_input(port):
            raise ModuleError(self, f"missing value on port {port!r}; connect it or set it")

    def get_input(self, port: str, allow_default: bool = True) -> Any:
        """The value of a port, else its declared default. Raise ModuleError if there is none."""
        if not self.has_input(port) and allow_default:
            default = self._default(port)
            if default is not None:
                return default
        self.check_input(port)
        return self._read(port, self.inputPorts[port][0])

    def get_input_list(self, port: str) -> list[Any]:
        """The values of all sources of a port. Raise ModuleError if there is none."""
        self.check_input(port)
        return [self._read(port, source) for source in self.inputPorts[port]]

    def force_get_input(self, port: str, default: Any = None) -> Any:
        """The value of a port, or ``default``; what the class declares is not asked."""
        return self.get_input(port) if self.has_input(port) else default

    def force_get_input_list(self, port: str) -> list[Any]:
        """The values of all sources of a port, which may be none."""
        return self.get_input_list(port) if self.has_input(port) else []

    def set_output(self, port: str, value: Any) -> None:
        """Give the value of an output port."""
        self.outputPorts[port] = value

    def get_output(self, port: str) -> Any:
        """The value of an output port. Raise ModuleError if the module did not set it."""
        if port not in self.outputPorts:
            raise ModuleError(self, f"{self.label} gave no value on its output {port!r}")
        return self.outputPorts[port]

    def annotate(self, notes: Mapping[str, Any]) -> None:
        """Keep notes with the record of this run."""
        self.logging.annotate(self, notes)

    def job_monitor(self) -> JobMonitor:
        """The keeper of the jobs that outlive this run."""
        return self.interpreter.job_monitor

    def _default(self, port: str) -> Any:
        spec = self.input_specs.get(port)
        if spec is None:
            return None
        try:
            return self.interpreter.values.default(spec)
        except ValueError as error:
            raise ModuleError(
                self, f"the default of port {port!r} cannot be used: {error}"
            ) from error

    def _read(self, port: str, source: ModuleConnector | ConstantSource) -> Any:
        try:
            value = source()
            spec = self.input_specs.get(port)
            return value if spec is None else self.interpreter.values.fit(spec, value)
        except ValueError as error:
            raise ModuleError(self, f"port {port!r}: {error}") from error


class NotCacheable:
    """Mix-in, written before Module: the module runs every time."""

    def is_cacheable(self) -> bool:
        """No output may be kept."""
        return False
