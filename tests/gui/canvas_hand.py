"""A hand at the canvas: real events of the mouse, and the canvas it works on."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction
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
        QTest.mousePress(self.view.windowHandle(), button, keys, self._pixel(where))

    def move(self, where: int | QPointF) -> None:
        """Move the mouse."""
        QTest.mouseMove(self.view.windowHandle(), self._pixel(where))

    def release(
        self,
        where: int | QPointF,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Release a button."""
        QTest.mouseRelease(self.view.windowHandle(), button, keys, self._pixel(where))

    def click(self, where: int | QPointF, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press and release."""
        self.press(where, keys=keys)
        self.release(where, keys=keys)

    def double_click(self, where: int | QPointF) -> None:
        """Click twice."""
        QTest.mouseDClick(self.view.windowHandle(), LEFT, NO_KEYS, self._pixel(where))

    def drag(self, start: int | QPointF, *way: QPointF, button: Qt.MouseButton = LEFT) -> None:
        """Press at a place, go along a way and release at its end."""
        self.press(start, button)
        for point in way:
            self.move(point)
        self.release(way[-1], button)

    def _pixel(self, where: int | QPointF) -> QPoint:
        return self.view.viewport().mapTo(self.view.window(), self.place(where))


def places(document: Document, module_ids: Iterable[int]) -> dict[int, tuple[float, float]]:
    """Where the document has modules."""
    modules = document.pipeline.modules
    return {number: modules[number].location or (0.0, 0.0) for number in module_ids}
