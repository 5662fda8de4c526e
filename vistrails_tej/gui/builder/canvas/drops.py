"""Modules that are dragged from the palette and dropped on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QDropEvent

from ....dataflow import ModuleDescriptor
from ..module_mime import dragged_module
from .connection_item import ConnectionItem
from .editing import CanvasEditing
from .linking import Linking

_REACH = 12.0


class ModuleDrops:
    """Takes modules of the palette; files and other things are for the window.

    A module that is dropped on a connection where it fits is put into it. ``say`` tells a line in
    the status bar.
    """

    def __init__(
        self, editing: CanvasEditing, linking: Linking, say: Callable[[str], None]
    ) -> None:
        self._editing = editing
        self._linking = linking
        self._say = say
        self._aimed: ConnectionItem | None = None

    def consider(self, event: QDropEvent, point: QPointF) -> None:
        """Welcome a module that is dragged over a point of the scene, and nothing else."""
        descriptor = self._module(event)
        if descriptor is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._aim_at(self._link_for(descriptor, point), descriptor.name)

    def leave(self) -> None:
        """Nothing is dragged over the canvas any more."""
        self._aim_at(None)

    def drop(self, event: QDropEvent, point: QPointF) -> bool:
        """Add the module at the point of the scene where it is dropped; False if it is none."""
        self.leave()
        descriptor = self._module(event)
        if descriptor is None:
            event.ignore()
            return False
        event.acceptProposedAction()
        link = self._link_for(descriptor, point)
        if link is None or self._linking.insert(descriptor, link.connection, point) is None:
            self._editing.add_module(descriptor, point)
        return True

    # -- inside ------------------------------------------------------------------------------

    def _module(self, event: QDropEvent) -> ModuleDescriptor | None:
        if not self._editing.can_edit:
            return None
        return dragged_module(event.mimeData(), self._editing.scene.document.registry)

    def _link_for(self, descriptor: ModuleDescriptor, point: QPointF) -> ConnectionItem | None:
        """The connection at a point of the scene that the module fits into."""
        scene = self._editing.scene
        if scene.module_at(point) is not None:
            return None
        near = QRectF(point.x() - _REACH, point.y() - _REACH, 2 * _REACH, 2 * _REACH)
        for item in scene.items(near):
            if isinstance(item, ConnectionItem) and self._linking.fits_into(
                descriptor, item.connection
            ):
                return item
        return None

    def _aim_at(self, item: ConnectionItem | None, name: str = "") -> None:
        if item is self._aimed:
            return
        if self._aimed is not None:
            self._aimed.aim_at(False)
        self._aimed = item
        if item is None:
            self._say("")
        else:
            item.aim_at(True)
            self._say(f"Put {name} into the connection {item.words}")
