"""CodeEditor: plain text with line numbers, for scripts and code."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QRect, QSize, Qt
from PyQt5.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PyQt5.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ..fonts import fixed_font
from ..theme import Theme
from .highlighting import Highlighter

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CodeEditor(QPlainTextEdit):
    """Edits code. Tab indents, Shift+Tab takes it back, Escape and then Tab leaves the editor."""

    def __init__(
        self,
        theme: Theme,
        highlighter: type[Highlighter] | None = None,
        *,
        indent: str = "    ",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._indent = indent
        self._may_leave = False
        self.setFont(fixed_font())
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._numbers = _LineNumbers(self)
        self._highlighter = highlighter(self.document(), theme) if highlighter else None
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_numbers)
        self.cursorPositionChanged.connect(self._mark_line)
        self._make_room()
        self._mark_line()

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        if self._highlighter is not None:
            self._highlighter.set_theme(theme)
        self._mark_line()
        self._numbers.update()

    def numbers_width(self) -> int:
        """How wide the line numbers are."""
        digits = max(2, len(str(self.blockCount())))
        return int(self.fontMetrics().horizontalAdvance("9")) * digits + 14

    def paint_numbers(self, painter: QPainter, area: QRect) -> None:
        """Draw the numbers of the lines that are visible."""
        painter.fillRect(area, self._theme.color("window"))
        block = self.firstVisibleBlock()
        current = self.textCursor().blockNumber()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > area.bottom():
                break
            is_current = block.blockNumber() == current
            painter.setPen(self._theme.color("text" if is_current else "faint_text"))
            place = QRect(0, int(box.top()), self._numbers.width() - 7, int(box.height()))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            painter.drawText(place, int(flags), str(block.blockNumber() + 1))
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(
            QRect(area.left(), area.top(), self.numbers_width(), area.height())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab, Shift+Tab and Enter as editors of code have them."""
        key, may_leave = event.key(), self._may_leave
        self._may_leave = key == Qt.Key.Key_Escape
        if key == Qt.Key.Key_Escape:
            event.accept()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and may_leave:
            QWidget.focusNextPrevChild(self, key == Qt.Key.Key_Tab)
        elif key == Qt.Key.Key_Tab:
            self._indent_lines()
        elif key == Qt.Key.Key_Backtab:
            self._outdent_lines()
        elif key in _ENTER:
            self._new_line()
        else:
            super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _scroll_numbers(self, area: QRect, pixels: int) -> None:
        if pixels:
            self._numbers.scroll(0, pixels)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def _mark_line(self) -> None:
        line = QTextEdit.ExtraSelection()
        line.format.setBackground(self._theme.color("window"))
        line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        self.setExtraSelections([line])
        self._numbers.update()

    def _new_line(self) -> None:
        """A new line begins where the one before does."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        blank = before[: len(before) - len(before.lstrip())]
        cursor.insertText("\n" + blank)
        self.ensureCursorVisible()

    def _indent_lines(self) -> None:
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.insertText(self._indent)
            return
        self._each_line(lambda one: one.insertText(self._indent))

    def _outdent_lines(self) -> None:
        self._each_line(self._outdent)

    def _outdent(self, cursor: QTextCursor) -> None:
        text = cursor.block().text()
        width = len(text) - len(text.lstrip(" "))
        count = 1 if text.startswith("\t") else min(width, len(self._indent.expandtabs(4)))
        for _ in range(count):
            cursor.deleteChar()

    def _each_line(self, change: Callable[[QTextCursor], None]) -> None:
        """Change every line that the selection touches, as one step to undo."""
        cursor = self.textCursor()
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1))
        cursor.beginEditBlock()
        for number in range(first, last.blockNumber() + 1):
            change(QTextCursor(document.findBlockByNumber(number)))
        cursor.endEditBlock()


class _LineNumbers(QWidget):
    """The strip beside the text."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._editor.font())
        self._editor.paint_numbers(painter, event.rect())
