"""MonitorWindow: the job monitor in a window of its own."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeySequence
from PyQt5.QtWidgets import QMainWindow, QShortcut, QWidget

from ..theme import Theme
from .book_bridge import BookBridge
from .checks import Checks
from .monitor_view import MonitorView

_SIZE = QSize(1180, 600)
_SMALLEST = QSize(480, 260)


class MonitorWindow(QMainWindow):
    """Shows all jobs; ``closed`` comes when the user has closed it."""

    closed = pyqtSignal()

    def __init__(
        self, bridge: BookBridge, checks: Checks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("monitor_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Jobs - vistrails_tej")
        self.setMinimumSize(_SMALLEST)
        self.view = MonitorView(bridge, checks, theme, self)
        self.setCentralWidget(self.view)
        for keys in ("Ctrl+W", "Ctrl+Q"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        self.resize(_SIZE)
        # Else the first thing to tick would have it.
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Jobs go on."""
        event.accept()
        self.closed.emit()
