"""Drawing connections with the mouse, and putting them elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document

from .canvas_hand import Hand, is_clean, last_version, line_of, links, open_canvas, open_popup

TARGET, SCRIPT, FORMAT, WRITE, OTHER_WRITE, QUEUE, SUBMIT, DOWNLOAD, PRINT = range(9)
INPUT, OUTPUT = Direction.INPUT, Direction.OUTPUT
NOWHERE = QPointF(-220, 170)


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> Iterator[CanvasView]:
    yield open_canvas(qtbot, document)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


@pytest.fixture
def hints(view: CanvasView) -> list[str]:
    told: list[str] = []
    view.hint.connect(told.append)
    return told


def open_menu(qtbot: QtBot) -> QMenu:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "converter_menu"
    return menu


# -- from port to port -------------------------------------------------------------------------


@pytest.mark.parametrize("backwards", [False, True], ids=["from the output", "from the input"])
def test_a_drag_from_port_to_port_connects_in_one_version(
    view: CanvasView, hand: Hand, document: Document, backwards: bool
) -> None:
    before = links(document)
    ends = [hand.port(QUEUE, OUTPUT, "queue"), hand.port(PRINT, INPUT, "value")]
    start, end = reversed(ends) if backwards else ends
    hand.drag_link(start, end)
    assert links(document) - before == {(QUEUE, "queue", PRINT, "value")}
    assert last_version(document) == "Added connection"
    assert is_clean(view)
    document.undo()
    assert links(document) == before


def test_an_input_can_have_several_connections(hand: Hand, document: Document) -> None:
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), hand.port(PRINT, INPUT, "value"))
    hand.drag_link(hand.port(SCRIPT, OUTPUT, "value"), hand.port(PRINT, INPUT, "value"))
    sources = [one.source.module_id for one in document.pipeline.incoming(PRINT, "value")]
    assert sorted(sources) == [SCRIPT, QUEUE, DOWNLOAD]


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_ports_are_joined_in_a_zoomed_view(
    view: CanvasView, hand: Hand, document: Document, scale: float
) -> None:
    view.navigator.zoom(scale / view.scale_factor)
    view.navigator.centre_on(view.pipeline_scene.modules[SUBMIT].pos())
    hand.drag_link(hand.port(WRITE, OUTPUT, "out_value"), hand.port(SUBMIT, INPUT, "input"))
    assert (WRITE, "out_value", SUBMIT, "input") in links(document)


def test_a_release_near_a_port_snaps_to_it(
    view: CanvasView, hand: Hand, document: Document, hints: list[str]
) -> None:
    end = hand.port(PRINT, INPUT, "value") + QPointF(-14, -14)
    assert view.pipeline_scene.module_at(end) is None
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), end)
    assert (QUEUE, "queue", PRINT, "value") in links(document)
    assert "Connect Queue.queue (Queue) to StandardOutput.value (Variant)" in hints


def test_a_release_anywhere_on_a_module_means_its_best_port(hand: Hand, document: Document) -> None:
    label = hand.view.pipeline_scene.modules[PRINT].pos() + QPointF(40, 10)
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), label)
    assert (QUEUE, "queue", PRINT, "value") in links(document)


def test_a_port_that_is_not_drawn_can_be_reached_too(hand: Hand, document: Document) -> None:
    box = hand.view.pipeline_scene.modules[SUBMIT]
    assert box.box.port(INPUT, "script") is None
    hand.drag_link(hand.port(SCRIPT, OUTPUT, "value"), box.pos() + QPointF(30, 10))
    assert (SCRIPT, "value", SUBMIT, "script") in links(document)
    assert box.box.port(INPUT, "script") is not None


def test_ports_that_fit_are_ringed_during_the_drag(view: CanvasView, hand: Hand) -> None:
    start = hand.port(QUEUE, OUTPUT, "queue")
    hand.press(start)
    hand.move(start + QPointF(20, 20))
    modules = view.pipeline_scene.modules
    assert modules[PRINT].look.emphasis == {(INPUT, "value")}
    # It is connected with Queue already, and what follows a module comes after it.
    assert not modules[SUBMIT].look.emphasis
    assert not modules[TARGET].look.emphasis
    hand.release(QUEUE)
    assert is_clean(view)


def test_what_a_release_would_do_is_told_during_the_drag(hand: Hand, hints: list[str]) -> None:
    start = hand.port(SCRIPT, OUTPUT, "value")
    hand.press(start)
    hand.move(NOWHERE)
    assert hints[-1].startswith("script.value (String): release it on a port, or on the canvas")
    hand.move(hand.port(SUBMIT, INPUT, "start.sh"))
    reason = "script.value (String) cannot be connected here: it gives String, which is no File"
    assert hints[-1] == reason
    hand.move(hand.port(DOWNLOAD, INPUT, "filename"))
    assert hints[-1] == "Connect script.value (String) to DownloadFile.filename (String)"
    hand.release(SCRIPT)
    assert hints[-1] == ""


def test_escape_ends_a_drag_and_nothing_has_happened(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version, start = document.version, hand.port(QUEUE, OUTPUT, "queue")
    end = hand.port(PRINT, INPUT, "value")
    hand.press(start)
    hand.move(end)
    assert not is_clean(view)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert is_clean(view)
    hand.release(end)
    assert document.version == version


def test_an_edit_from_elsewhere_ends_a_drag(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    start = hand.port(QUEUE, OUTPUT, "queue")
    hand.press(start)
    hand.move(start + QPointF(30, 30))
    document.edit("Deleted modules", lambda editor: editor.delete(editor.module(QUEUE)))
    hand.release(hand.port(PRINT, INPUT, "value"))
    assert is_clean(view)
    assert last_version(document) == "Deleted modules"


def test_a_click_on_a_port_selects_its_module(view: CanvasView, hand: Hand) -> None:
    hand.click(hand.port(QUEUE, OUTPUT, "queue"))
    assert view.selected_modules() == [QUEUE]
    hand.click(hand.port(PRINT, INPUT, "value"), Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_modules() == [QUEUE, PRINT]


def test_far_away_where_no_ports_are_drawn_a_drag_moves_the_module(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    view.navigator.zoom(0.3 / view.scale_factor)
    start = hand.port(QUEUE, OUTPUT, "queue")
    hand.drag(start, start + QPointF(60, 0), start + QPointF(120, 0))
    assert last_version(document) == "Moved modules"


def test_nothing_is_connected_while_versions_are_compared(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    version = document.version
    view.show_differences(document.vistrail.pipeline(13), document.pipeline)
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), hand.port(PRINT, INPUT, "value"))
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), NOWHERE)
    assert document.version == version
    assert QApplication.activePopupWidget() is None


# -- what does not fit -------------------------------------------------------------------------


def test_a_circle_is_refused_with_the_reason(qtbot: QtBot, hand: Hand, document: Document) -> None:
    version = document.version
    with qtbot.waitSignal(document.refused) as refused:
        hand.drag_link(hand.port(DOWNLOAD, OUTPUT, "file"), hand.port(SUBMIT, INPUT, "input"))
    assert refused.args == [
        "This cannot be connected: the modules would feed each other in a circle."
    ]
    assert document.version == version
    assert QApplication.activePopupWidget() is None


def test_two_outputs_are_refused_with_the_reason(
    qtbot: QtBot, hand: Hand, document: Document
) -> None:
    with qtbot.waitSignal(document.refused) as refused:
        hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), hand.port(WRITE, OUTPUT, "out_value"))
    assert "both are outputs" in refused.args[0]


def test_a_module_is_offered_that_makes_the_one_type_of_the_other(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    before, version = links(document), document.version
    hand.drag_link(hand.port(SCRIPT, OUTPUT, "value"), hand.port(SUBMIT, INPUT, "start.sh"))
    menu = open_menu(qtbot)
    reason = menu.findChild(QLabel, "refusal")
    assert isinstance(reason, QLabel)
    assert reason.text() == "It gives String, which is no File."
    assert document.version == version
    choose(menu, "Put WriteFile in between")
    (added,) = view.selected_modules()
    assert links(document) - before == {
        (SCRIPT, "value", added, "in_value"),
        (added, "out_value", SUBMIT, "start.sh"),
    }
    assert document.vistrail.versions[document.version].parent == version
    document.undo()
    assert links(document) == before


def test_another_output_is_offered_that_fits(qtbot: QtBot, hand: Hand, document: Document) -> None:
    hand.drag_link(hand.port(TARGET, OUTPUT, "value"), hand.port(FORMAT, INPUT, "format"))
    menu = open_menu(qtbot)
    choose(menu, "Use the output value_as_string instead")
    assert (TARGET, "value_as_string", FORMAT, "format") in links(document)


def test_the_menu_of_converters_is_worked_by_keys(
    qtbot: QtBot, hand: Hand, document: Document
) -> None:
    version, count = document.version, len(document.pipeline.modules)
    ends = hand.port(SCRIPT, OUTPUT, "value"), hand.port(SUBMIT, INPUT, "start.sh")
    hand.drag_link(*ends)
    qtbot.keyClick(open_menu(qtbot), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert document.version == version
    hand.drag_link(*ends)
    qtbot.keyClick(open_menu(qtbot), Qt.Key.Key_Return)
    assert len(document.pipeline.modules) == count + 1


def choose(menu: QMenu, text: str) -> None:
    """Click an entry of a menu."""
    (action,) = [one for one in menu.actions() if one.text() == text]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


# -- onto empty canvas -------------------------------------------------------------------------


def test_a_release_on_nothing_offers_modules_that_fit_and_connects_them(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    before, version = links(document), document.version
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), NOWHERE)
    popup = open_popup(qtbot)
    assert popup.accessibleName() == "Add a module after Queue.queue"
    assert "SubmitShellJob.queue" in popup.entries()
    assert not any(one.startswith("DownloadFile") for one in popup.entries())
    qtbot.keyClicks(line_of(popup), "shelljob")
    qtbot.keyClick(line_of(popup), Qt.Key.Key_Return)
    (added,) = view.selected_modules()
    assert links(document) - before == {(QUEUE, "queue", added, "queue")}
    place = view.pipeline_scene.modules[added].pos() - NOWHERE
    assert place.manhattanLength() <= 2
    assert document.vistrail.versions[document.version].parent == version
    document.undo()
    assert (links(document), document.version) == (before, version)


def test_from_an_input_modules_are_offered_that_feed_it(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.drag_link(hand.port(DOWNLOAD, INPUT, "job"), QPointF(-100, 60))
    popup = open_popup(qtbot)
    assert popup.accessibleName() == "Add a module before DownloadFile.job"
    qtbot.keyClicks(line_of(popup), "submitshell")
    qtbot.keyClick(line_of(popup), Qt.Key.Key_Return)
    (added,) = view.selected_modules()
    assert (added, "job", DOWNLOAD, "job") in links(document)


def test_escape_in_the_popup_leaves_everything_as_it_was(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version = document.version
    hand.drag_link(hand.port(QUEUE, OUTPUT, "queue"), NOWHERE)
    qtbot.keyClick(line_of(open_popup(qtbot)), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert document.version == version
    assert is_clean(view)
