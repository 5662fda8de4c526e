"""The version tree, with a real mouse and real keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtWidgets import QLineEdit, QMenu, QTextEdit
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.history.version_info import VersionInfo
from vistrails_tej.gui.builder.history.view import HistoryView
from vistrails_tej.gui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def document(empty_document: Document) -> Document:
    """1 - 2 - 3 - 4, and 5 made from 2; 4 is tagged, 5 is shown."""
    for _ in range(4):
        add(empty_document)
    empty_document.annotate(lambda editor: editor.tag("four"))
    empty_document.go_to(2)
    add(empty_document)
    return empty_document


def add(document: Document) -> None:
    document.edit("Added module", lambda editor: editor.add("Integer"))


@pytest.fixture
def view(document: Document, qtbot: QtBot) -> HistoryView:
    view = HistoryView(document, LIGHT)
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    qtbot.waitExposed(view)
    return view


def place(view: HistoryView, version: int) -> QPoint:
    return view.mapFromScene(view.centre_of(version))


def test_a_click_shows_a_version_and_a_double_click_its_pipeline(
    view: HistoryView, qtbot: QtBot
) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view, 4))
    assert view.document.version == 4
    assert view.history_scene.versions[4].isSelected()
    with qtbot.waitSignal(view.version_chosen) as chosen:
        qtbot.mouseDClick(view.viewport(), LEFT, pos=place(view, 5))
    assert chosen.args == [5]


def test_a_click_on_a_chain_opens_it(view: HistoryView, qtbot: QtBot) -> None:
    assert view.history_scene.tree[4].chain == (3,)
    box = view.history_scene.chains[4].box.center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.mapFromScene(box))
    assert view.history_scene.tree[4].chain == ()
    assert 3 in view.history_scene.versions
    view.history_scene.collapse_chains()
    assert 3 not in view.history_scene.versions


def test_arrows_move_in_the_tree(view: HistoryView, qtbot: QtBot) -> None:
    def press(key: Qt.Key) -> int:
        qtbot.keyClick(view, key)
        return view.document.version

    assert press(Qt.Key.Key_Up) == 2
    assert press(Qt.Key.Key_Down) == 4
    assert press(Qt.Key.Key_Up) == 2
    assert press(Qt.Key.Key_Up) == 0
    assert press(Qt.Key.Key_Up) == 0


def test_typing_tags_the_version(view: HistoryView, qtbot: QtBot) -> None:
    qtbot.keyClicks(view, "g")
    editor = view.findChild(QLineEdit, "tag_editor")
    assert editor.isVisible()
    qtbot.keyClicks(editor, "ood")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert view.document.vistrail.tags == {"four": 4, "good": 5}
    assert not editor.isVisible()


def test_escape_leaves_the_tag_as_it_was(view: HistoryView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit, "tag_editor")
    qtbot.keyClicks(editor, "bad")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert view.document.vistrail.tags == {"four": 4}


def test_a_tag_that_is_taken_is_refused_with_a_reason(view: HistoryView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit, "tag_editor")
    qtbot.keyClicks(editor, "four")
    with qtbot.waitSignal(view.document.refused) as refused:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "version 4 has it" in refused.args[0]


def test_pruning_hides_a_branch_and_shows_it_again(view: HistoryView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert view.document.version == 2
    assert 5 not in view.history_scene.versions
    view.history_scene.show_pruned(True)
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view, 5))
    view.prune()
    view.history_scene.show_pruned(False)
    assert 5 in view.history_scene.versions


def test_the_menu_of_a_version_compares_and_prunes(view: HistoryView, qtbot: QtBot) -> None:
    from PyQt5.QtGui import QContextMenuEvent
    from PyQt5.QtWidgets import QApplication

    point = place(view, 4)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(view.viewport(), event)
    menu = view.findChild(QMenu, "history_menu")
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(view.compare_requested) as asked:
        actions["Compare With Shown Version"].trigger()
    assert asked.args == [4]
    actions["Prune"].trigger()
    assert view.document.vistrail.versions[4].pruned
    menu.close()


def test_another_document_and_theme_are_drawn(
    view: HistoryView, open_document: Callable[[str], Document]
) -> None:
    old = view.document
    view.set_document(open_document("tej-primes.vt"))
    assert "primes" in view.document.vistrail.tags
    shown = set(view.history_scene.versions)
    add(old)
    assert set(view.history_scene.versions) == shown
    view.set_theme(DARK)
    assert view.backgroundBrush().color() == DARK.color("canvas")


def test_a_hidden_tree_catches_up_when_it_is_shown(view: HistoryView) -> None:
    view.hide()
    add(view.document)
    assert view.document.version not in view.history_scene.versions
    view.show()
    assert view.history_scene.versions[view.document.version].isSelected()


def test_tag_and_notes_are_kept_when_their_field_is_left(document: Document, qtbot: QtBot) -> None:
    info = VersionInfo(document, LIGHT)
    qtbot.addWidget(info)
    info.show()
    tag, notes = info.findChild(QLineEdit, "version_tag"), info.findChild(QTextEdit)
    qtbot.keyClicks(tag, "five")
    qtbot.keyClick(tag, Qt.Key.Key_Return)
    assert document.vistrail.tags["five"] == 5
    qtbot.keyClicks(notes, "looks right")
    document.go_to(4)
    assert "looks right" in document.vistrail.versions[5].notes
    assert tag.text() == "four"
    assert notes.toPlainText() == ""
    document.go_to(5)
    assert notes.toPlainText() == "looks right"


def test_a_taken_tag_in_the_panel_goes_back(document: Document, qtbot: QtBot) -> None:
    info = VersionInfo(document, LIGHT)
    qtbot.addWidget(info)
    tag = info.findChild(QLineEdit, "version_tag")
    qtbot.keyClicks(tag, "four")
    with qtbot.waitSignal(document.refused):
        qtbot.keyClick(tag, Qt.Key.Key_Return)
    assert tag.text() == ""
