"""Modules that are dragged from the palette and dropped on the canvas."""

from __future__ import annotations

from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QDropEvent

from ....dataflow import ModuleDescriptor
from ..module_mime import dragged_module
from .editing import CanvasEditing


class ModuleDrops:
    """Takes modules of the palette; files and other things are for the window."""

    def __init__(self, editing: CanvasEditing) -> None:
        self._editing = editing

    def consider(self, event: QDropEvent) -> None:
        """Welcome a module that is dragged over the canvas, and nothing else."""
        if self._module(event) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def drop(self, event: QDropEvent, point: QPointF) -> bool:
        """Add the module at the point of the scene where it is dropped; False if it is none."""
        descriptor = self._module(event)
        if descriptor is None:
            event.ignore()
            return False
        event.acceptProposedAction()
        self._editing.add_module(descriptor, point)
        return True

    def _module(self, event: QDropEvent) -> ModuleDescriptor | None:
        if not self._editing.can_edit:
            return None
        return dragged_module(event.mimeData(), self._editing.scene.document.registry)
