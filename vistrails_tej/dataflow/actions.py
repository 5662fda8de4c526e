"""Actions: the steps of a vistrail's history, and what is left after a row of them.

An action is a list of operations; each adds, changes or deletes one stored object. What an
object is stays in the words of the .vt format until a pipeline is built from it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from .errors import VistrailCorrupt

_LONGEST_NUMBER = 18


class StoredObject(Protocol):
    """An object as the file has it: a tag, attributes, objects inside. XML elements are that."""

    @property
    def tag(self) -> str:
        """The kind of object."""

    def get(self, key: str, default: str, /) -> str:
        """The text of an attribute, ``default`` where there is none."""

    def __iter__(self) -> Iterator[StoredObject]:
        """The objects inside."""


class OperationKind(enum.Enum):
    """What an operation does; the value is the tag of the .vt format."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


_ADD = OperationKind.ADD
_DELETE = OperationKind.DELETE


class Operation(NamedTuple):
    """One edit of one object (a tuple, since replaying makes very many of them).

    ``what`` is the tag of the object. ``old_id`` is the object that a change or delete removes,
    ``object_id`` the one that an add or change brings (-1 for a delete). ``parent_id`` is -1 for
    modules and connections, which have no parent. ``parent_type`` is the tag of the parent; it is
    not kept from a file, which has it already.
    """

    id: int
    kind: OperationKind
    what: str
    object_id: int
    old_id: int
    parent_id: int
    content: StoredObject | None
    parent_type: str = ""


# The tag and the id of an object.
Key = tuple[str, int]
# The adds of the objects of a version.
Alive = Mapping[Key, Operation]


@dataclass(frozen=True, slots=True)
class Action:
    """A step of the history, which makes one version; ``parent`` 0 is the empty beginning.

    ``stored`` is the action as the file has it, or will have it. ``parsed`` are its operations, if
    they were read ahead: see ``read_ahead``.
    """

    id: int
    parent: int
    date: str = ""
    user: str = ""
    session: int | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    stored: StoredObject | None = field(default=None, repr=False, compare=False)

    parsed: tuple[Operation, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What it does. Raise VistrailCorrupt."""
        if self.parsed is not None:
            return self.parsed
        return tuple(_READERS[one.tag](one) for one in self.stored or () if one.tag in _READERS)


def read_ahead(action: Action) -> Action:
    """The action with its operations read, so that replaying it is fast.

    One that is damaged is left for whoever asks for its version.
    """
    try:
        return replace(action, parsed=action.operations)
    except VistrailCorrupt:
        return action


def surviving(actions: Iterable[Action]) -> list[Operation]:
    """What is left after these actions, by operation id: the adds that make the pipeline.

    Raise VistrailCorrupt when an object is removed that is not there.
    """
    return sorted(replayed(actions).values(), key=by_id)


def replayed(actions: Iterable[Action], before: Alive | None = None) -> Alive:
    """The same by tag and id of the object; ``before`` is what was there before these actions."""
    alive = {} if before is None else dict(before)
    for action in actions:
        for operation in action.operations:
            _, kind, what, object_id, old_id, _, _, _ = operation
            if kind is not _ADD and alive.pop((what, old_id), None) is None:
                raise VistrailCorrupt(
                    f"version {action.id} removes the {what} {old_id}, which is not there;"
                    " go back to an earlier version"
                )
            if kind is not _DELETE:
                alive[what, object_id] = operation
    return alive


def read_id(stored: StoredObject, key: str = "id", default: int | None = None) -> int:
    """A number of the file; blank is ``default``. Raise VistrailCorrupt if it is no number."""
    text = stored.get(key, "")
    if text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return int(text)
    if default is not None and not text.strip():
        return default
    try:
        if len(text) <= _LONGEST_NUMBER:
            return int(text)
    except ValueError:
        pass
    raise VistrailCorrupt(f"{key}={text[:40]!r} of a {stored.tag} is not a number")


def by_id(operation: Operation) -> int:
    """The key by which operations are sorted."""
    return operation.id


def _read_add(stored: StoredObject) -> Operation:
    return Operation(
        read_id(stored),
        OperationKind.ADD,
        stored.get("what", ""),
        read_id(stored, "objectId"),
        -1,
        read_id(stored, "parentObjId", -1),
        _content(stored),
    )


def _read_change(stored: StoredObject) -> Operation:
    return Operation(
        read_id(stored),
        OperationKind.CHANGE,
        stored.get("what", ""),
        read_id(stored, "newObjId"),
        read_id(stored, "oldObjId"),
        read_id(stored, "parentObjId", -1),
        _content(stored),
    )


def _read_delete(stored: StoredObject) -> Operation:
    return Operation(
        read_id(stored),
        OperationKind.DELETE,
        stored.get("what", ""),
        -1,
        read_id(stored, "objectId"),
        read_id(stored, "parentObjId", -1),
        None,
    )


def _content(stored: StoredObject) -> StoredObject:
    what = stored.get("what", "")
    for content in stored:
        if content.tag == what:
            return content
    raise VistrailCorrupt(f"operation {stored.get('id', '')} holds no {what or 'object'}")


_READERS = {"add": _read_add, "change": _read_change, "delete": _read_delete}
