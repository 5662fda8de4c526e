"""The module panel apart from parameters: name, ports, annotations, looping, selection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTabWidget,
    QTextBrowser,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Pipeline, Vistrail, find_problems
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.info.port_row import PortRow
from vistrails_tej.gui.builder.port_visibility import SHOWN_PORTS, visible_ports
from vistrails_tej.gui.theme import DARK

from .info_panel import Panel, open_panel


@pytest.fixture
def panel(qtbot: QtBot, empty_document: Document) -> Panel:
    return open_panel(qtbot, empty_document)


@pytest.fixture
def primes(qtbot: QtBot, open_document: Callable[[str], Document]) -> Panel:
    return open_panel(qtbot, open_document("tej-primes.vt"))


def number_of(pipeline: Pipeline, name: str) -> int:
    return next(one.id for one in pipeline.modules.values() if one.name == name)


def summary(panel: Panel) -> str:
    label = panel.find(QLabel, "info_summary")
    return label.text() if label.isVisible() else ""


def shown(panel: Panel, number: int) -> list[str]:
    document = panel.document
    module = document.pipeline.modules[number]
    specs = document.ports.inputs(module).values()
    return [spec.name for spec in visible_ports(document.pipeline, module, specs)]


def test_without_a_selection_it_says_what_to_do(panel: Panel) -> None:
    assert "Click a module" in summary(panel)


def test_several_modules_are_summed_up(primes: Panel) -> None:
    primes.info.show_modules(list(primes.document.pipeline.modules)[:5])
    assert "5 modules" in summary(primes)
    assert "WriteFile, 2 times" in summary(primes)
    assert "3 connections among them, 2 to others" in summary(primes)


def test_name_kind_package_and_id_are_shown(primes: Panel) -> None:
    number = number_of(primes.document.pipeline, "SubmitJob")
    primes.info.show_module(number)
    assert primes.find(QLabel, "info_type").text() == "SubmitJob"
    assert "org.vistrails.extra.tej" in primes.find(QLabel, "info_package").text()
    assert primes.find(QLabel, "info_id").text() == str(number)


def test_a_name_that_is_typed_becomes_the_label(panel: Panel) -> None:
    number = panel.add("Integer")
    name = panel.find(QLineEdit, "info_name")
    assert name.placeholderText() == "Integer"
    panel.qtbot.keyClicks(name, "Target")
    panel.qtbot.keyClick(name, Qt.Key.Key_Return)
    assert panel.module(number).label == "Target"
    panel.document.undo()
    assert name.text() == ""


def test_configure_is_offered_where_there_is_a_configuration(panel: Panel) -> None:
    button = panel.find(QPushButton, "info_configure")
    panel.add("Integer")
    assert not button.isEnabled()
    number = panel.add("SubmitJob")
    with panel.qtbot.waitSignal(panel.info.configure_requested) as wanted:
        panel.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted.args == [number]


def test_the_button_shows_the_documentation(panel: Panel) -> None:
    panel.add("SubmitShellJob")
    button = panel.find(QPushButton, "info_documentation_button")
    panel.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    browser = panel.find(QTextBrowser, "info_documentation")
    assert browser.isVisible()
    assert "Run a script on the server" in browser.toPlainText()


def test_a_module_that_is_undone_comes_back_with_redo(panel: Panel) -> None:
    panel.add("Integer")
    panel.document.undo()
    assert "No module is selected" in summary(panel)
    panel.document.redo()
    assert summary(panel) == ""


def test_a_connected_port_has_a_link_that_tells_from_where(primes: Panel) -> None:
    primes.info.show_module(number_of(primes.document.pipeline, "SubmitJob"))
    link = primes.find(QLabel, "port_link", primes.row("queue"))
    assert link.isVisible()
    assert link.toolTip() == "Connected to Queue.queue"
    assert not primes.find(QLabel, "port_link", primes.row("job")).isVisible()


def test_the_eye_shows_and_hides_an_optional_port(panel: Panel) -> None:
    number = panel.add("SubmitJob")
    assert shown(panel, number) == ["queue"]
    panel.click("port_eye", panel.row("script"))
    assert shown(panel, number) == ["queue", "script"]
    panel.click("port_eye", panel.row("script"))
    assert shown(panel, number) == ["queue"]
    assert panel.module(number).annotation(SHOWN_PORTS) is None


def test_the_eye_of_a_mandatory_or_connected_port_stays_open(primes: Panel) -> None:
    primes.info.show_module(number_of(primes.document.pipeline, "SubmitJob"))
    for port in ("queue", "input"):
        eye = primes.find(QToolButton, "port_eye", primes.row(port))
        assert not eye.isEnabled()
        assert eye.toolTip().startswith("Always shown")


def test_the_eyes_of_outputs_work_too(panel: Panel) -> None:
    number = panel.add("String")
    panel.find(QTabWidget, "info_tabs").setCurrentIndex(1)
    panel.click("port_eye", panel.row("value_as_string", "output"))
    assert panel.module(number).annotation(SHOWN_PORTS) == '{"output": ["value_as_string"]}'


def test_a_damaged_note_on_ports_shows_the_usual_ones(panel: Panel) -> None:
    number = panel.add("SubmitJob")
    for text in ("[1]", "{", '{"input": 3}', '{"input": [4, "script"]}'):
        panel.document.edit(
            "x", lambda one, text=text: one.annotate(one.module(number), SHOWN_PORTS, text)
        )
        assert shown(panel, number)[0] == "queue"
    assert shown(panel, number) == ["queue", "script"]


def test_the_eye_changes_no_signature_and_no_problem(primes: Panel) -> None:
    number = number_of(primes.document.pipeline, "SubmitJob")
    registry = primes.document.registry
    before = find_problems(primes.document.pipeline, registry)
    primes.info.show_module(number)
    primes.click("port_eye", primes.row("job"))
    assert "job" in shown(primes, number)
    assert find_problems(primes.document.pipeline, registry) == before


def add_note(panel: Panel, key: str, value: str) -> None:
    panel.find(QTabWidget, "info_tabs").setCurrentIndex(2)
    for name, text in (("annotation_key", key), ("annotation_value", value)):
        field = panel.find(QLineEdit, name)
        field.clear()
        panel.qtbot.keyClicks(field, text)
    button = panel.find(QPushButton, "annotation_add")
    panel.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_annotations_are_added_changed_and_removed(panel: Panel) -> None:
    number = panel.add("Integer")
    add_note(panel, "author", "me")
    assert panel.module(number).annotation("author") == "me"
    table = panel.find(QTableWidget, "annotation_table")
    table.item(0, 1).setText("you")
    assert panel.module(number).annotation("author") == "you"
    table.item(0, 0).setText("writer")
    assert [(one.key, one.value) for one in panel.module(number).annotations] == [("writer", "you")]
    table.selectRow(0)
    panel.qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert panel.module(number).annotations == ()
    assert table.rowCount() == 0


@pytest.mark.parametrize(
    ("key", "reason"), [("", "needs a key"), ("author", "already"), ("__desc__", "programs")]
)
def test_a_bad_key_is_refused_with_a_reason(panel: Panel, key: str, reason: str) -> None:
    number = panel.add("Integer")
    add_note(panel, "author", "me")
    add_note(panel, key, "x")
    assert reason in panel.find(QLabel, "annotation_problem").text()
    assert len(panel.module(number).annotations) == 1


def test_the_label_is_not_among_the_annotations(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.document.edit("x", lambda one: one.set_label(one.module(number), "Name"))
    assert panel.find(QTableWidget, "annotation_table").rowCount() == 0


def test_looping_is_set_and_taken_back(panel: Panel) -> None:
    number = panel.add("PythonCalc")
    panel.find(QTabWidget, "info_tabs").setCurrentIndex(4)
    combo = panel.find(QComboBox, "loop_type")
    combo.setFocus()
    panel.qtbot.keyClick(combo, Qt.Key.Key_Down)
    most = panel.find(QLineEdit, "while_max")
    panel.qtbot.keyClicks(most, "5")
    panel.qtbot.keyClick(most, Qt.Key.Key_Return)
    found = {one.name: one.value for one in panel.module(number).control_parameters}
    assert found == {"loop_type": "pairwise", "while_max": "5"}
    panel.qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert [one.name for one in panel.module(number).control_parameters] == ["while_max"]


def test_a_wrong_number_of_rounds_is_not_saved(panel: Panel) -> None:
    number = panel.add("PythonCalc")
    panel.find(QTabWidget, "info_tabs").setCurrentIndex(4)
    most = panel.find(QLineEdit, "while_max")
    panel.qtbot.keyClicks(most, "0")
    panel.qtbot.keyClick(most, Qt.Key.Key_Return)
    assert panel.module(number).control_parameters == ()
    assert "At least 1" in most.toolTip()


def test_another_document_takes_the_place_of_the_first(panel: Panel) -> None:
    panel.add("Integer")
    panel.begin("value")
    old, new = panel.document, Document(Vistrail({}), panel.document.registry)
    panel.info.set_document(new)
    assert "No module is selected" in summary(panel)
    new.edit("x", lambda editor: editor.add("Integer"))
    panel.info.show_module(0)
    panel.begin("value")
    panel.enter("value", "3")
    assert new.pipeline.modules[0].settings
    assert not old.pipeline.modules[0].settings


def test_a_module_of_a_package_that_is_not_loaded_is_shown(
    qtbot: QtBot, panel: Panel, open_document: Callable[[str], Document]
) -> None:
    from vistrails_tej.dataflow import default_registry

    document = Document(open_document("tej-primes.vt").vistrail, default_registry())
    other = open_panel(qtbot, document)
    other.info.show_module(number_of(document.pipeline, "SubmitJob"))
    assert "is not loaded" in other.find(QLabel, "info_note").text()


def test_it_can_be_shown_in_other_colours(primes: Panel) -> None:
    primes.info.show_module(number_of(primes.document.pipeline, "SubmitJob"))
    primes.info.set_theme(DARK)
    label = primes.find(QLabel, "port_note", primes.row("script"))
    assert DARK.faint_text in label.styleSheet()


def test_a_key_that_is_taken_is_put_back(panel: Panel) -> None:
    number = panel.add("Integer")
    add_note(panel, "a", "1")
    add_note(panel, "b", "2")
    table = panel.find(QTableWidget, "annotation_table")
    table.item(1, 0).setText("a")
    assert table.item(1, 0).text() == "b"
    assert [one.key for one in panel.module(number).annotations] == ["a", "b"]


def test_a_constant_bound_to_a_variable_says_so(panel: Panel) -> None:
    number = panel.add("Integer")
    panel.document.annotate(lambda one: one.set_variable("speed", 3, "Integer"))
    panel.document.edit("x", lambda one: one.bind(one.module(number), "speed"))
    assert "“speed”" in panel.find(QLabel, "info_note").text()


def test_everything_that_takes_the_focus_has_a_name_for_screen_readers(panel: Panel) -> None:
    for name in ("Queue", "SubmitShellJob", "File", "Color", "Boolean"):
        panel.add(name)
        for row in panel.info.findChildren(PortRow):
            if row.objectName().startswith("port_input"):
                panel.find(QToolButton, "port_change", row).click()
        nameless = [
            f"{type(one).__name__} {one.objectName()}"
            for one in panel.info.findChildren(QWidget)
            if one.isVisible()
            and one.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not one.accessibleName()
            and not isinstance(one, QTabBar)
        ]
        assert nameless == []
