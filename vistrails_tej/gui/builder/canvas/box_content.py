"""What the box of a module shows: its texts, and which of its ports."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ....dataflow import (
    Direction,
    Endpoint,
    Pipeline,
    PipelineModule,
    PortFinder,
    PortItem,
    PortSpec,
    PortType,
    Registry,
)
from ....dataflow.ports import parse_type_text
from ..port_visibility import visible_ports
from .box_layout import BoxContent, PortLook


class BoxContents:
    """Finds what boxes show, in one pipeline."""

    def __init__(self, pipeline: Pipeline, registry: Registry) -> None:
        self._pipeline = pipeline
        self._registry = registry
        self._ports = PortFinder(registry)

    def content(self, module: PipelineModule) -> BoxContent:
        """What the box of a module of the pipeline shows."""
        incoming = [one.destination for one in self._pipeline.incoming(module.id)]
        outgoing = [one.source for one in self._pipeline.outgoing(module.id)]
        inputs = _with_unknown(self._ports.inputs(module).values(), incoming, Direction.INPUT)
        outputs = _with_unknown(self._ports.outputs(module).values(), outgoing, Direction.OUTPUT)
        in_use = {end.port for end in incoming} | {setting.port for setting in module.settings}
        return BoxContent(
            label=module.label,
            subtitle=module.name if module.label != module.name else "",
            inputs=self._looks(module, inputs, in_use),
            outputs=self._looks(module, outputs, {end.port for end in outgoing}),
            is_known=module.kind != "module" or self._is_loaded(module),
        )

    def _is_loaded(self, module: PipelineModule) -> bool:
        kind = PortType(module.package, module.name, module.namespace or None)
        return self._registry.find_descriptor(kind) is not None

    def _looks(
        self, module: PipelineModule, specs: Iterable[PortSpec], in_use: Collection[str]
    ) -> tuple[PortLook, ...]:
        """The ports that are shown; optional ones come after the others."""
        shown = visible_ports(self._pipeline, module, specs)
        shown.sort(key=lambda spec: spec.optional)
        return tuple(PortLook(spec, is_filled=spec.name in in_use) for spec in shown)


def _with_unknown(
    specs: Iterable[PortSpec], ends: Iterable[Endpoint], direction: Direction
) -> list[PortSpec]:
    """The ports, and after them those that the file connects though the module has no such port.

    They are those of modules that are not loaded: their connections need a place to end.
    """
    found = {spec.name: spec for spec in specs}
    for end in ends:
        if end.port not in found:
            items = tuple(PortItem(one) for one in parse_type_text(end.type_text))
            found[end.port] = PortSpec(direction, end.port, items)
    return list(found.values())
