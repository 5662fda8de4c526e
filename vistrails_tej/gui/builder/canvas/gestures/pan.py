"""Dragging the canvas, with the middle button, or with any while the space bar is held."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, Qt

from .gesture import Gesture, Pointer, Surface


class Pan(Gesture):
    """The canvas follows the mouse."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, surface: Surface) -> None:
        super().__init__(surface)
        self._last = QPoint()

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        self._last = pointer.view

    def move(self, pointer: Pointer) -> None:
        """See Gesture."""
        step = pointer.view - self._last
        self._last = pointer.view
        self.surface.pan(step.x(), step.y())


def start_pan(surface: Surface, pointer: Pointer) -> Gesture | None:
    """A pan, if the press is one."""
    is_left = pointer.button == Qt.MouseButton.LeftButton
    if pointer.button == Qt.MouseButton.MiddleButton or (is_left and surface.is_panning_key_held):
        return Pan(surface)
    return None
