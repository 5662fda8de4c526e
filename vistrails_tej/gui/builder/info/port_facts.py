"""What the panel shows of one port of a module, worked out without any widget."""

from __future__ import annotations

from dataclasses import dataclass

from ....dataflow import (
    Direction,
    Pipeline,
    PipelineModule,
    PortFinder,
    PortItem,
    PortSpec,
    PortType,
    Registry,
)
from ..port_visibility import can_be_hidden, is_visible

SCRIPT_PORT = "source"


@dataclass(frozen=True, slots=True)
class PortFacts:
    """A port as it stands in the pipeline.

    ``texts`` are the constants it is set to, None when it is not set, with an alias each ("" for
    none). ``other_settings`` counts further settings of the port, which files of VisTrails may
    have. ``neighbours`` are the ends of its connections, as ``Label.port``.
    """

    module_id: int
    spec: PortSpec
    is_visible: bool
    can_be_hidden: bool
    can_be_set: bool
    neighbours: tuple[str, ...] = ()
    texts: tuple[str, ...] | None = None
    aliases: tuple[str, ...] = ()
    other_settings: int = 0

    @property
    def is_script(self) -> bool:
        """Whether it holds a script, which is stored encoded and needs an editor of its own."""
        return self.spec.name == SCRIPT_PORT and len(self.spec.items) == 1

    @property
    def is_connected(self) -> bool:
        """Whether a connection begins or ends here."""
        return bool(self.neighbours)


def input_facts(
    pipeline: Pipeline, module: PipelineModule, finder: PortFinder, registry: Registry
) -> list[PortFacts]:
    """The input ports of a module in their order."""
    return [_input(pipeline, module, spec, registry) for spec in finder.inputs(module).values()]


def output_facts(pipeline: Pipeline, module: PipelineModule, finder: PortFinder) -> list[PortFacts]:
    """The output ports of a module in their order."""
    return [
        PortFacts(
            module_id=module.id,
            spec=spec,
            is_visible=is_visible(pipeline, module, spec),
            can_be_hidden=can_be_hidden(pipeline, module, spec),
            can_be_set=False,
            neighbours=_neighbours(pipeline, module, spec),
        )
        for spec in finder.outputs(module).values()
    ]


def can_be_set(registry: Registry, spec: PortSpec) -> bool:
    """Whether a port takes constants: every item of it is of a type that has a text."""
    return bool(spec.items) and all(
        registry.constant_class(item.type) is not None and not _is_abstract(registry, item.type)
        for item in spec.items
    )


def problem_of(registry: Registry, item: PortItem, text: str) -> str:
    """What is wrong with a text as a value of an item of a port; empty if nothing is."""
    constant = registry.constant_class(item.type)
    read = getattr(constant, "translate_to_python", None)
    if read is None:
        return ""
    try:
        read(text)
    except Exception as error:  # noqa: BLE001 - code of a package; whatever it raises is a refusal
        return str(error) or f"It is not a value of type {item.type.name}."
    return ""


def _is_abstract(registry: Registry, port_type: PortType) -> bool:
    descriptor = registry.find_descriptor(port_type)
    return descriptor is not None and descriptor.abstract


def _input(
    pipeline: Pipeline, module: PipelineModule, spec: PortSpec, registry: Registry
) -> PortFacts:
    settings = [one for one in module.settings if one.port == spec.name]
    parameters = sorted(settings[0].parameters, key=lambda one: one.position) if settings else []
    return PortFacts(
        module_id=module.id,
        spec=spec,
        is_visible=is_visible(pipeline, module, spec),
        can_be_hidden=can_be_hidden(pipeline, module, spec),
        can_be_set=bool(parameters) or can_be_set(registry, spec),
        neighbours=_neighbours(pipeline, module, spec),
        texts=tuple(one.value for one in parameters) if settings else None,
        aliases=tuple(one.alias for one in parameters),
        other_settings=max(0, len(settings) - 1),
    )


def _neighbours(pipeline: Pipeline, module: PipelineModule, spec: PortSpec) -> tuple[str, ...]:
    if spec.direction is Direction.INPUT:
        ends = [one.source for one in pipeline.incoming(module.id, spec.name)]
    else:
        ends = [one.destination for one in pipeline.outgoing(module.id, spec.name)]
    return tuple(
        f"{pipeline.modules[end.module_id].label}.{end.port}"
        for end in ends
        if end.module_id in pipeline.modules
    )
