"""What changed from one pipeline to another, as the operations of an action.

The order is that which VisTrails needs to replay it: connections go before modules and come after
them, what belongs to a module goes before it and comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

from ..actions import Key, Operation, OperationKind
from ..pipeline import Connection, Pipeline, PipelineModule, PortSetting
from ..ports import PortSpec
from ..storage.object_ids import IdCounters
from ..storage.stored_objects import (
    DESTINATION,
    SOURCE,
    store_annotation,
    store_connection,
    store_control_parameter,
    store_end,
    store_location,
    store_module,
    store_parameter,
    store_port_spec,
    store_setting,
)
from .irregular import Irregular, parts_of

_NONE = -1
_Item = TypeVar("_Item", PipelineModule, Connection)
# The tag and the id of what an object belongs to.
_Parent = Key
_NOTHING: _Parent = ("", _NONE)
_NO_PARTS: dict[str, Any] = {
    "location": None,
    "location_id": _NONE,
    "settings": (),
    "port_specs": (),
    "annotations": (),
    "control_parameters": (),
}


def find_operations(
    old: Pipeline, new: Pipeline, ids: IdCounters, irregular: Irregular
) -> list[Operation]:
    """The operations that make ``new`` out of ``old``; objects are the same if their ids are.

    What cannot be changed in its place has fresh ids in ``new``: see ``find_remade``.
    """
    remade = find_remade(old, new, irregular)
    writer = _OperationWriter(ids, irregular)
    for connection in _changed(old.connections, new.connections):
        writer.remove_connection(connection)
    for module in _absent(old.modules, new.modules, remade):
        writer.remove_module(module)
    for module in _absent(new.modules, old.modules, remade):
        writer.add_module(module)
    for after in _changed(new.modules, old.modules):
        if after.id in old.modules and after.id not in remade:
            writer.change_parts(old.modules[after.id], after)
    for connection in _changed(new.connections, old.connections):
        writer.add_connection(connection, new)
    return writer.operations


def find_remade(old: Pipeline, new: Pipeline, irregular: Irregular) -> set[int]:
    """The modules that can only be changed by deleting and adding them, under the same id.

    A module's own facts never change in place, nor can one part be taken out of a module that is
    stored with its parts inside.
    """
    return {
        after.id
        for after in _changed(new.modules, old.modules)
        if after.id in old.modules and _must_be_remade(old.modules[after.id], after, irregular)
    }


def _must_be_remade(before: PipelineModule, after: PipelineModule, irregular: Irregular) -> bool:
    if replace(before, **_NO_PARTS) != replace(after, **_NO_PARTS):
        return True
    if not irregular.nested:
        return False
    left = list(parts_of(after))
    return any(one not in left and one[0] in irregular.nested for one in parts_of(before))


def _absent(
    some: Mapping[int, _Item], others: Mapping[int, _Item], remade: set[int]
) -> list[_Item]:
    absent = [item for number, item in some.items() if number not in others or number in remade]
    return sorted(absent, key=_by_id)


def _changed(some: Mapping[int, _Item], others: Mapping[int, _Item]) -> list[_Item]:
    """Those that are not there, or not so, among the others."""
    changed = [
        item
        for number, item in some.items()
        if item is not others.get(number) and item != others.get(number)
    ]
    return sorted(changed, key=_by_id)


def _by_id(item: PipelineModule | Connection) -> int:
    return item.id


class _OperationWriter:
    """Collects operations, each with a fresh id greater than those before it."""

    def __init__(self, ids: IdCounters, irregular: Irregular) -> None:
        self._ids = ids
        self._irregular = irregular
        self.operations: list[Operation] = []

    # -- connections -------------------------------------------------------------------------

    def add_connection(self, connection: Connection, pipeline: Pipeline) -> None:
        """Add a connection, then its ends."""
        self._add("connection", connection.id, _NOTHING, store_connection(connection))
        parent = ("connection", connection.id)
        for end, kind in ((connection.source, SOURCE), (connection.destination, DESTINATION)):
            name = pipeline.modules[end.module_id].name
            self._add("port", end.id, parent, store_end(end, kind, name))

    def remove_connection(self, connection: Connection) -> None:
        """Remove the ends of a connection, then the connection."""
        parent = ("connection", connection.id)
        for end in (connection.source, connection.destination):
            self._delete("port", end.id, parent)
        self._delete_extra(parent)
        self._delete("connection", connection.id, _NOTHING)

    # -- modules -----------------------------------------------------------------------------

    def add_module(self, module: PipelineModule) -> None:
        """Add a module, then all that belongs to it."""
        self._add(module.kind, module.id, _NOTHING, store_module(module))
        self.change_parts(replace(module, **_NO_PARTS), module)

    def remove_module(self, module: PipelineModule) -> None:
        """Remove all that belongs to a module, then the module."""
        self.change_parts(module, replace(module, **_NO_PARTS))
        self._delete_extra(("module", module.id), module.kind)
        self._delete(module.kind, module.id, _NOTHING)

    def change_parts(self, before: PipelineModule, after: PipelineModule) -> None:
        """Remove, change and add what belongs to a module that stays."""
        parent = (after.kind, after.id)
        if (before.location, before.location_id) != (after.location, after.location_id):
            self._move(before, after, parent)
        for what, olds, news, store in self._simple_parts(before, after):
            for old in _missing(olds, news):
                self._delete(what, old.id, parent)
            for new in _missing(news, olds):
                self._add(what, new.id, parent, store(new))
        self._change_settings(before, after, parent)

    def _move(self, before: PipelineModule, after: PipelineModule, parent: _Parent) -> None:
        self._delete("location", before.location_id, parent)
        stored = store_location(after)
        if stored is not None:
            self._add("location", after.location_id, parent, stored)

    def _simple_parts(
        self, before: PipelineModule, after: PipelineModule
    ) -> Iterator[tuple[str, Sequence[Any], Sequence[Any], Callable[[Any], Element]]]:
        """The parts that hold nothing: tag, those before, those after, how one is stored."""
        yield "portSpec", before.port_specs, after.port_specs, self._store_port_spec
        yield "annotation", before.annotations, after.annotations, store_annotation
        switches = (before.control_parameters, after.control_parameters)
        yield "controlParameter", *switches, store_control_parameter

    def _store_port_spec(self, spec: PortSpec) -> Element:
        return store_port_spec(spec, iter([self._ids.next("portSpecItem") for _ in spec.items]))

    # -- settings ----------------------------------------------------------------------------

    def _change_settings(
        self, before: PipelineModule, after: PipelineModule, parent: _Parent
    ) -> None:
        """A setting that stays has its parameters changed; others go and come as a whole."""
        known = {setting.id: setting for setting in before.settings}
        kept = {one.id for one in after.settings if _can_change(known.get(one.id), one)}
        for setting in before.settings:
            if setting.id not in kept:
                self._remove_setting(setting, parent)
        for setting in after.settings:
            if setting.id in kept:
                self._change_parameters(known[setting.id], setting)
            else:
                self._add_setting(setting, parent)

    def _add_setting(self, setting: PortSetting, parent: _Parent) -> None:
        self._add("function", setting.id, parent, store_setting(setting))
        for parameter in setting.parameters:
            stored = store_parameter(parameter)
            self._add("parameter", parameter.id, ("function", setting.id), stored)

    def _remove_setting(self, setting: PortSetting, parent: _Parent) -> None:
        for parameter in setting.parameters:
            self._delete("parameter", parameter.id, ("function", setting.id))
        self._delete_extra(("function", setting.id))
        self._delete("function", setting.id, parent)

    def _change_parameters(self, before: PortSetting, after: PortSetting) -> None:
        for old, new in zip(before.parameters, after.parameters, strict=True):
            if old != new:
                self._append(
                    OperationKind.CHANGE,
                    "parameter",
                    (old.id, new.id),
                    ("function", after.id),
                    store_parameter(new),
                )

    # -- operations --------------------------------------------------------------------------

    def _add(self, what: str, object_id: int, parent: _Parent, stored: Element) -> None:
        self._append(OperationKind.ADD, what, (_NONE, object_id), parent, stored)

    def _delete(self, what: str, object_id: int, parent: _Parent) -> None:
        if object_id < 0 or (what, object_id) in self._irregular.nested:
            # It goes with what it is inside of.
            return
        self._append(OperationKind.DELETE, what, (object_id, _NONE), parent, None)

    def _delete_extra(self, parent: _Parent, tag: str = "") -> None:
        """Remove what no pipeline shows; ``tag`` is that of the parent, if not its kind."""
        kind, number = parent
        for what, object_id in self._irregular.extra.get(parent, ()):
            self._delete(what, object_id, (tag or kind, number))

    def _append(
        self,
        kind: OperationKind,
        what: str,
        old_and_new: tuple[int, int],
        parent: _Parent,
        stored: Element | None,
    ) -> None:
        old_id, object_id = old_and_new
        parent_type, parent_id = parent
        number = self._ids.next("operation")
        operation = Operation(number, kind, what, object_id, old_id, parent_id, stored, parent_type)
        self.operations.append(operation)


def _missing(some: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Those that are not, exactly so, among the others."""
    return [one for one in some if one not in others]


def _can_change(before: PortSetting | None, after: PortSetting) -> bool:
    """Whether one setting becomes another by changing parameters only."""
    return (
        before is not None
        and replace(before, parameters=()) == replace(after, parameters=())
        and len(before.parameters) == len(after.parameters)
    )
