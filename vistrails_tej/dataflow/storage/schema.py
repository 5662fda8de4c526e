"""Known schema versions, and how a document of an old one is brought to the shape of 1.0.4.

Both spellings of parameter types are understood where they are read, and stay: they are part of the
signature. Here is what moved to another place.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..errors import SchemaUnsupported
from ..literals import parse_literal
from ..stored_ports import build_port_spec
from ..vistrail import NOTES, PRUNE, TAG, UPGRADE
from .early_schemas import EARLY_SCHEMAS, lift_early
from .object_ids import IdCounters
from .old_explorations import lift_explorations
from .stored_objects import store_item

logger = logging.getLogger(__name__)

CURRENT_SCHEMA = "1.0.4"
KNOWN_SCHEMAS = (*EARLY_SCHEMAS, "0.9.5", "1.0.0", "1.0.1", "1.0.2", "1.0.3", CURRENT_SCHEMA)
THUMBNAIL = "__thumb__"
_MOVED_NOTES = frozenset({NOTES, THUMBNAIL, UPGRADE})
_VARIABLES = "__vistrail_vars__"


def lift(root: Element, path: Path) -> None:
    """Bring a document to the shape of schema 1.0.4, in place. Raise SchemaUnsupported."""
    schema = root.get("version", "").strip()
    if schema not in KNOWN_SCHEMAS:
        raise SchemaUnsupported(path, schema)
    if schema in EARLY_SCHEMAS:
        lift_early(root)
    # Tags of 1.0.4 come last and therefore win over old ones of the same version.
    lifted = [
        _annotation(one.get("id", ""), TAG, one.get("name", "")) for one in root.findall("tag")
    ]
    rank = KNOWN_SCHEMAS.index(schema)
    if rank < KNOWN_SCHEMAS.index("1.0.2"):
        lifted.extend(_notes_of_actions(root))
    root[0:0] = lifted
    if rank < KNOWN_SCHEMAS.index("1.0.3"):
        _lift_variables(root)
        _lift_port_specs(root)
        lift_explorations(root, path)


def _lift_port_specs(root: Element) -> None:
    """The items of ports were texts; now they are objects, with ids unique over the file."""
    ids = IdCounters()
    specs = list(root.iter("portSpec"))
    for known in root.iter("portSpecItem"):
        ids.see(known)
    for spec in specs:
        if spec.find("portSpecItem") is not None:
            continue
        for position, item in enumerate(build_port_spec(spec).items):
            spec.append(store_item(item, ids.next("portSpecItem"), position))
        for text in ("sigstring", "labels", "defaults"):
            spec.attrib.pop(text, None)


def _notes_of_actions(root: Element) -> Iterator[Element]:
    """What 1.0.2 moved out of the actions: prune marks, notes, thumbnails, upgrades."""
    for action in root.findall("action"):
        action_id = action.get("id", "")
        if action.attrib.pop("prune", "").strip() in ("1", "True"):
            yield _annotation(action_id, PRUNE, "True")
        for note in action.findall("annotation"):
            if note.get("key") in _MOVED_NOTES:
                action.remove(note)
                yield _annotation(action_id, note.get("key", ""), note.get("value", ""))


def _annotation(action_id: str, key: str, value: str) -> Element:
    return Element("actionAnnotation", {"actionId": action_id, "key": key, "value": value})


def _lift_variables(root: Element) -> None:
    """The variables were one annotation: a dict of name -> (uuid, (package, module, ns), value)."""
    for note in root.findall("annotation"):
        if note.get("key") != _VARIABLES:
            continue
        try:
            variables = parse_literal(note.get("value", ""))
            if not isinstance(variables, dict):
                raise ValueError("no dictionary")  # noqa: TRY004 - the text is wrong
            lifted = []
            for name, (uuid, (package, module, namespace), value) in variables.items():
                texts = {"name": name, "uuid": uuid, "value": value}
                texts |= {"package": package, "module": module, "namespace": namespace}
                clean = {key: "" if one is None else str(one) for key, one in texts.items()}
                lifted.append(Element("vistrailVariable", clean))
        except (TypeError, ValueError):
            logger.warning("Left out the vistrail variables: they cannot be read")
        else:
            root.remove(note)
            root.extend(lifted)
