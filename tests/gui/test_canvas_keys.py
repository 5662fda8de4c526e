"""The canvas by keyboard only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.theme import LIGHT

from .canvas_hand import open_canvas, places

TARGET, SCRIPT, FORMAT, WRITE, OTHER_WRITE, QUEUE, SUBMIT, DOWNLOAD, PRINT = range(9)
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> CanvasView:
    return open_canvas(qtbot, document)


def test_the_tabulator_visits_every_module_as_data_flows(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    seen = []
    qtbot.keyClick(view, Qt.Key.Key_Down)
    for _ in document.pipeline.modules:
        seen += view.selected_modules()
        qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert seen == document.pipeline.order()
    qtbot.keyClick(view, Qt.Key.Key_Backtab)
    assert view.selected_modules() == [seen[-2]]


def test_after_the_last_module_the_tabulator_leaves_the_canvas(
    qtbot: QtBot, document: Document
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    view, line = CanvasView(document, LIGHT), QLineEdit()
    layout.addWidget(view)
    layout.addWidget(line)
    with qtbot.waitActive(window):
        window.show()
    view.setFocus()
    view.select([PRINT])
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.waitUntil(line.hasFocus)


def test_arrows_go_to_the_neighbours(qtbot: QtBot, view: CanvasView) -> None:
    view.select([QUEUE])
    way = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
        way += view.selected_modules()
    assert way == [WRITE, OTHER_WRITE, FORMAT, TARGET]


def test_a_module_gone_to_is_brought_into_sight(qtbot: QtBot, view: CanvasView) -> None:
    view.navigator.zoom(4)
    view.navigator.centre_on(view.pipeline_scene.modules[TARGET].pos())
    assert not view.navigator.visible.contains(view.pipeline_scene.modules[PRINT].pos())
    view.select([DOWNLOAD])
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.selected_modules() == [PRINT]
    assert view.navigator.visible.contains(view.pipeline_scene.modules[PRINT].pos())


def test_alt_and_arrows_move_modules_in_one_version(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    actions = len(document.vistrail.actions)
    view.select([QUEUE, SUBMIT])
    before = places(document, [QUEUE, SUBMIT])
    for _ in range(3):
        qtbot.keyPress(view, Qt.Key.Key_Right, ALT)
    qtbot.keyPress(view, Qt.Key.Key_Up, ALT | SHIFT)
    assert len(document.vistrail.actions) == actions
    qtbot.keyRelease(view, Qt.Key.Key_Up, ALT)
    after = places(document, [QUEUE, SUBMIT])
    assert after == {number: (x + 30, y + 1) for number, (x, y) in before.items()}
    assert len(document.vistrail.actions) == actions + 1


def test_modules_moved_by_keys_stay_when_the_focus_goes(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    x, y = places(document, [QUEUE])[QUEUE]
    view.select([QUEUE])
    qtbot.keyPress(view, Qt.Key.Key_Down, ALT)
    view.clearFocus()
    assert places(document, [QUEUE]) == {QUEUE: (x, y - 10)}


def test_escape_clears_the_selection(qtbot: QtBot, view: CanvasView) -> None:
    view.select([QUEUE, SUBMIT])
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_modules() == []


def test_return_activates_the_selected_module(qtbot: QtBot, view: CanvasView) -> None:
    view.select([SUBMIT])
    for key, keys in (
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier),
    ):
        with qtbot.waitSignal(view.module_activated) as signal:
            qtbot.keyClick(view, key, keys)
        assert signal.args == [SUBMIT]


def test_control_and_arrows_move_the_view(qtbot: QtBot, view: CanvasView) -> None:
    before = view.mapFromScene(QPointF(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.mapFromScene(QPointF(0, 0)).x() < before.x()


def editor_of(view: CanvasView) -> QLineEdit:
    line = view.findChild(QLineEdit, "label_editor")
    assert isinstance(line, QLineEdit)
    return line


def test_a_module_is_renamed_at_its_box(qtbot: QtBot, view: CanvasView, document: Document) -> None:
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_F2)
    line = editor_of(view)
    assert line.selectedText() == "Queue"
    assert line.geometry().contains(view.mapFromScene(view.pipeline_scene.modules[QUEUE].pos()))
    qtbot.keyClicks(line, "The cluster")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.pipeline.modules[QUEUE].label == "The cluster"
    assert view.pipeline_scene.modules[QUEUE].box.subtitle == "(Queue)"
    qtbot.waitUntil(lambda: view.findChild(QLineEdit, "label_editor") is None)


def test_escape_leaves_the_old_name(qtbot: QtBot, view: CanvasView, document: Document) -> None:
    version = document.version
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_F2)
    qtbot.keyClicks(editor_of(view), "Other")
    qtbot.keyClick(editor_of(view), Qt.Key.Key_Escape)
    assert document.version == version
    assert view.selected_modules() == [QUEUE]


def test_the_name_of_the_kind_takes_a_label_away(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([TARGET])
    qtbot.keyClick(view, Qt.Key.Key_F2)
    line = editor_of(view)
    line.setText("Integer")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.pipeline.modules[TARGET].annotations == ()
