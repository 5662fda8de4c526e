"""What is told of a kind of module on hover and in its documentation, as rich text."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from html import escape

from ...dataflow import LoadedPackage, ModuleDescriptor, PortSpec

_CODE = re.compile(r"``(.+?)``")
_MOST_PORTS = 8


def module_tooltip(descriptor: ModuleDescriptor, package: LoadedPackage) -> str:
    """Name, package, documentation and the ports that matter most."""
    where = " / ".join([package.name, *filter(None, descriptor.namespace.split("|"))])
    return (
        f"<p><b>{escape(descriptor.name)}</b> &nbsp; {escape(where)}</p>"
        f"{documentation_html(descriptor.documentation)}"
        f"{_ports('Inputs', descriptor.input_ports.values())}"
        f"{_ports('Outputs', descriptor.output_ports.values())}"
    )


def module_documentation(descriptor: ModuleDescriptor) -> str:
    """The documentation with every port of the module."""
    text = documentation_html(descriptor.documentation) or "<p>It has no documentation.</p>"
    return (
        f"<h3>{escape(descriptor.name)}</h3>{text}"
        f"{_ports('Inputs', descriptor.input_ports.values(), most=None)}"
        f"{_ports('Outputs', descriptor.output_ports.values(), most=None)}"
    )


def package_tooltip(package: LoadedPackage) -> str:
    """Name, identifier, version and documentation of a package."""
    return (
        f"<p><b>{escape(package.name)}</b> {escape(package.version)}</p>"
        f"<p>{escape(package.identifier)}</p>{documentation_html(package.documentation)}"
    )


def documentation_html(text: str) -> str:
    """A docstring as paragraphs; empty when there is none."""
    paragraphs = inspect.cleandoc(text).split("\n\n") if text.strip() else []
    plain = (escape(one, quote=False) for one in paragraphs)
    return "".join("<p>" + _CODE.sub(r"<code>\1</code>", one) + "</p>" for one in plain)


def type_name(spec: PortSpec) -> str:
    """The type of a port in short: ``File``, ``Integer, String``, ``list of File``."""
    names = ", ".join(item.type.name for item in spec.items) or "any"
    return "list of " * spec.depth + names


def _ports(title: str, specs: Iterable[PortSpec], most: int | None = _MOST_PORTS) -> str:
    """Mandatory ports come first; ``self``, which every module has, is not worth a line."""
    wanted = sorted((one for one in specs if one.name != "self"), key=lambda one: one.optional)
    if not wanted:
        return ""
    shown = [
        f"{escape(one.name)}: {escape(type_name(one))}{' (optional)' if one.optional else ''}"
        for one in wanted[:most]
    ]
    if len(wanted) > len(shown):
        shown.append(f"and {len(wanted) - len(shown)} more")
    return f"<p><b>{title}</b><br>{'<br>'.join(shown)}</p>"
