"""Documents of 2007 to 2010, schema 0.5.0 to 0.9.4, brought to the shape of 0.9.5.

Their actions are those of today; what differs is the wording of ports and tags, and how modules
of the basic package and subworkflows are referred to. The names are those of the published schemas
(``vistrail.xsd`` of each version). Before 0.5.0 an action was something else altogether.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..ports import BASIC

EARLY_SCHEMAS = ("0.5.0", "0.6.0", "0.7.0", "0.8.0", "0.8.1", "0.9.0", "0.9.1", "0.9.3", "0.9.4")
# The root of what came before 0.5.0.
EARLIEST_TAG = "visTrail"
_REFERENCE = "abstractionRef"
_SUBWORKFLOW = "abstraction"
# No package was ever called so: nothing is mistaken for what it stands for.
_LOST_PACKAGE = "local.abstractions"


def lift_early(root: Element) -> None:
    """Bring a document of one of the early schemas to the shape of 0.9.5, in place."""
    for action in root.findall("action"):
        for element in action.iter():
            change = _CHANGES.get(element.tag)
            if change is not None:
                change(element)
    for tag in root.findall("tag"):
        if not tag.get("id"):
            tag.set("id", tag.attrib.pop("time", ""))
    for key in ("dbHost", "dbName", "dbPort"):
        root.attrib.pop(key, None)


def _lift_port(port: Element) -> None:
    """``spec``, and before 0.7.0 ``sig``: ``value(String)`` is the port's name and its types."""
    text = port.attrib.pop("spec", "") or port.attrib.pop("sig", "")
    name, bracket, types = text.partition("(")
    if name and not port.get("name"):
        port.set("name", name)
    if bracket and not port.get("signature"):
        port.set("signature", bracket + types)


def _lift_port_spec(spec: Element) -> None:
    text = spec.attrib.pop("spec", "")
    if text and not spec.get("sigstring"):
        spec.set("sigstring", text)


def _lift_module(module: Element) -> None:
    """Before 0.6.0 modules had no package; what has none is of the basic one, as for types."""
    if not module.get("package"):
        module.set("package", BASIC)
    module.attrib.pop("abstraction", None)


def _lift_operation(operation: Element) -> None:
    for key in ("what", "parentObjType"):
        if operation.get(key) == _REFERENCE:
            operation.set(key, _SUBWORKFLOW)


def _lift_reference(reference: Element) -> None:
    """A subworkflow of that time, kept in the vistrail: shown as one whose content is not found."""
    number = reference.attrib.pop("abstractionId", "")
    version = reference.attrib.pop("version", "")
    reference.tag = _SUBWORKFLOW
    reference.set("package", _LOST_PACKAGE)
    reference.set("namespace", "")
    reference.set("version", "")
    reference.set("internalVersion", version)
    if not reference.get("name"):
        reference.set("name", f"Abstraction{number}")


_CHANGES = {
    "port": _lift_port,
    "portSpec": _lift_port_spec,
    "module": _lift_module,
    "group": _lift_module,
    "add": _lift_operation,
    "change": _lift_operation,
    "delete": _lift_operation,
    _REFERENCE: _lift_reference,
}
