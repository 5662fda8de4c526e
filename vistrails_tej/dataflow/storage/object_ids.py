"""Fresh ids: one counter for each kind of object, unique over the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from xml.etree.ElementTree import Element

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
    """Gives ids that nothing in a vistrail has; versions count from 1, all else from 0.

    The vistrail is searched for the ids of a kind when the first one of that kind is asked for.
    """

    def __init__(self, vistrail: Vistrail | None = None) -> None:
        self._next: dict[str, int] = {}
        self._vistrail = vistrail

    def next(self, kind: str) -> int:
        """A fresh id of a kind, named by its tag in the file."""
        counter = _COUNTERS[kind]
        number = self._next.get(counter)
        if number is None:
            number = self._first(counter)
        self._next[counter] = number + 1
        return number

    def see(self, stored: StoredObject) -> None:
        """Give no id that this object has; what is inside it is not looked at."""
        counter = _COUNTERS.get(stored.tag)
        if counter is not None:
            known = self._next.get(counter)
            self._next[counter] = max(
                self._first(counter) if known is None else known, _number(stored) + 1
            )

    def look_again(self, kind: str, vistrail: Vistrail) -> None:
        """Search this vistrail, which came from the other one, for the ids of a kind."""
        self._vistrail = vistrail
        self._next.pop(_COUNTERS[kind], None)

    def _first(self, counter: str) -> int:
        """The first id of a kind that nothing has."""
        tags = [tag for tag, one in _COUNTERS.items() if one == counter]
        found = (
            _number(stored)
            for root in _roots(self._vistrail)
            for tag in tags
            for stored in root.iter(tag)
        )
        first = max(found, default=-1) + 1
        return max(first, ROOT_VERSION + 1) if counter == "action" else first


def _number(stored: StoredObject) -> int:
    text = stored.get("id", "")
    return int(text) if text.isdecimal() and len(text) <= _LONGEST else -1


def _roots(vistrail: Vistrail | None) -> Iterator[Element]:
    """The document that was read, and the actions made since."""
    if vistrail is None:
        return
    read: set[int] = set()
    if vistrail.stored is not None:
        read.update(map(id, vistrail.stored))
        yield cast("Element", vistrail.stored)
    for action in vistrail.actions.values():
        if action.stored is not None and id(action.stored) not in read:
            yield cast("Element", action.stored)
