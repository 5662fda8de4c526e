"""The upgrade of old modules, as VisTrails saves it: fresh modules in the place of the old ones."""

from __future__ import annotations

from dataclasses import replace

from ..module_ports import PortFinder
from ..pipeline import Connection, Endpoint, Pipeline, PipelineModule
from ..ports import PortSpec, PortType
from ..preparation import upgrade_pipeline
from ..registry import Registry
from ..storage.object_ids import IdCounters
from .pasting import reconnected, renewed


def with_upgrades(
    pipeline: Pipeline, ids: IdCounters, registry: Registry
) -> tuple[Pipeline, dict[int, int]]:
    """The pipeline with every module in its loaded version, and new module ids by old ones.

    A module of another version is replaced by a fresh one, and its connections are made again; one
    that is not loaded stays.
    """
    upgraded = upgrade_pipeline(pipeline, registry)
    changed = {
        number: one
        for number, one in upgraded.modules.items()
        if one != pipeline.modules[number] and _is_loaded(one, registry)
    }
    numbers = {number: ids.next("module") for number in sorted(changed)}
    modules = {number: one for number, one in pipeline.modules.items() if number not in numbers}
    for old, new in numbers.items():
        modules[new] = replace(renewed(changed[old], ids), id=new)
    connections: dict[int, Connection] = {}
    finder = PortFinder(registry)
    for _, one in sorted(pipeline.connections.items()):
        connection = one
        if not numbers.keys().isdisjoint((one.source.module_id, one.destination.module_id)):
            connection = _retyped(reconnected(one, ids, numbers), modules, finder)
        connections[connection.id] = connection
    return Pipeline(modules, connections), numbers


def _is_loaded(module: PipelineModule, registry: Registry) -> bool:
    kind = PortType(module.package, module.name, module.namespace or None)
    return registry.find_descriptor(kind) is not None


def _retyped(
    connection: Connection, modules: dict[int, PipelineModule], finder: PortFinder
) -> Connection:
    """The connection with the types of the ports as they are declared now."""
    source, destination = connection.source, connection.destination
    outputs = finder.outputs(modules[source.module_id]) if source.module_id in modules else {}
    inputs = (
        finder.inputs(modules[destination.module_id]) if destination.module_id in modules else {}
    )
    return replace(
        connection,
        source=_end(source, outputs.get(source.port)),
        destination=_end(destination, inputs.get(destination.port)),
    )


def _end(end: Endpoint, spec: PortSpec | None) -> Endpoint:
    return end if spec is None else replace(end, type_text=spec.type_text)
