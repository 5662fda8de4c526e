"""What stands in place of the jobs when there are none to show."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ..theme import Theme

_NONE = (
    "No jobs yet. Once a workflow has submitted some, they are listed here, also those of"
    " workflows that are not open."
)
_NONE_FITS = "No job fits what is searched for."


class EmptyPage(QWidget):
    """A sentence, and a way back if only the filter leaves out everything."""

    everything_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("no_jobs")
        self._label = QLabel(_NONE, self)
        self._label.setObjectName("no_jobs_text")
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton("Show &All Jobs", self)
        self._button.setObjectName("no_jobs_show_all")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self.everything_requested)
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self._label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.show_reason(is_filtered=False)
        self.set_theme(theme)

    def show_reason(self, *, is_filtered: bool) -> None:
        """Say why nothing is shown."""
        self._label.setText(_NONE_FITS if is_filtered else _NONE)
        self._button.setVisible(is_filtered)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._label.setStyleSheet(f"color: {theme.faint_text};")
