"""The fields that values are typed into: one line, or a box that grows with its text."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOST_LINES = 8
# A menu or list that pops up over a field has not ended what is typed there.
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)


class LineField(QLineEdit):
    """A line of text. ``entered`` on Enter, ``left`` when the focus goes, Escape takes back."""

    entered = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = ""
        self.returnPressed.connect(self.entered)

    @property
    def is_dirty(self) -> bool:
        """Whether the user typed something else than what was given."""
        return self.text() != self._given

    def give(self, text: str) -> None:
        """Show a text that is saved; the cursor stays where it was."""
        self._given = text
        if self.text() != text:
            self.setText(text)
            self._given = self.text()
            if not self.hasFocus():
                self.setCursorPosition(0)

    def event(self, event: QEvent) -> bool:
        """While nothing is typed, undo and redo are those of the pipeline."""
        return False if _is_for_pipeline(event, self.is_dirty) else bool(super().event(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives the saved text back."""
        if event.key() == Qt.Key.Key_Escape and self.is_dirty:
            self.setText(self._given)
            return
        super().keyPressEvent(event)


class TextBox(QPlainTextEdit):
    """Text of some lines, with the signals of LineField. Shift+Enter begins a new line."""

    entered = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = ""
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(3)
        self.blockCountChanged.connect(self._grow)
        self._grow()

    @property
    def is_dirty(self) -> bool:
        """Whether the user typed something else than what was given."""
        return self.toPlainText() != self._given

    def text(self) -> str:
        """What it shows."""
        return self.toPlainText()

    def give(self, text: str) -> None:
        """Show a text that is saved."""
        if self.toPlainText() != text:
            self.setPlainText(text)
        self._given = self.toPlainText()

    def sizeHint(self) -> QSize:
        """As high as its lines, up to a limit."""
        return QSize(80, self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        """See Qt."""
        return QSize(40, self._wanted_height())

    def event(self, event: QEvent) -> bool:
        """While nothing is typed, undo and redo are those of the pipeline."""
        return False if _is_for_pipeline(event, self.is_dirty) else bool(super().event(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """See Qt."""
        super().focusOutEvent(event)
        if event.reason() not in _STAYS:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter commits, Shift+Enter is a new line, Escape gives the saved text back."""
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.is_dirty:
            self.setPlainText(self._given)
        elif event.key() in _ENTER:
            # As typed text, since Shift+Enter alone would make a line separator, not a new line.
            self.insertPlainText("\n")
        else:
            super().keyPressEvent(event)

    def _wanted_height(self) -> int:
        lines = min(max(1, self.blockCount()), _MOST_LINES)
        margins = 2 * (int(self.document().documentMargin()) + self.frameWidth())
        return int(self.fontMetrics().lineSpacing()) * lines + margins + 1

    def _grow(self) -> None:
        is_long = self.blockCount() > _MOST_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if is_long else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(self._wanted_height())
        self.updateGeometry()


def _is_for_pipeline(event: QEvent, is_dirty: bool) -> bool:
    """Whether it asks to undo or redo where there is nothing typed that could be undone."""
    if is_dirty or event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    keys = QKeySequence.StandardKey
    is_wanted = event.matches(keys.Undo) or event.matches(keys.Redo)
    if is_wanted:
        event.ignore()
    return is_wanted


Field = LineField | TextBox


def mark_wrong(field: QWidget, color: str) -> None:
    """Draw a border of that colour around a field, or the usual one for no colour."""
    kind = type(field).__mro__[1].__name__ if isinstance(field, (LineField, TextBox)) else "QWidget"
    style = f"{kind} {{ border: 1px solid {color}; border-radius: 2px; }}" if color else ""
    if field.styleSheet() != style:
        field.setStyleSheet(style)
