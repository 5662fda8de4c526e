"""A choice that does not change when somebody scrolls past it."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QComboBox, QWidget


class CalmCombo(QComboBox):
    """Leaves the wheel to what it is in, and takes the focus by a click or Tab only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """See Qt."""
        event.ignore()
