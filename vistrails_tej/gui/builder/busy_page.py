"""What a window shows while its file is being read."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

_WIDTH = 320


class BusyPage(QWidget):
    """A sentence, a bar that moves, and a way out: ``cancelled``."""

    cancelled = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("busy_page")
        self.setAccessibleName("Opening a file")
        self._text = QLabel(self)
        self._text.setObjectName("busy_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        bar = QProgressBar(self)
        bar.setAccessibleName("The file is being read")
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(_WIDTH)
        self._cancel = QPushButton("&Cancel", self)
        self._cancel.setObjectName("busy_cancel")
        self._cancel.clicked.connect(self.cancelled)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch()
        for part in (self._text, bar, self._cancel):
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def show_title(self, title: str) -> None:
        """Say which file it is."""
        self._text.setText(f"Opening {title} …")
        self._cancel.setFocus()
