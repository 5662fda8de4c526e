"""CanvasView: the canvas with the modules of a pipeline and their connections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import QPoint, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
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
from .gestures.mouse_gestures import MouseGestures
from .keys import CanvasKeys
from .label_editor import LabelEditor
from .linking import Linking
from .menus import ModuleCommands, canvas_menu, connection_menu, module_menu
from .neighbours import free_place
from .offers import Offers

_WHEEL_STEP = 1.2
_BELOW = 80.0


class CanvasView(DrawnCanvas):
    """Shows the pipeline of a document; the mouse and the keys edit it.

    ``module_activated`` carries the id of the module to be configured. The ``*_requested`` signals
    come from menus. ``actions_by_name`` are the commands, for menus and tool bars.
    """

    module_activated = pyqtSignal(int)
    documentation_requested = pyqtSignal(int)
    error_requested = pyqtSignal(int)
    run_requested = pyqtSignal(int)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(document, theme, parent)
        self._editing = CanvasEditing(self._scene, QApplication.clipboard())
        self._linking = Linking(self._scene)
        self._offers = Offers(self._editing, self._linking, self, self.say)
        self._drops = ModuleDrops(self._editing, self._linking, self.say)
        self._keys = CanvasKeys(self._scene, self._editing, self.navigator, self._quick_add_text)
        self._mouse = MouseGestures(self, self)
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
        self._mouse.cancel()
        self.document.pipeline_changed.disconnect(self._cancel_gesture)
        super().set_document(document)
        document.pipeline_changed.connect(self._cancel_gesture)

    def show_differences(self, before: Pipeline | None, after: Pipeline | None = None) -> None:
        """Show two versions in one, coloured; None shows the document again."""
        self._mouse.cancel()
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

    def place_for_new(self) -> QPointF:
        """Where a module goes that has no place of its own, as a point of the scene.

        It is below the selected module, else the middle of what is seen, but on no other module.
        """
        selected = self.selected_modules()
        wanted = self.navigator.visible.center()
        if len(selected) == 1:
            box = self._scene.modules[selected[0]].box_rect
            wanted = QPointF(box.center().x(), box.bottom() + _BELOW)
        return free_place([item.box_rect for item in self._scene.modules.values()], wanted)

    def reveal_selected(self) -> None:
        """Move as little as is needed to show the selected modules."""
        for number in self.selected_modules():
            self.navigator.reveal(self._scene.modules[number].box_rect)

    def quick_add(self, point: QPointF, text: str = "") -> None:
        """Let the user find a module by its name, to be added at a point of the scene."""
        if self._editing.can_edit:
            popup = self._offers.modules(point, self.on_screen(self.mapFromScene(point)), text)
            popup.chosen.connect(self.reveal_selected)

    def connect_selected(self) -> None:
        """Let the user choose among the connections that the selected module could get."""
        selected = self.selected_modules()
        if len(selected) == 1 and self._editing.can_edit:
            box = self._scene.modules[selected[0]].box_rect
            self.navigator.reveal(box)
            place = self.on_screen(self.mapFromScene(box.bottomLeft()))
            self._offers.connections(selected[0], place)

    # -- for gestures ------------------------------------------------------------------------

    @property
    def linking(self) -> Linking:
        """The edits of connections."""
        return self._linking

    @property
    def offers(self) -> Offers:
        """The popups that add and connect modules."""
        return self._offers

    @property
    def is_panning_key_held(self) -> bool:
        """Whether the space bar is held."""
        return self._mouse.is_space_held

    def on_screen(self, place: QPoint) -> QPoint:
        """A place of the viewport as one of the screen; the nearest one that is seen."""
        room = self.viewport().rect()
        x = max(room.left(), min(place.x(), room.right()))
        y = max(room.top(), min(place.y(), room.bottom()))
        return self.viewport().mapToGlobal(QPoint(x, y))

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
        if not self._mouse.is_going:
            self._keys.finish()
            self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture, or show what is under the mouse."""
        if self._mouse.is_going:
            self._mouse.move(event)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Configure a module, or add one where there is none."""
        point = self.mapToScene(event.pos())
        item = self._scene.module_at(point)
        if event.button() != Qt.MouseButton.LeftButton or self.is_panning_key_held:
            return
        if item is not None:
            self.module_activated.emit(item.module_id)
        elif self._scene.connection_at(point) is None:
            self.quick_add(point)

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
        self._drops.consider(event, self.mapToScene(event.pos()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """See ModuleDrops."""
        self._drops.consider(event, self.mapToScene(event.pos()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """See ModuleDrops."""
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """See ModuleDrops."""
        if self._drops.drop(event, self.mapToScene(event.pos())):
            self.setFocus()

    # -- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Escape, Return, and the space bar for dragging the view."""
        if event.key() == Qt.Key.Key_Space:
            self._mouse.hold_space(True)
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
            self._mouse.hold_space(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are released elsewhere are not heard."""
        self._keys.finish()
        self._mouse.hold_space(False)
        super().focusOutEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin with a module when the tabulator leads here."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._keys.enter(forwards=event.reason() == Qt.FocusReason.TabFocusReason)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go to the next module, or add one; after the last one go to the next widget."""
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
            "connect": self.connect_selected,
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

    def _quick_add_text(self, text: str) -> None:
        self.quick_add(self.place_for_new(), text)

    def _cancel_gesture(self) -> None:
        self._mouse.cancel()

    def _escape(self) -> None:
        if self._mouse.is_going:
            self._mouse.cancel()
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
