"""The mouse on the canvas, with real events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document

from .canvas_hand import MIDDLE, Hand, open_canvas, places

QUEUE, SUBMIT, DOWNLOAD, PRINT = 5, 6, 7, 8
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> CanvasView:
    return open_canvas(qtbot, document)


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


def test_a_click_selects_a_module_and_says_so(qtbot: QtBot, view: CanvasView, hand: Hand) -> None:
    with qtbot.waitSignals([view.selection_changed, view.hint]) as signals:
        hand.click(QUEUE)
    told = [one.args[0] for one in signals.all_signals_and_args]
    assert told == [[QUEUE], "Queue: 1 input, 1 output"]


def test_a_click_on_nothing_selects_nothing(view: CanvasView, hand: Hand) -> None:
    view.select([QUEUE])
    hand.click(QPointF(-200, 200))
    assert view.selected_modules() == []


@pytest.mark.parametrize("keys", [SHIFT, CTRL], ids=["shift", "ctrl"])
def test_a_click_with_a_key_adds_to_the_selection_and_takes_out_of_it(
    view: CanvasView, hand: Hand, keys: Qt.KeyboardModifier
) -> None:
    hand.click(QUEUE)
    hand.click(PRINT, keys)
    assert view.selected_modules() == [QUEUE, PRINT]
    hand.click(QUEUE, keys)
    assert view.selected_modules() == [PRINT]


def test_a_drag_moves_a_module_and_makes_one_version(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    before, actions = document.version, len(document.vistrail.actions)
    start = view.pipeline_scene.modules[QUEUE].pos()
    hand.drag(QUEUE, *(start + QPointF(step, -step / 2) for step in (10, 20, 30, 40)))
    assert places(document, [QUEUE]) == {QUEUE: (-150.0, 140.0)}
    assert len(document.vistrail.actions) == actions + 1
    version = document.vistrail.versions[document.version]
    assert (version.parent, version.description) == (before, "Moved modules")


def test_a_drag_moves_all_selected_modules(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    before = places(document, [QUEUE, PRINT, SUBMIT])
    view.select([QUEUE, PRINT])
    start = view.pipeline_scene.modules[QUEUE].pos()
    hand.drag(QUEUE, start + QPointF(20, 0), start + QPointF(50, 0))
    after = places(document, [QUEUE, PRINT, SUBMIT])
    moved = {number: after[number][0] - before[number][0] for number in after}
    assert moved == {QUEUE: 50, PRINT: 50, SUBMIT: 0}
    assert view.selected_modules() == [QUEUE, PRINT]


def test_connections_follow_a_module_while_it_is_dragged(view: CanvasView, hand: Hand) -> None:
    scene = view.pipeline_scene
    (link,) = document_links(view, QUEUE)
    start, before = scene.modules[QUEUE].pos(), scene.connections[link].line
    hand.press(QUEUE)
    hand.move(start + QPointF(-30, 20))
    now = scene.connections[link].line
    assert now.p1() - before.p1() == QPointF(-30, 20)
    assert now.p2() == before.p2()
    hand.release(start + QPointF(-30, 20))


def test_a_hand_that_trembles_moves_nothing(hand: Hand, view: CanvasView) -> None:
    version = view.document.version
    start = view.pipeline_scene.modules[QUEUE].pos()
    hand.drag(QUEUE, start + QPointF(2, 1))
    assert view.document.version == version
    assert view.selected_modules() == [QUEUE]


def test_escape_puts_dragged_modules_back(qtbot: QtBot, view: CanvasView, hand: Hand) -> None:
    version = view.document.version
    start = view.pipeline_scene.modules[QUEUE].pos()
    hand.press(QUEUE)
    hand.move(start + QPointF(60, 60))
    assert view.pipeline_scene.modules[QUEUE].pos() != start
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    hand.release(start + QPointF(60, 60))
    assert view.pipeline_scene.modules[QUEUE].pos() == start
    assert view.document.version == version


def test_an_edit_from_elsewhere_ends_a_drag(view: CanvasView, hand: Hand) -> None:
    start = view.pipeline_scene.modules[QUEUE].pos()
    hand.press(QUEUE)
    hand.move(start + QPointF(60, 60))
    view.document.edit("Deleted modules", lambda editor: editor.delete(editor.module(QUEUE)))
    hand.release(start + QPointF(60, 60))
    assert QUEUE not in view.pipeline_scene.modules
    assert view.document.vistrail.versions[view.document.version].description == "Deleted modules"


def test_a_rectangle_selects_what_it_touches(view: CanvasView, hand: Hand) -> None:
    hand.drag(QPointF(-250, -30), QPointF(0, 40), QPointF(140, 140))
    assert view.selected_modules() == [SUBMIT, DOWNLOAD]


def test_a_rectangle_with_shift_adds_to_the_selection(view: CanvasView, hand: Hand) -> None:
    view.select([QUEUE])
    hand.press(QPointF(-250, -30), keys=SHIFT)
    hand.move(QPointF(140, 140))
    hand.release(QPointF(140, 140), keys=SHIFT)
    assert view.selected_modules() == [QUEUE, SUBMIT, DOWNLOAD]


def test_a_click_selects_a_connection(view: CanvasView, hand: Hand) -> None:
    (link,) = document_links(view, QUEUE)
    hand.click(view.pipeline_scene.connections[link].path().pointAtPercent(0.5))
    assert view.pipeline_scene.selected_connections() == [link]
    assert view.selected_modules() == []


def test_the_middle_button_drags_the_canvas(view: CanvasView, hand: Hand) -> None:
    before = view.mapFromScene(QPointF(0, 0))
    hand.drag(QPointF(-250, 200), QPointF(-220, 180), QPointF(-200, 150), button=MIDDLE)
    # The scene moves under the hand, so that places of the scene are passed twice as fast.
    after = view.mapFromScene(QPointF(0, 0))
    assert after.x() > before.x()
    assert after.y() < before.y()


def test_space_and_the_left_button_drag_the_canvas(
    qtbot: QtBot, view: CanvasView, hand: Hand
) -> None:
    before, version = view.mapFromScene(QPointF(0, 0)), view.document.version
    qtbot.keyPress(view, Qt.Key.Key_Space)
    assert view.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    hand.press(QUEUE)
    assert view.viewport().cursor().shape() == Qt.CursorShape.ClosedHandCursor
    hand.move(view.pipeline_scene.modules[QUEUE].pos() + QPointF(40, 30))
    hand.release(QUEUE)
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    assert view.mapFromScene(QPointF(0, 0)) != before
    assert (view.selected_modules(), view.document.version) == ([], version)


def test_a_double_click_activates_a_module(qtbot: QtBot, view: CanvasView, hand: Hand) -> None:
    with qtbot.waitSignal(view.module_activated) as signal:
        hand.double_click(SUBMIT)
    assert signal.args == [SUBMIT]


def test_the_triangle_opens_the_menu_of_its_module(
    qtbot: QtBot, view: CanvasView, hand: Hand
) -> None:
    item = view.pipeline_scene.modules[SUBMIT]
    hand.click(item.pos() + item.box.menu.center())
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "module_menu"
    assert view.selected_modules() == [SUBMIT]
    menu.close()


def test_the_port_under_the_mouse_is_shown(qtbot: QtBot, view: CanvasView, hand: Hand) -> None:
    item = view.pipeline_scene.modules[DOWNLOAD]
    hand.move(hand.port(DOWNLOAD, Direction.INPUT, "filename"))
    qtbot.waitUntil(lambda: item.look.hovered == (Direction.INPUT, "filename"))
    hand.move(QPointF(-200, 200))
    qtbot.waitUntil(lambda: item.look.hovered is None)


def test_dragging_beyond_the_edge_moves_the_view(view: CanvasView, hand: Hand) -> None:
    before = view.navigator.visible
    edge = view.mapToScene(view.viewport().rect().center())
    edge.setX(before.right() - 3)
    hand.press(QUEUE)
    hand.move(edge)
    hand.move(edge)
    assert view.navigator.visible.right() > before.right()
    hand.release(edge)


def document_links(view: CanvasView, module_id: int) -> list[int]:
    return [one.id for one in view.document.pipeline.outgoing(module_id)]
