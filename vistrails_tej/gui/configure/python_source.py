"""The code of PythonSource, and the ports it reads and sets."""

from __future__ import annotations

import keyword
import warnings
from collections.abc import Sequence
from urllib.parse import unquote

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from ...dataflow import Direction, PipelineModule, VistrailEditor
from ..theme import Theme
from .base import ConfigurationWidget, EditedDocument, set_text
from .code_editor import CodeEditor
from .highlighting import PythonHighlighter
from .port_plan import PlannedPort, change_ports, planned_ports
from .ports_table import PortsTable, port_names_problem
from .shell_script import save_script

_SOURCE = "source"


class PythonSourceConfiguration(ConfigurationWidget):
    """Edits code, input ports (variables that are there) and output ports (to be assigned)."""

    def __init__(
        self,
        document: EditedDocument,
        module_id: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, module_id, theme, parent)
        self.setObjectName("python_source_configuration")
        self._saved = ""
        self._saved_ports: tuple[list[PlannedPort], list[PlannedPort]] = ([], [])
        self._editor = CodeEditor(theme, PythonHighlighter, parent=self)
        self._editor.setObjectName("code_editor")
        self._editor.setAccessibleName("Python code")
        self._inputs = PortsTable("Input ports", document.registry, self)
        self._outputs = PortsTable("Output ports", document.registry, self)
        self._hint = QLabel(
            "Input ports are variables here; assign to the name of an output port to set it.", self
        )
        self._hint.setWordWrap(True)
        self._syntax = QLabel(self)
        self._syntax.setObjectName("code_syntax")
        self._syntax.setWordWrap(True)
        self._lay_out()
        self.setFocusProxy(self._editor)
        self._editor.textChanged.connect(self._look_again)
        self._inputs.changed.connect(self._look_again)
        self._outputs.changed.connect(self._look_again)
        self.set_theme(theme)
        self.reset()

    def set_theme(self, theme: Theme) -> None:
        """See ConfigurationWidget."""
        super().set_theme(theme)
        self._editor.set_theme(theme)
        self._hint.setStyleSheet(f"color: {theme.faint_text};")
        self._syntax.setStyleSheet(f"color: {theme.warning};")

    def _lay_out(self) -> None:
        tables = QWidget(self)
        row = QHBoxLayout(tables)
        row.setContentsMargins(0, 0, 0, 4)
        row.addWidget(self._inputs)
        row.addWidget(self._outputs)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(tables)
        splitter.addWidget(self._editor)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._syntax)

    def _load(self, module: PipelineModule) -> None:
        inputs = planned_ports(module.input_port_specs)
        outputs = planned_ports(module.output_port_specs)
        self._saved_ports = (inputs, outputs)
        self._inputs.show_ports(inputs)
        self._outputs.show_ports(outputs)
        text = unquote(set_text(module, _SOURCE) or "")
        if self._editor.toPlainText() != text:
            self._editor.setPlainText(text)
        self._saved = self._editor.toPlainText()

    def _is_changed(self) -> bool:
        ports = (self._inputs.ports(), self._outputs.ports())
        return self._editor.toPlainText() != self._saved or ports != self._saved_ports

    def _find_problem(self) -> str:
        warning = syntax_problem(self._editor.toPlainText())
        self._syntax.setText(warning)
        self._syntax.setVisible(bool(warning))
        inputs, outputs = self._inputs.ports(), self._outputs.ports()
        return (
            port_names_problem(inputs, [_SOURCE])
            or port_names_problem(outputs, ["self"])
            or _variable_problem([*inputs, *outputs])
        )

    def _change(self, editor: VistrailEditor) -> None:
        module = editor.module(self.module_id)
        change_ports(editor, module, self._inputs.ports())
        change_ports(editor, module, self._outputs.ports(), direction=Direction.OUTPUT)
        text = self._editor.toPlainText()
        if text != self._saved:
            save_script(editor, self.module_id, text)


def syntax_problem(code: str) -> str:
    """Where the code cannot be understood, in a sentence; empty if it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<code>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"Line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"Python cannot read this: {error}"
    return ""


def _variable_problem(ports: Sequence[PlannedPort]) -> str:
    """Ports that are there already keep odd names: the code may not need them."""
    for port in ports:
        is_new = port.name != port.was
        if is_new and (not port.name.isidentifier() or keyword.iskeyword(port.name)):
            return f"“{port.name}” cannot be a variable of Python; use letters, digits and _."
    return ""
