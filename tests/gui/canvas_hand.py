"""A hand at the canvas: real events of the mouse, and the canvas it works on."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QGraphicsPathItem, QLineEdit
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction
from vistrails_tej.gui.builder.canvas.connection_item import ConnectionItem
from vistrails_tej.gui.builder.canvas.filter_popup import FilterPopup
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.theme import LIGHT

LEFT = Qt.MouseButton.LeftButton
MIDDLE = Qt.MouseButton.MiddleButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def open_canvas(qtbot: QtBot, document: Document) -> CanvasView:
    """A canvas of 900 x 700 pixels that shows all of the document."""
    view = CanvasView(document, LIGHT)
    qtbot.addWidget(view)
    view.resize(900, 700)
    with qtbot.waitExposed(view):
        view.show()
    view.setFocus()
    return view


class Hand:
    """Presses and moves the mouse; places are those of the scene, or modules by their id."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def place(self, where: int | QPointF) -> QPoint:
        """The pixel of the viewport; for a module the middle of its label."""
        if isinstance(where, int):
            where = self.view.pipeline_scene.modules[where].pos()
        return self.view.mapFromScene(where)

    def port(self, module_id: int, direction: Direction, name: str) -> QPointF:
        """The middle of a port, in the scene."""
        item = self.view.pipeline_scene.modules[module_id]
        place = item.box.port(direction, name)
        assert place is not None
        return item.pos() + place.rect.center()

    def press(
        self,
        where: int | QPointF,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Press a button."""
        QTest.mousePress(self.view.window().windowHandle(), button, keys, self._pixel(where))

    def move(self, where: int | QPointF) -> None:
        """Move the mouse."""
        QTest.mouseMove(self.view.window().windowHandle(), self._pixel(where))

    def release(
        self,
        where: int | QPointF,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Release a button."""
        QTest.mouseRelease(self.view.window().windowHandle(), button, keys, self._pixel(where))

    def click(self, where: int | QPointF, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press and release."""
        self.press(where, keys=keys)
        self.release(where, keys=keys)

    def double_click(self, where: int | QPointF) -> None:
        """Click twice."""
        QTest.mouseDClick(self.view.window().windowHandle(), LEFT, NO_KEYS, self._pixel(where))

    def drag(self, start: int | QPointF, *way: QPointF, button: Qt.MouseButton = LEFT) -> None:
        """Press at a place, go along a way and release at its end."""
        self.press(start, button)
        for point in way:
            self.move(point)
        self.release(way[-1], button)

    def drag_link(self, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press at a port, go to a place and release there."""
        self.press(start, keys=keys)
        for part in (0.3, 0.7, 1.0):
            self.move(start + (end - start) * part)
        self.release(end, keys=keys)

    def _pixel(self, where: int | QPointF) -> QPoint:
        return self.view.viewport().mapTo(self.view.window(), self.place(where))


def open_popup(qtbot: QtBot) -> FilterPopup:
    """The popup that is open, as soon as it is."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), FilterPopup))
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, FilterPopup)
    return popup


def line_of(popup: FilterPopup) -> QLineEdit:
    """Where one types in a popup; it has the focus."""
    line = popup.findChild(QLineEdit, "filter_popup_line")
    assert isinstance(line, QLineEdit)
    return line


def last_version(document: Document) -> str:
    """What the version that is shown says of itself."""
    return document.vistrail.versions[document.version].description


def links(document: Document) -> set[tuple[int, str, int, str]]:
    """All connections, as module and port they come from and module and port they lead to."""
    return {
        (one.source.module_id, one.source.port, one.destination.module_id, one.destination.port)
        for one in document.pipeline.connections.values()
    }


def is_clean(view: CanvasView) -> bool:
    """Whether nothing of a drag is left on the canvas."""
    items = view.pipeline_scene.items()
    loose = [
        one
        for one in items
        if isinstance(one, QGraphicsPathItem) and not isinstance(one, ConnectionItem)
    ]
    modules = view.pipeline_scene.modules.values()
    faint = [one for one in view.pipeline_scene.connections.values() if one.opacity() < 1]
    return not loose and not faint and not any(one.look.emphasis for one in modules)


def places(document: Document, module_ids: Iterable[int]) -> dict[int, tuple[float, float]]:
    """Where the document has modules."""
    modules = document.pipeline.modules
    return {number: modules[number].location or (0.0, 0.0) for number in module_ids}
