"""A quiet bar at the top of a window for news that nobody waited for."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ..foreign_text import wrapped
from ..icons import icon
from ..theme import Theme


class NoticeBar(QFrame):
    """Tells one thing, until the user closes it or something newer comes.

    ``clicked`` comes from the button, which is there for a notice that has a ``deed``.
    """

    clicked = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_bar")
        self.setAccessibleName("News")
        self._text = QLabel(self)
        self._text.setObjectName("notice_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._deed = QPushButton(self)
        self._deed.setObjectName("notice_deed")
        self._deed.clicked.connect(self.clicked)
        self._close = QToolButton(self)
        self._close.setObjectName("notice_close")
        self._close.setAccessibleName("Close the news")
        self._close.setToolTip("Close")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 4, 4)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._deed)
        layout.addWidget(self._close)
        self.set_theme(theme)
        self.hide()

    @property
    def text(self) -> str:
        """What it tells; blank while it is not shown."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, text: str, deed: str = "") -> None:
        """Show this in place of what was shown."""
        self._text.setText(wrapped(text))
        self._deed.setText(deed)
        self._deed.setVisible(bool(deed))
        self.show()

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._close.setIcon(icon("cross", theme))
        self.setStyleSheet(
            f"#notice_bar {{ background: {theme.panel}; border: 0;"
            f" border-bottom: 1px solid {theme.border}; }}"
        )
