"""Kinds of modules by their name, and the texts of their values."""

from __future__ import annotations

import os
from typing import Any

from ..descriptors import ModuleDescriptor
from ..errors import EditRefused
from ..ports import PortItem, PortType, parse_type_text
from ..registry import Registry


def find_kind(
    registry: Registry, name: str, package: str | None, namespace: str = ""
) -> ModuleDescriptor:
    """The kind of module of this name. Raise EditRefused, or RegistryError for a given package."""
    if package is not None:
        return registry.descriptor(package, name, namespace)
    found = [
        descriptor
        for one in registry.packages()
        for descriptor in one.descriptors
        if descriptor.name == name and descriptor.namespace == namespace
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise EditRefused(name, "no loaded package has a module of this name")
    packages = " or ".join(one.package for one in found)
    raise EditRefused(name, f"several packages have it; say which: {packages}")


def find_items(registry: Registry, type_text: str) -> tuple[PortItem, ...]:
    """The items of a port of this type, such as ``basic:File``. Raise EditRefused."""
    items = []
    for one in parse_type_text(type_text):
        # An empty namespace is none once it was stored.
        kind = PortType(one.package, one.name, one.namespace or None)
        if registry.find_descriptor(kind) is None:
            raise EditRefused(f"type {type_text!r}", f"no loaded package has a module {kind}")
        items.append(PortItem(kind))
    return tuple(items)


def text_of(registry: Registry, port_type: PortType, value: Any) -> str:
    """A value as the text of a constant of this type; a text is taken as it is.

    A path gives its whole text. Raise EditRefused for a value that is not of this type.
    """
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return value
    constant = registry.constant_class(port_type)
    validate = getattr(constant, "validate", None)
    # Python counts True among the numbers; as a text it is none.
    odd = (bytes, bool) if port_type.name in ("Integer", "Float") else bytes
    if value is None or isinstance(value, odd) or (validate and not validate(value)):
        raise EditRefused(f"{value!r:.60}", f"it is no value of type {port_type.name}")
    return str(getattr(constant, "translate_to_string", str)(value))
