"""The builder's window: actions and their keys, views that follow each other, looks, status."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QIcon, QImage, QKeySequence
from PyQt5.QtSvg import QSvgRenderer
from PyQt5.QtWidgets import (
    QAction,
    QApplication,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolBar,
)
from pytestqt.qtbot import QtBot

from tests.vistrails import EXAMPLES
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.message_log import LogSource, MessageKind, MessageLog
from vistrails_tej.gui.builder.shortcuts_dialog import ShortcutsDialog
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.settings import Settings, ThemeChoice, choose_theme
from vistrails_tej.gui.theme import DARK, LIGHT

from .dialogs import Answers
from .windows import add, label, names, running_builder, wait_until_open

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def builder(qapp: QApplication) -> Iterator[Builder]:
    before = qapp.palette()
    with running_builder(qapp) as made:
        yield made
    qapp.setPalette(before)


@pytest.fixture
def window(builder: Builder) -> BuilderWindow:
    return builder.new_window()


@pytest.fixture
def primes(builder: Builder, window: BuilderWindow, qtbot: QtBot) -> BuilderWindow:
    """The window with the primes example in it."""
    builder.open(Wanted(EXAMPLES / "tej-primes.vt", is_copy=True))
    wait_until_open(qtbot, window)
    return window


def dock(window: BuilderWindow, name: str) -> QDockWidget:
    found = window.findChild(QDockWidget, f"{name}_dock")
    assert found is not None
    return found


# -- actions ---------------------------------------------------------------------------------


def test_undo_and_redo_by_their_keys(window: BuilderWindow, qtbot: QtBot) -> None:
    add(window, "String")
    add(window, "Integer")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert names(window) == ["String"]
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert names(window) == ["Integer", "String"]


def test_undo_and_redo_are_off_when_there_is_nothing(window: BuilderWindow) -> None:
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
    add(window)
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
    undo.trigger()
    assert (undo.isEnabled(), redo.isEnabled()) == (False, True)
    add(window, "Integer")
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)


def test_undo_says_what_it_would_undo(window: BuilderWindow) -> None:
    add(window)
    assert window.actions_by_name["undo"].text() == "&Undo “Added module”"
    window.actions_by_name["undo"].trigger()
    assert window.actions_by_name["redo"].text() == "&Redo “Added module”"
    assert window.actions_by_name["redo"].iconText() == "Redo"


def test_another_document_has_nothing_to_redo(primes: BuilderWindow) -> None:
    assert not primes.actions_by_name["redo"].isEnabled()
    assert primes.actions_by_name["undo"].isEnabled()


def test_no_two_actions_of_the_window_have_the_same_key(primes: BuilderWindow) -> None:
    actions = [*primes.actions_by_name, *primes.views.canvas.actions()]
    keys = Counter(key.toString() for one in actions for key in one.shortcuts())
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_two_entries_of_a_menu_have_the_same_letter(primes: BuilderWindow) -> None:
    for menu in primes.menuBar().findChildren(QMenu):
        menu.aboutToShow.emit()
        letters = [
            QKeySequence.mnemonic(one.text()).toString().upper()
            for one in menu.actions()
            if not one.isSeparator()
        ]
        assert [one for one, count in Counter(letters).items() if one and count > 1] == [], (
            menu.title()
        )


def test_every_entry_of_the_tool_bar_has_an_icon_and_a_tip(window: BuilderWindow) -> None:
    bar = window.findChild(QToolBar, "tool_bar")
    assert bar is not None
    entries = [one for one in bar.actions() if not one.isSeparator()]
    assert [one.iconText() for one in entries][:5] == ["New", "Open", "Save", "Undo", "Redo"]
    assert all(not one.icon().isNull() and one.toolTip() for one in entries)


def test_all_keys_are_listed_and_can_be_filtered(window: BuilderWindow, qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(window.actions_by_name, window)
    shown = dict(dialog.rows())
    assert shown["Save: save into its file"] == "Ctrl+S"
    field = dialog.findChild(QLineEdit, "shortcuts_filter")
    assert field is not None
    qtbot.keyClicks(field, "undo")
    assert [keys for _, keys in dialog.rows()] == ["Ctrl+Z", "Ctrl+Shift+Z or Ctrl+Y"]


def test_the_help_opens(window: BuilderWindow, answers: Answers) -> None:
    answers.click("about_dialog", "Close")
    window.actions_by_name["about"].trigger()
    answers.click("shortcuts_dialog", "Close")
    window.actions_by_name["shortcuts"].trigger()
    assert answers.is_done


@pytest.fixture
def answers(window: BuilderWindow) -> Answers:
    return Answers(window)


# -- views -----------------------------------------------------------------------------------


def test_the_tab_tells_the_version_by_its_tag(primes: BuilderWindow) -> None:
    tabs = primes.views.tabs
    assert tabs.tabText(0) == "Pipeline: primes"
    add(primes)
    assert tabs.tabText(0) == "Pipeline: primes + 1"


def test_selecting_a_module_shows_it_in_module_info(primes: BuilderWindow) -> None:
    module = next(one for one in primes.document.pipeline.modules.values() if one.name == "Queue")
    primes.views.canvas.select([module.id])
    texts = [one.text() for one in primes.views.info.findChildren(QLabel)]
    assert "Queue" in texts
    assert str(module.id) in texts


def test_a_module_chosen_in_the_palette_is_added(window: BuilderWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    field = window.views.palette.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "StandardOutput")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert names(window) == ["StandardOutput"]
    assert len(window.views.canvas.selected_modules()) == 1


def test_modules_chosen_one_after_the_other_do_not_hide_each_other(window: BuilderWindow) -> None:
    palette, canvas = window.views.palette, window.views.canvas
    for _ in range(3):
        palette.module_chosen.emit(
            window.document.registry.descriptor("org.vistrails.vistrails.basic", "String")
        )
    boxes = [item.box_rect for item in canvas.pipeline_scene.modules.values()]
    assert len(boxes) == 3
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)
    assert canvas.hasFocus()


def test_the_history_is_shown_by_its_key(primes: BuilderWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(primes, Qt.Key.Key_2, CTRL)
    assert primes.views.tabs.currentWidget() is primes.views.history
    assert primes.actions_by_name["history"].isChecked()
    assert dock(primes, "info").windowTitle() == "Version Info"
    qtbot.keyClick(primes, Qt.Key.Key_1, CTRL)
    assert primes.views.tabs.currentWidget() is primes.views.canvas
    assert primes.actions_by_name["pipeline"].isChecked()
    assert dock(primes, "info").windowTitle() == "Module Info"


def test_a_version_chosen_in_the_history_is_shown(primes: BuilderWindow) -> None:
    primes.views.show_history()
    primes.document.go_to(13)
    primes.views.history.version_chosen.emit(13)
    assert primes.views.tabs.currentWidget() is primes.views.canvas
    assert label(primes, "status_version") == "Version 13"


def test_two_versions_are_compared_until_escape(primes: BuilderWindow, qtbot: QtBot) -> None:
    primes.views.history.compare_requested.emit(13)
    button = primes.findChild(QPushButton, "end_comparison")
    assert button is not None
    assert button.isVisible()
    assert not primes.views.canvas.editing.can_edit
    qtbot.keyClick(primes, Qt.Key.Key_Escape)
    assert not button.isVisible()
    assert primes.views.canvas.editing.can_edit


def test_find_module_shows_a_hidden_palette(window: BuilderWindow) -> None:
    dock(window, "palette").hide()
    window.actions_by_name["find_module"].trigger()
    assert dock(window, "palette").isVisible()


def test_a_module_with_a_window_of_its_own_opens_it_once(primes: BuilderWindow) -> None:
    submit = next(
        one.id for one in primes.document.pipeline.modules.values() if one.name == "SubmitJob"
    )
    primes.views.canvas.module_activated.emit(submit)
    primes.views.info.configure_requested.emit(submit)
    shown = [one for one in primes.findChildren(QDialog, "configuration_dialog")]
    assert len(shown) == 1
    assert shown[0].isVisible()


def test_a_module_without_one_says_where_to_set_it(primes: BuilderWindow) -> None:
    queue = next(one.id for one in primes.document.pipeline.modules.values() if one.name == "Queue")
    primes.views.canvas.module_activated.emit(queue)
    assert "Module Info" in primes.statusBar().currentMessage()


def test_zoom_by_keys_is_told_in_the_status_bar(primes: BuilderWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(primes, Qt.Key.Key_0, CTRL)
    assert label(primes, "status_zoom") == "100%"
    qtbot.keyClick(primes, Qt.Key.Key_Plus, CTRL)
    assert primes.views.canvas.scale_factor > 1
    assert label(primes, "status_zoom") == f"{primes.views.canvas.scale_factor:.0%}"
    qtbot.keyClick(primes, Qt.Key.Key_Minus, CTRL)
    assert primes.views.canvas.scale_factor == pytest.approx(1)


def test_the_status_bar_counts(primes: BuilderWindow) -> None:
    assert label(primes, "status_counts") == "9 modules, 8 connections"
    assert label(primes, "status_version") == "Version 25"
    add(primes)
    assert label(primes, "status_counts") == "10 modules, 8 connections"
    assert label(primes, "status_version") == "Version 26"


def test_what_is_refused_is_told(window: BuilderWindow) -> None:
    window.document.edit("Nonsense", lambda editor: editor.module(99))
    assert "99" in window.statusBar().currentMessage()
    assert "99" in window.log.text()


def test_packages_that_are_missing_are_told(
    builder: Builder, window: BuilderWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "foreign.xml"
    path.write_text(
        '<vistrail id="" name="" version="1.0.4"><action id="1" prevId="0" date="" user="me">'
        '<add id="0" objectId="0" parentObjId="" parentObjType="" what="module"><module id="0"'
        ' name="Plot" package="org.example.plots" namespace="" version="1.0" cache="1"/></add>'
        "</action></vistrail>",
        encoding="ascii",
    )
    builder.open(Wanted(path))
    wait_until_open(qtbot, window)
    assert names(window) == ["Plot"]
    assert "not installed here: org.example.plots" in window.log.text()


# -- looks -----------------------------------------------------------------------------------


def background(window: BuilderWindow) -> str:
    image = window.grab().toImage()
    return QColor(image.pixel(image.width() - 3, 3)).name()


@pytest.mark.parametrize(("choice", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_of_the_menu_is_shown_and_remembered(
    window: BuilderWindow, choice: str, theme: object
) -> None:
    window.actions_by_name[f"theme_{choice}"].trigger()
    assert window.theme is theme
    assert background(window) == window.theme.window
    assert Settings().theme is ThemeChoice(choice)


def test_the_icons_follow_the_theme(window: BuilderWindow) -> None:
    def ink(action: QAction) -> str:
        image: QImage = action.icon().pixmap(QSize(16, 16), QIcon.Mode.Normal).toImage()
        return QColor(image.pixel(3, 8)).name()

    action = window.actions_by_name.add("stop_sign", lambda: None, look=_stop_look())
    window.actions_by_name["theme_dark"].trigger()
    assert ink(action) == DARK.text
    window.actions_by_name["theme_light"].trigger()
    assert ink(action) == LIGHT.text


def _stop_look() -> object:
    from vistrails_tej.gui.builder.window_actions import LOOKS

    return LOOKS["stop"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_theme_of_the_system_is_told_by_its_palette(qapp: object, theme: object) -> None:
    assert isinstance(theme, type(LIGHT))
    assert choose_theme(ThemeChoice.SYSTEM, theme.palette()) is theme
    assert choose_theme(ThemeChoice.DARK, theme.palette()) is DARK


def test_the_layout_of_the_window_is_remembered(builder: Builder, window: BuilderWindow) -> None:
    dock(window, "messages").hide()
    window.resize(900, 680)
    window.close()
    other = builder.new_window()
    assert not dock(other, "messages").isVisible()
    assert dock(other, "info").isVisible()
    assert other.size() == QSize(900, 680)


def test_a_wrong_settings_file_is_no_reason_to_fail(own_settings: Path, qapp: object) -> None:
    file = own_settings / "vistrails_tej" / "builder.ini"
    file.parent.mkdir(parents=True)
    file.write_text(
        "[General]\ntheme=purple\nfolder=/nowhere\nrecent_files=one.vt\n[window]\nstate=3"
    )
    settings = Settings()
    assert settings.theme is ThemeChoice.SYSTEM
    assert settings.folder == Path.home()
    assert settings.recent_files == [Path("one.vt")]
    assert settings.window_state.isEmpty()


# -- messages --------------------------------------------------------------------------------


def test_the_log_of_a_thread_comes_into_the_window(qtbot: QtBot) -> None:
    log, source = MessageLog(LIGHT), LogSource()
    qtbot.addWidget(log)
    source.message.connect(log.add)
    source.start()
    try:
        logger = logging.getLogger("vistrails_tej.engine.test")
        thread = threading.Thread(target=logger.warning, args=("reconnected to %s", "server"))
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: "reconnected to server" in log.text())
    finally:
        source.stop()


def test_messages_keep_their_colours_in_another_theme(qtbot: QtBot) -> None:
    log = MessageLog(LIGHT)
    qtbot.addWidget(log)
    log.add("it failed", MessageKind.ERROR)
    log.set_theme(DARK)
    shown = log.findChild(QPlainTextEdit, "message_log_text")
    assert shown is not None
    assert DARK.error in shown.document().toHtml()
    assert log.text().count("it failed") == 1
    log.clear()
    assert log.text() == ""


# -- pictures --------------------------------------------------------------------------------


def test_the_pipeline_is_exported_as_svg(
    primes: BuilderWindow, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    answers.choose_file("export_dialog", tmp_path / "primes.svg")
    qtbot.keyClick(primes, Qt.Key.Key_E, CTRL | SHIFT)
    renderer = QSvgRenderer(str(tmp_path / "primes.svg"))
    assert renderer.isValid()
    assert renderer.defaultSize().height() > renderer.defaultSize().width() / 2


def test_the_pipeline_is_exported_as_png(
    primes: BuilderWindow, answers: Answers, tmp_path: Path
) -> None:
    primes.views.canvas.select([0])
    answers.choose_file("export_dialog", tmp_path / "primes.png")
    primes.actions_by_name["export_picture"].trigger()
    image = QImage(str(tmp_path / "primes.png"))
    assert image.width() > 400
    assert QColor(image.pixel(2, 2)).name() == "#ffffff"
    assert primes.views.canvas.selected_modules() == [0]


def test_a_picture_that_cannot_be_written_is_told(
    primes: BuilderWindow, answers: Answers, tmp_path: Path
) -> None:
    answers.choose_file("export_dialog", tmp_path / f"{'long' * 100}.svg")
    answers.click("error_dialog", "OK")
    primes.actions_by_name["export_picture"].trigger()
    assert "cannot be written" in answers.seen[1]
