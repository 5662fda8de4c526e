"""Show one version after the other: what they have in common is replayed and built only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .actions import Action, Alive, Key, Operation, by_id, replayed
from .garbage import collection_paused
from .pipeline import Connection, Pipeline, PipelineModule
from .pipeline_builder import MODULE_TAGS, TOP_KINDS, build_pipeline, kind_of, parent_kind
from .vistrail import Vistrail

# Each keeps a reference for every object of its version.
_REMEMBERED = 4
_TOP_TAGS = TOP_KINDS | MODULE_TAGS


@dataclass(frozen=True, slots=True)
class ReplayedVersion:
    """A version as its operations leave it, by tag and id of the object, and its pipeline.

    ``is_plain`` says that each module and connection has the id under which it was added.
    """

    path: Sequence[Action]
    alive: Alive
    pipeline: Pipeline
    is_plain: bool


class VersionReplay:
    """Replays versions of one history, which may grow meanwhile, from the nearest one shown."""

    def __init__(self) -> None:
        self._shown: OrderedDict[int, ReplayedVersion] = OrderedDict()

    def show(self, vistrail: Vistrail, version: int) -> ReplayedVersion:
        """A version; only what is other than in one shown before is built anew.

        Raise VersionNotFound, or VistrailCorrupt when the history contradicts itself.
        """
        with collection_paused():
            shown = self._shown.get(version) or self._replay(vistrail.path(version))
        self._shown[version] = shown
        self._shown.move_to_end(version)
        while len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return shown

    def _replay(self, path: list[Action]) -> ReplayedVersion:
        for place in range(len(path) - 1, -1, -1):
            nearest = self._shown.get(path[place].id)
            if nearest is not None:
                alive = replayed(path[place + 1 :], nearest.alive)
                return _build(path, alive, nearest)
        alive = replayed(path)
        last = next(reversed(self._shown.values()), None)
        return _build(path, alive, last)


def _build(path: Sequence[Action], alive: Alive, other: ReplayedVersion | None) -> ReplayedVersion:
    """A version, its pipeline made from that of another one as far as they are the same."""
    tops = sorted([one for (what, _), one in alive.items() if what in _TOP_TAGS], key=by_id)
    is_plain = _are_plain(tops)
    pipeline = None
    if other is not None and other.is_plain and is_plain:
        touched = _touched(path, alive, other)
        fresh = build_pipeline(_parts_of(touched, alive))
        pipeline = _merged(tops, touched, fresh, other.pipeline)
    if pipeline is None:
        pipeline = build_pipeline(sorted(alive.values(), key=by_id))
    return ReplayedVersion(path, alive, pipeline, is_plain)


def _are_plain(tops: Collection[Operation]) -> bool:
    """Whether what is added under an id has this id itself, and no other has it too.

    Elsewhere a part of a pipeline does not tell which operation it is from.
    """
    keys = set()
    for operation in tops:
        _, _, what, number, _, _, content, _ = operation
        if content is None or content.get("id", "") != str(number):
            return False
        keys.add((kind_of(what), number))
    return len(keys) == len(tops)


def _touched(path: Sequence[Action], alive: Alive, other: ReplayedVersion) -> set[Key]:
    """The modules and connections that the versions after the last common one worked on."""
    common = 0
    for mine, theirs in zip(path, other.path, strict=False):
        if mine is not theirs:
            break
        common += 1
    touched = set()
    for action in (*path[common:], *other.path[common:]):
        for operation in action.operations:
            for number in (operation.object_id, operation.old_id):
                for some in (alive, other.alive):
                    found = some.get((operation.what, number))
                    if found is not None:
                        touched.add(_top(found, some))
    return touched


def _top(operation: Operation, alive: Alive) -> Key:
    """The module or connection that an object is, or belongs to."""
    kind, number = kind_of(operation.what), operation.object_id
    while kind not in TOP_KINDS:
        kind, number = parent_kind(kind), operation.parent_id
        operation = alive.get((kind, number), operation)
        if kind == "function" and operation.what != kind:
            # It belongs to nothing that is there.
            return kind, number
    return kind, number


def _parts_of(touched: Collection[Key], alive: Alive) -> list[Operation]:
    """What these modules and connections are made of, by operation id."""
    modules = {number for kind, number in touched if kind == "module"}
    owners = {
        "port": {number for kind, number in touched if kind == "connection"},
        "parameter": {
            number
            for (what, number), one in alive.items()
            if what == "function" and one.parent_id in modules
        },
    }
    parts = [
        one
        for (what, number), one in alive.items()
        if one.parent_id in owners.get(what, modules)
        or (kind_of(what) in TOP_KINDS and (kind_of(what), number) in touched)
    ]
    return sorted(parts, key=by_id)


def _merged(
    tops: Collection[Operation], touched: Collection[Key], fresh: Pipeline, old: Pipeline
) -> Pipeline | None:
    """Fresh modules and connections among the old ones; None if one of them was left out."""
    modules: dict[int, PipelineModule] = {}
    connections: dict[int, Connection] = {}
    for operation in tops:
        kind, number = kind_of(operation.what), operation.object_id
        source = fresh if (kind, number) in touched else old
        if kind == "module" and number in source.modules:
            modules[number] = source.modules[number]
        elif kind == "connection" and number in source.connections:
            connections[number] = source.connections[number]
    return Pipeline(modules, connections) if len(tops) == len(modules) + len(connections) else None
