"""ResultsPanel: what the selected module gave in the last run, or why it failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ....dataflow import RunResult
from ....dataflow.path_object import PathObject
from ...fonts import bold
from .preview_dialog import PreviewDialog, open_elsewhere, save_copy

_MOST_TEXT = 2_000
# An error needs some room, but not all: its module may have given something too.
_LEAST_LINES, _MOST_LINES, _FRAME = 2, 12, 14


class ResultsPanel(QScrollArea):
    """Follows the last run and the selection. Files can be previewed, opened and saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAccessibleName("Results")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._result: RunResult | None = None
        self._module_id: int | None = None
        self._label = ""
        self._show()

    def set_result(self, result: RunResult | None) -> None:
        """Show another run; None forgets the last one."""
        self._result = result
        self._show()

    def show_module(self, module_id: int | None, label: str = "") -> None:
        """Show another module; None when none or several are selected."""
        self._module_id = module_id
        self._label = label
        self._show()

    def _show(self) -> None:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        result, module_id = self._result, self._module_id
        if result is None:
            layout.addWidget(_faint("Run the workflow to see what each module gives."))
        elif module_id is None or module_id not in result.states:
            layout.addWidget(_faint("Select a module to see what it gave in the last run."))
        else:
            self._add_module(layout, result, module_id)
        layout.addStretch()
        self.setWidget(page)

    def _add_module(self, layout: QVBoxLayout, result: RunResult, module_id: int) -> None:
        title = QLabel(f"{self._label or module_id}: {result.states[module_id].value}")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setObjectName("results_title")
        title.setFont(bold(title.font()))
        layout.addWidget(title)
        problem = result.errors.get(module_id) or result.suspended.get(module_id)
        if problem is not None:
            text = QPlainTextEdit(str(problem))
            text.setObjectName("results_problem")
            text.setReadOnly(True)
            lines = min(max(text.blockCount(), _LEAST_LINES), _MOST_LINES)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * lines + _FRAME)
            layout.addWidget(text)
        outputs = result.outputs(module_id)
        for name, value in sorted(outputs.items()):
            layout.addWidget(self._output(name, value))
        if not outputs and problem is None:
            layout.addWidget(_faint("It gave nothing."))

    def _output(self, name: str, value: Any) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        head = QLabel(name)
        head.setTextFormat(Qt.TextFormat.PlainText)
        row.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        if isinstance(value, PathObject):
            row.setAlignment(head, Qt.AlignmentFlag.AlignVCenter)
            row.addLayout(self._file_row(name, Path(value.name)), 1)
        else:
            shown = QLabel(_shortened(value))
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setObjectName(f"result_{name}")
            row.addWidget(shown, 1)
        return box

    def _file_row(self, name: str, path: Path) -> QHBoxLayout:
        row = QHBoxLayout()
        title = f"{self._label} {name}".strip()
        for text, act in (
            ("Preview", lambda: PreviewDialog(path, title, self.window()).show()),
            ("Open", lambda: open_elsewhere(path)),
            ("Save As…", lambda: save_copy(path, path.name, self.window())),
        ):
            button = QPushButton(text)
            button.setObjectName(f"{text.split()[0].lower()}_{name}")
            button.setAccessibleName(f"{text} {title}")
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch()
        return row


def _faint(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setEnabled(False)
    return label


def _shortened(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}..."
