"""Connections that are there: their ends put elsewhere, and going through them by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document

from .canvas_hand import Hand, is_clean, last_version, links, open_canvas

TARGET, SCRIPT, FORMAT, WRITE, OTHER_WRITE, QUEUE, SUBMIT, DOWNLOAD, PRINT = range(9)
INPUT, OUTPUT = Direction.INPUT, Direction.OUTPUT
NOWHERE = QPointF(-220, 170)


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> CanvasView:
    return open_canvas(qtbot, document)


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


@pytest.fixture
def hints(view: CanvasView) -> list[str]:
    told: list[str] = []
    view.hint.connect(told.append)
    return told


def select_link(view: CanvasView, source: int) -> int:
    (link,) = view.document.pipeline.outgoing(source)
    view.pipeline_scene.select((), [link.id])
    return link.id


def test_the_end_of_the_selected_connection_is_put_elsewhere(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    before, version = links(document), document.version
    select_link(view, QUEUE)
    hand.drag_link(hand.port(SUBMIT, INPUT, "queue"), hand.port(PRINT, INPUT, "value"))
    assert before - links(document) == {(QUEUE, "queue", SUBMIT, "queue")}
    assert links(document) - before == {(QUEUE, "queue", PRINT, "value")}
    assert last_version(document) == "Moved connection"
    assert document.vistrail.versions[document.version].parent == version
    assert len(view.pipeline_scene.selected_connections()) == 1
    assert is_clean(view)
    document.undo()
    assert links(document) == before


def test_its_beginning_is_put_elsewhere_too(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    select_link(view, SCRIPT)
    target = next(one.destination for one in document.pipeline.outgoing(SCRIPT))
    start = hand.port(SCRIPT, OUTPUT, "value")
    hand.drag_link(start, hand.port(TARGET, OUTPUT, "value_as_string"))
    assert not document.pipeline.outgoing(SCRIPT)
    assert (TARGET, "value_as_string", target.module_id, target.port) in links(document)


def test_an_end_released_on_nothing_deletes_the_connection(
    view: CanvasView, hand: Hand, document: Document, hints: list[str]
) -> None:
    before = links(document)
    select_link(view, QUEUE)
    hand.drag_link(hand.port(SUBMIT, INPUT, "queue"), NOWHERE)
    assert before - links(document) == {(QUEUE, "queue", SUBMIT, "queue")}
    assert last_version(document) == "Deleted connection"
    assert any(one.endswith("on the canvas to delete the connection") for one in hints)
    assert QApplication.activePopupWidget() is None
    document.undo()
    assert links(document) == before


def test_an_end_can_be_taken_at_the_edge_of_the_box(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    link = select_link(view, QUEUE)
    edge = view.pipeline_scene.connections[link].line.p2() + QPointF(0, -6)
    assert view.pipeline_scene.module_at(edge) is None
    hand.drag_link(edge, NOWHERE)
    assert last_version(document) == "Deleted connection"


def test_an_end_that_comes_back_changes_nothing(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    version, link = document.version, select_link(view, QUEUE)
    port = hand.port(SUBMIT, INPUT, "queue")
    hand.drag(port, port + QPointF(-60, -60), port)
    assert document.version == version
    assert view.pipeline_scene.selected_connections() == [link]
    assert is_clean(view)


def test_an_end_that_fits_nowhere_stays_where_it_was(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version = document.version
    select_link(view, QUEUE)
    with qtbot.waitSignal(document.refused) as refused:
        hand.drag_link(hand.port(SUBMIT, INPUT, "queue"), hand.port(WRITE, INPUT, "in_value"))
    assert refused.args == ["This cannot be connected: it gives Queue, which is no String."]
    assert document.version == version
    assert is_clean(view)


def test_escape_puts_a_detached_end_back(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version, link = document.version, select_link(view, QUEUE)
    hand.press(hand.port(SUBMIT, INPUT, "queue"))
    hand.move(NOWHERE)
    assert view.pipeline_scene.connections[link].opacity() < 1
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    hand.release(NOWHERE)
    assert document.version == version
    assert is_clean(view)


def test_a_connection_that_is_not_selected_stays_when_another_begins_at_its_port(
    hand: Hand, document: Document
) -> None:
    before = links(document)
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), hand.port(PRINT, INPUT, "value"))
    assert before < links(document)


def test_brackets_go_through_the_connections_of_a_module(
    qtbot: QtBot, view: CanvasView, document: Document, hints: list[str]
) -> None:
    view.select([SUBMIT])
    wanted = document.pipeline.incoming(SUBMIT) + document.pipeline.outgoing(SUBMIT)
    seen = []
    for _ in wanted:
        qtbot.keyClick(view, Qt.Key.Key_BracketRight)
        assert view.selected_modules() == []
        seen += view.pipeline_scene.selected_connections()
    assert seen == [one.id for one in wanted]
    assert hints[-1] == "Connection from SubmitJob.job to DownloadFile.job"
    assert view.accessibleDescription() == hints[-1]
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    assert view.pipeline_scene.selected_connections() == [seen[-2]]


def test_a_connection_chosen_by_keys_is_deleted_by_keys(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not document.pipeline.outgoing(QUEUE)
    assert QUEUE in document.pipeline.modules


@pytest.mark.parametrize(
    ("key", "module"), [(Qt.Key.Key_Up, QUEUE), (Qt.Key.Key_Down, SUBMIT)], ids=["up", "down"]
)
def test_arrows_go_from_a_connection_to_its_ends(
    qtbot: QtBot, view: CanvasView, key: Qt.Key, module: int
) -> None:
    select_link(view, QUEUE)
    qtbot.keyClick(view, key)
    assert view.selected_modules() == [module]
