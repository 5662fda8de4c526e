"""From a vistrail to its document: what was read stays, what was edited since comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast
from xml.etree.ElementTree import Element

from ..editing.ids import IdCounters
from ..vistrail import Vistrail, VistrailVariable
from .schema import CURRENT_SCHEMA

# The order of the objects of a vistrail; whatever else was read comes last.
_ORDER = (
    "action",
    "tag",
    "annotation",
    "controlParameter",
    "vistrailVariable",
    "parameterExploration",
    "actionAnnotation",
)


def store_vistrail(vistrail: Vistrail) -> Element:
    """The document of schema 1.0.4; the objects that were read are in it as they are."""
    read = cast("Element | None", vistrail.stored)
    root = Element("vistrail", dict(read.attrib) if read is not None else {})
    root.attrib = {**root.attrib, "version": CURRENT_SCHEMA}
    for key in ("id", "name"):
        root.attrib.setdefault(key, "")
    old = list(read) if read is not None else []
    ids = IdCounters(vistrail)
    new = [
        *_actions(vistrail, old),
        *_annotations(vistrail, old, ids),
        *_variables(vistrail, old),
        *_action_annotations(vistrail, old, ids),
        *(one for one in old if one.tag not in _REWRITTEN),
    ]
    rank = {tag: place for place, tag in enumerate(_ORDER)}
    root.extend(sorted(new, key=lambda one: rank.get(one.tag, len(rank))))
    return root


# Old tags have become notes on actions when the document was read.
_REWRITTEN = frozenset({"action", "tag", "annotation", "vistrailVariable", "actionAnnotation"})


def _actions(vistrail: Vistrail, old: list[Element]) -> Iterator[Element]:
    known = {id(one) for one in old}
    yield from (one for one in old if one.tag == "action")
    for _, action in sorted(vistrail.actions.items()):
        stored = cast("Element", action.stored)
        if id(stored) not in known:
            yield stored


def _annotations(vistrail: Vistrail, old: list[Element], ids: IdCounters) -> Iterator[Element]:
    """Notes that are as they were read stay; of several of one key the last one counted."""
    left = dict(vistrail.annotations)
    for stored in old:
        if stored.tag == "annotation" and left.get(stored.get("key", "")) == stored.get("value"):
            del left[stored.get("key", "")]
            yield stored
    for key, value in left.items():
        yield _element("annotation", {"id": ids.next("annotation"), "key": key, "value": value})


def _action_annotations(
    vistrail: Vistrail, old: list[Element], ids: IdCounters
) -> Iterator[Element]:
    left = {
        (version, key): value
        for version, notes in vistrail.action_annotations.items()
        for key, value in notes.items()
    }
    for stored in old:
        if stored.tag != "actionAnnotation" or not stored.get("id", ""):
            # One that was made from an older schema has no id yet.
            continue
        place = (int(stored.get("actionId") or 0), stored.get("key", ""))
        if left.get(place) == stored.get("value", ""):
            del left[place]
            yield stored
    for (version, key), value in sorted(left.items()):
        action = vistrail.actions.get(version)
        facts = {
            "actionId": version,
            "date": action.date if action else "",
            "id": ids.next("annotation"),
            "key": key,
            "user": action.user if action else "",
            "value": value,
        }
        yield _element("actionAnnotation", facts)


def _variables(vistrail: Vistrail, old: list[Element]) -> Iterator[Element]:
    left = dict(vistrail.variables)
    for stored in old:
        if stored.tag != "vistrailVariable":
            continue
        variable = left.get(stored.get("uuid", ""))
        if variable is not None and _store_variable(variable).attrib == stored.attrib:
            del left[variable.uuid]
            yield stored
    yield from map(_store_variable, left.values())


def _store_variable(variable: VistrailVariable) -> Element:
    return _element(
        "vistrailVariable",
        {
            "module": variable.module,
            "name": variable.name,
            "namespace": variable.namespace,
            "package": variable.package,
            "uuid": variable.uuid,
            "value": variable.value,
        },
    )


def _element(tag: str, facts: Mapping[str, object]) -> Element:
    return Element(tag, {key: str(value) for key, value in facts.items()})
