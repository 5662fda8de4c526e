"""The keys that move among modules and connections, move modules, and add some."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QKeyEvent

from .connection_item import ConnectionItem
from .editing import CanvasEditing
from .navigation import Navigator
from .neighbours import following, nearest, next_connection
from .scene import PipelineScene

_NUDGE = 10.0
_FINE_NUDGE = 1.0
_PAN = 60


class CanvasKeys:
    """Arrows go to the next module in their direction; with Alt they move the selected ones.

    With Ctrl they move the view. A series of moves with Alt is one version, made when the arrow
    is released. Brackets go through the connections of the selected module, and from a connection
    the arrows go to the modules at its ends. A letter is what ``quick_add`` is called with: the
    first one of the name of a new module.
    """

    def __init__(
        self,
        scene: PipelineScene,
        editing: CanvasEditing,
        navigator: Navigator,
        quick_add: Callable[[str], object],
    ) -> None:
        self._scene = scene
        self._editing = editing
        self._navigator = navigator
        self._quick_add = quick_add
        self._nudged: list[int] = []
        # The module whose connections are gone through.
        self._hub: int | None = None

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key; False if it means nothing here."""
        way = _way(event.key())
        if way is None:
            return self._press_other(event)
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

    def enter(self, *, forwards: bool) -> None:
        """The focus came by the tabulator: begin with a module, if there is one."""
        if not self._scene.selectedItems():
            self._select(following(self._scene.pipeline, None, forwards=forwards))

    def step(self, *, forwards: bool) -> bool:
        """Select the next module as data flows; False after the last.

        Forwards from nothing there is a module to be added.
        """
        if forwards and not self._scene.selectedItems() and self._editing.can_edit:
            self._quick_add("")
            return True
        return self._select(following(self._scene.pipeline, self._start(), forwards=forwards))

    # -- inside ------------------------------------------------------------------------------

    def _press_other(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            return self._go_to_connection(forwards=event.key() == Qt.Key.Key_BracketRight)
        held = event.modifiers() & ~Qt.KeyboardModifiers(Qt.KeyboardModifier.ShiftModifier)
        if held or not event.text().isalpha() or not self._editing.can_edit:
            return False
        self._quick_add(event.text())
        return True

    def _start(self) -> int | None:
        """The module from which to go on: the selected one, or where a connection leads to."""
        selected = self._scene.selected_modules()
        if selected:
            return selected[0]
        link = self._selected_link()
        return None if link is None else link.target.module_id

    def _selected_link(self) -> ConnectionItem | None:
        selected = self._scene.selected_connections()
        return self._scene.connections[selected[0]] if len(selected) == 1 else None

    def _go_to_connection(self, *, forwards: bool) -> bool:
        link, selected = self._selected_link(), self._scene.selected_modules()
        if selected:
            self._hub = selected[0]
        elif link is None:
            return False
        elif self._hub not in (link.source.module_id, link.target.module_id):
            self._hub = link.target.module_id
        if self._hub is None:
            return False
        current = None if selected or link is None else link.connection_id
        number = next_connection(self._scene.pipeline, self._hub, current, forwards=forwards)
        if number is None:
            return False
        self._scene.select((), [number])
        self._navigator.reveal(self._scene.connections[number].boundingRect())
        return True

    def _go(self, way: QPointF) -> None:
        selected = self._scene.selected_modules()
        link = self._selected_link()
        if not selected and link is not None:
            if way.y():
                self._select((link.source if way.y() < 0 else link.target).module_id)
            else:
                self._go_to_connection(forwards=way.x() > 0)
            return
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
