"""How a module repeats: what happens to lists, and while which output is true."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from ....dataflow import PipelineModule
from ...calm_combo import CalmCombo
from ...theme import Theme
from .edits import ModuleEdits
from .text_fields import LineField, mark_wrong

LOOP_TYPE = "loop_type"
WHILE_CONDITION = "while_cond"
WHILE_MOST = "while_max"
WHILE_DELAY = "while_delay"
WHILE_OUTPUT = "while_output"
WHILE_INPUT = "while_input"
_NONE = "(none)"
_LOOPS = {"": "each with each", "pairwise": "in pairs"}
_KNOWN = {LOOP_TYPE, WHILE_CONDITION, WHILE_MOST, WHILE_DELAY, WHILE_OUTPUT, WHILE_INPUT}


class LoopTab(QWidget):
    """Edits the control parameters of a module; a choice or Enter saves one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_looping")
        self.setAccessibleName("Looping of the module")
        self._theme = theme
        self._edits: ModuleEdits | None = None
        self._values: dict[str, str] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(6, 8, 6, 6)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._combos: dict[str, QComboBox] = {}
        self._fields: dict[str, LineField] = {}
        self._add_note("A list on a port for single values runs the module once for each element.")
        self._add_combo(LOOP_TYPE, "Several lists")
        self._add_note("The module can also repeat as long as one of its outputs is true.")
        self._add_combo(WHILE_CONDITION, "While output")
        self._add_field(WHILE_MOST, "At most", "20 rounds")
        self._add_field(WHILE_DELAY, "Pause", "0 seconds")
        self._add_combo(WHILE_OUTPUT, "Carry output")
        self._add_combo(WHILE_INPUT, "to input")
        self._others = self._add_note("")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        for label in self.findChildren(QLabel, "loop_note"):
            label.setStyleSheet(f"color: {theme.faint_text};")

    def show_module(
        self,
        module: PipelineModule,
        inputs: Sequence[str],
        outputs: Sequence[str],
        edits: ModuleEdits,
    ) -> None:
        """Show how a module repeats; its ports can be chosen from."""
        is_same = self._edits is not None and self._edits.module_id == edits.module_id
        self._edits = edits
        self._values = {one.name: one.value for one in module.control_parameters}
        ports = [name for name in outputs if name != "self"]
        self._fill(LOOP_TYPE, _LOOPS)
        self._fill(WHILE_CONDITION, {"": _NONE, **{name: name for name in ports}})
        self._fill(WHILE_OUTPUT, {"": _NONE, **{name: name for name in ports}})
        self._fill(WHILE_INPUT, {"": _NONE, **{name: name for name in inputs}})
        for name, field in self._fields.items():
            if not (is_same and field.is_dirty):
                field.give(self._values.get(name, ""))
                self._check(name)
        others = [f"{name} = {value}" for name, value in self._values.items() if name not in _KNOWN]
        self._others.setText("\n".join(others))

    def commit(self) -> None:
        """Save what is typed, if it is right."""
        for name in self._fields:
            self._save_field(name)

    # -- inside ------------------------------------------------------------------------------

    def _add_note(self, text: str) -> QLabel:
        note = QLabel(text, self)
        note.setObjectName("loop_note")
        note.setWordWrap(True)
        self._form.addRow(note)
        return note

    def _add_combo(self, name: str, text: str) -> None:
        combo = CalmCombo(self)
        combo.setObjectName(name)
        combo.setAccessibleName(text)
        combo.activated.connect(lambda: self._save(name, str(combo.currentData())))
        self._combos[name] = combo
        self._form.addRow(text, combo)

    def _add_field(self, name: str, text: str, hint: str) -> None:
        field = LineField(self)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setPlaceholderText(hint)
        field.entered.connect(lambda: self._save_field(name))
        field.left.connect(lambda: self._save_field(name))
        self._fields[name] = field
        self._form.addRow(text, field)

    def _fill(self, name: str, choices: dict[str, str]) -> None:
        combo, value = self._combos[name], self._values.get(name, "")
        combo.clear()
        for data, text in choices.items():
            combo.addItem(text, data)
        if value not in choices:
            combo.addItem(value, value)
        combo.setCurrentIndex(combo.findData(value))

    def _check(self, name: str) -> bool:
        field = self._fields[name]
        problem = _problem_of(name, field.text())
        mark_wrong(field, self._theme.error if problem else "")
        field.setToolTip(problem)
        return not problem

    def _save_field(self, name: str) -> None:
        field = self._fields[name]
        if self._check(name) and field.is_dirty:
            text = field.text().strip()
            field.give(text)
            self._save(name, text)

    def _save(self, name: str, value: str) -> None:
        if self._edits is not None and value != self._values.get(name, ""):
            self._edits.switch(name, value or None)


def _problem_of(name: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        if name == WHILE_MOST:
            return "" if int(text) >= 1 else "At least 1 round is needed."
        return "" if float(text) >= 0 else "A pause cannot be negative."
    except ValueError:
        return "A whole number is needed." if name == WHILE_MOST else "A number is needed."
