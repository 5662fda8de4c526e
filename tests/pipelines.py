"""Build pipelines in a line or two, and run them with everything they say written down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vistrails_tej.dataflow.events import ModuleEvent, ModuleState
from vistrails_tej.dataflow.file_pool import FilePool
from vistrails_tej.dataflow.interpreter import Interpreter
from vistrails_tej.dataflow.job_records import JobMonitor
from vistrails_tej.dataflow.module_ports import PortFinder
from vistrails_tej.dataflow.pipeline import (
    LABEL_ANNOTATION,
    Annotation,
    Connection,
    ControlParameter,
    Endpoint,
    Parameter,
    Pipeline,
    PipelineModule,
    PortSetting,
)
from vistrails_tej.dataflow.ports import (
    BASIC,
    Direction,
    PortItem,
    PortSpec,
    PortType,
    parse_type_text,
)
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.result_cache import ResultCache
from vistrails_tej.dataflow.run_result import RunResult
from vistrails_tej.dataflow.signature import pipeline_signatures
from vistrails_tej.dataflow.work_done import WorkDone

STRING = PortType(BASIC, "String")


def added_port(direction: Direction, name: str, type_text: str, *, order: int = 0) -> PortSpec:
    """A port as a user adds it, of a type such as ``Integer`` or ``(basic:File,basic:String)``."""
    depth, bare = type_text.count("*"), type_text.rstrip("*")
    items = tuple(PortItem(one) for one in parse_type_text(bare))
    return PortSpec(direction, name, items, depth=depth, sort_key=order, id=order)


class PipelineBuilder:
    """Adds modules and connections; ``build`` gives the pipeline."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._modules: dict[int, PipelineModule] = {}
        self._connections: dict[int, Connection] = {}

    def add(
        self,
        name: str,
        /,
        *,
        package: str = BASIC,
        label: str = "",
        cache: bool = True,
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
        controls: Mapping[str, str] | None = None,
        set_ports: Mapping[str, str | tuple[str, ...]] | None = None,
        **settings: str | tuple[str, ...],
    ) -> int:
        """Add a module and return its id.

        ``inputs`` and ``outputs`` are ports added by the user: name to type, with a ``*`` for
        each level of depth. Other keywords, and ``set_ports``, set ports to texts.
        """
        number = len(self._modules)
        descriptor = self.registry.descriptor(package, name)
        specs = [
            added_port(direction, port, type_text, order=order)
            for direction, ports in ((Direction.INPUT, inputs), (Direction.OUTPUT, outputs))
            for order, (port, type_text) in enumerate((ports or {}).items())
        ]
        known = {**descriptor.input_ports, **{one.name: one for one in specs}}
        texts = {**settings, **(set_ports or {})}
        notes = (Annotation(0, LABEL_ANNOTATION, label),) if label else ()
        self._modules[number] = PipelineModule(
            id=number,
            package=package,
            name=name,
            package_version=descriptor.package_version,
            cache=cache,
            settings=tuple(
                self._setting(position, port, known.get(port), text)
                for position, (port, text) in enumerate(texts.items())
            ),
            port_specs=tuple(specs),
            control_parameters=tuple(
                ControlParameter(position, key, value)
                for position, (key, value) in enumerate((controls or {}).items())
            ),
            annotations=notes,
        )
        return number

    def group(
        self,
        content: PipelineBuilder | Pipeline,
        *,
        label: str = "",
        kind: str = "group",
        controls: Mapping[str, str] | None = None,
        **settings: str,
    ) -> int:
        """Add a group, or with another ``kind`` a subworkflow, and return its id.

        Keywords set its ports to texts.
        """
        group = self.add("Group", label=label, controls=controls)
        inside = content if isinstance(content, Pipeline) else content.build()
        module = replace(self._modules[group], content=inside, kind=kind)
        ports = PortFinder(self.registry).inputs(module)
        texts = tuple(
            self._setting(position, port, ports.get(port), text)
            for position, (port, text) in enumerate(settings.items())
        )
        self._modules[group] = replace(module, settings=texts)
        return group

    def entry(self, name: str, target: int, port: str, **settings: str) -> int:
        """Add an InputPort, for the inside of a group, that feeds an input."""
        entry = self.add("InputPort", set_ports={"name": name, **settings})
        self.connect(entry, "InternalPipe", target, port)
        return entry

    def exit(self, name: str, source: int, port: str = "value") -> int:
        """Add an OutputPort, for the inside of a group, fed by an output."""
        leaving = self.add("OutputPort", set_ports={"name": name})
        self.connect(source, port, leaving, "InternalPipe")
        return leaving

    def connect(self, source: int, source_port: str, target: int, target_port: str) -> None:
        """Connect an output to an input."""
        number = len(self._connections)
        self._connections[number] = Connection(
            number, Endpoint(source, source_port), Endpoint(target, target_port)
        )

    def feed(self, source: int, name: str, port: str = "value", **options: Any) -> int:
        """Add a module whose ``port`` takes the output ``value`` of another; return its id."""
        module = self.add(name, **options)
        self.connect(source, "value", module, port)
        return module

    def build(self) -> Pipeline:
        """The pipeline so far."""
        return Pipeline(dict(self._modules), dict(self._connections))

    def _setting(
        self, position: int, port: str, spec: PortSpec | None, text: str | tuple[str, ...]
    ) -> PortSetting:
        texts = (text,) if isinstance(text, str) else text
        parameters = tuple(
            Parameter(
                id=index,
                position=index,
                name="<no description>",
                type=str(self._constant_type(spec, index)),
                value=one,
            )
            for index, one in enumerate(texts)
        )
        return PortSetting(position, position, port, parameters)

    def _constant_type(self, spec: PortSpec | None, index: int) -> PortType:
        """The type of the port; a text is a String where the port takes anything."""
        if spec is None or index >= len(spec.items):
            return STRING
        port_type = spec.items[index].type
        return STRING if self.registry.constant_class(port_type) is None else port_type


