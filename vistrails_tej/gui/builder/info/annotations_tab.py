"""The annotations of a module: a table of keys and values."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....dataflow import PipelineModule
from ...theme import Theme
from .edits import ModuleEdits
from .text_fields import LineField

_INTERNAL = "__"
_LEAST_HEIGHT = 32


class AnnotationsTab(QWidget):
    """Shows the notes of a module; those that programs use begin with ``__`` and are left out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_annotations")
        self.setAccessibleName("Annotations of the module")
        self._edits: ModuleEdits | None = None
        self._notes: list[tuple[str, str]] = []
        self._table = _NotesTable(self)
        self._table.changed.connect(self._change)
        self._table.removal_wanted.connect(self._remove)
        self._table.itemSelectionChanged.connect(self._show_buttons)
        self._key = self._make_field("annotation_key", "Key")
        self._value = self._make_field("annotation_value", "Value")
        self._add = self._make_button("annotation_add", "Add")
        self._add.clicked.connect(self._add_note)
        self._remove_button = self._make_button("annotation_remove", "Remove")
        self._remove_button.clicked.connect(self._remove)
        self._problem = QLabel(self)
        self._problem.setObjectName("annotation_problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._problem.setStyleSheet(f"color: {theme.error};")

    def show_module(self, module: PipelineModule, edits: ModuleEdits) -> None:
        """Show the notes of a module; what is typed for a new one stays."""
        if self._edits is not None and self._edits.module_id != edits.module_id:
            self._key.clear()
            self._value.clear()
            self._refuse("")
        self._edits = edits
        self._notes = [
            (one.key, one.value) for one in module.annotations if not one.key.startswith(_INTERNAL)
        ]
        self._table.show_notes(self._notes)
        self._show_buttons()

    # -- inside ------------------------------------------------------------------------------

    def _make_field(self, name: str, text: str) -> LineField:
        field = LineField(self)
        field.setObjectName(name)
        field.setAccessibleName(f"{text} of a new annotation")
        field.setPlaceholderText(text)
        field.entered.connect(self._add_note)
        return field

    def _make_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(f"{text} an annotation")
        return button

    def _lay_out(self) -> None:
        below = QGridLayout()
        below.setSpacing(4)
        below.addWidget(self._key, 0, 0)
        below.addWidget(self._value, 0, 1)
        below.addWidget(self._add, 1, 0)
        below.addWidget(self._remove_button, 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(self._table)
        layout.addLayout(below)
        layout.addWidget(self._problem)

    def _show_buttons(self) -> None:
        self._remove_button.setEnabled(bool(self._table.selectedItems()))

    def _refuse(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _problem_of(self, key: str, others: Sequence[str]) -> str:
        if not key:
            return "An annotation needs a key."
        if key.startswith(_INTERNAL):
            return "Keys that begin with __ are those of programs; take another one."
        return f"There is an annotation {key!r} already." if key in others else ""

    def _add_note(self) -> None:
        key, value = self._key.text().strip(), self._value.text()
        problem = self._problem_of(key, [one for one, _ in self._notes])
        self._refuse(problem)
        if problem:
            self._key.setFocus()
        elif self._edits is not None:
            self._key.clear()
            self._value.clear()
            self._edits.annotate([(key, value)])
            self._key.setFocus()

    def _change(self, row: int, key: str, value: str) -> None:
        """A cell was edited: one version, also when the key is another."""
        old = self._notes[row]
        others = [one for place, (one, _) in enumerate(self._notes) if place != row]
        problem = self._problem_of(key, others)
        self._refuse(problem)
        if problem or self._edits is None:
            self._table.show_notes(self._notes, anew=True)
        elif key == old[0]:
            self._edits.annotate([(key, value)])
        else:
            self._edits.annotate([(old[0], None), (key, value)])

    def _remove(self) -> None:
        rows = {item.row() for item in self._table.selectedItems()}
        if rows and self._edits is not None:
            self._edits.annotate([(self._notes[row][0], None) for row in sorted(rows)])


class _NotesTable(QTableWidget):
    """Keys and values that can be edited in place; while one is, nothing else changes it."""

    changed = pyqtSignal(int, str, str)
    removal_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setObjectName("annotation_table")
        self.setAccessibleName("Annotations")
        self.setHorizontalHeaderLabels(["Key", "Value"])
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        # A low window must not become higher for its sake.
        self.setMinimumHeight(_LEAST_HEIGHT)
        self._shown: list[tuple[str, str]] = []
        self._later: list[tuple[str, str]] | None = None
        self.itemChanged.connect(self._tell)

    def show_notes(self, notes: Sequence[tuple[str, str]], *, anew: bool = False) -> None:
        """Show these, once no cell is being edited."""
        if self.state() == QAbstractItemView.State.EditingState and not anew:
            self._later = list(notes)
            return
        if list(notes) == self._shown and not anew:
            return
        self._shown = list(notes)
        self.blockSignals(True)
        self.setRowCount(len(notes))
        for row, pair in enumerate(notes):
            for column, text in enumerate(pair):
                self.setItem(row, column, QTableWidgetItem(text))
        self.blockSignals(False)
        self.viewport().update()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """See Qt; what changed meanwhile is shown now."""
        super().closeEditor(editor, hint)
        if self._later is not None:
            later, self._later = self._later, None
            self.show_notes(later)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the rows that are selected."""
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _tell(self, changed: QTableWidgetItem) -> None:
        row = changed.row()
        key, value = self.item(row, 0), self.item(row, 1)
        if key is not None and value is not None:
            pair = (key.text().strip(), value.text())
            if pair != self._shown[row]:
                self.changed.emit(row, *pair)
