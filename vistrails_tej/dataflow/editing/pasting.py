"""Copy modules with the connections between them, within a vistrail or from another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..errors import EditRefused
from ..pipeline import Connection, Pipeline, PipelineModule, PortSetting
from ..storage.object_ids import IdCounters


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
    aliases = {
        parameter.alias
        for one in modules.values()
        for setting in one.settings
        for parameter in setting.parameters
    }
    for number, module in sorted(part.modules.items()):
        x, y = module.location or (0.0, 0.0)
        copy = _without_aliases(renewed(module, ids), aliases)
        if copy.kind == "abstraction":
            # Its content is in another document, and may have been filled in for a run.
            copy = replace(copy, content=None)
        place = (x + offset[0], y + offset[1])
        modules[numbers[number]] = replace(copy, id=numbers[number], location=place)
    connections = dict(pipeline.connections)
    for _, connection in sorted(part.connections.items()):
        renewed_one = reconnected(connection, ids, numbers)
        connections[renewed_one.id] = renewed_one
    return Pipeline(modules, connections), numbers


def check_subworkflows(part: Pipeline, known: Collection[str]) -> None:
    """Raise EditRefused for a subworkflow that is not known, however deep in groups it is."""
    for module in part.modules.values():
        if module.kind == "abstraction" and module.namespace not in known:
            raise EditRefused(
                module.label,
                "this vistrail does not have that subworkflow; paste the modules inside it instead",
            )
        if module.kind == "group" and module.content is not None:
            check_subworkflows(module.content, known)


def _without_aliases(module: PipelineModule, taken: set[str]) -> PipelineModule:
    """The module without aliases that another parameter has; those it keeps are taken now."""
    settings = []
    for setting in module.settings:
        parameters = []
        for one in setting.parameters:
            kept = "" if one.alias in taken else one.alias
            taken.add(one.alias)
            parameters.append(replace(one, alias=kept))
        settings.append(replace(setting, parameters=tuple(parameters)))
    return replace(module, settings=tuple(settings))


def renewed(module: PipelineModule, ids: IdCounters) -> PipelineModule:
    """The module with fresh ids for all that belongs to it; its own id stays.

    Inside a group ids are the group's own: VisTrails copies them as they are.
    """
    return replace(
        module,
        location_id=ids.next("location"),
        settings=tuple(_renewed_setting(one, ids) for one in module.settings),
        port_specs=tuple(replace(one, id=ids.next("portSpec")) for one in module.port_specs),
        annotations=tuple(replace(one, id=ids.next("annotation")) for one in module.annotations),
        control_parameters=tuple(
            replace(one, id=ids.next("controlParameter")) for one in module.control_parameters
        ),
    )


def reconnected(connection: Connection, ids: IdCounters, numbers: Mapping[int, int]) -> Connection:
    """The connection with fresh ids, between modules that have new ids by their old ones."""
    source, destination = (
        replace(end, module_id=numbers.get(end.module_id, end.module_id), id=ids.next("port"))
        for end in (connection.source, connection.destination)
    )
    return Connection(ids.next("connection"), source, destination)


def _renewed_setting(setting: PortSetting, ids: IdCounters) -> PortSetting:
    return replace(
        setting,
        id=ids.next("function"),
        parameters=tuple(replace(one, id=ids.next("parameter")) for one in setting.parameters),
    )
