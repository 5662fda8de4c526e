"""The keys that move among modules, and move modules."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QKeyEvent

from .editing import CanvasEditing
from .navigation import Navigator
from .neighbours import following, nearest
from .scene import PipelineScene

_NUDGE = 10.0
_FINE_NUDGE = 1.0
_PAN = 60


class CanvasKeys:
    """Arrows go to the next module in their direction; with Alt they move the selected ones.

    With Ctrl they move the view. A series of moves with Alt is one version, made when the arrow
    is released.
    """

    def __init__(self, scene: PipelineScene, editing: CanvasEditing, navigator: Navigator) -> None:
        self._scene = scene
        self._editing = editing
        self._navigator = navigator
        self._nudged: list[int] = []

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key; False if it means nothing here."""
        way = _way(event.key())
        if way is None:
            return False
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._nudge(way * (_FINE_NUDGE if is_fine else _NUDGE))
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._navigator.pan(round(-way.x() * _PAN), round(-way.y() * _PAN))
        else:
            self._go(way)
        return True

    def release(self, event: QKeyEvent) -> None:
        """Keep where modules were moved to, when the arrow is released."""
        if not event.isAutoRepeat() and _way(event.key()) is not None:
            self.finish()

    def finish(self) -> None:
        """Keep where modules were moved to."""
        if self._nudged:
            nudged = [number for number in self._nudged if number in self._scene.modules]
            self._nudged = []
            self._editing.keep_places(nudged)

    def step(self, *, forwards: bool) -> bool:
        """Select the next module as data flows; False after the last."""
        selected = self._scene.selected_modules()
        start = selected[0] if selected else None
        return self._select(following(self._scene.pipeline, start, forwards=forwards))

    def _go(self, way: QPointF) -> None:
        selected = self._scene.selected_modules()
        if not selected:
            self._select(following(self._scene.pipeline, None, forwards=True))
            return
        places = {number: item.pos() for number, item in self._scene.modules.items()}
        self._select(nearest(places, selected[0], way))

    def _select(self, module_id: int | None) -> bool:
        if module_id is None:
            return False
        self._scene.select([module_id])
        self._navigator.reveal(self._scene.modules[module_id].box_rect)
        return True

    def _nudge(self, step: QPointF) -> None:
        selected = self._scene.selected_modules()
        if self._editing.can_edit and selected:
            self._nudged = selected
            self._scene.shift(selected, step)


def _way(key: int) -> QPointF | None:
    """The direction of an arrow key, y growing downwards."""
    ways = {
        Qt.Key.Key_Left: QPointF(-1, 0),
        Qt.Key.Key_Right: QPointF(1, 0),
        Qt.Key.Key_Up: QPointF(0, -1),
        Qt.Key.Key_Down: QPointF(0, 1),
    }
    return ways.get(Qt.Key(key))
