"""Notifications of the desktop, where it has a system tray to show them."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtWidgets import QSystemTrayIcon

from ..icons import app_icon

_SHOWN_MILLISECONDS = 10_000


class Tray(QObject):
    """An icon in the system tray while there are jobs to wait for, and its messages.

    ``clicked`` says that the user wants to see the program.
    """

    clicked = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(_SHOWN_MILLISECONDS)
        self._leaving.timeout.connect(self.close)

    @property
    def is_there(self) -> bool:
        """Whether the desktop shows messages; that may change while the program runs."""
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def tell(self, title: str, text: str, *, is_bad: bool = False) -> bool:
        """Show a message; False if the desktop shows none."""
        if not self.is_there:
            return False
        kinds = QSystemTrayIcon.MessageIcon
        kind = kinds.Warning if is_bad else kinds.Information
        self._shown().showMessage(title, text, kind, _SHOWN_MILLISECONDS)
        return True

    def set_pending(self, count: int) -> None:
        """How many jobs are waited for: the icon says so, and goes soon when there are none."""
        if count and self.is_there:
            jobs = "1 job" if count == 1 else f"{count:,} jobs"
            self._shown().setToolTip(f"vistrails_tej: waiting for {jobs}")
            self._leaving.stop()
        elif self._icon is not None and not self._leaving.isActive():
            # Not at once: it may be telling of the last one.
            self._leaving.start()

    def close(self) -> None:
        """Take the icon away."""
        self._leaving.stop()
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _shown(self) -> QSystemTrayIcon:
        if self._icon is None:
            self._icon = QSystemTrayIcon(app_icon(), self)
            self._icon.activated.connect(lambda _: self.clicked.emit())
            self._icon.messageClicked.connect(self.clicked)
            self._icon.show()
        return self._icon
