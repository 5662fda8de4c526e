"""From a vistrail to its document: what was read stays, what was edited since comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast
from xml.etree.ElementTree import Element

from ..actions import Action, read_id
from ..vistrail import ROOT_VERSION, Vistrail, VistrailVariable
from .object_ids import IdCounters
from .schema import CURRENT_SCHEMA
from .stored_objects import store_action

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
# Old tags have become notes on actions when the document was read.
_REWRITTEN = frozenset({"action", "tag", "annotation", "vistrailVariable", "actionAnnotation"})


def store_vistrail(vistrail: Vistrail) -> Element:
    """The document of schema 1.0.4; the objects that were read are in it as they are."""
    read = cast("Element | None", vistrail.stored)
    root = Element("vistrail", dict(read.attrib) if read is not None else {"id": "", "name": ""})
    root.attrib = {**root.attrib, "version": CURRENT_SCHEMA}
    for key in ("id", "name"):
        root.attrib.setdefault(key, "")
    root.text = read.text if read is not None else None
    old = list(read) if read is not None else []
    ids = IdCounters(vistrail)
    new = [
        *_actions(vistrail, old, ids),
        *_annotations(vistrail, old, ids),
        *_variables(vistrail, old),
        *_action_annotations(vistrail, old, ids),
        *(one for one in old if one.tag not in _REWRITTEN),
    ]
    rank = {tag: place for place, tag in enumerate(_ORDER)}
    root.extend(sorted(new, key=lambda one: rank.get(one.tag, len(rank))))
    return root


def _actions(vistrail: Vistrail, old: list[Element], ids: IdCounters) -> Iterator[Element]:
    known = {id(one) for one in old}
    yield from (one for one in old if one.tag == "action")
    for _, action in sorted(vistrail.actions.items()):
        stored = cast("Element | None", action.stored)
        if stored is None:
            yield _without_operations(action, ids)
        elif id(stored) not in known:
            yield stored


def _without_operations(action: Action, ids: IdCounters) -> Element:
    """A version that changes nothing; it has no stored form."""
    notes = iter([ids.next("annotation") for _ in action.annotations])
    return store_action(action, (), notes)


def _annotations(vistrail: Vistrail, old: list[Element], ids: IdCounters) -> Iterator[Element]:
    """Notes that are as they were read stay; of several of one key the last one counted."""
    left = dict(vistrail.annotations)
    for stored in old:
        key = stored.get("key", "")
        if stored.tag == "annotation" and left.get(key) == stored.get("value", ""):
            del left[key]
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
        if stored.tag != "actionAnnotation" or not stored.get("id", "").strip():
            # One that was made from an older schema has no id yet.
            continue
        place = (read_id(stored, "actionId", ROOT_VERSION), stored.get("key", ""))
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
    """A variable keeps whatever else the file says of it; the last one of a uuid counts."""
    read = {one.get("uuid", ""): one for one in old if one.tag == "vistrailVariable"}
    for uuid, variable in vistrail.variables.items():
        stored = read.get(uuid)
        facts = _facts(variable)
        if stored is not None and all(stored.get(key, "") == facts[key] for key in facts):
            yield stored
        else:
            yield _element(
                "vistrailVariable", {**(stored.attrib if stored is not None else {}), **facts}
            )


def _facts(variable: VistrailVariable) -> dict[str, str]:
    return {
        "module": variable.module,
        "name": variable.name,
        "namespace": variable.namespace,
        "package": variable.package,
        "uuid": variable.uuid,
        "value": variable.value,
    }


def _element(tag: str, facts: Mapping[str, object]) -> Element:
    return Element(tag, {key: str(value) for key, value in facts.items()})
