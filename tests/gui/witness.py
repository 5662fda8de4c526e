"""Runs the program as it is, and says where on the screen things are; it touches nothing.

``python -m tests.gui.witness FD [WORD...]`` is ``vistrails-tej WORD...``. Through the socket FD
come questions, a line of JSON each: a list of the name of a question and its arguments. Each gets
a line as answer; null when what is asked for is not to be seen.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, QPoint, QRect, Qt, pyqtSignal, pyqtSlot
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication, QMenu, QTreeView, QWidget

from tests.waiting import wait_until
from vistrails_tej.cli.main import main
from vistrails_tej.dataflow import Direction
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.gui.monitor.row_texts import file_title

Place = list[int]


class Witness(QObject):
    """Answers in the thread of the windows, where alone they may be looked at."""

    asked = pyqtSignal(object)

    def __init__(self, answer: Callable[[Any], None]) -> None:
        super().__init__()
        self._answer = answer
        self.asked.connect(self.look)

    @pyqtSlot(object)
    def look(self, question: list[Any]) -> None:
        """Answer a question."""
        name, *arguments = question
        questions: dict[str, Callable[..., Any]] = {
            "widget": place_of_widget,
            "text": text_of,
            "row": place_of_row,
            "spot": place_on_canvas,
            "module": place_of_module,
            "port": place_of_port,
            "pipeline": pipeline,
            "pointer": shape_of_pointer,
            "focus": name_of_focus,
            "jobs": jobs,
            "menu": place_in_menu,
        }
        try:
            self._answer(questions[name](*arguments))
        except Exception as error:  # noqa: BLE001 - for whoever asked, not for the program
            self._answer({"error": repr(error)})


# -- questions -----------------------------------------------------------------------------------


def place_of_widget(name: str, within: str = "") -> Place | None:
    """The middle of what is to be seen of a widget that can be used."""
    found = find(name, within)
    return middle(found, found.visibleRegion().boundingRect()) if found is not None else None


def text_of(name: str, within: str = "") -> str | None:
    """The text of a field or of a list of messages."""
    found = find(name, within)
    if found is None:
        return None
    text = found.property("plainText")
    return str(text if text is not None else found.property("text"))


def place_of_row(tree: str, text: str) -> Place | None:
    """The middle of the first row of a tree that has no rows below it and this text."""
    view = find(tree)
    if not isinstance(view, QTreeView):
        return None
    index = view.indexAt(QPoint(5, 2))
    while index.isValid():
        if index.data() == text and not view.model().hasChildren(index):
            area = view.visualRect(index) & view.viewport().rect()
            return middle(view.viewport(), area)
        index = view.indexBelow(index)
    return None


def place_on_canvas(across: float, down: float) -> Place | None:
    """A place on the canvas, from 0 to 1 in both directions."""
    area = window().views.canvas.viewport()
    point = QPoint(int(area.width() * across), int(area.height() * down))
    return middle(area, QRect(point, point))


def place_of_module(module_id: int) -> Place | None:
    """The middle of a box."""
    canvas = window().views.canvas
    point = canvas.mapFromScene(canvas.pipeline_scene.modules[module_id].pos())
    return middle(canvas.viewport(), QRect(point, point))


def place_of_port(module_id: int, direction: str, name: str) -> Place | None:
    """The middle of a port."""
    canvas = window().views.canvas
    item = canvas.pipeline_scene.modules[module_id]
    place = item.box.port(Direction(direction), name)
    if place is None:
        return None
    point = canvas.mapFromScene(item.pos() + place.rect.center())
    return middle(canvas.viewport(), QRect(point, point))


def pipeline() -> dict[str, Any]:
    """What the window shows, and whether it is saved."""
    document = window().document
    return {
        "modules": {
            number: {
                "name": module.name,
                "ports": [spec.name for spec in module.input_port_specs],
                "values": {
                    one.port: [parameter.value for parameter in one.parameters]
                    for one in module.settings
                },
            }
            for number, module in document.pipeline.modules.items()
        },
        "connections": [
            [one.source.module_id, one.source.port, one.destination.module_id, one.destination.port]
            for one in document.pipeline.connections.values()
        ],
        "selected": window().views.canvas.selected_modules(),
        "modified": document.is_modified,
    }


def shape_of_pointer() -> str:
    """Whether something is being dragged, and may be dropped where the pointer is."""
    cursor = QGuiApplication.overrideCursor()
    if cursor is None:
        return ""
    drops = (Qt.CursorShape.DragCopyCursor, Qt.CursorShape.DragMoveCursor)
    return "drop" if cursor.shape() in drops else "drag"


def jobs() -> list[list[str]] | None:
    """What the monitor that is to be seen says: for each job its vistrail, name and state."""
    views = [one for one in QApplication.allWidgets() if isinstance(one, MonitorView)]
    shown = [one for one in views if not one.visibleRegion().isEmpty()]
    if not shown:
        return None
    entries = shown[0].model.entries
    return [[file_title(one.key.file), one.name, one.state.value] for one in entries]


def place_in_menu(name: str, action: str) -> Place | None:
    """The middle of an entry of a menu that is open and can be used."""
    menu = find(name)
    if not isinstance(menu, QMenu):
        return None
    (found,) = [one for one in menu.actions() if one.objectName() == action]
    return middle(menu, menu.actionGeometry(found)) if found.isEnabled() else None


def name_of_focus() -> str:
    """The name of the widget that keys go to."""
    focused = QApplication.focusWidget()
    return focused.objectName() if focused is not None else ""


# -- looking -------------------------------------------------------------------------------------


def window() -> BuilderWindow:
    """The window of the builder; there is one."""
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, BuilderWindow)]
    return found


def find(name: str, within: str = "") -> QWidget | None:
    """The widget of that name which is to be seen and can be used."""
    found = [
        one
        for one in QApplication.allWidgets()
        if one.objectName() == name and one.isVisible() and one.isEnabled()
        if not within or any(above.objectName() == within for above in ancestors(one))
    ]
    if len(found) > 1:
        raise LookupError(f"{len(found)} widgets are called {name}")
    return found[0] if found else None


def ancestors(widget: QWidget) -> list[QWidget]:
    """What a widget is in, from the inside out."""
    found = []
    above = widget.parentWidget()
    while above is not None:
        found.append(above)
        above = above.parentWidget()
    return found


def middle(widget: QWidget, area: QRect) -> Place | None:
    """The middle of a part of a widget, in pixels of the screen; None if it cannot be seen."""
    if not widget.isVisible() or not widget.rect().contains(area.center()):
        return None
    point = widget.mapToGlobal(area.center())
    scale = widget.devicePixelRatioF()
    return [round(point.x() * scale), round(point.y() * scale)]


def listen(connection: socket.socket) -> None:
    """Pass the questions on, until nobody asks any more."""
    with connection, connection.makefile("rb") as questions:

        def answer(value: Any) -> None:
            connection.sendall(json.dumps(value).encode() + b"\n")

        application = wait_until(QApplication.instance, message="the application")
        witness = Witness(answer)
        witness.moveToThread(application.thread())
        for line in questions:
            witness.asked.emit(json.loads(line))


if __name__ == "__main__":
    asking = socket.socket(fileno=int(sys.argv.pop(1)))
    threading.Thread(target=listen, args=[asking], daemon=True).start()
    main()
