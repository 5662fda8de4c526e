"""A field to search a list with."""

from __future__ import annotations

from PyQt5.QtWidgets import QLineEdit, QSizePolicy, QWidget

_WIDTHS = (110, 260)


class SearchField(QLineEdit):
    """Says what it searches, and can be cleared by its button."""

    def __init__(self, name: str, what: str, parent: QWidget | None = None) -> None:
        """``what`` is searched, such as "jobs of the queue"; its first word stands in the field."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(f"Search {what}")
        self.setPlaceholderText(f"Search {what.partition(' ')[0]}")
        self.setClearButtonEnabled(True)

    def limit_width(self) -> None:
        """Take the room of a tool bar, and no more."""
        self.setMinimumWidth(_WIDTHS[0])
        self.setMaximumWidth(_WIDTHS[1])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
