"""Fresh ids: one counter for each kind of object, unique over the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from ..actions import StoredObject, read_id
from ..vistrail import ROOT_VERSION, Vistrail

# Objects that share a counter are listed under the name of that counter.
_SHARED = {
    "group": "module",
    "abstraction": "module",
    "add": "operation",
    "change": "operation",
    "delete": "operation",
    "actionAnnotation": "annotation",
}


class IdCounters:
    """Gives ids that nothing in a vistrail has; versions count from 1, all else from 0."""

    def __init__(self, vistrail: Vistrail) -> None:
        self._next: dict[str, int] = {"action": ROOT_VERSION + 1}
        for stored in _stored_objects(vistrail):
            self._see(stored.tag, read_id(stored, default=-1))

    def next(self, kind: str) -> int:
        """A fresh id of a kind, named by its tag in the file."""
        counter = _SHARED.get(kind, kind)
        number = self._next.get(counter, 0)
        self._next[counter] = number + 1
        return number

    def _see(self, kind: str, number: int) -> None:
        counter = _SHARED.get(kind, kind)
        if number >= self._next.get(counter, 0):
            self._next[counter] = number + 1


def _stored_objects(vistrail: Vistrail) -> Iterator[StoredObject]:
    """Every object of the file that was read, and those of the actions made since."""
    waiting = [] if vistrail.stored is None else list(vistrail.stored)
    read = {id(stored) for stored in waiting}
    for action in vistrail.actions.values():
        if action.stored is not None and id(action.stored) not in read:
            waiting.append(action.stored)
    while waiting:
        stored = waiting.pop()
        yield stored
        waiting.extend(stored)
