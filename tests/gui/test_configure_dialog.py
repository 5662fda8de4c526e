"""The window of a configuration: Save, Reset, and never a lost text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleDescriptor, Registry
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.configure import (
    ConfigurationDialog,
    configuration_for,
    open_configuration,
)
from vistrails_tej.gui.configure.code_editor import CodeEditor
from vistrails_tej.gui.configure.file_list import FileListConfiguration
from vistrails_tej.gui.theme import DARK, LIGHT

TEJ = "org.vistrails.extra.tej"
Buttons = QMessageBox.StandardButton


@pytest.fixture
def dialog(qtbot: QtBot, empty_document: Document) -> Iterator[ConfigurationDialog]:
    empty_document.edit("x", lambda editor: editor.add("SubmitShellJob").id)
    dialog = open_configuration(empty_document, 0, LIGHT)
    assert dialog is not None
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    yield dialog
    dialog.hide()
    dialog.deleteLater()


def script(document: Document) -> str:
    settings = document.pipeline.modules[0].settings
    return settings[0].parameters[0].value if settings else ""


def type_script(qtbot: QtBot, dialog: ConfigurationDialog, text: str) -> CodeEditor:
    editor = dialog.findChild(CodeEditor)
    assert editor is not None
    qtbot.keyClicks(editor, text)
    return editor


def button(dialog: ConfigurationDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, f"configuration_{name}")
    assert found is not None
    return found


def message(dialog: ConfigurationDialog) -> str:
    label = dialog.findChild(QLabel, "configuration_message")
    assert label is not None
    return label.text() if label.isVisible() else ""


def answer(qtbot: QtBot, choice: QMessageBox.StandardButton) -> Callable[[], bool]:
    """Press a button of the question as soon as it is there; whether it was."""
    asked: list[bool] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, press)
            return
        asked.append(True)
        qtbot.mouseClick(box.button(choice), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)
    return lambda: bool(asked)


def test_the_kinds_that_need_it_have_a_configuration(registry: Registry) -> None:
    basic = "org.vistrails.vistrails.basic"
    wanted = [
        (TEJ, "SubmitJob"),
        (TEJ, "MakeDirectory"),
        (TEJ, "SubmitShellJob"),
        (basic, "PythonSource"),
        (basic, "StringFormat"),
    ]
    for package, name in wanted:
        assert configuration_for(registry.descriptor(package, name)) is not None
    assert configuration_for(registry.descriptor(basic, "Integer")) is None
    assert configuration_for(registry.descriptor(TEJ, "Queue")) is None


def test_a_kind_that_derives_from_another_has_its_configuration(registry: Registry) -> None:
    base = registry.descriptor(TEJ, "SubmitJob")
    special = ModuleDescriptor("org.x", "MyJob", "", "1", base.module_class, base=base)
    assert configuration_for(special) is FileListConfiguration


def test_a_module_without_a_configuration_opens_no_window(empty_document: Document) -> None:
    empty_document.edit("x", lambda editor: editor.add("Integer").id)
    assert open_configuration(empty_document, 0, LIGHT) is None
    assert open_configuration(empty_document, 99, LIGHT) is None


def test_save_and_reset_wake_up_with_the_first_letter(
    qtbot: QtBot, dialog: ConfigurationDialog
) -> None:
    assert not button(dialog, "save").isEnabled()
    type_script(qtbot, dialog, "ls")
    assert button(dialog, "save").isEnabled()
    assert dialog.isWindowModified()
    qtbot.mouseClick(button(dialog, "reset"), Qt.MouseButton.LeftButton)
    assert not button(dialog, "save").isEnabled()
    assert not dialog.isWindowModified()


def test_control_s_saves_and_leaves_the_window_open(
    qtbot: QtBot, dialog: ConfigurationDialog, empty_document: Document
) -> None:
    editor = type_script(qtbot, dialog, "ls")
    qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert script(empty_document) == "ls"
    assert dialog.isVisible()


def test_nothing_is_asked_when_nothing_was_changed(
    qtbot: QtBot, dialog: ConfigurationDialog
) -> None:
    qtbot.mouseClick(button(dialog, "close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("choice", "saved", "stays"),
    [(Buttons.Save, "ls", False), (Buttons.Discard, "", False), (Buttons.Cancel, "", True)],
)
def test_closing_with_unsaved_text_asks(
    qtbot: QtBot,
    dialog: ConfigurationDialog,
    empty_document: Document,
    choice: QMessageBox.StandardButton,
    saved: str,
    stays: bool,
) -> None:
    type_script(qtbot, dialog, "ls")
    was_asked = answer(qtbot, choice)
    qtbot.mouseClick(button(dialog, "close"), Qt.MouseButton.LeftButton)
    assert was_asked()
    assert script(empty_document) == saved
    assert dialog.isVisible() is stays


def test_escape_asks_too(qtbot: QtBot, dialog: ConfigurationDialog) -> None:
    type_script(qtbot, dialog, "ls")
    was_asked = answer(qtbot, Buttons.Cancel)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert was_asked()
    assert dialog.isVisible()


def test_an_edit_elsewhere_is_shown_when_nothing_would_be_lost(
    dialog: ConfigurationDialog, empty_document: Document
) -> None:
    empty_document.edit("x", lambda editor: editor.module(0).set_script("source", "date").id)
    editor = dialog.findChild(CodeEditor)
    assert editor is not None
    assert editor.toPlainText() == "date"
    assert not dialog.isWindowModified()


def test_an_edit_elsewhere_leaves_unsaved_text_and_says_so(
    qtbot: QtBot, dialog: ConfigurationDialog, empty_document: Document
) -> None:
    editor = type_script(qtbot, dialog, "ls")
    empty_document.edit("x", lambda one: one.module(0).set_script("source", "date").id)
    assert editor.toPlainText() == "ls"
    assert "changed meanwhile" in message(dialog)
    dialog.reset()
    assert editor.toPlainText() == "date"
    assert message(dialog) == ""


def test_undoing_the_module_away_disables_saving_until_it_is_back(
    qtbot: QtBot, dialog: ConfigurationDialog, empty_document: Document
) -> None:
    type_script(qtbot, dialog, "ls")
    empty_document.undo()
    assert "not in this version" in message(dialog)
    assert not button(dialog, "save").isEnabled()
    empty_document.redo()
    assert button(dialog, "save").isEnabled()
    assert dialog.save()
    assert script(empty_document) == "ls"


def test_it_can_be_shown_in_other_colours(dialog: ConfigurationDialog) -> None:
    dialog.set_theme(DARK)
    assert dialog.widget.theme is DARK
