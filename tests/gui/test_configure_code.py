"""The script of SubmitShellJob, the code of PythonSource, and the editor they share."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QFontInfo
from PyQt5.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.configure.base import ConfigurationWidget
from vistrails_tej.gui.configure.code_editor import CodeEditor
from vistrails_tej.gui.configure.highlighting import (
    Highlighter,
    PythonHighlighter,
    ShellHighlighter,
)
from vistrails_tej.gui.configure.python_source import PythonSourceConfiguration, syntax_problem
from vistrails_tej.gui.configure.shell_script import ShellScriptConfiguration
from vistrails_tej.gui.theme import DARK, LIGHT


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def editor_of(widget: QWidget) -> CodeEditor:
    editor = widget.findChild(CodeEditor)
    assert editor is not None
    return editor


def source(document: Document) -> str | None:
    for setting in document.pipeline.modules[0].settings:
        return setting.parameters[0].value
    return None


def added(document: Document, name: str) -> Document:
    document.edit("x", lambda editor: editor.add(name).id)
    return document


# -- the editor ----------------------------------------------------------------------------------


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    editor = CodeEditor(LIGHT, indent="  ")
    shown(qtbot, editor)
    return editor


def test_all_letters_are_equally_wide(editor: CodeEditor) -> None:
    assert QFontInfo(editor.font()).fixedPitch()


def test_tab_inserts_and_shift_tab_takes_back(qtbot: QtBot, editor: CodeEditor) -> None:
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.keyClicks(editor, "x")
    assert editor.toPlainText() == "  x"
    qtbot.keyClick(editor, Qt.Key.Key_Backtab)
    assert editor.toPlainText() == "x"


def test_tab_indents_all_selected_lines_as_one_step(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.setPlainText("a\nb\nc")
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "  a\n  b\n  c"
    editor.undo()
    assert editor.toPlainText() == "a\nb\nc"


def test_a_new_line_begins_where_the_one_before_does(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.setPlainText("    a")
    qtbot.keyClick(editor, Qt.Key.Key_End)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "b")
    assert editor.toPlainText() == "    a\n    b"


def test_escape_and_tab_leave_the_editor(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    editor, other = CodeEditor(LIGHT), QLineEdit()
    layout.addWidget(editor)
    layout.addWidget(other)
    shown(qtbot, window)
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert other.hasFocus()
    assert editor.toPlainText() == ""


def test_the_numbers_make_room_for_many_lines(editor: CodeEditor) -> None:
    narrow = editor.numbers_width()
    editor.setPlainText("\n" * 1000)
    assert editor.numbers_width() > narrow
    assert editor.viewportMargins().left() == editor.numbers_width()


def colored(
    highlighter: type[Highlighter], text: str, color: str, qtbot: QtBot
) -> dict[int, list[str]]:
    """The pieces of every line that have a colour."""
    editor = CodeEditor(LIGHT, highlighter)
    qtbot.addWidget(editor)
    editor.setPlainText(text)
    found: dict[int, list[str]] = {}
    block = editor.document().firstBlock()
    while block.isValid():
        for one in block.layout().formats():
            if one.format.foreground().color() == QColor(color):
                piece = block.text()[one.start : one.start + one.length]
                found.setdefault(block.blockNumber(), []).append(piece)
        block = block.next()
    return found


def test_shell_words_texts_names_and_comments_are_coloured(qtbot: QtBot) -> None:
    text = 'for i in a; do # all\n  echo "$i" ${X} fortune x#y\n'
    assert colored(ShellHighlighter, text, LIGHT.link, qtbot) == {
        0: ["for", "in", "do"],
        1: ["echo"],
    }
    assert colored(ShellHighlighter, text, LIGHT.faint_text, qtbot) == {0: ["# all"]}
    assert colored(ShellHighlighter, text, LIGHT.success, qtbot) == {1: ['"$i"']}
    assert colored(ShellHighlighter, text, LIGHT.warning, qtbot) == {1: ["${X}"]}


def test_quoted_text_of_the_shell_goes_on_over_lines(qtbot: QtBot) -> None:
    text = "echo 'one\nfor # two\nthree'; for\n"
    assert colored(ShellHighlighter, text, LIGHT.success, qtbot) == {
        0: ["'one"],
        1: ["for # two"],
        2: ["three'"],
    }
    assert colored(ShellHighlighter, text, LIGHT.link, qtbot)[2] == ["for"]


def test_python_texts_in_triple_quotes_go_on_over_lines(qtbot: QtBot) -> None:
    text = 'x = """one\nif two\nthree""" if y else \'#\' # end\n'
    assert colored(PythonHighlighter, text, LIGHT.success, qtbot) == {
        0: ['"""one'],
        1: ["if two"],
        2: ['three"""', "'#'"],
    }
    assert colored(PythonHighlighter, text, LIGHT.link, qtbot) == {2: ["if", "else"]}
    assert colored(PythonHighlighter, text, LIGHT.faint_text, qtbot) == {2: ["# end"]}


