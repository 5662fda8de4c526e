"""What nobody foresaw: an exception in a slot or a thread becomes a report, never an abort."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from .fonts import fixed_font
from .icons import pixmap
from .theme import LIGHT, Theme

logger = logging.getLogger(__name__)

_ICON = 32


class ExceptionReporter(QObject):
    """Takes the place of Python's hooks for exceptions that nobody caught.

    One dialog at a time; each place in the program is reported once, however often it fails: a
    window that cannot be painted would ask for ever. The others are logged.
    """

    _raised = pyqtSignal(str, str)

    def __init__(self, theme: Theme = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._seen: set[tuple[str, str, int]] = set()
        self._dialog: ReportDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        # Queued: what failed may be in the middle of painting.
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]

    def install(self) -> None:
        """Report from now on."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.report
        threading.excepthook = self._report_of_thread

    def uninstall(self) -> None:
        """Leave the hooks as they were."""
        sys.excepthook, threading.excepthook = self._before

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an exception, and show it unless its place in the program was shown before."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        logger.error("Not foreseen: %s: %s", kind.__name__, error, exc_info=(kind, error, trace))
        place = _place(kind, trace)
        if place in self._seen:
            return
        self._seen.add(place)
        details = "".join(traceback.format_exception(kind, error, trace))
        self._raised.emit(f"{kind.__name__}: {error}", details)

    def _report_of_thread(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and failed.exc_type is not SystemExit:
            self.report(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def _show(self, summary: str, details: str) -> None:
        if self._dialog is not None:
            self._dialog.add(details)
            return
        self._dialog = ReportDialog(summary, details, self.theme, QApplication.activeWindow())
        self._dialog.finished.connect(self._finished)
        self._dialog.open()

    def _finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None


def _place(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str, int]:
    """Where an exception was raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return kind.__name__, "", 0
    return kind.__name__, trace.tb_frame.f_code.co_filename, trace.tb_lineno


class ReportDialog(QDialog):
    """Says what happened, and that one can go on; the details are folded away."""

    def __init__(
        self, summary: str, details: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("report_dialog")
        self.setWindowTitle("Something Went Wrong")
        self.setAccessibleName("Report of an unforeseen error")
        self._count = 1
        sign = QLabel(self)
        sign.setPixmap(pixmap("warning", theme.warning, _ICON, self.devicePixelRatioF()))
        self._text = QLabel(self)
        self._text.setObjectName("report_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(480)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._summary = summary
        self._details = QPlainTextEdit(details, self)
        self._details.setObjectName("report_details")
        self._details.setAccessibleName("Details for the developers")
        self._details.setReadOnly(True)
        self._details.setFont(fixed_font())
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setMinimumHeight(200)
        self._details.hide()
        self._fold = self._button("report_fold", "Show &Details", self._toggle)
        copy = self._button("report_copy", "&Copy", self._copy)
        go_on = self._button("report_continue", "C&ontinue", self.accept)
        go_on.setDefault(True)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._text, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._fold)
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(go_on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addWidget(self._details, 1)
        layout.addLayout(buttons)
        self._say()

    def add(self, details: str) -> None:
        """Add another one that happened while this one is shown."""
        self._count += 1
        self._details.appendPlainText(f"\n{details}")
        self._say()

    def _say(self) -> None:
        others = self._count - 1
        more = f"\n\nAnd {others} more, see the details." if others else ""
        self._text.setText(
            "The program met something it was not prepared for. Your work is still here: save it"
            " now, perhaps under another name, and go on.\n\n"
            f"{self._summary[:500]}{more}"
        )

    def _button(self, name: str, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _toggle(self) -> None:
        is_shown = self._details.isHidden()
        self._details.setVisible(is_shown)
        self._fold.setText("Hide &Details" if is_shown else "Show &Details")
        layout = self.layout()
        # Not adjustSize, which keeps to a part of the screen and lets parts overlap.
        height = max(layout.totalSizeHint().height(), layout.totalHeightForWidth(self.width()))
        self.resize(self.width(), height)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._details.toPlainText())
