"""Clicks on connections, and the rectangle that selects what it touches."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt

from ..connection_item import ConnectionItem
from .gesture import Gesture, Pointer, Surface


class ClickConnection(Gesture):
    """Selects a connection; with Shift or Ctrl it is added to the selection or taken out of it."""

    def __init__(self, surface: Surface, item: ConnectionItem) -> None:
        super().__init__(surface)
        self._connection_id = item.connection_id

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        if pointer.extends:
            chosen = set(self.scene.selected_connections()) ^ {self._connection_id}
            self.scene.select(set(self.scene.selected_modules()), chosen)
        else:
            self.scene.select((), {self._connection_id})


class SelectArea(Gesture):
    """Draws a rectangle on empty canvas; the boxes it touches are selected as it grows."""

    scrolls = True

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._pressed: Pointer | None = None
        self._kept: set[int] = set()
        self._connections: set[int] = set()

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        self._pressed = pointer
        if pointer.extends:
            self._kept = set(self.scene.selected_modules())
            self._connections = set(self.scene.selected_connections())
        else:
            self.scene.select(())

    def move(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._pressed is None or not pointer.is_dragged_from(self._pressed):
            return
        band = _rectangle(self._pressed.scene, pointer.scene)
        self.surface.show_band(band)
        found = {
            number for number, item in self.scene.modules.items() if item.box_rect.intersects(band)
        }
        self.scene.select(self._kept | found, self._connections)

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        self.surface.show_band(None)

    def cancel(self) -> None:
        """See Gesture."""
        self.surface.show_band(None)
        self.scene.select(self._kept, self._connections)


def start_click_connection(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The click of the connection under the mouse."""
    item = surface.pipeline_scene.connection_at(pointer.scene)
    if item is None or pointer.button != Qt.MouseButton.LeftButton:
        return None
    return ClickConnection(surface, item)


def start_select_area(surface: Surface, pointer: Pointer) -> Gesture | None:
    """A rectangle, for a press on what nothing else is at."""
    return SelectArea(surface) if pointer.button == Qt.MouseButton.LeftButton else None


def _rectangle(first: QPointF, second: QPointF) -> QRectF:
    return QRectF(first, second).normalized()
