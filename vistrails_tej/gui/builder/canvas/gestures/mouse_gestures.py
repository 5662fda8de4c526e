"""MouseGestures: lets the mouse of a canvas begin gestures, go on with them and end them."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QGraphicsView

from .gesture import Gesture, Pointer, Surface
from .starters import start_gesture

_EDGE = 24
_EDGE_STEP = 12


class MouseGestures:
    """At most one gesture at a time. ``view`` is the widget whose mouse it is.

    ``is_space_held`` says whether the space bar is held, which makes any drag move the view.
    """

    def __init__(self, surface: Surface, view: QGraphicsView) -> None:
        self._surface = surface
        self._view = view
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self.is_space_held = False

    @property
    def is_going(self) -> bool:
        """Whether there is a gesture."""
        return self._gesture is not None

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        pointer = self._pointer(event)
        self._gesture = start_gesture(self._surface, pointer)
        if self._gesture is not None:
            self._button = event.button()
            self._gesture.begin(pointer)
            self._show_cursor()

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture."""
        if self._gesture is not None:
            if self._gesture.scrolls:
                self._scroll_at_edge(event.pos())
            self._gesture.move(self._pointer(event))

    def release(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if self._gesture is None or event.button() != self._button:
            return
        # The last move may have been left out, as the system does when it is busy.
        pointer = self._pointer(event)
        self._gesture.move(pointer)
        gesture, self._gesture = self._gesture, None
        self._show_cursor()
        gesture.end(pointer)

    def cancel(self) -> None:
        """Let everything be as it was before the gesture."""
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancel()
            self._show_cursor()

    def hold_space(self, is_held: bool) -> None:
        """The space bar is held now, or not any more."""
        self.is_space_held = is_held
        self._show_cursor()

    # -- inside ------------------------------------------------------------------------------

    def _pointer(self, event: QMouseEvent) -> Pointer:
        place = event.pos()
        scene = self._view.mapToScene(place)
        return Pointer(scene, place, event.button(), event.buttons(), event.modifiers())

    def _scroll_at_edge(self, place: QPoint) -> None:
        room = self._view.viewport().rect()
        inner = room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        across = max(inner.left() - place.x(), min(inner.right() - place.x(), 0))
        down = max(inner.top() - place.y(), min(inner.bottom() - place.y(), 0))
        if across or down:
            self._surface.pan(_limited(across), _limited(down))

    def _show_cursor(self) -> None:
        cursor = self._gesture.cursor if self._gesture is not None else None
        if cursor is None and self.is_space_held:
            cursor = Qt.CursorShape.OpenHandCursor
        if cursor is None:
            self._view.viewport().unsetCursor()
        else:
            self._view.viewport().setCursor(cursor)


def _limited(step: int) -> int:
    return max(-_EDGE_STEP, min(_EDGE_STEP, step))