def test_other_colours_are_used_at_once(qtbot: QtBot) -> None:
    editor = CodeEditor(LIGHT, ShellHighlighter)
    qtbot.addWidget(editor)
    editor.setPlainText("for")
    editor.set_theme(DARK)
    (form,) = editor.document().firstBlock().layout().formats()
    assert form.format.foreground().color() == QColor(DARK.link)


# -- SubmitShellJob ------------------------------------------------------------------------------


def test_a_script_is_stored_as_the_module_decodes_it(
    qtbot: QtBot, empty_document: Document
) -> None:
    document = added(empty_document, "SubmitShellJob")
    widget = ShellScriptConfiguration(document, 0, LIGHT)
    shown(qtbot, widget)
    editor = editor_of(widget)
    qtbot.keyClicks(editor, "echo 100% ~/a")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.keyClicks(editor, "ls")
    assert widget.is_modified
    assert widget.save()
    assert source(document) == "echo%20100%25%20%7E/a%0A%09ls"
    assert editor.toPlainText() == "echo 100% ~/a\n\tls"
    assert not widget.is_modified


def test_a_script_that_is_emptied_is_taken_away(qtbot: QtBot, empty_document: Document) -> None:
    document = added(empty_document, "SubmitShellJob")
    document.edit("x", lambda editor: editor.module(0).set_script("source", "ls").id)
    widget = ShellScriptConfiguration(document, 0, LIGHT)
    qtbot.addWidget(widget)
    assert editor_of(widget).toPlainText() == "ls"
    editor_of(widget).clear()
    assert widget.save()
    assert source(document) is None


def test_reset_brings_the_saved_script_back(qtbot: QtBot, empty_document: Document) -> None:
    document = added(empty_document, "SubmitShellJob")
    document.edit("x", lambda editor: editor.module(0).set_script("source", "ls").id)
    widget = ShellScriptConfiguration(document, 0, LIGHT)
    qtbot.addWidget(widget)
    editor_of(widget).setPlainText("other")
    widget.reset()
    assert editor_of(widget).toPlainText() == "ls"
    assert not widget.is_modified


# -- PythonSource --------------------------------------------------------------------------------


@pytest.fixture
def python(qtbot: QtBot, empty_document: Document) -> ConfigurationWidget:
    def build(editor: VistrailEditor) -> None:
        source = editor.add("PythonSource").add_port("n", "Integer")
        source.add_port("result", "Integer", output=True).set_script("source", "result = n")
        editor.connect(editor.add("Integer")["value"], source["n"])
        editor.connect(source["result"], editor.add("StandardOutput")["value"])

    empty_document.edit("x", build)
    widget = PythonSourceConfiguration(empty_document, 0, LIGHT)
    shown(qtbot, widget)
    return widget


def names(table: str, widget: QWidget) -> list[QLineEdit]:
    found = widget.findChild(QWidget, f"ports_{table}")
    assert found is not None
    return [one for one in found.findChildren(QLineEdit) if "port" in one.accessibleName()]


