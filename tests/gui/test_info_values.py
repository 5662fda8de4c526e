"""Parameters in the module panel: typing, refusing, choosing, taking away."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtGui import QColor, QKeySequence, QWheelEvent
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QShortcut,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Module, VistrailEditor, default_registry, edit_vistrail
from vistrails_tej.dataflow.module import IPort
from vistrails_tej.dataflow.vistrail import Vistrail
from vistrails_tej.gui.builder.document import Document

from .info_panel import Panel, open_panel


class Choosy(Module):
    """Has ports of all sorts."""

    _input_ports = (
        IPort("mode", "(basic:String)", values="[['fast', 'slow']]", entry_type="enum"),
        IPort("free", "(basic:String)", values="[['a', 'b']]", entry_type="enumFree"),
        IPort("size", "(basic:Integer,basic:Float)", labels="['width', 'height']"),
        IPort("flag", "(basic:Boolean)", defaults="['True']", optional=True),
        IPort("anything", "(basic:Variant)"),
    )


@pytest.fixture
def panel(qtbot: QtBot, empty_document: Document) -> Panel:
    return open_panel(qtbot, empty_document)


@pytest.fixture
def choosy(qtbot: QtBot) -> Panel:
    registry = default_registry()
    registry.add_package(identifier="org.x", name="X", version="1", modules=[Choosy])
    panel = open_panel(qtbot, Document(Vistrail({}), registry))
    panel.add("Choosy")
    return panel


def typed(panel: Panel, port: str) -> str:
    field = panel.field(port)
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def problem(panel: Panel, port: str) -> str:
    label = panel.find(QLabel, "value_problem", panel.row(port))
    return label.text() if label.isVisible() else ""


def test_a_value_typed_with_enter_is_one_version(panel: Panel) -> None:
    number = panel.add("Integer")
    before = len(panel.document.vistrail.actions)
    panel.begin("value")
    panel.enter("value", "42")
    assert panel.values(number) == {"value": ("42",)}
    assert len(panel.document.vistrail.actions) == before + 1


def test_leaving_the_field_saves_it_too(panel: Panel) -> None:
    number = panel.add("Float")
    panel.begin("value")
    panel.type("value", "0.5")
    assert panel.values(number) == {}
    panel.find(QLineEdit, "info_name").setFocus()
    assert panel.values(number) == {"value": ("0.5",)}


def test_wrong_text_is_marked_with_the_reason_and_not_saved(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "many")
    assert panel.values(number) == {}
    assert "whole number" in problem(panel, "value")
    assert "#c0262d" in panel.field("value").styleSheet()
    panel.enter("value", "7")
    assert panel.values(number) == {"value": ("7",)}
    assert problem(panel, "value") == ""
    assert panel.field("value").styleSheet() == ""


def test_wrong_text_stays_when_the_field_is_left(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.type("value", "x1")
    panel.find(QLineEdit, "info_name").setFocus()
    assert panel.values(number) == {}
    assert typed(panel, "value") == "x1"
    assert problem(panel, "value")


def test_a_setting_that_was_begun_and_left_is_no_version(panel: Panel) -> None:
    number = panel.add("String")
    before = panel.document.version
    panel.begin("value")
    panel.find(QLineEdit, "info_name").setFocus()
    assert panel.document.version == before
    assert panel.values(number) == {}
    assert not panel.field("value").isVisible()


def test_enter_in_an_empty_field_sets_an_empty_text(panel: Panel) -> None:
    number = panel.add("String")
    panel.begin("value")
    panel.qtbot.keyClick(panel.field("value"), Qt.Key.Key_Return)
    assert panel.values(number) == {"value": ("",)}


def test_setting_a_port_to_its_default_writes_nothing(panel: Panel) -> None:
    number = panel.add("Queue")
    before = panel.document.version
    panel.begin("port")
    assert typed(panel, "port") == "22"
    panel.qtbot.keyClick(panel.field("port"), Qt.Key.Key_Return)
    assert panel.document.version == before
    assert panel.values(number) == {}
    assert (
        panel.row("port").findChild(QLineEdit, "value_field") is None
        or not panel.field("port").isVisible()
    )


def test_minus_takes_a_setting_away_even_while_it_is_typed_in(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "1")
    panel.type("value", "23")
    panel.begin("value")
    assert panel.values(number) == {}
    button = panel.find(QToolButton, "port_change", panel.row("value"))
    assert button.toolTip() == "Set value"


def test_escape_gives_the_saved_text_back(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "5")
    panel.type("value", "99")
    panel.qtbot.keyClick(panel.field("value"), Qt.Key.Key_Escape)
    assert typed(panel, "value") == "5"
    assert panel.values(number) == {"value": ("5",)}


def test_a_string_may_have_lines(panel: Panel) -> None:
    number = panel.add("String")
    panel.begin("value")
    field = panel.field("value")
    assert isinstance(field, QPlainTextEdit)
    height = field.height()
    panel.qtbot.keyClicks(field, "one")
    panel.qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    panel.qtbot.keyClicks(field, "two")
    panel.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert panel.values(number) == {"value": ("one\ntwo",)}
    assert field.height() > height


def test_a_text_that_is_only_looked_at_stays_as_it_is_in_the_file(panel: Panel) -> None:
    number = panel.add("String")
    odd = "a\r\nb\u2029c\td"
    panel.document.edit("x", lambda editor: editor.module(number).set("value", odd))
    panel.field("value").setFocus()
    panel.qtbot.keyClick(panel.field("value"), Qt.Key.Key_Return)
    panel.find(QLineEdit, "info_name").setFocus()
    assert panel.values(number) == {"value": (odd,)}


def test_a_boolean_is_a_check_box(panel: Panel) -> None:
    number = panel.add("Boolean")
    panel.begin("value")
    assert panel.values(number) == {"value": ("True",)}
    box = panel.find(QCheckBox, "value_check", panel.row("value"))
    assert box.isChecked()
    panel.qtbot.keyClick(box, Qt.Key.Key_Space)
    assert panel.values(number) == {"value": ("False",)}
    assert box.text() == "False"


def test_plus_turns_a_boolean_away_from_its_default(choosy: Panel) -> None:
    choosy.begin("flag")
    assert choosy.values(0) == {"flag": ("False",)}


def test_declared_values_are_a_choice(choosy: Panel) -> None:
    choosy.begin("mode")
    combo = choosy.find(QComboBox, "value_choice", choosy.row("mode"))
    assert not combo.isEditable()
    combo.setFocus()
    choosy.qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert choosy.values(0) == {"mode": ("slow",)}


def test_a_choice_shows_what_is_set_even_if_it_is_not_declared(choosy: Panel) -> None:
    choosy.document.edit("x", lambda one: one.module(0).set("mode", "odd").set("free", "q"))
    for port, value in (("mode", "odd"), ("free", "q")):
        combo = choosy.find(QComboBox, "value_choice", choosy.row(port))
        assert combo.currentText() == value
    choosy.document.edit("x", lambda one: one.module(0).set("mode", "slow"))
    assert choosy.find(QComboBox, "value_choice", choosy.row("mode")).currentText() == "slow"


def test_a_free_choice_takes_any_text(choosy: Panel) -> None:
    choosy.begin("free")
    combo = choosy.find(QComboBox, "value_choice", choosy.row("free"))
    line = combo.lineEdit()
    line.selectAll()
    choosy.qtbot.keyClicks(line, "mine")
    choosy.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert choosy.values(0) == {"free": ("mine",)}


def test_a_port_of_several_items_is_saved_once_all_are_right(choosy: Panel) -> None:
    choosy.begin("size")
    first, second = choosy.row("size").findChildren(QLineEdit, "value_field")
    choosy.qtbot.keyClicks(first, "3")
    second.setFocus()
    assert choosy.values(0) == {}
    choosy.qtbot.keyClicks(second, "1.5")
    choosy.qtbot.keyClick(second, Qt.Key.Key_Return)
    assert choosy.values(0) == {"size": ("3", "1.5")}


def test_a_port_without_constants_cannot_be_set(choosy: Panel) -> None:
    button = choosy.find(QToolButton, "port_change", choosy.row("anything"))
    assert not button.isVisible()


def test_a_file_can_be_chosen(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/data/in.txt", ""))
    number = panel.add("File")
    panel.begin("value")
    panel.click("value_choose", panel.row("value"))
    assert panel.values(number) == {"value": ("/data/in.txt",)}


def test_a_colour_can_be_chosen(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(255, 0, 51))
    number = panel.add("Color")
    panel.begin("value")
    panel.click("value_color", panel.row("value"))
    assert panel.values(number) == {"value": ("1,0,0.2",)}


def test_a_script_is_not_edited_in_a_line(panel: Panel) -> None:
    number = panel.add("SubmitShellJob")
    button = panel.find(QPushButton, "port_script", panel.row("source"))
    with panel.qtbot.waitSignal(panel.info.configure_requested) as wanted:
        panel.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted.args == [number]


def test_a_value_gets_an_alias_and_a_taken_one_is_refused(panel: Panel) -> None:
    first = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "1")
    panel.click("value_alias_button", panel.row("value"))
    alias = panel.find(QLineEdit, "value_alias", panel.row("value"))
    panel.qtbot.keyClicks(alias, "n")
    panel.qtbot.keyClick(alias, Qt.Key.Key_Return)
    assert panel.module(first).settings[0].parameters[0].alias == "n"
    second = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "2")
    panel.click("value_alias_button", panel.row("value"))
    alias = panel.find(QLineEdit, "value_alias", panel.row("value"))
    panel.qtbot.keyClicks(alias, "n")
    with panel.qtbot.waitSignal(panel.document.refused) as refused:
        panel.qtbot.keyClick(alias, Qt.Key.Key_Return)
    assert "another parameter" in refused.args[0]
    assert panel.module(second).settings[0].parameters[0].alias == ""
    assert alias.text() == ""


def test_undo_and_redo_are_followed(panel: Panel) -> None:
    panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "1")
    panel.enter("value", "2")
    panel.document.undo()
    assert typed(panel, "value") == "1"
    panel.document.redo()
    assert typed(panel, "value") == "2"


def test_an_edit_elsewhere_leaves_what_is_being_typed(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.enter("value", "1")
    panel.type("value", "12")
    other = panel.document.edit("x", lambda editor: editor.add("Float"))
    assert other is not None
    panel.document.edit("x", lambda editor: editor.module(number).set("value", "5"))
    assert typed(panel, "value") == "12"
    panel.qtbot.keyClick(panel.field("value"), Qt.Key.Key_Return)
    assert panel.values(number) == {"value": ("12",)}


def test_what_is_typed_is_saved_when_another_module_is_shown(panel: Panel) -> None:
    first = panel.add("Integer")
    panel.begin("value")
    panel.type("value", "8")
    panel.add("Float")
    assert panel.values(first) == {"value": ("8",)}
    assert panel.values(first + 1) == {}


def test_a_vistrail_set_by_hand_and_by_the_editor_have_the_same_settings(panel: Panel) -> None:
    panel.add("Queue")
    panel.begin("hostname")
    panel.enter("hostname", "server.example")
    editor = edit_vistrail(Vistrail({}), panel.document.registry)
    editor.add("Queue").set("hostname", "server.example")
    assert panel.document.pipeline.modules[0].settings == editor.pipeline.modules[0].settings


@pytest.mark.parametrize("name", ["Integer", "String"])
def test_control_z_undoes_the_edit_once_nothing_is_typed(panel: Panel, name: str) -> None:
    number = panel.add(name)
    QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), panel.info, panel.document.undo)
    panel.begin("value")
    panel.enter("value", "1")
    panel.enter("value", "2")
    panel.type("value", "34")
    undo = (panel.field("value"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    panel.qtbot.keyClick(*undo)
    assert panel.values(number) == {"value": ("2",)}
    panel.enter("value", "2")
    panel.qtbot.keyClick(*undo)
    assert panel.values(number) == {"value": ("1",)}
    assert typed(panel, "value") == "1"


@pytest.mark.parametrize(
    ("name", "dialog", "answer"),
    [
        ("Directory", "getExistingDirectory", "/data"),
        ("OutputPath", "getSaveFileName", ("/data/out", "")),
        ("Path", "getOpenFileName", ("", "")),
    ],
)
def test_the_dialog_fits_the_kind_of_path(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, name: str, dialog: str, answer: object
) -> None:
    monkeypatch.setattr(QFileDialog, dialog, lambda *_: answer)
    number = panel.add(name)
    panel.begin("value")
    panel.click("value_choose", panel.row("value"))
    chosen = answer if isinstance(answer, str) else answer[0]  # type: ignore[index]
    assert panel.values(number) == ({"value": (chosen,)} if chosen else {})


def test_scrolling_past_a_choice_does_not_change_it(choosy: Panel) -> None:
    choosy.document.edit("x", lambda one: one.module(0).set("mode", "fast"))
    combo = choosy.find(QComboBox, "value_choice", choosy.row("mode"))
    middle = QPointF(combo.rect().center())
    turn = QWheelEvent(
        middle,
        QPointF(combo.mapToGlobal(combo.rect().center())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, turn)
    assert combo.currentText() == "fast"
    assert choosy.values(0) == {"mode": ("fast",)}


def test_undoing_a_module_away_while_typing_is_no_error(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.begin("value")
    panel.type("value", "12")
    with panel.qtbot.assertNotEmitted(panel.document.refused):
        panel.document.undo()
    panel.document.redo()
    assert panel.values(number) == {}
    assert typed(panel, "value") == "12"
    panel.qtbot.keyClick(panel.field("value"), Qt.Key.Key_Return)
    assert panel.values(number) == {"value": ("12",)}


def test_a_port_that_gets_another_type_while_typing_gets_no_old_text(panel: Panel) -> None:
    number = panel.add("PythonSource")
    panel.document.edit("x", lambda one: one.module(number).add_port("n", "Integer"))
    panel.begin("n")
    panel.type("n", "12")

    def retype(editor: VistrailEditor) -> None:
        editor.delete_port(editor.module(number), "n")
        editor.module(number).add_port("n", "String")

    panel.document.edit("x", retype)
    assert panel.values(number) == {}
    panel.begin("n")
    panel.enter("n", "text")
    assert panel.values(number) == {"n": ("text",)}
