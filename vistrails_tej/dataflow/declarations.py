"""How a package declares its modules and their ports, with the names VisTrails uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class _DeclaredPort:
    """A port as a class declares it; ``options`` are those of the (name, signature, options) form.

    The signature is a class, a text such as ``"(basic:String)"``, or a list of either.
    """

    def __init__(self, name: str, signature: Any, **options: Any) -> None:
        self.name = name
        self.signature = signature
        self.options = options

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.signature!r}, **{self.options!r})"


class IPort(_DeclaredPort):
    """An input port, for ``_input_ports``."""


class OPort(_DeclaredPort):
    """An output port, for ``_output_ports``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSettings:
    """How a class appears as a module: ``_settings`` of the class, never inherited.

    ``configure_widget``, ``constant_widget`` and the like are (module path, class name), so that
    a class can be declared without a screen. ``constant_signature`` is the type text of the
    constant whose widget edits this one.
    """

    name: str | None = None
    namespace: str = ""
    package: str | None = None
    package_version: str | None = None
    version: str | None = None
    abstract: bool = False
    hide_descriptor: bool = False
    hide_namespace: bool = False
    is_root: bool = False
    signature: Any = None
    configure_widget: Any = None
    constant_signature: str | None = None
    constant_widget: Any = None
    constant_widgets: Any = None
    color: Any = None
    fringe: Any = None
    left_fringe: Any = None
    right_fringe: Any = None
    ghost_package: str | None = None
    ghost_package_version: str | None = None
    ghost_namespace: str | None = None
