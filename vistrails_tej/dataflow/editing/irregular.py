"""What a version is made of that VisTrails would have stored otherwise.

Files of other programs may hold finished objects inside others, which cannot be deleted one by
one, and objects of kinds that no pipeline shows, which have to be deleted with what they belong to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..actions import Alive, Key
from ..pipeline import Pipeline, PipelineModule
from ..pipeline_builder import TOP_KINDS, kind_of, parent_kind


@dataclass(frozen=True, slots=True)
class Irregular:
    """``nested``: objects without an operation of their own; ``extra``: unknown ones, by parent."""

    nested: frozenset[Key] = frozenset()
    extra: Mapping[Key, Sequence[Key]] = field(default_factory=dict)

    def without(self, module_ids: Collection[int]) -> Irregular:
        """The same after these modules were stored anew."""
        gone = {("module", number) for number in module_ids} & self.extra.keys()
        if not gone:
            return self
        return replace(self, extra={key: one for key, one in self.extra.items() if key not in gone})


def find_irregular(stored: Alive, pipeline: Pipeline) -> Irregular:
    """Compare what is stored of a version with its pipeline."""
    shown = set(_keys(pipeline))
    if shown == stored.keys():
        return Irregular()
    extra: dict[Key, list[Key]] = {}
    for key in stored.keys() - shown:
        kind = kind_of(key[0])
        if kind not in TOP_KINDS:
            extra.setdefault((parent_kind(kind), stored[key].parent_id), []).append(key)
    return Irregular(frozenset(shown - stored.keys()), extra)


def parts_of(module: PipelineModule) -> Iterator[tuple[Key, object]]:
    """All that belongs to a module, by tag and id."""
    if module.location is not None or module.location_id >= 0:
        yield ("location", module.location_id), module.location
    for setting in module.settings:
        yield ("function", setting.id), replace(setting, parameters=())
        for parameter in setting.parameters:
            yield ("parameter", parameter.id), parameter
    for spec in module.port_specs:
        yield ("portSpec", spec.id), spec
    for note in module.annotations:
        yield ("annotation", note.id), note
    for switch in module.control_parameters:
        yield ("controlParameter", switch.id), switch


def _keys_of_parts(module: PipelineModule) -> Iterator[Key]:
    """The tags and ids of what ``parts_of`` gives: whole versions are looked through for them."""
    if module.location is not None or module.location_id >= 0:
        yield "location", module.location_id
    for setting in module.settings:
        yield "function", setting.id
        for parameter in setting.parameters:
            yield "parameter", parameter.id
    for spec in module.port_specs:
        yield "portSpec", spec.id
    for note in module.annotations:
        yield "annotation", note.id
    for switch in module.control_parameters:
        yield "controlParameter", switch.id


def _keys(pipeline: Pipeline) -> Iterator[Key]:
    for module in pipeline.modules.values():
        yield module.kind, module.id
        yield from _keys_of_parts(module)
    for connection in pipeline.connections.values():
        yield "connection", connection.id
        yield "port", connection.source.id
        yield "port", connection.destination.id
