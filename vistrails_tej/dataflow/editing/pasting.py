"""Copy modules with the connections between them, within a vistrail or from another one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..pipeline import Connection, Pipeline, PipelineModule
from .ids import IdCounters


def cut_out(pipeline: Pipeline, module_ids: Collection[int]) -> Pipeline:
    """Some modules of a pipeline, and the connections among them."""
    wanted = set(module_ids)
    return Pipeline(
        {number: one for number, one in pipeline.modules.items() if number in wanted},
        {
            number: one
            for number, one in pipeline.connections.items()
            if one.source.module_id in wanted and one.destination.module_id in wanted
        },
    )


def pasted(
    pipeline: Pipeline, ids: IdCounters, part: Pipeline, offset: tuple[float, float]
) -> tuple[Pipeline, dict[int, int]]:
    """The pipeline with a copy of ``part`` in it, moved by ``offset``; new ids by old ones."""
    numbers = {number: ids.next("module") for number in sorted(part.modules)}
    modules = dict(pipeline.modules)
    for number, module in sorted(part.modules.items()):
        modules[numbers[number]] = replace(_renewed(module, ids, offset), id=numbers[number])
    connections = dict(pipeline.connections)
    for _, connection in sorted(part.connections.items()):
        copy = _reconnected(connection, ids, numbers)
        connections[copy.id] = copy
    return Pipeline(modules, connections), numbers


def _renewed(
    module: PipelineModule, ids: IdCounters, offset: tuple[float, float]
) -> PipelineModule:
    """The module with fresh ids for all that belongs to it; the content of a group keeps its own.

    Inside a group ids are the group's own: VisTrails copies them as they are.
    """
    x, y = module.location or (0.0, 0.0)
    return replace(
        module,
        location=(x + offset[0], y + offset[1]),
        location_id=ids.next("location"),
        settings=tuple(
            replace(
                setting,
                id=ids.next("function"),
                parameters=tuple(
                    replace(one, id=ids.next("parameter")) for one in setting.parameters
                ),
            )
            for setting in module.settings
        ),
        port_specs=tuple(replace(one, id=ids.next("portSpec")) for one in module.port_specs),
        annotations=tuple(replace(one, id=ids.next("annotation")) for one in module.annotations),
        control_parameters=tuple(
            replace(one, id=ids.next("controlParameter")) for one in module.control_parameters
        ),
    )


def _reconnected(connection: Connection, ids: IdCounters, numbers: dict[int, int]) -> Connection:
    source, destination = (
        replace(end, module_id=numbers[end.module_id], id=ids.next("port"))
        for end in (connection.source, connection.destination)
    )
    return Connection(ids.next("connection"), source, destination)
