"""Parameter explorations of schema 1.0.2 and before, which were XML inside a note on a version.

The note ``__paramexp__`` holds ``paramexps`` with ``paramexp`` elements; a ``function`` in one
names the id of a port setting, a ``param`` the id of one of its constants. From 1.0.3 on an
exploration is an object of the vistrail, and names modules, ports and places.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from ..errors import NotAVistrail
from .xml_document import parse_document

logger = logging.getLogger(__name__)

_KEY = "__paramexp__"
_EXPLORATION = "parameterExploration"
_RANGES = {
    "Linear Interpolation": "[{}, {}]",
    "RGB Interpolation": '["{}", "{}"]',
    "HSV Interpolation": '["{}", "{}"]',
}
_TEXTS = {"List": "values", "User-defined Function": "code"}


def lift_explorations(root: Element, path: Path) -> None:
    """Make objects of the explorations of an old document, in place.

    A note that cannot be understood in full stays as it is, with a warning.
    """
    notes = [one for one in root.findall("actionAnnotation") if one.get("key") == _KEY]
    if not notes:
        return
    # The module and the port of each setting, and the place of each constant, by their ids.
    settings = {
        one.get("id", ""): (parent, one.get("name", ""))
        for parent, one in _brought(root, "function")
    }
    places = {one.get("id", ""): one.get("pos", "") for _, one in _brought(root, "parameter")}
    lifted: list[Element] = []
    for note in notes:
        try:
            old = parse_document(note.get("value", "").encode("utf-8", "surrogateescape"), path)
            lifted += [_lift(one, note, settings, places) for one in old.iter("paramexp")]
        except (NotAVistrail, KeyError) as error:
            logger.warning("Kept an exploration as a note, it cannot be read: %s", error)
        else:
            root.remove(note)
    # Before 1.0.3 there were no others.
    for number, one in enumerate(lifted):
        one.set("id", str(number))
    root.extend(lifted)


def _brought(root: Element, tag: str) -> Iterator[tuple[str, Element]]:
    """The objects of a kind that the history brought, each after the id of its parent."""
    for operation in (*root.iter("add"), *root.iter("change")):
        stored = operation.find(tag)
        if stored is not None:
            yield operation.get("parentObjId", ""), stored


def _lift(
    old: Element, note: Element, settings: dict[str, tuple[str, str]], places: dict[str, str]
) -> Element:
    """Raise KeyError for what it lacks, or refers to in vain."""
    facts = {"actionId": note.get("actionId", ""), "date": old.get("date", "")}
    facts |= {"dims": old.attrib["dims"], "layout": old.attrib["layout"], "name": "", "user": ""}
    lifted = Element(_EXPLORATION, facts)
    for function in old.iter("function"):
        module_id, port = settings[function.attrib["id"]]
        is_alias = function.get("alias", "") == "True"
        varied = SubElement(
            lifted, "function", {"id": module_id, "name": port, "pos": str(int(is_alias))}
        )
        for parameter in function.iter("param"):
            SubElement(
                varied,
                "parameter",
                {
                    "alias": "",
                    # In an exploration this is the dimension.
                    "id": parameter.attrib["dim"],
                    "name": "",
                    "pos": places[parameter.attrib["id"]],
                    "type": parameter.attrib["interp"],
                    "val": _values(parameter),
                },
            )
    return lifted


def _values(parameter: Element) -> str:
    kind = parameter.attrib["interp"]
    if kind in _RANGES:
        return _RANGES[kind].format(parameter.attrib["min"], parameter.attrib["max"])
    return parameter.attrib[_TEXTS[kind]]
