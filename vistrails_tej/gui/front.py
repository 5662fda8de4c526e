"""Let the user see a window that is open already."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QWidget


def bring_to_front(window: QWidget) -> None:
    """Put a window before all others; one that is minimised comes back as large as it was."""
    if window.isMinimized():
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
