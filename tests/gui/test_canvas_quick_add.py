"""Popups of the canvas: adding modules by name, and connecting them by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt5.QtCore import QPoint, QPointF, QRect, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Vistrail, read_vistrail
from vistrails_tej.gui.builder.canvas.filter_popup import FilterPopup
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.theme import LIGHT

from .canvas_hand import Hand, last_version, line_of, links, open_canvas, open_popup
from .conftest import EXAMPLES
from .ports_package import registry_with_ports

TARGET, SCRIPT, FORMAT, WRITE, OTHER_WRITE, QUEUE, SUBMIT, DOWNLOAD, PRINT = range(9)
CTRL = Qt.KeyboardModifier.ControlModifier
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


# -- by name -----------------------------------------------------------------------------------


def test_a_double_click_on_nothing_finds_a_module_and_puts_it_there(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version = document.version
    hand.double_click(NOWHERE)
    popup = open_popup(qtbot)
    assert popup.focusWidget() is line_of(popup)
    take(qtbot, popup, "StandardOut")
    (added,) = view.selected_modules()
    assert kind(document, added) == ("StandardOutput", "")
    assert (view.pipeline_scene.modules[added].pos() - NOWHERE).manhattanLength() <= 2
    assert document.vistrail.versions[document.version].parent == version
    assert QApplication.activePopupWidget() is None


def test_a_double_click_on_a_connection_or_a_module_adds_nothing(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    (link,) = document.pipeline.outgoing(QUEUE)
    hand.double_click(view.pipeline_scene.connections[link.id].path().pointAtPercent(0.5))
    hand.double_click(QUEUE)
    assert QApplication.activePopupWidget() is None


def test_a_letter_begins_the_name_of_a_module_below_the_selected_one(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([PRINT])
    qtbot.keyClick(view, Qt.Key.Key_S)
    popup = open_popup(qtbot)
    assert line_of(popup).text() == "s"
    take(qtbot, popup, "tring")
    (added,) = view.selected_modules()
    assert kind(document, added) == ("String", "")
    above, new = (view.pipeline_scene.modules[one].box_rect for one in (PRINT, added))
    assert new.top() > above.bottom()
    assert abs(new.center().x() - above.center().x()) <= 1
    assert view.navigator.visible.contains(new)


def test_a_new_module_hides_no_other(qtbot: QtBot, view: CanvasView, document: Document) -> None:
    view.select([SUBMIT])
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_S)
        take(qtbot, open_popup(qtbot), "tring")
        view.select([SUBMIT])
    boxes = [item.box_rect for item in view.pipeline_scene.modules.values()]
    assert len(boxes) == 11
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)


def test_letters_with_ctrl_or_alt_are_commands(qtbot: QtBot, view: CanvasView) -> None:
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_C, CTRL)
    qtbot.keyClick(view, Qt.Key.Key_J, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is None


def test_the_tabulator_adds_a_module_when_nothing_is_selected(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([])
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    popup = open_popup(qtbot)
    assert popup.accessibleName() == "Add a module"
    assert line_of(popup).text() == ""
    qtbot.keyClick(line_of(popup), Qt.Key.Key_Escape)
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert QApplication.activePopupWidget() is None
    assert view.selected_modules() != [QUEUE]


def test_whoever_comes_by_the_tabulator_gets_a_module_and_can_leave(
    qtbot: QtBot, document: Document
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    first, view = QWidget(), CanvasView(document, LIGHT)
    first.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(first)
    layout.addWidget(view)
    with qtbot.waitActive(window):
        window.show()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.waitUntil(view.hasFocus)
    assert view.selected_modules() == [document.pipeline.order()[0]]
    qtbot.keyClick(view, Qt.Key.Key_Backtab)
    qtbot.waitUntil(first.hasFocus)


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_S], ids=["tab", "letter"])
def test_on_an_empty_canvas_keys_add_the_first_module(
    qtbot: QtBot, key: Qt.Key, document: Document
) -> None:
    view = open_canvas(qtbot, Document(Vistrail({}), document.registry))
    qtbot.keyClick(view, key)
    popup = open_popup(qtbot)
    line_of(popup).clear()
    take(qtbot, popup, "Queue")
    assert [one.name for one in view.document.pipeline.modules.values()] == ["Queue"]


def test_escape_closes_the_popup_and_nothing_has_happened(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    version = document.version
    hand.double_click(NOWHERE)
    qtbot.keyClick(line_of(open_popup(qtbot)), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    assert document.version == version


def test_nothing_is_added_while_versions_are_compared(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    view.show_differences(document.vistrail.pipeline(13), document.pipeline)
    hand.double_click(NOWHERE)
    qtbot.keyClick(view, Qt.Key.Key_S)
    assert QApplication.activePopupWidget() is None


# -- the popup itself --------------------------------------------------------------------------


def entries_of(popup: FilterPopup) -> QListWidget:
    found = popup.findChild(QListWidget, "filter_popup_list")
    assert isinstance(found, QListWidget)
    return found


def test_arrows_and_the_tabulator_choose_an_entry(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.double_click(NOWHERE)
    popup = open_popup(qtbot)
    line, entries = line_of(popup), entries_of(popup)
    rows = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Up, Qt.Key.Key_PageDown):
        qtbot.keyClick(line, key)
        rows.append(entries.currentRow())
    assert rows == [1, 2, 1, 9]
    wanted = popup.entries()[9]
    assert line.accessibleDescription() == wanted
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert kind(document, view.selected_modules()[0])[0] == wanted


def test_a_click_takes_an_entry(
    qtbot: QtBot, view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.double_click(NOWHERE)
    popup = open_popup(qtbot)
    qtbot.keyClicks(line_of(popup), "download")
    entries = entries_of(popup)
    row = popup.entries().index("DownloadDirectory")
    place = entries.visualItemRect(entries.item(row)).center()
    QTest.mouseClick(entries.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert kind(document, view.selected_modules()[0])[0] == "DownloadDirectory"


def test_what_fits_nothing_says_so_and_enter_does_nothing(
    qtbot: QtBot, hand: Hand, document: Document
) -> None:
    version = document.version
    hand.double_click(NOWHERE)
    popup = open_popup(qtbot)
    take(qtbot, popup, "no module is called so")
    nothing = popup.findChild(QLabel, "filter_popup_nothing")
    assert isinstance(nothing, QLabel)
    assert nothing.isVisible()
    assert popup.isVisible()
    assert document.version == version


def test_the_chosen_entry_is_explained(qtbot: QtBot, hand: Hand) -> None:
    hand.double_click(NOWHERE)
    popup = open_popup(qtbot)
    qtbot.keyClicks(line_of(popup), "Deep")
    hint = popup.findChild(QLabel, "filter_popup_hint")
    assert isinstance(hint, QLabel)
    assert hint.text() == "Turns a text into a file, and stands in a namespace."


@pytest.mark.parametrize("corner", ["topLeft", "bottomRight"])
def test_a_popup_is_never_beyond_the_screen(qtbot: QtBot, view: CanvasView, corner: str) -> None:
    room = QApplication.primaryScreen().availableGeometry()
    outside = QPoint(-50, -50) if corner == "topLeft" else room.bottomRight() + QPoint(50, 50)
    popup = view.offers.modules(QPointF(), outside)
    # The platform of the tests puts a frame of two pixels around windows, which screens do not.
    assert room.adjusted(0, 0, 2, 2).contains(QRect(popup.pos(), popup.size()))
    popup.close()


# -- connecting by keyboard --------------------------------------------------------------------


def test_the_connections_of_a_module_are_made_by_keyboard(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    before, version = links(document), document.version
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_K, CTRL)
    popup = open_popup(qtbot)
    assert popup.accessibleName() == "Connect Queue"
    take(qtbot, popup, "standardoutput")
    assert links(document) - before == {(QUEUE, "queue", PRINT, "value")}
    assert document.vistrail.versions[document.version].parent == version
    assert last_version(document) == "Added connection"


def test_modules_of_the_same_name_are_told_apart(qtbot: QtBot, view: CanvasView) -> None:
    view.select([SCRIPT])
    qtbot.keyClick(view, Qt.Key.Key_K, CTRL)
    entries = open_popup(qtbot).entries()
    assert f"script.value to WriteFile #{OTHER_WRITE}.in_value" in entries
    assert len(entries) == len(set(entries))


def test_connecting_needs_one_module(view: CanvasView) -> None:
    action = view.actions_by_name["connect"]
    for selected, is_enabled in (([], False), ([QUEUE], True), ([QUEUE, SUBMIT], False)):
        view.select(selected)
        assert action.isEnabled() is is_enabled
