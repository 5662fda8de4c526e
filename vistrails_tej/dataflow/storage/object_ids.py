"""Fresh ids: one counter for each kind of object, unique over the whole file."""

from __future__ import annotations

from collections.abc import Iterator

from ..actions import StoredObject
from ..vistrail import ROOT_VERSION, Vistrail

# The counter of each kind of object, by its tag.
_COUNTERS = {
    one: one
    for one in (
        "action",
        "annotation",
        "connection",
        "controlParameter",
        "function",
        "location",
        "module",
        "operation",
        "parameter",
        "port",
        "portSpec",
        "portSpecItem",
    )
}
_COUNTERS |= {"group": "module", "abstraction": "module", "actionAnnotation": "annotation"}
_COUNTERS |= {"add": "operation", "change": "operation", "delete": "operation"}
# A file may claim any number; from one near the longest that is read there would be no way on.
_LONGEST = 15


class IdCounters:
    """Gives ids that nothing in a vistrail has; versions count from 1, all else from 0."""

    def __init__(self, vistrail: Vistrail | None = None) -> None:
        self._next: dict[str, int] = {"action": ROOT_VERSION + 1}
        if vistrail is not None:
            for stored in _stored_objects(vistrail):
                self.see(stored)

    def next(self, kind: str) -> int:
        """A fresh id of a kind, named by its tag in the file."""
        counter = _COUNTERS[kind]
        number = self._next.get(counter, 0)
        self._next[counter] = number + 1
        return number

    def see(self, stored: StoredObject) -> None:
        """Give no id that this object has; what is inside it is not looked at."""
        counter = _COUNTERS.get(stored.tag)
        text = stored.get("id", "")
        if counter is not None and text.isdecimal() and len(text) <= _LONGEST:
            number = int(text)
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
