"""Which ports can be joined, and what could be put between or behind them; no Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...dataflow import (
    Direction,
    ModuleDescriptor,
    Pipeline,
    PortFinder,
    PortNotFound,
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


def type_words(spec: PortSpec) -> str:
    """The type of a port in words, such as ``File`` or ``list of String``."""
    names = ", ".join(item.type.name for item in spec.items) or "nothing"
    return "list of " * spec.depth + names


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
        ending = pipeline.incoming(origin.module_id, origin.spec.name)
        starting = pipeline.outgoing(origin.module_id, origin.spec.name)
        if origin.is_output:
            joined = [one.destination for one in starting]
        else:
            joined = [one.source for one in ending]
        self._joined = {(one.module_id, one.port) for one in joined}
        self._is_full = not origin.is_output and _is_full(origin.spec, len(ending))
        # Modules of a kind share their ports, which are kept here so that no id is used twice.
        self._answers: dict[int, tuple[PortSpec, bool]] = {}

    def fits(self, other: End) -> bool:
        """Whether a connection may end there."""
        if other.is_output is self.origin.is_output or other.module_id in self._circle:
            return False
        return self._is_right_type(other) and self._is_free(other)

    def fails_by_type(self, other: End) -> bool:
        """Whether nothing but the types of the two ports speaks against a connection."""
        if other.is_output is self.origin.is_output or other.module_id in self._circle:
            return False
        return self._is_free(other) and not self._is_right_type(other)

    def _is_right_type(self, other: End) -> bool:
        known = self._answers.get(id(other.spec))
        if known is None:
            source, destination = as_link(self.origin, other)
            answer = self._registry.can_connect(source.spec, destination.spec)
            known = self._answers[id(other.spec)] = (other.spec, answer)
        return known[1]

    def _is_free(self, other: End) -> bool:
        """Whether the input takes another connection, and is not yet fed by this output."""
        if self._is_full or (other.module_id, other.spec.name) in self._joined:
            return False
        if not self.origin.is_output or other.spec.maximum_connections < 0:
            return True
        count = len(self._pipeline.incoming(other.module_id, other.spec.name))
        return not _is_full(other.spec, count)

    def refusal(self, other: End) -> str | None:
        """Why not, as words for the user; None if it may."""
        if other.is_output is self.origin.is_output:
            kind = "output" if other.is_output else "input"
            return f"both are {kind}s; a connection leads from an output to an input"
        source, destination = as_link(self.origin, other)
        if other.module_id not in self._circle and not self._is_right_type(other):
            given, taken = type_words(source.spec), type_words(destination.spec)
            return f"it gives {given}, which is no {taken}"
        start = (source.module_id, source.spec.name)
        end = (destination.module_id, destination.spec.name)
        try:
            return find_refusal(self._pipeline, self._registry, start, end)
        except PortNotFound as error:
            return str(error)

    def best(self, module_id: int, specs: Iterable[PortSpec]) -> PortSpec | None:
        """The port of a module that fits best: free before taken, the same type before others."""
        fitting = [spec for spec in specs if self.fits(End(module_id, spec))]
        return min(fitting, key=lambda spec: self._rank(module_id, spec), default=None)

    def _rank(self, module_id: int, spec: PortSpec) -> tuple[bool, int, bool]:
        is_taken = spec.direction is Direction.INPUT and bool(
            self._pipeline.incoming(module_id, spec.name)
        )
        return is_taken, distance(self.origin.spec, spec), spec.optional


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
        fitting = _fitting(registry, descriptor, origin)
        if fitting:
            spec = min(fitting, key=lambda one: distance(origin, one))
            found.append((distance(origin, spec), order, descriptor, spec))
    found.sort(key=lambda one: one[:2])
    return {descriptor: spec for _, _, descriptor, spec in found}


def converters(registry: Registry, source: PortSpec, destination: PortSpec) -> list[Converter]:
    """The modules that could stand between two ports that do not fit, the closest first."""
    found: list[tuple[int, Converter]] = []
    for descriptor in _visible(registry):
        inputs = [one for one in _fitting(registry, descriptor, source) if _is_plain(one)]
        outputs = [one for one in _fitting(registry, descriptor, destination) if _is_plain(one)]
        needed = {one.name for one in descriptor.input_ports.values() if one.minimum_connections}
        if not inputs or not outputs:
            continue
        entry = min(inputs, key=lambda one: (one.name not in needed, distance(source, one)))
        exit_ = min(outputs, key=lambda one: distance(destination, one))
        if needed <= {entry.name}:
            rank = distance(source, entry) + distance(destination, exit_)
            found.append((rank, Converter(descriptor, entry, exit_)))
    found.sort(key=lambda one: one[0])
    return [converter for _, converter in found]


def insertion(
    registry: Registry, descriptor: ModuleDescriptor, source: PortSpec, destination: PortSpec
) -> Converter | None:
    """How a module fits between the ends of a connection; None if it does not."""
    inputs = _fitting(registry, descriptor, source)
    outputs = _fitting(registry, descriptor, destination)
    if not inputs or not outputs:
        return None
    entry = min(inputs, key=lambda one: distance(source, one))
    exit_ = min(outputs, key=lambda one: distance(destination, one))
    return Converter(descriptor, entry, exit_)


def partners(pipeline: Pipeline, registry: Registry, module_id: int) -> list[tuple[End, End]]:
    """Every connection that a module could get, as (source, destination), best ones first."""
    finder = PortFinder(registry)
    inputs = {one: tuple(_ends(one, finder.inputs(kind))) for one, kind in pipeline.modules.items()}
    outputs = {
        one: tuple(_ends(one, finder.outputs(kind))) for one, kind in pipeline.modules.items()
    }
    found: list[tuple[tuple[bool, int], tuple[End, End]]] = []
    for origin in (*inputs[module_id], *outputs[module_id]):
        joining = Joining(pipeline, registry, origin)
        distances: dict[str, int] = {}
        for ends in (inputs if origin.is_output else outputs).values():
            for end in filter(joining.fits, ends):
                link = as_link(origin, end)
                is_taken = bool(pipeline.incoming(link[1].module_id, link[1].spec.name))
                far = distances.get(end.spec.type_text)
                if far is None:
                    far = distances[end.spec.type_text] = distance(origin.spec, end.spec)
                found.append(((is_taken, far), link))
    found.sort(key=lambda one: one[0])
    return [link for _, link in found]


def _ends(module_id: int, ports: Mapping[str, PortSpec]) -> Iterator[End]:
    return (End(module_id, spec) for spec in _own_ports(ports))


def _is_full(spec: PortSpec, connections: int) -> bool:
    return 0 <= spec.maximum_connections <= connections


def _own_ports(*ports: Mapping[str, PortSpec]) -> Iterator[PortSpec]:
    """The ports but ``self``, which every module has."""
    for specs in ports:
        yield from (spec for name, spec in specs.items() if name != "self")


def _visible(registry: Registry) -> Iterator[ModuleDescriptor]:
    for package in registry.packages():
        for descriptor in package.descriptors:
            if not (descriptor.hidden or descriptor.abstract):
                yield descriptor


def _fitting(registry: Registry, descriptor: ModuleDescriptor, origin: PortSpec) -> list[PortSpec]:
    """The ports of a module where a connection with ``origin`` may end."""
    if origin.direction is Direction.OUTPUT:
        inputs = _own_ports(descriptor.input_ports)
        return [one for one in inputs if registry.can_connect(origin, one)]
    outputs = _own_ports(descriptor.output_ports)
    return [one for one in outputs if registry.can_connect(one, origin)]


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
