"""DoctorPage: checks the server of a queue step by step, each with a plain fix."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ....engine import Check, CheckState
from ....modules.queue_reference import QueueReference
from ...fonts import bold
from ...foreign_text import wrapped
from ...icons import pixmap
from ...theme import Theme
from ..book_bridge import BookBridge

_ICON = 16
_INTRODUCTION = (
    "Looks whether jobs can run there: the way to the server, its programs, its room, the queue."
    " Two connections are made for it, and nothing is left on the server."
)
_LOOKS = {
    CheckState.OK: ("job-finished", "success", "ok"),
    CheckState.WARNING: ("warning", "warning", "warning"),
    CheckState.FAILED: ("job-failed", "error", "failed"),
    CheckState.NOT_REACHED: ("job-unknown", "faint_text", "not reached"),
}


class DoctorPage(QWidget):
    """Nothing is asked before the user wishes it; the checks are shown as they are made."""

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doctor_page")
        self._bridge = bridge
        self._theme = theme
        self._queue: QueueReference | None = None
        self._checks: list[Check] = []
        self._stop = threading.Event()
        self._text = QLabel(_INTRODUCTION, self)
        self._text.setObjectName("doctor_text")
        self._text.setWordWrap(True)
        self._run = self._button("doctor_run", "&Run Doctor", self.run)
        self._copy = self._button("doctor_copy", "Copy Re&port", self._copy_report)
        self._copy.setToolTip("For whoever looks after the server")
        self._area = QScrollArea(self)
        self._area.setObjectName("doctor_checks")
        self._area.setAccessibleName("What was found")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._lay_out()
        self._show_checks()

    def show_queue(self, queue: QueueReference) -> None:
        """Another queue: what was found of the one before is shown no more."""
        self._queue = queue
        self._leave()
        self._show_checks()

    def run(self) -> None:
        """Begin to check."""
        queue = self._queue
        if queue is None:
            return
        self._leave()
        self._run.setEnabled(False)
        self._run.setText("Checking…")
        stop = self._stop = threading.Event()
        # Nobody reads on in a window that is gone.
        self.destroyed.connect(stop.set)
        self._show_checks()

        def tell(check: Check) -> None:
            # In a thread.
            self._bridge.deliver(lambda: self._take(stop, check), owner=self)

        def done(_: None) -> None:
            self._end(stop)

        def failed(problem: str) -> None:
            self._take(stop, Check.failed("doctor", problem, ""))
            self._end(stop)

        self._bridge.when_done(
            self._bridge.book.examine(queue, tell, stop), done, failed, owner=self
        )

    def report(self) -> str:
        """What was found, to be read elsewhere."""
        lines = [f"{self._queue.destination}, queue {self._queue.queue}"] if self._queue else []
        for check in self._checks:
            lines.append(f"{_LOOKS[check.state][2]:<12} {check.name:<14} {check.found}")
            if check.fix:
                lines.append(f"{'':<27} -> {check.fix}")
        return "\n".join(lines) + "\n"

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self._show_checks()

    # -- inside ------------------------------------------------------------------------------

    def _leave(self) -> None:
        """What is still being checked is not wanted any more."""
        self._stop.set()
        self._checks = []
        self._end(self._stop)

    def _take(self, stop: threading.Event, check: Check) -> None:
        if stop is self._stop and not stop.is_set():
            self._checks.append(check)
            self._show_checks()

    def _end(self, stop: threading.Event) -> None:
        if stop is self._stop:
            self._run.setText("&Run Doctor")
            self._run.setEnabled(self._queue is not None)

    def _copy_report(self) -> None:
        QApplication.clipboard().setText(self.report())

    def _show_checks(self) -> None:
        page = QWidget()
        page.setObjectName("doctor_found")
        grid = QGridLayout(page)
        grid.setContentsMargins(2, 4, 8, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for row, check in enumerate(self._checks):
            self._add(grid, row, check)
        grid.setRowStretch(len(self._checks), 1)
        self._area.setWidget(page)
        self._copy.setEnabled(bool(self._checks))
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _add(self, grid: QGridLayout, row: int, check: Check) -> None:
        drawing, ink, word = _LOOKS[check.state]
        sign = QLabel()
        sign.setPixmap(pixmap(drawing, getattr(self._theme, ink), _ICON, self.devicePixelRatioF()))
        sign.setAccessibleName(word)
        name = QLabel(f"{check.name[:1].upper()}{check.name[1:]}")
        name.setFont(bold(name.font()))
        found = check.found if check.state is not CheckState.NOT_REACHED else "not reached"
        text = QLabel(wrapped(f"{found}\n→ {check.fix}" if check.fix else found))
        text.setObjectName(f"doctor_{check.name.replace(' ', '_')}")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAccessibleName(f"{check.name}: {word}")
        if check.state is not CheckState.OK:
            text.setStyleSheet(f"color: {getattr(self._theme, ink)};")
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(sign, row, 0, top)
        grid.addWidget(name, row, 1, top)
        grid.addWidget(text, row, 2, top)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._run)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        layout.addWidget(self._area, 1)

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button
