"""The format of StringFormat, and a port for each of its fields."""

from __future__ import annotations

import re
import string

from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...dataflow import PipelineModule, VistrailEditor
from ...dataflow.ports import BASIC
from ..calm_combo import CalmCombo
from ..theme import Theme
from .base import ConfigurationWidget, EditedDocument, set_text
from .code_editor import CodeEditor
from .port_plan import PlannedPort, change_ports, planned_ports
from .ports_table import short_type, type_choices

_FORMAT = "format"
_STRING = f"({BASIC}:String)"
_PLAIN_NAME = re.compile(r"[^.\[]*")


def format_fields(text: str) -> list[str]:
    """The ports that a format needs, in the order of their first use; ``{}`` counts from 0.

    Raise ValueError, in a sentence, if it is no format.
    """
    return list(dict.fromkeys(_Fields().of(text)))


class _Fields:
    """Numbers the fields without a name, also those inside other fields."""

    def __init__(self) -> None:
        self._next = 0
        self._is_numbered = False

    def of(self, text: str) -> list[str]:
        names = []
        for _, field, spec, conversion in string.Formatter().parse(text):
            if conversion not in (None, "r", "s", "a"):
                raise ValueError(f"!{conversion} is not known; there are !r, !s and !a")
            if field is not None:
                names.append(self._name(field))
                names.extend(self.of(spec or ""))
        return names

    def _name(self, field: str) -> str:
        found = _PLAIN_NAME.match(field)
        name = found.group() if found else ""
        if name.isdigit():
            self._is_numbered = True
        if not name:
            name, self._next = str(self._next), self._next + 1
        if self._is_numbered and self._next:
            raise ValueError("{} and {0} cannot be used together; number all fields or none")
        return name


class StringFormatConfiguration(ConfigurationWidget):
    """Edits the format; ports appear and go with its fields."""

    def __init__(
        self,
        document: EditedDocument,
        module_id: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, module_id, theme, parent)
        self.setObjectName("string_format_configuration")
        self._saved = ""
        self._saved_ports: list[PlannedPort] = []
        self._types: dict[str, str] = {}
        self._rows: list[tuple[PlannedPort, str]] = []
        self._error = ""
        self._choices = type_choices(document.registry)
        self._editor = CodeEditor(theme, parent=self)
        self._editor.setObjectName("format_editor")
        self._editor.setAccessibleName("Format")
        self._editor.setPlaceholderText("{name} has {0} of {1:.2f}")
        self._hint = QLabel(
            "Write fields in braces: {name}, {0}, {1:.2f}. A double {{ is a brace. "
            "Each field becomes an input of the module.",
            self,
        )
        self._hint.setWordWrap(True)
        self._table = self._make_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(self._editor, 3)
        layout.addWidget(self._table, 2)
        self.setFocusProxy(self._editor)
        self._editor.textChanged.connect(self._read)
        self.set_theme(theme)
        self.reset()

    def set_theme(self, theme: Theme) -> None:
        """See ConfigurationWidget."""
        super().set_theme(theme)
        self._editor.set_theme(theme)
        self._hint.setStyleSheet(f"color: {theme.faint_text};")

    # -- what is configured ------------------------------------------------------------------

    def _load(self, module: PipelineModule) -> None:
        self._saved_ports = planned_ports(module.input_port_specs)
        self._types = {port.name: port.type_text for port in self._saved_ports}
        text = set_text(module, _FORMAT) or ""
        if self._editor.toPlainText() != text:
            self._editor.setPlainText(text)
        self._saved = self._editor.toPlainText()
        self._read()

    def _is_changed(self) -> bool:
        is_edited = self._editor.toPlainText() != self._saved
        return is_edited or self._plans() != self._saved_ports

    def _find_problem(self) -> str:
        if self._error:
            return f"The format cannot be read: {self._error}."
        if _FORMAT in self._fields():
            return "“format” is the input of the format itself; name the field otherwise."
        return ""

    def _change(self, editor: VistrailEditor) -> None:
        module = editor.module(self.module_id)
        change_ports(editor, module, self._plans())
        text = self._editor.toPlainText()
        if text and text != self._saved:
            module.set(_FORMAT, text)
        elif not text and set_text(module.module, _FORMAT) is not None:
            module.unset(_FORMAT)

    # -- inside ------------------------------------------------------------------------------

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3, self)
        table.setObjectName("format_fields")
        table.setAccessibleName("Fields of the format")
        table.setHorizontalHeaderLabels(["Field", "Type", ""])
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        return table

    def _fields(self) -> list[str]:
        """The fields of the text; those that were there as long as it cannot be read."""
        try:
            return format_fields(self._editor.toPlainText())
        except ValueError:
            return [port.name for port in self._saved_ports]

    def _plans(self) -> list[PlannedPort]:
        there = {port.name for port in self._saved_ports}
        fields = self._fields()
        # Ports that stay keep their order: another order would be a change for nothing.
        kept = [port.name for port in self._saved_ports if port.name in fields]
        names = [*kept, *(name for name in fields if name not in there)]
        return [
            PlannedPort(name, self._types.get(name, _STRING), name if name in there else None)
            for name in names
        ]

    def _read(self) -> None:
        """Look what fields the text has now."""
        try:
            format_fields(self._editor.toPlainText())
            self._error = ""
        except ValueError as error:
            self._error = str(error)
        self._show_fields()
        self._look_again()

    def _show_fields(self) -> None:
        plans = self._plans()
        wanted = {port.name for port in plans}
        gone = [port for port in self._saved_ports if port.name not in wanted]
        rows = [(port, "" if port.was else "new") for port in plans]
        rows += [(port, "will be removed") for port in gone]
        if rows != self._rows:
            self._rows = rows
            self._table.setRowCount(0)
            for row in rows:
                self._add_row(*row)

    def _add_row(self, port: PlannedPort, note: str) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        self._table.setItem(row, 0, QTableWidgetItem(port.name))
        self._table.setItem(row, 2, QTableWidgetItem(note))
        if note.startswith("will"):
            self._table.setItem(row, 1, QTableWidgetItem(short_type(port.type_text)))
            return
        types = CalmCombo()
        types.setObjectName(f"format_type_{port.name}")
        types.setAccessibleName(f"Type of {port.name}")
        for text in dict.fromkeys([*self._choices, port.type_text]):
            types.addItem(short_type(text), text)
        types.setCurrentIndex(types.findData(port.type_text))
        types.activated.connect(lambda: self._set_type(port.name, str(types.currentData())))
        self._table.setCellWidget(row, 1, types)

    def _set_type(self, name: str, type_text: str) -> None:
        self._types[name] = type_text
        self._look_again()
