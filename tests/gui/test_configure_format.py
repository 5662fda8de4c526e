"""StringFormat: its format, and the ports that its fields are."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QTableWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.configure.code_editor import CodeEditor
from vistrails_tej.gui.configure.string_format import StringFormatConfiguration, format_fields
from vistrails_tej.gui.theme import LIGHT


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", []),
        ("{{no}}", []),
        ("{name} {0} {name!r}", ["name", "0"]),
        ("{} {} {}", ["0", "1", "2"]),
        ("{a.b} {c[0]}", ["a", "c"]),
        ("{value:{width}.{precision}f}", ["value", "width", "precision"]),
        ("{:{}} {}", ["0", "1", "2"]),
    ],
)
def test_the_fields_of_a_format_are_found(text: str, fields: list[str]) -> None:
    assert format_fields(text) == fields


@pytest.mark.parametrize("text", ["{", "}", "{a", "{} {0}", "{0} {}", "{a!x", "{a!x}"])
def test_a_format_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        format_fields(text)


@pytest.fixture
def widget(qtbot: QtBot, empty_document: Document) -> StringFormatConfiguration:
    def build(editor: VistrailEditor) -> None:
        target = editor.add("StringFormat").add_port("n", "Integer").add_port("old", "String")
        target.set("format", "{n} {old}")
        editor.connect(editor.add("Integer")["value"], target["n"])
        editor.connect(editor.add("String")["value"], target["old"])

    empty_document.edit("x", build)
    widget = StringFormatConfiguration(empty_document, 0, LIGHT)
    qtbot.addWidget(widget)
    return widget


def write(widget: StringFormatConfiguration, text: str) -> None:
    editor = widget.findChild(CodeEditor)
    assert editor is not None
    editor.setPlainText(text)


def rows(widget: StringFormatConfiguration) -> list[tuple[str, str]]:
    table = widget.findChild(QTableWidget)
    assert table is not None
    return [
        (table.item(row, 0).text(), table.item(row, 2).text()) for row in range(table.rowCount())
    ]


def test_fields_become_ports_and_ports_without_a_field_go(
    widget: StringFormatConfiguration, empty_document: Document
) -> None:
    write(widget, "{total:>5} of {n}")
    assert rows(widget) == [("n", ""), ("total", "new"), ("old", "will be removed")]
    before = len(empty_document.vistrail.actions)
    assert widget.save()
    module = empty_document.pipeline.modules[0]
    assert [(one.name, one.items[0].type.name) for one in module.input_port_specs] == [
        ("n", "Integer"),
        ("total", "String"),
    ]
    assert module.settings[0].parameters[0].value == "{total:>5} of {n}"
    assert empty_document.pipeline.incoming(0, "n")
    assert not empty_document.pipeline.incoming(0, "old")
    assert len(empty_document.vistrail.actions) == before + 1


def test_a_format_that_cannot_be_read_is_not_saved_and_removes_nothing(
    widget: StringFormatConfiguration, empty_document: Document
) -> None:
    before = empty_document.version
    write(widget, "{n} {")
    assert "cannot be read" in widget.problem
    assert [note for _, note in rows(widget)] == ["", ""]
    assert not widget.save()
    assert empty_document.version == before


def test_a_field_named_format_is_refused(widget: StringFormatConfiguration) -> None:
    write(widget, "{format}")
    assert "format" in widget.problem


def test_another_order_of_fields_is_a_change_of_the_text_only(
    widget: StringFormatConfiguration, empty_document: Document
) -> None:
    specs = empty_document.pipeline.modules[0].port_specs
    write(widget, "{old} {n}")
    assert widget.save()
    assert empty_document.pipeline.modules[0].port_specs == specs


def test_an_emptied_format_is_taken_away(
    widget: StringFormatConfiguration, empty_document: Document
) -> None:
    write(widget, "")
    assert widget.save()
    assert empty_document.pipeline.modules[0].settings == ()


def test_the_type_of_a_field_can_be_chosen(
    qtbot: QtBot, widget: StringFormatConfiguration, empty_document: Document
) -> None:
    write(widget, "{n} {old} {total}")
    table = widget.findChild(QTableWidget)
    assert table is not None
    choice = table.cellWidget(2, 1)
    assert isinstance(choice, QComboBox)
    choice.setFocus()
    while choice.currentText() != "Integer":
        qtbot.keyClick(choice, Qt.Key.Key_Up)
    assert widget.save()
    spec = empty_document.pipeline.modules[0].input_port_specs[2]
    assert (spec.name, spec.items[0].type.name) == ("total", "Integer")
