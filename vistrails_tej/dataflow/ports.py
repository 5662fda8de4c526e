"""Ports and their types: what a module takes and gives."""

from __future__ import annotations

import enum
from dataclasses import dataclass

BASIC = "org.vistrails.vistrails.basic"
_VISTRAILS_PREFIX = "org.vistrails.vistrails."


class Direction(enum.Enum):
    """Whether data enters or leaves through a port; the value is the word of the .vt format."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class PortType:
    """The module whose values a port carries.

    ``namespace`` is None where the text had none, which the signature tells from an empty one.
    """

    package: str
    name: str
    namespace: str | None = None

    def __str__(self) -> str:
        if self.namespace:
            return f"{self.package}:{self.namespace}|{self.name}"
        return f"{self.package}:{self.name}"


def parse_port_type(text: str) -> PortType:
    """Read ``package:name`` or ``package:namespace|name``.

    The old ``package:name:namespace`` is understood too, and a bare ``name``. A package
    without a dot is one of VisTrails' own; no package at all is the basic one.
    """
    parts = text.strip().split(":", 2)
    if len(parts) == 3:
        return PortType(_full_package(parts[0]), parts[1], parts[2])
    package = _full_package(parts[0]) if len(parts) == 2 else BASIC
    namespace, bar, name = parts[-1].rpartition("|")
    return PortType(package, name, namespace if bar else None)


def _full_package(package: str) -> str:
    return package if "." in package else _VISTRAILS_PREFIX + package


@dataclass(frozen=True, slots=True)
class PortItem:
    """One value of a port: most ports carry one, some carry several together."""

    type: PortType
    label: str = ""
    default: str | None = None
    values: tuple[str, ...] = ()
    entry_type: str = ""


@dataclass(frozen=True, slots=True)
class PortSpec:
    """The declaration of a port, by a module's class or by the user on one module.

    ``depth`` is how many lists are nested in the value; ``maximum_connections`` is -1 for any
    number. ``id`` and ``sort_key`` are those of the file for a port added by the user, else -1.
    """

    direction: Direction
    name: str
    items: tuple[PortItem, ...]
    optional: bool = False
    depth: int = 0
    minimum_connections: int = 0
    maximum_connections: int = -1
    sort_key: int = -1
    id: int = -1

    @property
    def type_text(self) -> str:
        """The types in the form of the .vt format: ``(package:name,package:name)``."""
        return "(" + ",".join(str(item.type) for item in self.items) + ")"

    @property
    def defaults(self) -> tuple[str, ...] | None:
        """The default of every item as text, or None when any item has none."""
        texts = [item.default for item in self.items if item.default is not None]
        return tuple(texts) if texts and len(texts) == len(self.items) else None


def parse_type_text(text: str) -> tuple[PortType, ...]:
    """Read ``(package:name,...)``, with or without the brackets; ``()`` is no item."""
    inner = text.strip().removeprefix("(").removesuffix(")")
    return tuple(parse_port_type(part) for part in inner.split(",") if part.strip())
