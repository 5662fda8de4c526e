"""From values to stored objects: the elements and attributes of schema 1.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast
from xml.etree.ElementTree import Element

from ..actions import Action, Operation, OperationKind
from ..pipeline import (
    Annotation,
    Connection,
    ControlParameter,
    Endpoint,
    Parameter,
    Pipeline,
    PipelineModule,
    PortSetting,
)
from ..ports import PortItem, PortSpec

SOURCE = "source"
DESTINATION = "destination"


def store_module(module: PipelineModule) -> Element:
    """The module itself; what belongs to it is stored beside it. A group holds its content."""
    facts: dict[str, object] = {
        "cache": int(module.cache),
        "id": module.id,
        "name": module.name,
        "namespace": module.namespace,
        "package": module.package,
        "version": module.package_version,
    }
    if module.kind == "abstraction":
        facts["internalVersion"] = module.internal_version
    stored = _element(module.kind, facts)
    if module.kind == "group" and module.content is not None:
        stored.append(store_workflow(module.content))
    return stored


def store_location(module: PipelineModule) -> Element | None:
    """Where the module is drawn; None if that is not known."""
    if module.location is None:
        return None
    x, y = module.location
    return _element("location", {"id": module.location_id, "x": float(x), "y": float(y)})


def store_setting(setting: PortSetting) -> Element:
    """A port that is set, without its parameters."""
    return _element("function", {"id": setting.id, "name": setting.port, "pos": setting.position})


def store_parameter(parameter: Parameter) -> Element:
    """One constant of a port."""
    return _element(
        "parameter",
        {
            "alias": parameter.alias,
            "id": parameter.id,
            "name": parameter.name,
            "pos": parameter.position,
            "type": parameter.type,
            "val": parameter.value,
        },
    )


def store_port_spec(spec: PortSpec, item_ids: Iterator[int]) -> Element:
    """A port that the user added; its items get the ids that are given."""
    stored = _element(
        "portSpec",
        {
            "depth": spec.depth,
            "id": spec.id,
            "maxConns": spec.maximum_connections,
            "minConns": spec.minimum_connections,
            "name": spec.name,
            "optional": int(spec.optional),
            "sortKey": spec.sort_key,
            "type": spec.direction.value,
        },
    )
    for position, item in enumerate(spec.items):
        stored.append(store_item(item, next(item_ids), position))
    return stored


def store_annotation(annotation: Annotation) -> Element:
    """A note on a module."""
    facts = {"id": annotation.id, "key": annotation.key, "value": annotation.value}
    return _element("annotation", facts)


def store_control_parameter(parameter: ControlParameter) -> Element:
    """A switch of how a module runs."""
    facts = {"id": parameter.id, "name": parameter.name, "value": parameter.value}
    return _element("controlParameter", facts)


def store_connection(connection: Connection) -> Element:
    """A connection, without its ends."""
    return _element("connection", {"id": connection.id})


def store_end(end: Endpoint, kind: str, module_name: str) -> Element:
    """An end of a connection; ``kind`` is source or destination."""
    return _element(
        "port",
        {
            "id": end.id,
            "moduleId": end.module_id,
            "moduleName": module_name,
            "name": end.port,
            "signature": end.type_text,
            "type": kind,
        },
    )


def store_workflow(pipeline: Pipeline) -> Element:
    """The content of a group: finished objects, each inside the one it belongs to."""
    workflow = _element("workflow", {"id": "", "name": "", "version": "1.0.4"})
    for _, connection in sorted(pipeline.connections.items()):
        workflow.append(_finished_connection(connection, pipeline))
    for _, module in sorted(pipeline.modules.items()):
        workflow.append(_finished_module(module))
    return workflow


def store_action(
    action: Action, operations: Iterable[Operation], note_ids: Iterator[int]
) -> Element:
    """A version: what it does and the notes on it, which get the ids that are given."""
    stored = _element(
        "action",
        {
            "date": action.date,
            "id": action.id,
            "prevId": action.parent,
            "session": "" if action.session is None else action.session,
            "user": action.user,
        },
    )
    for key, value in action.annotations.items():
        note = {"id": next(note_ids), "key": key, "value": value}
        stored.append(_element("annotation", note))
    stored.extend(map(_store_operation, operations))
    return stored


def _store_operation(operation: Operation) -> Element:
    facts: dict[str, object] = {"id": operation.id}
    if operation.kind is OperationKind.CHANGE:
        facts |= {"newObjId": operation.object_id, "oldObjId": operation.old_id}
    elif operation.kind is OperationKind.ADD:
        facts["objectId"] = operation.object_id
    else:
        facts["objectId"] = operation.old_id
    facts["parentObjId"] = "" if operation.parent_id < 0 else operation.parent_id
    facts["parentObjType"] = operation.parent_type
    facts["what"] = operation.what
    stored = _element(operation.kind.value, facts)
    if operation.content is not None:
        stored.append(cast("Element", operation.content))
    return stored


def _finished_connection(connection: Connection, pipeline: Pipeline) -> Element:
    stored = store_connection(connection)
    for end, kind in ((connection.destination, DESTINATION), (connection.source, SOURCE)):
        module = pipeline.modules.get(end.module_id)
        stored.append(store_end(end, kind, module.name if module else ""))
    return stored


def _finished_module(module: PipelineModule) -> Element:
    stored = store_module(module)
    location = store_location(module)
    if location is not None:
        stored.append(location)
    for setting in module.settings:
        function = store_setting(setting)
        function.extend(map(store_parameter, setting.parameters))
        stored.append(function)
    stored.extend(map(store_annotation, module.annotations))
    stored.extend(map(store_control_parameter, module.control_parameters))
    for spec in module.port_specs:
        # Inside a group nothing refers to items, so that their ids need not be unique.
        stored.append(store_port_spec(spec, iter(range(len(spec.items)))))
    return stored


def store_item(item: PortItem, item_id: int, position: int) -> Element:
    """One of the values of a port that the user added."""
    return _element(
        "portSpecItem",
        {
            "default": item.default or "",
            "entryType": item.entry_type,
            "id": item_id,
            "label": item.label,
            "module": item.type.name,
            "namespace": item.type.namespace or "",
            "package": item.type.package,
            "pos": position,
            "values": str(list(item.values)) if item.values else "",
        },
    )


def _element(tag: str, facts: Mapping[str, object]) -> Element:
    return Element(tag, {key: str(value) for key, value in facts.items()})
