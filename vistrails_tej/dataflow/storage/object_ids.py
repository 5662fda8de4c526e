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
_NOTES = frozenset({"annotation", "actionAnnotation"})
# A file may claim any number; from one near the longest that is read there would be no way on.
_LONGEST = 15


class IdCounters:
    """Gives ids that nothing in a vistrail has; versions count from 1, all else from 0.

    The vistrail is looked through when the first id is asked for.
    """

    def __init__(self, vistrail: Vistrail | None = None) -> None:
        self._vistrail = vistrail
        self._last: dict[str, int] | None = None

    def next(self, kind: str) -> int:
        """A fresh id of a kind, named by its tag in the file."""
        counter = _COUNTERS[kind]
        last = self._counters()
        last[counter] = number = last.get(counter, -1) + 1
        return number

    def see(self, stored: StoredObject) -> None:
        """Give no id that this object has; what is inside it is not looked at."""
        counter = _COUNTERS.get(stored.tag)
        if counter is not None:
            last = self._counters()
            last[counter] = max(last.get(counter, -1), _number(stored))

    def see_saved(self, vistrail: Vistrail) -> None:
        """Go on with the vistrail as it was saved; only notes got ids then."""
        self._vistrail = vistrail
        if self._last is not None:
            for stored in cast("Element", vistrail.stored).iter():
                if stored.tag in _NOTES:
                    self.see(stored)

    def _counters(self) -> dict[str, int]:
        """The greatest id of each kind so far."""
        if self._last is None:
            self._last = {"action": ROOT_VERSION}
            for kind, number in _greatest(self._vistrail).items():
                counter = _COUNTERS.get(kind, "")
                self._last[counter] = max(self._last.get(counter, -1), number)
        return self._last


def _greatest(vistrail: Vistrail | None) -> dict[str, int]:
    """The greatest id that objects of each tag have."""
    greatest: dict[str, int] = {}
    for root in _roots(vistrail):
        for stored in root.iter():
            number = _number(stored)
            if number > greatest.get(stored.tag, -1):
                greatest[stored.tag] = number
    return greatest


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
