"""What the tests of the module panel share: a panel on a document, and its parts by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLineEdit, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleHandle, PipelineModule
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.info.panel import ModuleInfo
from vistrails_tej.gui.builder.info.port_row import PortRow
from vistrails_tej.gui.theme import LIGHT

_Widget = TypeVar("_Widget", bound=QWidget)


@dataclass
class Panel:
    """A panel that is shown, with the fingers of a user."""

    qtbot: QtBot
    document: Document
    info: ModuleInfo

    def add(self, name: str) -> int:
        """Add a module to the document and show it."""
        handle = self.document.edit("Add", lambda editor: editor.add(name))
        assert isinstance(handle, ModuleHandle)
        self.info.show_module(handle.id)
        return handle.id

    def module(self, number: int) -> PipelineModule:
        """A module as it is now."""
        return self.document.pipeline.modules[number]

    def values(self, number: int) -> dict[str, tuple[str, ...]]:
        """What is set on a module."""
        return {
            one.port: tuple(parameter.value for parameter in one.parameters)
            for one in self.module(number).settings
        }

    def row(self, port: str, direction: str = "input") -> PortRow:
        """The row of a port."""
        return self.find(PortRow, f"port_{direction}_{port}")

    def find(self, kind: type[_Widget], name: str, within: QWidget | None = None) -> _Widget:
        """A widget by its name."""
        found = (within or self.info).findChild(kind, name)
        assert found is not None, name
        return found

    def field(self, port: str) -> QLineEdit | QPlainTextEdit:
        """Where the value of a port is typed."""
        found = self.find(QWidget, "value_field", self.row(port))
        assert isinstance(found, (QLineEdit, QPlainTextEdit))
        return found

    def click(self, name: str, within: QWidget) -> None:
        """Click a tool button of a row."""
        button = self.find(QToolButton, name, within)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def begin(self, port: str) -> None:
        """Click the + of a port."""
        self.click("port_change", self.row(port))

    def type(self, port: str, text: str) -> None:
        """Replace what is in the field of a port, without Enter."""
        field = self.field(port)
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)

    def enter(self, port: str, text: str) -> None:
        """Type a value, and Enter."""
        self.type(port, text)
        self.qtbot.keyClick(self.field(port), Qt.Key.Key_Return)


def open_panel(qtbot: QtBot, document: Document) -> Panel:
    """Show a panel in an active window."""
    info = ModuleInfo(document, LIGHT)
    qtbot.addWidget(info)
    info.resize(320, 640)
    with qtbot.waitActive(info):
        info.show()
        info.activateWindow()
    return Panel(qtbot, document, info)
