"""Which ports can be joined, and what could be put between or behind them; no Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...dataflow import (
    Direction,
    ModuleDescriptor,
    Pipeline,
    PortFinder,
    PortSpec,
    PortType,
    Registry,
)
from ...dataflow.editing.connection_edits import find_refusal
from ...dataflow.registry import CONSTANT, LIST, MODULE, VARIANT

# What fits everything says nothing about what a user may want.
_ANYTHING = (VARIANT, MODULE, LIST, CONSTANT)


@dataclass(frozen=True, slots=True)
class End:
    """A port of a module of the pipeline."""

    module_id: int
    spec: PortSpec

    @property
    def is_output(self) -> bool:
        """Whether data leaves through it."""
        return self.spec.direction is Direction.OUTPUT


@dataclass(frozen=True, slots=True)
class Converter:
    """A module that takes what one port gives, and gives what another one takes."""

    descriptor: ModuleDescriptor
    input: PortSpec
    output: PortSpec


def as_link(first: End, second: End) -> tuple[End, End]:
    """The two ends as (source, destination)."""
    return (first, second) if first.is_output else (second, first)


class Joining:
    """The connections that can begin or end at one port of a pipeline.

    It is quick for many ports of the pipeline; the reason is looked for only when asked.
    """

    def __init__(self, pipeline: Pipeline, registry: Registry, origin: End) -> None:
        self.origin = origin
        self._pipeline = pipeline
        self._registry = registry
        if origin.is_output:
            self._circle = pipeline.upstream(origin.module_id)
        else:
            self._circle = _downstream(pipeline, origin.module_id)
        self._circle.add(origin.module_id)

    def fits(self, other: End) -> bool:
        """Whether a connection may end there."""
        if other.is_output is self.origin.is_output or other.module_id in self._circle:
            return False
        source, destination = as_link(self.origin, other)
        if not self._registry.can_connect(source.spec, destination.spec):
            return False
        ending = self._pipeline.incoming(destination.module_id, destination.spec.name)
        most = destination.spec.maximum_connections
        if 0 <= most <= len(ending):
            return False
        start = (source.module_id, source.spec.name)
        return all((one.source.module_id, one.source.port) != start for one in ending)

    def refusal(self, other: End) -> str | None:
        """Why not, as words for the user; None if it may."""
        if other.is_output is self.origin.is_output:
            kind = "output" if other.is_output else "input"
            return f"both are {kind}s; a connection leads from an output to an input"
        source, destination = as_link(self.origin, other)
        return find_refusal(
            self._pipeline,
            self._registry,
            (source.module_id, source.spec.name),
            (destination.module_id, destination.spec.name),
        )

    def best(self, module_id: int, specs: Iterable[PortSpec]) -> PortSpec | None:
        """The port of a module that fits best: free before taken, the same type before others."""
        fitting = [spec for spec in specs if self.fits(End(module_id, spec))]
        return min(fitting, key=lambda spec: self._rank(module_id, spec), default=None)

    def _rank(self, module_id: int, spec: PortSpec) -> tuple[bool, int]:
        is_taken = spec.direction is Direction.INPUT and bool(
            self._pipeline.incoming(module_id, spec.name)
        )
        return is_taken, distance(self.origin.spec, spec)


def distance(first: PortSpec, second: PortSpec) -> int:
    """How far two ports that fit are from being the same: 0 same type, 2 one takes anything."""
    if first.type_text == second.type_text:
        return 0
    generic = any(item.type in _ANYTHING for spec in (first, second) for item in spec.items)
    return 2 if generic else 1


def addable(registry: Registry, origin: PortSpec) -> dict[ModuleDescriptor, PortSpec]:
    """The modules that could stand at the other end of a connection, each with its best port.

    Those that fit by their type come first, those that take anything last.
    """
    found: list[tuple[int, int, ModuleDescriptor, PortSpec]] = []
    for order, descriptor in enumerate(_visible(registry)):
        fitting = [spec for spec in _facing(descriptor, origin) if _fit(registry, origin, spec)]
        if fitting:
            spec = min(fitting, key=lambda one: distance(origin, one))
            found.append((distance(origin, spec), order, descriptor, spec))
    found.sort(key=lambda one: one[:2])
    return {descriptor: spec for _, _, descriptor, spec in found}


def converters(registry: Registry, source: PortSpec, destination: PortSpec) -> list[Converter]:
    """The modules that could stand between two ports that do not fit, the closest first."""
    found: list[tuple[int, Converter]] = []
    for descriptor in _visible(registry):
        inputs = [
            spec
            for spec in _facing(descriptor, source)
            if _is_plain(spec) and _fit(registry, source, spec)
        ]
        outputs = [
            spec
            for spec in _facing(descriptor, destination)
            if _is_plain(spec) and _fit(registry, destination, spec)
        ]
        needed = {one.name for one in descriptor.input_ports.values() if one.minimum_connections}
        for entry in inputs[:1]:
            if outputs and needed <= {entry.name}:
                rank = distance(source, entry) + distance(destination, outputs[0])
                found.append((rank, Converter(descriptor, entry, outputs[0])))
    found.sort(key=lambda one: one[0])
    return [converter for _, converter in found]


def insertion(
    registry: Registry, descriptor: ModuleDescriptor, source: PortSpec, destination: PortSpec
) -> Converter | None:
    """How a module fits between the ends of a connection; None if it does not."""
    inputs = [one for one in _facing(descriptor, source) if _fit(registry, source, one)]
    outputs = [one for one in _facing(descriptor, destination) if _fit(registry, destination, one)]
    if not inputs or not outputs:
        return None
    entry = min(inputs, key=lambda one: distance(source, one))
    exit_ = min(outputs, key=lambda one: distance(destination, one))
    return Converter(descriptor, entry, exit_)


def partners(pipeline: Pipeline, registry: Registry, module_id: int) -> list[tuple[End, End]]:
    """Every connection that a module could get, as (source, destination), best ones first."""
    finder = PortFinder(registry)
    module = pipeline.modules[module_id]
    found: list[tuple[int, tuple[End, End]]] = []
    for spec in _own_ports(finder.inputs(module), finder.outputs(module)):
        joining = Joining(pipeline, registry, End(module_id, spec))
        for number, other in pipeline.modules.items():
            others = finder.outputs(other) if not joining.origin.is_output else finder.inputs(other)
            for facing in _own_ports(others, {}):
                end = End(number, facing)
                if joining.fits(end):
                    found.append((distance(spec, facing), as_link(joining.origin, end)))
    found.sort(key=lambda one: one[0])
    return [link for _, link in found]


def _own_ports(*ports: Mapping[str, PortSpec]) -> Iterator[PortSpec]:
    """The ports but ``self``, which every module has."""
    for specs in ports:
        yield from (spec for name, spec in specs.items() if name != "self")


def _visible(registry: Registry) -> Iterator[ModuleDescriptor]:
    for package in registry.packages():
        for descriptor in package.descriptors:
            if not (descriptor.hidden or descriptor.abstract):
                yield descriptor


def _facing(descriptor: ModuleDescriptor, origin: PortSpec) -> list[PortSpec]:
    """The ports of a module that a connection with ``origin`` would end at."""
    is_output = origin.direction is Direction.OUTPUT
    ports = descriptor.input_ports if is_output else descriptor.output_ports
    return list(_own_ports(ports))


def _fit(registry: Registry, first: PortSpec, second: PortSpec) -> bool:
    if first.direction is Direction.OUTPUT:
        return registry.can_connect(first, second)
    return registry.can_connect(second, first)


def _is_plain(spec: PortSpec) -> bool:
    """Whether it carries a value of a type that says something."""
    types: list[PortType] = [item.type for item in spec.items]
    return bool(types) and not any(one in _ANYTHING for one in types)


def _downstream(pipeline: Pipeline, module_id: int) -> set[int]:
    found: set[int] = set()
    waiting = [module_id]
    while waiting:
        for connection in pipeline.outgoing(waiting.pop()):
            target = connection.destination.module_id
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
