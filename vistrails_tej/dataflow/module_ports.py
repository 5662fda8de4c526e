"""The ports of a module as it stands in a pipeline: declared, added by the user, or a group's."""

from __future__ import annotations

from collections.abc import Mapping

from .pipeline import Endpoint, Pipeline, PipelineModule
from .ports import BASIC, Direction, PortItem, PortSpec, PortType, parse_type_text
from .registry import VARIANT, Registry
from .subworkflows import ABSTRACTION

INPUT_PORT = "InputPort"
OUTPUT_PORT = "OutputPort"
INNER_PIPE = "InternalPipe"
_SUBWORKFLOW = PortType(BASIC, "SubWorkflow")
_DIRECTIONS = {INPUT_PORT: Direction.INPUT, OUTPUT_PORT: Direction.OUTPUT}


class PortFinder:
    """Finds the ports of modules; one object is for one pipeline, as it remembers its answers."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        # By identity: the modules are kept alive here, so that no id is used twice.
        self._groups: dict[int, tuple[PipelineModule, tuple[PortSpec, ...]]] = {}

    def inputs(self, module: PipelineModule) -> Mapping[str, PortSpec]:
        """The input ports by name; those the user added win over declared ones.

        A group has the ports of its content. A module that is not loaded has only added ports.
        """
        return self._ports(module, Direction.INPUT)

    def outputs(self, module: PipelineModule) -> Mapping[str, PortSpec]:
        """The output ports by name, likewise."""
        return self._ports(module, Direction.OUTPUT)

    def group_ports(self, module: PipelineModule) -> tuple[PortSpec, ...]:
        """The ports that a group shows: one for each InputPort and OutputPort inside it."""
        if id(module) not in self._groups:
            self._groups[id(module)] = (module, self._find_group_ports(module))
        return self._groups[id(module)][1]

    def outer_name(self, module: PipelineModule, content: Pipeline) -> str:
        """The name of the group's port that an inner InputPort or OutputPort makes.

        It is the one it was given, else that of the port at the far end of its first connection.
        """
        given = _setting(module, "name")
        neighbours = _neighbours(module, content)
        return given or (neighbours[0].port if neighbours else "")

    def is_port_module(self, module: PipelineModule, name: str) -> bool:
        """Whether it is the InputPort or OutputPort of the basic package."""
        if module.name != name or module.namespace:
            return False
        package = self._registry.find_package(module.package)
        return (package.identifier if package else module.package) == BASIC

    def _ports(self, module: PipelineModule, direction: Direction) -> Mapping[str, PortSpec]:
        kind = PortType(module.package, module.name, module.namespace or None)
        if module.kind == ABSTRACTION:
            kind = _SUBWORKFLOW
        descriptor = self._registry.find_descriptor(kind)
        ports: dict[str, PortSpec] = {}
        if descriptor is not None:
            is_input = direction is Direction.INPUT
            ports.update(descriptor.input_ports if is_input else descriptor.output_ports)
        added = self.group_ports(module) + module.port_specs
        ports.update({spec.name: spec for spec in added if spec.direction is direction})
        return ports

    def _find_group_ports(self, module: PipelineModule) -> tuple[PortSpec, ...]:
        content = module.content
        if content is None:
            return ()
        return tuple(
            self._outer_port(inner, content)
            for _, inner in sorted(content.modules.items())
            if any(self.is_port_module(inner, name) for name in _DIRECTIONS)
        )

    def _outer_port(self, module: PipelineModule, content: Pipeline) -> PortSpec:
        """It carries what the ports behind it carry: all of them have to agree with it."""
        direction = _DIRECTIONS[module.name]
        model = PortSpec(direction, "", (PortItem(VARIANT),))
        for end in _neighbours(module, content):
            found = self._end_port(end, content, direction)
            if found is not None and self._prefers(found, model, direction):
                model = found
        return PortSpec(
            direction=direction,
            name=self.outer_name(module, content),
            items=tuple(PortItem(item.type) for item in model.items),
            optional=_setting(module, "optional") == "True",
            depth=model.depth,
        )

    def _end_port(self, end: Endpoint, content: Pipeline, direction: Direction) -> PortSpec | None:
        """The port at an end of an inner connection; what the file says if it is not loaded."""
        module = content.modules.get(end.module_id)
        found = self._ports(module, direction).get(end.port) if module else None
        if found is None and end.type_text:
            items = tuple(PortItem(one) for one in parse_type_text(end.type_text))
            return PortSpec(direction, end.port, items)
        return found

    def _prefers(self, found: PortSpec, model: PortSpec, direction: Direction) -> bool:
        """Whether ``found`` is the narrower input, or the wider output; Variant always yields."""
        if _is_variant(model) or _is_variant(found):
            return _is_variant(model)
        if len(found.items) != len(model.items):
            return False
        narrow, wide = (found, model) if direction is Direction.INPUT else (model, found)
        return all(
            self._registry.is_subtype(one.type, other.type)
            for one, other in zip(narrow.items, wide.items, strict=True)
        )


def _neighbours(module: PipelineModule, content: Pipeline) -> list[Endpoint]:
    """The far ends of the inner connections of an InputPort or OutputPort."""
    if module.name == INPUT_PORT:
        return [one.destination for one in content.outgoing(module.id, INNER_PIPE)]
    return [one.source for one in content.incoming(module.id, INNER_PIPE)]


def _setting(module: PipelineModule, port: str) -> str:
    for setting in module.settings:
        if setting.port == port and setting.parameters:
            return setting.parameters[0].value
    return ""


def _is_variant(spec: PortSpec) -> bool:
    return len(spec.items) == 1 and spec.items[0].type == VARIANT
