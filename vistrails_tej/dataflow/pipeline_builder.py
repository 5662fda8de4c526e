"""From stored objects to a pipeline: what a version's operations leave, or a group's content."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class _Draft:
    """An object and the objects inside it, by tag, while a pipeline is put together."""

    stored: StoredObject
    # Most objects hold nothing; a dict for each would cost as much as the rest of the work.
    children: dict[str, list[_Draft]] | None = None

    def add(self, child: _Draft) -> None:
        if self.children is None:
            self.children = {}
        self.children.setdefault(child.stored.tag, []).append(child)

    def inside(self, tag: str) -> Sequence[_Draft]:
        return () if self.children is None else self.children.get(tag, ())


def build_pipeline(operations: Iterable[Operation]) -> Pipeline:
    """The pipeline that these adds, in their order, make. Raise VistrailCorrupt.

    Objects whose parent is gone are left out, with a warning.
    """
    listed: list[tuple[str, Operation, _Draft]] = []
    drafts: dict[tuple[str, int], _Draft] = {}
    for operation in operations:
        content = operation.content
        if content is not None:
            kind = _KINDS.get(operation.what, operation.what)
            draft = drafts[kind, operation.object_id] = _draft(content)
            listed.append((kind, operation, draft))
    tops: list[_Draft] = []
    for kind, operation, draft in listed:
        if kind in _TOP_KINDS:
            tops.append(draft)
            continue
        parent = drafts.get((_PARENTS.get(kind, "module"), operation.parent_id))
        if parent is None:
            logger.warning("Left out %s %d: its parent is gone", kind, operation.object_id)
        else:
            parent.add(draft)
    return _pipeline(tops, depth=0)


_KINDS = {"group": "module", "abstraction": "module"}
_TOP_KINDS = frozenset({"module", "connection"})
# Which kind of object holds another; all others belong to modules.
_PARENTS = {"parameter": "function", "port": "connection"}


def kind_of(what: str) -> str:
    """The kind of object that a tag means: groups and subworkflows are modules."""
    return _KINDS.get(what, what)


def parent_kind(kind: str) -> str:
    """The kind of object to which objects of a kind belong."""
    return _PARENTS.get(kind, "module")


def _draft(stored: StoredObject) -> _Draft:
    """A finished object; its content is as deep as a parameter of a function of a module."""
    draft = _Draft(stored)
    for child in stored:
        inner = _Draft(child)
        draft.add(inner)
        if child.tag == "function":
            for grandchild in child:
                inner.add(_Draft(grandchild))
    return draft


def _pipeline(drafts: list[_Draft], depth: int) -> Pipeline:
    modules: dict[int, PipelineModule] = {}
    connections: dict[int, Connection] = {}
    for draft in drafts:
        if draft.stored.tag in MODULE_TAGS:
            module = _module(draft, depth)
            modules[module.id] = module
        elif draft.stored.tag == "connection":
            connection = _connection(draft)
            if connection is not None:
                connections[connection.id] = connection
    return Pipeline(modules, connections)


def _module(draft: _Draft, depth: int) -> PipelineModule:
    stored = draft.stored
    specs = [build_port_spec(child.stored) for child in draft.inside("portSpec")]
    return PipelineModule(
        id=read_id(stored),
        package=stored.get("package", ""),
        name=stored.get("name", ""),
        namespace=stored.get("namespace", ""),
        package_version=stored.get("version", ""),
        internal_version=stored.get("internalVersion", ""),
        kind=stored.tag,
        cache=stored.get("cache", "1").strip() not in ("0", "False"),
        location=_location(draft),
        location_id=_location_id(draft),
        settings=tuple(sorted(map(_setting, draft.inside("function")), key=_position)),
        port_specs=tuple(sorted(specs, key=lambda spec: (spec.sort_key, spec.id))),
        control_parameters=tuple(
            ControlParameter(*_note(child, "name")) for child in draft.inside("controlParameter")
        ),
        annotations=tuple(Annotation(*_note(child, "key")) for child in draft.inside("annotation")),
        content=_content(draft, depth) if stored.tag == "group" else None,
    )


def _content(draft: _Draft, depth: int) -> Pipeline:
    """The pipeline inside a group."""
    if depth >= DEEPEST_GROUP:
        raise VistrailCorrupt(f"its groups are nested more than {DEEPEST_GROUP} deep")
    workflows = draft.inside("workflow")
    if not workflows:
        return Pipeline({}, {})
    return _pipeline([_draft(child) for child in workflows[-1].stored], depth + 1)


def _location(draft: _Draft) -> tuple[float, float] | None:
    for child in reversed(draft.inside("location")):
        try:
            place = float(child.stored.get("x", "")), float(child.stored.get("y", ""))
        except ValueError:
            return None
        # Python reads "nan" and "inf" too, but nothing can be drawn there.
        return place if all(map(math.isfinite, place)) else None
    return None


def _location_id(draft: _Draft) -> int:
    locations = draft.inside("location")
    return read_id(locations[-1].stored, default=-1) if locations else -1


def _setting(draft: _Draft) -> PortSetting:
    parameters = [
        Parameter(
            id=read_id(child.stored, default=-1),
            position=read_id(child.stored, "pos", 0),
            name=child.stored.get("name", ""),
            type=child.stored.get("type", ""),
            value=child.stored.get("val", ""),
            alias=child.stored.get("alias", ""),
        )
        for child in draft.inside("parameter")
    ]
    return PortSetting(
        id=read_id(draft.stored, default=-1),
        position=read_id(draft.stored, "pos", 0),
        port=draft.stored.get("name", ""),
        parameters=tuple(sorted(parameters, key=_position)),
    )


def _position(one: PortSetting | Parameter) -> int:
    return one.position


def _note(draft: _Draft, key: str) -> tuple[int, str, str]:
    stored = draft.stored
    return read_id(stored, default=-1), stored.get(key, ""), stored.get("value", "")


def _connection(draft: _Draft) -> Connection | None:
    ends: dict[str, Endpoint] = {}
    for child in draft.inside("port"):
        port = child.stored
        ends[port.get("type", "")] = Endpoint(
            read_id(port, "moduleId"),
            port.get("name", ""),
            port.get("signature", ""),
            read_id(port, default=-1),
        )
    connection_id = read_id(draft.stored)
    if not {"source", "destination"} <= ends.keys():
        logger.warning("Left out connection %d: it lacks an end", connection_id)
        return None
    return Connection(connection_id, ends["source"], ends["destination"])
