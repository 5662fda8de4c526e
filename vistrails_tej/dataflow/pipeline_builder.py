"""From stored objects to a pipeline: what a version's operations leave, or a group's content."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from .actions import Operation, StoredObject, read_id
from .errors import VistrailCorrupt
from .pipeline import (
    Annotation,
    Connection,
    ControlParameter,
    Endpoint,
    Parameter,
    Pipeline,
    PipelineModule,
    PortSetting,
)
from .stored_ports import build_port_spec

logger = logging.getLogger(__name__)

MODULE_TAGS = frozenset({"module", "group", "abstraction"})
DEEPEST_GROUP = 40


# An object, and the id by which others refer to it; None for one that is inside another.
_Part = tuple[StoredObject, int | None]
# The objects inside others, by the kind and the id of the one around them.
_Inside = Mapping[str, Mapping[int, list[_Part]]]
_Placed = TypeVar("_Placed", PortSetting, Parameter)
_NOTHING_INSIDE: _Inside = {"module": {}, "function": {}, "connection": {}}


def build_pipeline(operations: Iterable[Operation]) -> Pipeline:
    """The pipeline that these adds, in their order, make. Raise VistrailCorrupt.

    Objects whose parent is gone are left out, with a warning.
    """
    tops: list[_Part] = []
    present: dict[str, set[int]] = {holder: set() for holder in _NOTHING_INSIDE}
    inside: dict[str, dict[int, list[_Part]]] = {holder: {} for holder in _NOTHING_INSIDE}
    for _, _, what, object_id, _, parent_id, content, _ in operations:
        if content is None:
            continue
        kind = _KINDS.get(what, what)
        if kind in present:
            present[kind].add(object_id)
        if kind in TOP_KINDS:
            tops.append((content, object_id))
        else:
            beside = inside[_PARENTS.get(kind, "module")]
            if parent_id in beside:
                beside[parent_id].append((content, object_id))
            else:
                beside[parent_id] = [(content, object_id)]
    for holder, parts in inside.items():
        _tell_orphans(parts, present[holder])
    return _pipeline(tops, inside, depth=0)


def _tell_orphans(parts: Mapping[int, list[_Part]], parents: set[int]) -> None:
    for parent_id in parts.keys() - parents:
        for stored, number in parts[parent_id]:
            logger.warning("Left out %s %s: its parent is gone", stored.tag, number)


_KINDS = {"group": "module", "abstraction": "module"}
TOP_KINDS = frozenset({"module", "connection"})
# Which kind of object holds another; all others belong to modules.
_PARENTS = {"parameter": "function", "port": "connection"}


def kind_of(what: str) -> str:
    """The kind of object that a tag means: groups and subworkflows are modules."""
    return _KINDS.get(what, what)


def parent_kind(kind: str) -> str:
    """The kind of object to which objects of a kind belong."""
    return _PARENTS.get(kind, "module")


def _parts(part: _Part, around: Mapping[int, list[_Part]]) -> Sequence[_Part]:
    """What is inside an object: what it was stored with, then what was added to it."""
    stored, number = part
    finished: list[_Part] = [(child, None) for child in stored]
    added = around.get(number, ()) if number is not None else ()
    return [*finished, *added] if finished else added


def _pipeline(tops: Iterable[_Part], inside: _Inside, depth: int) -> Pipeline:
    modules: dict[int, PipelineModule] = {}
    connections: dict[int, Connection] = {}
    for part in tops:
        tag = part[0].tag
        if tag in MODULE_TAGS:
            module = _module(part, inside, depth)
            modules[module.id] = module
        elif tag == "connection":
            connection = _connection(part, inside)
            if connection is not None:
                connections[connection.id] = connection
    return Pipeline(modules, connections)


def _module(part: _Part, inside: _Inside, depth: int) -> PipelineModule:
    stored = part[0]
    parts: dict[str, list[_Part]] = {}
    for one in _parts(part, inside["module"]):
        parts.setdefault(one[0].tag, []).append(one)
    settings = [_setting(one, inside) for one in parts.get("function", ())]
    specs = [build_port_spec(one) for one, _ in parts.get("portSpec", ())]
    switches = parts.get("controlParameter", ())
    location = parts.get("location", ())
    return PipelineModule(
        id=read_id(stored),
        package=stored.get("package", ""),
        name=stored.get("name", ""),
        namespace=stored.get("namespace", ""),
        package_version=stored.get("version", ""),
        internal_version=stored.get("internalVersion", ""),
        kind=stored.tag,
        cache=stored.get("cache", "1").strip() not in ("0", "False"),
        location=_location(location[-1][0]) if location else None,
        location_id=read_id(location[-1][0], default=-1) if location else -1,
        settings=_in_order(settings),
        port_specs=tuple(sorted(specs, key=lambda spec: (spec.sort_key, spec.id))),
        control_parameters=tuple([ControlParameter(*_note(one, "name")) for one, _ in switches]),
        annotations=tuple(
            [Annotation(*_note(one, "key")) for one, _ in parts.get("annotation", ())]
        ),
        content=_content(parts.get("workflow", ()), depth) if stored.tag == "group" else None,
    )


def _content(workflows: Sequence[_Part], depth: int) -> Pipeline:
    """The pipeline inside a group."""
    if depth >= DEEPEST_GROUP:
        raise VistrailCorrupt(f"its groups are nested more than {DEEPEST_GROUP} deep")
    if not workflows:
        return Pipeline({}, {})
    finished: list[_Part] = [(child, None) for child in workflows[-1][0]]
    return _pipeline(finished, _NOTHING_INSIDE, depth + 1)


def _location(stored: StoredObject) -> tuple[float, float] | None:
    try:
        place = float(stored.get("x", "")), float(stored.get("y", ""))
    except ValueError:
        return None
    # Python reads "nan" and "inf" too, but nothing can be drawn there.
    return place if all(map(math.isfinite, place)) else None


def _setting(part: _Part, inside: _Inside) -> PortSetting:
    stored = part[0]
    parameters = [
        Parameter(
            read_id(one, "id", -1),
            read_id(one, "pos", 0),
            one.get("name", ""),
            one.get("type", ""),
            one.get("val", ""),
            one.get("alias", ""),
        )
        for one, _ in _parts(part, inside["function"])
        if one.tag == "parameter"
    ]
    return PortSetting(
        id=read_id(stored, default=-1),
        position=read_id(stored, "pos", 0),
        port=stored.get("name", ""),
        parameters=_in_order(parameters),
    )


def _in_order(some: list[_Placed]) -> tuple[_Placed, ...]:
    if len(some) > 1:
        some.sort(key=_position)
    return tuple(some)


def _position(one: PortSetting | Parameter) -> int:
    return one.position


def _note(stored: StoredObject, key: str) -> tuple[int, str, str]:
    return read_id(stored, default=-1), stored.get(key, ""), stored.get("value", "")


def _connection(part: _Part, inside: _Inside) -> Connection | None:
    source = destination = None
    for port, _ in _parts(part, inside["connection"]):
        if port.tag != "port":
            continue
        end = Endpoint(
            read_id(port, "moduleId"),
            port.get("name", ""),
            port.get("signature", ""),
            read_id(port, default=-1),
        )
        if port.get("type", "") == "source":
            source = end
        elif port.get("type", "") == "destination":
            destination = end
    connection_id = read_id(part[0])
    if source is None or destination is None:
        logger.warning("Left out connection %d: it lacks an end", connection_id)
        return None
    return Connection(connection_id, source, destination)
