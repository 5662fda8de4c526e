"""A pipeline: the modules and connections of one version, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .errors import PipelineHasCycle
from .ports import BASIC, Direction, PortSpec

LABEL_ANNOTATION = "__desc__"
VARIABLE_ANNOTATION = "__vistrail_var__"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One constant of a port, as text; ``type`` is the stored text, never rewritten."""

    id: int
    position: int
    name: str
    type: str
    value: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class PortSetting:
    """An input port set to constants, one for each item of the port (XML: ``function``)."""

    id: int
    position: int
    port: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ControlParameter:
    """A switch of how a module runs, such as looping."""

    id: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on a module."""

    id: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class PipelineModule:
    """A module as it stands in a pipeline: what it is, how it is set, where it is drawn.

    ``settings`` are in the order of their position, ``port_specs`` (the ports the user added) in
    the order of (sort key, id). ``location`` is (x, y), y growing upwards. ``kind`` is the XML
    element: module, group or abstraction. ``content`` is the inner pipeline of a group.
    """

    id: int
    package: str
    name: str
    namespace: str = ""
    package_version: str = ""
    internal_version: str = ""
    kind: str = "module"
    cache: bool = True
    location: tuple[float, float] | None = None
    location_id: int = -1
    settings: tuple[PortSetting, ...] = ()
    port_specs: tuple[PortSpec, ...] = ()
    control_parameters: tuple[ControlParameter, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    content: Pipeline | None = None

    @property
    def input_port_specs(self) -> tuple[PortSpec, ...]:
        """The input ports the user added, in their order."""
        return tuple(spec for spec in self.port_specs if spec.direction is Direction.INPUT)

    @property
    def output_port_specs(self) -> tuple[PortSpec, ...]:
        """The output ports the user added, in their order."""
        return tuple(spec for spec in self.port_specs if spec.direction is Direction.OUTPUT)

    @property
    def label(self) -> str:
        """The name the user gave it, else the name of its kind."""
        return self.annotation(LABEL_ANNOTATION) or self.name

    def annotation(self, key: str) -> str | None:
        """The value of the note of this key, None when there is none."""
        for note in self.annotations:
            if note.key == key:
                return note.value
        return None

    def is_a(self, name: str, package: str = BASIC) -> bool:
        """Whether it is the module of this name in this package, outside any namespace."""
        return self.name == name and self.package == package and not self.namespace


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a connection; ``type_text`` is what the file says of the port's type.

    ``id`` is that of the stored port, -1 if there is none.
    """

    module_id: int
    port: str
    type_text: str = ""
    id: int = -1


@dataclass(frozen=True, slots=True)
class Connection:
    """Data flows from the output port ``source`` to the input port ``destination``."""

    id: int
    source: Endpoint
    destination: Endpoint


@dataclass(frozen=True)
class Pipeline:
    """Modules and connections by id. A value: an edit makes another pipeline."""

    modules: Mapping[int, PipelineModule]
    connections: Mapping[int, Connection]

    @cached_property
    def _incoming(self) -> Mapping[int, list[Connection]]:
        ending: dict[int, list[Connection]] = {}
        for _, connection in sorted(self.connections.items()):
            ending.setdefault(connection.destination.module_id, []).append(connection)
        return ending

    @cached_property
    def _outgoing(self) -> Mapping[int, list[Connection]]:
        starting: dict[int, list[Connection]] = {}
        for _, connection in sorted(self.connections.items()):
            starting.setdefault(connection.source.module_id, []).append(connection)
        return starting

    def incoming(self, module_id: int, port: str | None = None) -> list[Connection]:
        """The connections that end at a module, or at one of its ports, by id."""
        ending = self._incoming.get(module_id, [])
        return [one for one in ending if port is None or one.destination.port == port]

    def outgoing(self, module_id: int, port: str | None = None) -> list[Connection]:
        """The connections that start at a module, or at one of its ports, by id."""
        starting = self._outgoing.get(module_id, [])
        return [one for one in starting if port is None or one.source.port == port]

    def sinks(self) -> list[int]:
        """The modules that feed no other, by id."""
        return [module_id for module_id in sorted(self.modules) if not self.outgoing(module_id)]

    def upstream(self, module_id: int) -> set[int]:
        """The modules that a module depends on, itself not among them."""
        found: set[int] = set()
        waiting = [module_id]
        while waiting:
            for connection in self.incoming(waiting.pop()):
                source = connection.source.module_id
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    def order(self) -> list[int]:
        """Every module after those that feed it, lower ids first. Raise PipelineHasCycle."""
        missing = {
            module_id: len(
                # Connections from nowhere hold nothing up; validation reports them.
                {one.source.module_id for one in self.incoming(module_id)} & self.modules.keys()
            )
            for module_id in self.modules
        }
        ready = sorted(
            (module_id for module_id, count in missing.items() if not count), reverse=True
        )
        ordered: list[int] = []
        while ready:
            module_id = ready.pop()
            ordered.append(module_id)
            freed = []
            targets = {one.destination.module_id for one in self.outgoing(module_id)}
            for target in targets & self.modules.keys():
                missing[target] -= 1
                if not missing[target]:
                    freed.append(target)
            ready.extend(sorted(freed, reverse=True))
        if len(ordered) < len(self.modules):
            raise PipelineHasCycle(self._circle(set(self.modules) - set(ordered)))
        return ordered

    def _circle(self, suspects: set[int]) -> list[str]:
        """The labels along one circle, found by walking upstream inside the suspects."""
        path: list[int] = []
        current = min(suspects)
        while current not in path:
            path.append(current)
            sources = {one.source.module_id for one in self.incoming(current)} & suspects
            current = min(sources)
        circle = path[path.index(current) :]
        return [self.modules[module_id].label for module_id in reversed(circle)]
