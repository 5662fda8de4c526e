"""Modules of the palette that are dropped on connections."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction, read_vistrail
from vistrails_tej.gui.builder.canvas.filter_popup import FilterPopup
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.module_mime import module_mime

from .canvas_hand import Hand, line_of, links, open_canvas, open_popup
from .conftest import EXAMPLES
from .ports_package import IDENTIFIER, NAMESPACE, registry_with_ports

TARGET, SCRIPT, FORMAT, WRITE, OTHER_WRITE, QUEUE, SUBMIT, DOWNLOAD, PRINT = range(9)
OUTPUT = Direction.OUTPUT
BASIC = "org.vistrails.vistrails.basic"
COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
NOWHERE = QPointF(-220, 170)


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(read_vistrail(EXAMPLES / "tej-primes.vt"), registry_with_ports())


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> Iterator[CanvasView]:
    yield open_canvas(qtbot, document)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


def take(qtbot: QtBot, popup: FilterPopup, text: str) -> None:
    """Type into a popup, and Enter."""
    qtbot.keyClicks(line_of(popup), text)
    qtbot.keyClick(line_of(popup), Qt.Key.Key_Return)


def kind(document: Document, module_id: int) -> tuple[str, str]:
    module = document.pipeline.modules[module_id]
    return module.name, module.namespace


class Dragged:
    """A module of the palette that is dragged over a canvas."""

    def __init__(self, view: CanvasView, package: str, name: str, namespace: str = "") -> None:
        self.view = view
        descriptor = view.document.registry.descriptor(package, name, namespace)
        self.mime = module_mime(descriptor)

    def enter(self, point: QPointF) -> None:
        place = self.view.mapFromScene(point)
        for event_class in (QDragEnterEvent, QDragMoveEvent):
            event = event_class(place, COPY, self.mime, LEFT, NO_KEYS)
            QApplication.sendEvent(self.view.viewport(), event)

    def leave(self) -> None:
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())

    def drop(self, point: QPointF) -> int:
        self.enter(point)
        place = QPointF(self.view.mapFromScene(point))
        event = QDropEvent(place, COPY, self.mime, LEFT, NO_KEYS)
        QApplication.sendEvent(self.view.viewport(), event)
        (added,) = self.view.selected_modules()
        return added


def middle_of(view: CanvasView, source: int) -> QPointF:
    (link,) = view.document.pipeline.outgoing(source)
    return view.pipeline_scene.connections[link.id].path().pointAtPercent(0.5)


def test_a_module_dropped_on_a_connection_is_put_into_it(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    before, version, place = links(document), document.version, middle_of(view, SCRIPT)
    (link,) = document.pipeline.outgoing(SCRIPT)
    item = view.pipeline_scene.connections[link.id]
    plain = item.pen_now
    dragged = Dragged(view, BASIC, "ConcatenateString")
    with qtbot.waitSignal(view.hint) as hint:
        dragged.enter(place)
    assert hint.args == [
        "Put ConcatenateString into the connection script.value to WriteFile.in_value"
    ]
    assert item.pen_now != plain
    added = dragged.drop(place)
    assert before - links(document) == {(SCRIPT, "value", WRITE, "in_value")}
    assert links(document) - before == {
        (SCRIPT, "value", added, "str1"),
        (added, "value", WRITE, "in_value"),
    }
    assert document.vistrail.versions[document.version].parent == version
    document.undo()
    assert links(document) == before


def test_what_does_not_fit_into_a_connection_is_added_over_it(
    view: CanvasView, document: Document
) -> None:
    before, place = links(document), middle_of(view, QUEUE)
    (link,) = document.pipeline.outgoing(QUEUE)
    item = view.pipeline_scene.connections[link.id]
    plain = item.pen_now
    dragged = Dragged(view, BASIC, "ConcatenateString")
    dragged.enter(place)
    assert item.pen_now == plain
    added = dragged.drop(place)
    assert kind(document, added) == ("ConcatenateString", "")
    assert links(document) == before


def test_a_connection_is_plain_again_when_the_module_is_taken_away(view: CanvasView) -> None:
    (link,) = view.document.pipeline.outgoing(SCRIPT)
    item = view.pipeline_scene.connections[link.id]
    plain = item.pen_now
    dragged = Dragged(view, BASIC, "ConcatenateString")
    dragged.enter(middle_of(view, SCRIPT))
    dragged.leave()
    assert item.pen_now == plain


def test_a_module_with_a_namespace_is_added_by_every_way(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    wanted = ("Deep", NAMESPACE)
    assert kind(document, Dragged(view, IDENTIFIER, *wanted).drop(NOWHERE)) == wanted
    hand.double_click(QPointF(-220, -200))
    take(qtbot, open_popup(qtbot), "Deep")
    assert kind(document, view.selected_modules()[0]) == wanted
    hand.drag_link(hand.port(SCRIPT, OUTPUT, "value"), QPointF(300, -130))
    take(qtbot, open_popup(qtbot), "Deep")
    (added,) = view.selected_modules()
    assert kind(document, added) == wanted
    assert (SCRIPT, "value", added, "text") in links(document)
