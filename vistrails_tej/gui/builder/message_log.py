"""The message log: what the program did, what runs printed, what went wrong."""

from __future__ import annotations

import enum
import logging
from datetime import datetime

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QTextCharFormat, QTextCursor
from PyQt5.QtWidgets import QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from ..fonts import fixed_font
from ..icons import icon
from ..theme import Theme

_MOST_LINES = 10_000


class MessageKind(enum.Enum):
    """What a message is; the value is the field of the theme that colours it."""

    NEWS = "faint_text"
    OUTPUT = "text"
    WARNING = "warning"
    ERROR = "error"


class MessageLog(QWidget):
    """A list of messages, the newest at the bottom; it follows unless one has scrolled up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_log")
        self.setAccessibleName("Message log")
        self._theme = theme
        self._messages: list[tuple[datetime, MessageKind, str]] = []
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("message_log_text")
        self._text.setAccessibleName("Messages")
        self._text.setReadOnly(True)
        self._text.setMaximumBlockCount(_MOST_LINES)
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.setPlaceholderText("What runs print, and what went wrong, is told here.")
        self._text.setFont(fixed_font())
        self._clear = QToolButton(self)
        self._clear.setObjectName("message_log_clear")
        self._clear.setAccessibleName("Clear the messages")
        self._clear.setToolTip("Clear the messages")
        self._clear.setAutoRaise(True)
        self._clear.clicked.connect(self.clear)
        self._lay_out()
        self.set_theme(theme)

    def add(self, text: str, kind: MessageKind = MessageKind.NEWS) -> None:
        """Append a message; several lines stay one message."""
        entry = (datetime.now(), kind, text.rstrip("\n"))
        self._messages.append(entry)
        del self._messages[:-_MOST_LINES]
        self._write(*entry)

    def text(self) -> str:
        """All that is shown."""
        return self._text.toPlainText()

    def clear(self) -> None:
        """Forget all messages."""
        self._messages.clear()
        self._text.clear()

    def set_theme(self, theme: Theme) -> None:
        """Show all messages in the colours of another theme."""
        self._theme = theme
        self._clear.setIcon(icon("delete", theme))
        self._text.clear()
        for entry in self._messages:
            self._write(*entry)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self._clear)
        side.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._text)
        layout.addLayout(side)

    def _write(self, moment: datetime, kind: MessageKind, text: str) -> None:
        bar = self._text.verticalScrollBar()
        follows = bar.value() == bar.maximum()
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self._text.document().isEmpty():
            cursor.insertBlock()
        faint, ink = QTextCharFormat(), QTextCharFormat()
        faint.setForeground(self._theme.color("faint_text"))
        ink.setForeground(self._theme.color(kind.value))
        cursor.insertText(f"{moment:%H:%M:%S}  ", faint)
        cursor.insertText(text, ink)
        if follows:
            bar.setValue(bar.maximum())


class LogSource(QObject):
    """Carries the records of Python's logging to the windows, from whatever thread they come."""

    message = pyqtSignal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handler = _Handler(self)
        self._logger = logging.getLogger(__package__.partition(".gui.")[0])

    def start(self) -> None:
        """Listen to all of this package, from the level of news on."""
        self._logger.addHandler(self._handler)
        if not self._logger.isEnabledFor(logging.INFO):
            self._logger.setLevel(logging.INFO)

    def stop(self) -> None:
        """Listen no more."""
        self._logger.removeHandler(self._handler)


class _Handler(logging.Handler):
    def __init__(self, source: LogSource) -> None:
        super().__init__(logging.INFO)
        self._source = source

    def emit(self, record: logging.LogRecord) -> None:
        kind = MessageKind.NEWS
        if record.levelno >= logging.WARNING:
            kind = MessageKind.WARNING if record.levelno < logging.ERROR else MessageKind.ERROR
        self._source.message.emit(record.getMessage(), kind)