@dataclass
class PipelineRunner:
    """Runs pipelines with one monitor, cache and file pool; hears events and output."""

    registry: Registry
    directory: Path
    monitor: JobMonitor = field(default_factory=JobMonitor)
    cache: ResultCache = field(default_factory=ResultCache)
    events: list[ModuleEvent] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    trusted: bool = True
    on_event: Callable[[ModuleEvent], None] | None = None

    def __post_init__(self) -> None:
        self.pool = FilePool(self.directory)

    def run(
        self,
        builder: PipelineBuilder,
        *,
        sinks: Collection[int] | None = None,
        stop: threading.Event | None = None,
        version: int | None = None,
        done: WorkDone | None = None,
    ) -> RunResult:
        """Run what the builder has so far. ``events`` and ``printed`` are those of this run."""
        self.events.clear()
        self.printed.clear()
        pipeline = builder.build()
        signatures = pipeline_signatures(pipeline, self.registry)
        interpreter = Interpreter(
            self.registry,
            job_monitor=self.monitor,
            cache=self.cache,
            file_pool=self.pool,
            listener=self._hear,
            may_act=lambda _deed: self.trusted,
            write_output=self.printed.append,
        )
        return interpreter.run(
            pipeline, signatures, sinks=sinks, stop=stop, version=version, done=done
        )

    @property
    def output(self) -> str:
        """What was printed in the last run."""
        return "".join(self.printed)

    def states(self, module_id: int) -> list[ModuleState]:
        """The states a module went through in the last run, progress left out."""
        return [
            event.state
            for event in self.events
            if event.module_id == module_id and event.progress is None
        ]

    def _hear(self, event: ModuleEvent) -> None:
        self.events.append(event)
        if self.on_event is not None:
            self.on_event(event)
