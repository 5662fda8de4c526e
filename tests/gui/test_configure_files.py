"""The files of SubmitJob and MakeDirectory."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.configure.file_list import FileListConfiguration, file_name_problem
from vistrails_tej.gui.theme import LIGHT


class Files:
    """A configuration that is shown, with the fingers of a user."""

    def __init__(self, qtbot: QtBot, document: Document, module: int) -> None:
        self.qtbot = qtbot
        self.document = document
        self.module = module
        self.widget = FileListConfiguration(document, module, LIGHT)
        qtbot.addWidget(self.widget)
        with qtbot.waitActive(self.widget):
            self.widget.show()
            self.widget.activateWindow()
        self.list = self.find(QListWidget, "file_list")

    def find(self, kind: type, name: str):  # type: ignore[no-untyped-def]
        found = self.widget.findChild(kind, name)
        assert found is not None
        return found

    def click(self, name: str) -> None:
        button = self.find(QPushButton, f"file_{name}")
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def add(self, name: str) -> None:
        field = self.find(QLineEdit, "file_name")
        field.clear()
        self.qtbot.keyClicks(field, name)
        self.click("add")

    def select(self, row: int) -> None:
        place = self.list.visualItemRect(self.list.item(row)).center()
        self.qtbot.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def rename(self, row: int, name: str) -> None:
        self.select(row)
        self.click("rename")
        (editor,) = self.list.viewport().findChildren(QLineEdit)
        editor.selectAll()
        self.qtbot.keyClicks(editor, name)
        self.qtbot.keyClick(editor, Qt.Key.Key_Return)
        # Qt takes the name once the key was handled.
        self.qtbot.waitUntil(lambda: not self.list.viewport().findChildren(QLineEdit))

    @property
    def reason(self) -> str:
        label = self.find(QLabel, "file_problem")
        return str(label.text()) if label.isVisible() else ""

    @property
    def shown(self) -> list[str]:
        return [self.list.item(row).text() for row in range(self.list.count())]

    @property
    def saved(self) -> list[tuple[str, str]]:
        module = self.document.pipeline.modules[self.module]
        return [(one.name, one.type_text) for one in module.input_port_specs]


FILE = "(org.vistrails.vistrails.basic:File)"


@pytest.fixture
def files(qtbot: QtBot, empty_document: Document) -> Files:
    empty_document.edit("x", lambda editor: editor.add("SubmitJob").id)
    return Files(qtbot, empty_document, 0)


@pytest.fixture
def connected(qtbot: QtBot, empty_document: Document) -> Files:
    """Two files, the first made by a module, the second set to a path."""

    def build(editor: VistrailEditor) -> None:
        job = editor.add("SubmitJob").add_port("a").add_port("b").set("b", "/data/b")
        editor.connect(editor.add("WriteFile")["out_value"], job["a"])

    empty_document.edit("x", build)
    return Files(qtbot, empty_document, 0)


def test_files_that_are_added_become_ports_of_type_file_in_one_version(files: Files) -> None:
    before = len(files.document.vistrail.actions)
    files.add("start.sh")
    files.add("data/input.txt")
    assert files.saved == []
    assert files.widget.is_modified
    assert files.widget.save()
    assert files.saved == [("start.sh", FILE), ("data/input.txt", FILE)]
    assert len(files.document.vistrail.actions) == before + 1
    assert not files.widget.is_modified


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "needs a name"),
        ("../x", ".."),
        ("/etc/passwd", "not a path inside"),
        (".", "not a path inside"),
        ("a", "already"),
        ("./a", "already"),
        ("queue", "input of the module"),
    ],
)
def test_a_bad_name_is_refused_with_a_reason(files: Files, name: str, reason: str) -> None:
    files.add("a")
    files.add(name)
    assert reason in files.reason
    assert files.shown == ["a"]


def test_the_reason_goes_when_another_name_is_typed(files: Files) -> None:
    files.add("..")
    assert files.reason
    files.qtbot.keyClicks(files.find(QLineEdit, "file_name"), "x")
    assert files.reason == ""


def test_the_rule_of_names_is_that_of_the_modules() -> None:
    assert file_name_problem("data/../x", []) != ""
    assert file_name_problem("data/x..y", []) == ""


def test_a_renamed_file_keeps_its_connection_and_its_place(connected: Files) -> None:
    connected.rename(0, "start.sh")
    connected.rename(1, "a")
    assert connected.shown == ["start.sh", "a"]
    assert connected.widget.save()
    pipeline = connected.document.pipeline
    assert [one.source.module_id for one in pipeline.incoming(0, "start.sh")] == [1]
    assert not pipeline.incoming(0, "a")
    assert [name for name, _ in connected.saved] == ["start.sh", "a"]
    (setting,) = pipeline.modules[0].settings
    assert (setting.port, setting.parameters[0].value) == ("a", "/data/b")


def test_a_rename_to_a_taken_name_is_refused(connected: Files) -> None:
    connected.rename(1, "a")
    assert "already" in connected.reason
    assert connected.shown == ["a", "b"]
    assert not connected.widget.is_modified


def test_a_removed_file_goes_with_its_connection(connected: Files) -> None:
    connected.select(0)
    connected.click("remove")
    assert connected.widget.save()
    assert [name for name, _ in connected.saved] == ["b"]
    assert not connected.document.pipeline.connections


def test_files_are_ordered_by_buttons_and_keys(files: Files) -> None:
    for name in ("a", "b", "c"):
        files.add(name)
    files.select(2)
    files.click("up")
    assert files.shown == ["a", "c", "b"]
    files.qtbot.keyClick(files.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert files.shown == ["c", "a", "b"]
    files.click("down")
    assert files.shown == ["a", "c", "b"]
    assert files.widget.save()
    assert [name for name, _ in files.saved] == ["a", "c", "b"]


def test_another_order_is_a_version_that_keeps_the_connections(connected: Files) -> None:
    connected.select(0)
    connected.click("down")
    assert connected.widget.save()
    assert [name for name, _ in connected.saved] == ["b", "a"]
    assert connected.document.pipeline.incoming(0, "a")


def test_the_delete_key_removes_the_selected_file(files: Files) -> None:
    files.add("a")
    files.select(0)
    files.qtbot.keyClick(files.list, Qt.Key.Key_Delete)
    assert files.shown == []


def test_reset_shows_what_is_saved(connected: Files) -> None:
    connected.add("c")
    connected.select(0)
    connected.click("remove")
    connected.widget.reset()
    assert connected.shown == ["a", "b"]
    assert not connected.widget.is_modified


def test_adding_and_removing_the_same_file_is_no_change(files: Files) -> None:
    files.add("a")
    files.select(0)
    files.click("remove")
    assert not files.widget.is_modified


def test_the_ports_are_those_a_script_would_have_added(files: Files) -> None:
    files.add("a")
    files.add("b")
    files.widget.save()

    def by_script(editor: VistrailEditor) -> int:
        return editor.add("SubmitJob").add_port("a").add_port("b").id

    number = files.document.edit("x", by_script)
    assert number is not None
    modules = files.document.pipeline.modules
    facts = [
        [(one.name, one.type_text, one.sort_key) for one in modules[module].port_specs]
        for module in (0, number)
    ]
    assert facts[0] == facts[1]
