"""Which ports of a module are drawn: the one rule, for the canvas and for the eyes beside ports.

Mandatory ports, ports the user added and connected ports always are. Other optional ports are
drawn when the user asked for it; which ones is kept in an annotation of the module, a JSON object
such as ``{"input": ["script"], "output": ["self"]}``. Annotations do not count in signatures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ...dataflow import Direction, Pipeline, PipelineModule, PortSpec

SHOWN_PORTS = "__shown_ports__"


def can_be_hidden(pipeline: Pipeline, module: PipelineModule, spec: PortSpec) -> bool:
    """Whether it is for the user to say if a port is drawn."""
    if not spec.optional or spec in module.port_specs:
        return False
    if spec.direction is Direction.INPUT:
        return not pipeline.incoming(module.id, spec.name)
    return not pipeline.outgoing(module.id, spec.name)


def is_visible(pipeline: Pipeline, module: PipelineModule, spec: PortSpec) -> bool:
    """Whether a port is drawn."""
    if not can_be_hidden(pipeline, module, spec):
        return True
    return spec.name in _shown(module)[spec.direction]


def visible_ports(
    pipeline: Pipeline, module: PipelineModule, specs: Iterable[PortSpec]
) -> list[PortSpec]:
    """Those of the ports that are drawn, in their order."""
    return [spec for spec in specs if is_visible(pipeline, module, spec)]


def shown_ports_note(module: PipelineModule, spec: PortSpec, *, shown: bool) -> str | None:
    """What the annotation ``SHOWN_PORTS`` is to be to show or hide a port; None for no note."""
    names = _shown(module)
    if shown:
        names[spec.direction].add(spec.name)
    else:
        names[spec.direction].discard(spec.name)
    left = {direction.value: sorted(ports) for direction, ports in names.items() if ports}
    return json.dumps(left, sort_keys=True) if left else None


def _shown(module: PipelineModule) -> dict[Direction, set[str]]:
    try:
        stored = json.loads(module.annotation(SHOWN_PORTS) or "{}")
    except (ValueError, RecursionError):
        stored = {}
    if not isinstance(stored, dict):
        stored = {}
    return {direction: _names(stored.get(direction.value)) for direction in Direction}


def _names(value: object) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
