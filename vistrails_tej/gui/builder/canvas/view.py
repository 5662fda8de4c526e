"""CanvasView: the canvas with the modules of a pipeline and their connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import QPoint, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QApplication, QMenu, QWidget

from ....dataflow import Pipeline
from ...theme import Theme
from ..document import Document
from .actions import alignment_name, canvas_actions, enable_actions
from .alignment import Alignment
from .drawn_canvas import DrawnCanvas
from .drops import ModuleDrops
from .editing import CanvasEditing
from .gestures.gesture import Gesture, Pointer
from .gestures.starters import start_gesture
from .keys import CanvasKeys
from .label_editor import LabelEditor
from .menus import ModuleCommands, canvas_menu, connection_menu, module_menu

_CORNER = 12
_EDGE = 24
_EDGE_STEP = 12
_WHEEL_STEP = 1.2


class CanvasView(DrawnCanvas):
    """Shows the pipeline of a document; the mouse and the keys edit it.

    ``module_activated`` carries the id of the module to be configured. The ``*_requested`` signals
    come from menus; ``quick_add_requested`` carries the point of the scene that was
    double-clicked. ``actions_by_name`` are the commands, for menus and tool bars.
    """

    module_activated = pyqtSignal(int)
    documentation_requested = pyqtSignal(int)
    error_requested = pyqtSignal(int)
    run_requested = pyqtSignal(int)
    quick_add_requested = pyqtSignal(QPointF)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self._editing = CanvasEditing(self._scene, QApplication.clipboard())
        self._drops = ModuleDrops(self._editing)
        self._keys = CanvasKeys(self._scene, self._editing, self.navigator)
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self._is_space_held = False
        self.actions_by_name = canvas_actions(self, self._handlers())
        self._scene.selectionChanged.connect(self._enable_actions)
        self._scene.picture_changed.connect(self._enable_actions)
        self._enable_actions()
        document.pipeline_changed.connect(self._cancel_gesture)

    @property
    def editing(self) -> CanvasEditing:
        """The edits of the pipeline."""
        return self._editing

    def set_document(self, document: Document) -> None:
        """Show another document, as a whole."""
        self._cancel_gesture()
        self.document.pipeline_changed.disconnect(self._cancel_gesture)
        super().set_document(document)
        document.pipeline_changed.connect(self._cancel_gesture)

    def show_differences(self, before: Pipeline | None, after: Pipeline | None = None) -> None:
        """Show two versions in one, coloured; None shows the document again."""
        self._cancel_gesture()
        super().show_differences(before, after)
        self._enable_actions()

    def rename(self, module_id: int) -> None:
        """Let the user rename a module where its name stands."""
        item = self._scene.modules.get(module_id)
        if item is None or not self._editing.can_edit:
            return
        self.navigator.reveal(item.box_rect)
        place = self.mapFromScene(item.box.label_rect.translated(item.pos())).boundingRect()
        editor = LabelEditor(module_id, item.module.label, place, self)
        editor.renamed.connect(self._editing.rename)
        self.navigator.moved.connect(editor.keep)

    # -- for gestures ------------------------------------------------------------------------

    @property
    def is_panning_key_held(self) -> bool:
        """Whether the space bar is held."""
        return self._is_space_held

    def open_module_menu(self, module_id: int) -> None:
        """Open the menu of a module at its triangle."""
        item = self._scene.modules[module_id]
        corner = self.mapFromScene(item.pos() + item.box.menu.bottomLeft())
        self.module_menu(module_id).popup(self.viewport().mapToGlobal(corner))

    def module_menu(self, module_id: int) -> QMenu:
        """The menu of a module, which gets selected; it is deleted when it closes."""
        if module_id not in self.selected_modules():
            self.select([module_id])
        commands = ModuleCommands(
            self.documentation_requested.emit, self.error_requested.emit, self.run_requested.emit
        )
        item = self._scene.modules[module_id]
        return module_menu(item, self._editing, self.actions_by_name, commands, self)

    # -- the mouse ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        if self._gesture is not None:
            return
        self._keys.finish()
        self._gesture = start_gesture(self, self._pointer(event))
        if self._gesture is None:
            return
        self._button = event.button()
        self._gesture.begin(self._pointer(event))
        self._show_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or show what is under the mouse."""
        if self._gesture is None:
            super().mouseMoveEvent(event)
            return
        if self._gesture.scrolls:
            self._scroll_at_edge(event.pos())
        self._gesture.move(self._pointer(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if self._gesture is None or event.button() != self._button:
            return
        # The last move may have been left out, as the system does when it is busy.
        pointer = self._pointer(event)
        self._gesture.move(pointer)
        gesture, self._gesture = self._gesture, None
        gesture.end(pointer)
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Configure a module, or add one where there is none."""
        point = self.mapToScene(event.pos())
        item = self._scene.module_at(point)
        if event.button() != Qt.MouseButton.LeftButton or self._is_space_held:
            return
        if item is not None:
            self.module_activated.emit(item.module_id)
        elif self._scene.connection_at(point) is None and self._editing.can_edit:
            self.quick_add_requested.emit(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.navigator.zoom(_WHEEL_STEP**steps, event.position().toPoint())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of what is there; by the keyboard that of the selected module."""
        selected = self.selected_modules()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and selected:
            self.open_module_menu(selected[0])
            return
        self._menu_at(self.mapToScene(event.pos())).popup(event.globalPos())

    # -- a module from the palette -----------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See ModuleDrops."""
        self._drops.consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """See ModuleDrops."""
        self._drops.consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """See ModuleDrops."""
        if self._drops.drop(event, self.mapToScene(event.pos())):
            self.setFocus()

    # -- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Escape, Return, and the space bar for dragging the view."""
        if event.key() == Qt.Key.Key_Space:
            self._is_space_held = True
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not _is_command(event):
            self._configure()
        elif not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Keep what arrows moved; the space bar lets go."""
        self._keys.release(event)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
            self._show_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are released elsewhere are not heard."""
        self._keys.finish()
        self._is_space_held = False
        self._show_cursor()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go to the next module; after the last one to the next widget."""
        if self._keys.step(forwards=forwards):
            return True
        return super().focusNextPrevChild(forwards)

    # -- inside ------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[], object]]:
        editing = self._editing
        return {
            "cut": editing.cut,
            "copy": editing.copy,
            "paste": lambda: editing.paste(self.navigator.visible),
            "duplicate": editing.duplicate,
            "delete": editing.delete_selected,
            "select_all": editing.select_all,
            "rename": self._rename_selected,
            "lay_out": editing.lay_out,
            "configure": self._configure,
            **{alignment_name(how): partial(editing.align, how) for how in Alignment},
        }

    def _enable_actions(self) -> None:
        enable_actions(
            self.actions_by_name,
            modules=len(self.selected_modules()),
            connections=len(self._scene.selected_connections()),
            can_edit=self._editing.can_edit,
        )

    def _menu_at(self, point: QPointF) -> QMenu:
        item, link = self._scene.module_at(point), self._scene.connection_at(point)
        if item is not None:
            return self.module_menu(item.module_id)
        if link is not None:
            self._scene.select((), [link.connection_id])
            return connection_menu(self.actions_by_name, self)
        return canvas_menu(self.actions_by_name, self)

    def _pointer(self, event: QMouseEvent) -> Pointer:
        place = event.pos()
        scene = self.mapToScene(place)
        return Pointer(scene, place, event.button(), event.buttons(), event.modifiers())

    def _scroll_at_edge(self, place: QPoint) -> None:
        inner = self.viewport().rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        across = max(inner.left() - place.x(), min(inner.right() - place.x(), 0))
        down = max(inner.top() - place.y(), min(inner.bottom() - place.y(), 0))
        if across or down:
            self.pan(_limited(across), _limited(down))

    def _show_cursor(self) -> None:
        cursor = self._gesture.cursor if self._gesture is not None else None
        if cursor is None and self._is_space_held:
            cursor = Qt.CursorShape.OpenHandCursor
        if cursor is None:
            self.viewport().unsetCursor()
        else:
            self.viewport().setCursor(cursor)

    def _cancel_gesture(self) -> None:
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancel()
            self._show_cursor()

    def _escape(self) -> None:
        if self._gesture is not None:
            self._cancel_gesture()
        else:
            self.select(())

    def _configure(self) -> None:
        selected = self.selected_modules()
        if len(selected) == 1:
            self.module_activated.emit(selected[0])

    def _rename_selected(self) -> None:
        selected = self.selected_modules()
        if len(selected) == 1:
            self.rename(selected[0])


def _is_command(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _limited(step: int) -> int:
    return max(-_EDGE_STEP, min(_EDGE_STEP, step))
