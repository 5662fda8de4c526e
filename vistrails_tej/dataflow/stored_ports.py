"""From a stored port spec to its value, in the form of every schema."""

from __future__ import annotations

import logging

from .actions import StoredObject, read_id
from .literals import parse_list
from .ports import BASIC, Direction, PortItem, PortSpec, PortType, parse_type_text

logger = logging.getLogger(__name__)


def build_port_spec(stored: StoredObject) -> PortSpec:
    """The port that a user added to a module.

    Up to schema 1.0.2 the items are the texts ``sigstring``, ``labels`` and ``defaults``, from
    1.0.3 on they are objects inside.
    """
    items = _items(stored)
    if not items and stored.get("sigstring", ""):
        items = _items_of_texts(stored)
    output = stored.get("type", "").strip() == Direction.OUTPUT.value
    return PortSpec(
        direction=Direction.OUTPUT if output else Direction.INPUT,
        name=stored.get("name", ""),
        items=items,
        optional=stored.get("optional", "0").strip() in ("1", "True"),
        depth=read_id(stored, "depth", 0),
        minimum_connections=read_id(stored, "minConns", 0),
        maximum_connections=read_id(stored, "maxConns", -1),
        sort_key=read_id(stored, "sortKey", -1),
        id=read_id(stored, default=-1),
    )


def _items(stored: StoredObject) -> tuple[PortItem, ...]:
    items = [
        (read_id(child, "pos", 0), _item(child)) for child in stored if child.tag == "portSpecItem"
    ]
    return tuple(item for _, item in sorted(items, key=lambda one: one[0]))


def _item(stored: StoredObject) -> PortItem:
    package = stored.get("package", "") or BASIC
    return PortItem(
        type=PortType(package, stored.get("module", ""), stored.get("namespace", "") or None),
        label=stored.get("label", ""),
        default=stored.get("default", "") or None,
        values=_texts(stored.get("values", "")),
        entry_type=stored.get("entryType", ""),
    )


def _items_of_texts(stored: StoredObject) -> tuple[PortItem, ...]:
    types = parse_type_text(stored.get("sigstring", ""))
    labels = _texts(stored.get("labels", ""))
    defaults = _texts(stored.get("defaults", ""))
    return tuple(
        PortItem(
            type=one,
            label=labels[index] if index < len(labels) else "",
            default=(defaults[index] or None) if index < len(defaults) else None,
        )
        for index, one in enumerate(types)
    )


def _texts(text: str) -> tuple[str, ...]:
    """The texts of a list literal; what is no list is ignored, as it decides nothing."""
    try:
        return tuple("" if one is None else str(one) for one in parse_list(text))
    except ValueError:
        logger.warning("Ignored a list of a port spec that cannot be read: %.80s", text)
        return ()
