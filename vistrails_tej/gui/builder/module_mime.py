"""What is carried when a module is dragged from the palette to the canvas."""

from __future__ import annotations

import json

from PyQt5.QtCore import QMimeData

from ...dataflow import ModuleDescriptor, PortType, Registry

MODULE_MIME = "application/x-vistrails-tej-module"


def module_mime(descriptor: ModuleDescriptor) -> QMimeData:
    """A module as something to drag; its name as text for other programs."""
    mime = QMimeData()
    key = [descriptor.package, descriptor.name, descriptor.namespace]
    mime.setData(MODULE_MIME, json.dumps(key).encode("ascii"))
    mime.setText(descriptor.name)
    return mime


def dragged_module(mime: QMimeData | None, registry: Registry) -> ModuleDescriptor | None:
    """The module that is dragged; None if it is something else, or not loaded here."""
    if mime is None or not mime.hasFormat(MODULE_MIME):
        return None
    try:
        package, name, namespace = json.loads(bytes(mime.data(MODULE_MIME)).decode("ascii"))
    except ValueError:
        return None
    return registry.find_descriptor(PortType(str(package), str(name), str(namespace) or None))