def rename(qtbot: QtBot, field: QLineEdit, name: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, name)


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_code_and_ports_are_saved_as_one_version(
    qtbot: QtBot, python: ConfigurationWidget, empty_document: Document
) -> None:
    before = len(empty_document.vistrail.actions)
    rename(qtbot, names("input_ports", python)[0], "number")
    press(qtbot, python, "ports_output_ports_add")
    rename(qtbot, names("output_ports", python)[1], "rest")
    editor_of(python).setPlainText("result = number\nrest = 0")
    assert python.save()
    assert len(empty_document.vistrail.actions) == before + 1
    module = empty_document.pipeline.modules[0]
    assert [one.name for one in module.input_port_specs] == ["number"]
    assert [one.name for one in module.output_port_specs] == ["result", "rest"]
    assert empty_document.pipeline.incoming(0, "number")
    assert empty_document.pipeline.outgoing(0, "result")


def test_a_renamed_output_keeps_its_connection(
    qtbot: QtBot, python: ConfigurationWidget, empty_document: Document
) -> None:
    rename(qtbot, names("output_ports", python)[0], "answer")
    assert python.save()
    assert empty_document.pipeline.outgoing(0, "answer")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "name"), ("a b", "variable"), ("if", "variable"), ("source", "already")],
)
def test_a_bad_port_name_cannot_be_saved(
    qtbot: QtBot,
    python: ConfigurationWidget,
    empty_document: Document,
    name: str,
    reason: str,
) -> None:
    field = names("input_ports", python)[0]
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, name)
    before = empty_document.version
    assert reason in python.problem
    assert not python.save()
    assert empty_document.version == before


def test_a_type_that_does_not_fit_a_connection_is_refused_with_the_reason(
    qtbot: QtBot, python: ConfigurationWidget, empty_document: Document
) -> None:
    table = python.findChild(QWidget, "ports_input_ports")
    assert table is not None
    combo = next(one for one in table.findChildren(QComboBox))
    combo.setFocus()
    combo.setCurrentIndex(combo.findText("Directory"))
    combo.activated.emit(combo.currentIndex())
    before = empty_document.version
    with qtbot.waitSignal(python.problem_changed) as told:
        assert not python.save()
    assert "Integer" in told.args[0]
    assert empty_document.version == before
    assert python.is_modified


def test_code_that_python_cannot_read_is_told_but_may_be_saved(
    python: ConfigurationWidget, empty_document: Document
) -> None:
    editor_of(python).setPlainText("x = (\n")
    label = python.findChild(QLabel, "code_syntax")
    assert label is not None
    assert label.text().startswith("Line 1")
    assert python.save()
    assert source(empty_document) == "x%20%3D%20%28%0A"


def test_a_port_that_is_removed_goes_with_its_connection(
    qtbot: QtBot, python: ConfigurationWidget, empty_document: Document
) -> None:
    names("input_ports", python)[0].setFocus()
    press(qtbot, python, "ports_input_ports_remove")
    table = python.findChild(QTableWidget, "ports_input_ports_table")
    assert table is not None
    assert table.rowCount() == 0
    assert python.save()
    assert not empty_document.pipeline.incoming(0)


def test_another_type_makes_the_port_anew(
    qtbot: QtBot, python: ConfigurationWidget, empty_document: Document
) -> None:
    press(qtbot, python, "ports_input_ports_add")
    table = python.findChild(QWidget, "ports_input_ports")
    assert table is not None
    choice = table.findChildren(QComboBox)[1]
    choice.setFocus()
    while choice.currentText() != "Float":
        qtbot.keyClick(choice, Qt.Key.Key_Up)
    assert python.save()
    specs = empty_document.pipeline.modules[0].input_port_specs
    assert [(one.name, one.items[0].type.name) for one in specs] == [
        ("n", "Integer"),
        ("port1", "Float"),
    ]


def test_code_that_is_nested_too_deeply_is_told(python: ConfigurationWidget) -> None:
    assert syntax_problem("(" * 5000 + ")" * 5000)
    assert syntax_problem("x = '\\d' is 1") == ""
