"""EntryDelegate: draws the entries of a popup, each with a faint note at its right edge."""

from __future__ import annotations

from PyQt5.QtCore import QModelIndex, QSize, Qt
from PyQt5.QtGui import QPainter, QPalette
from PyQt5.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

NOTE_ROLE = Qt.ItemDataRole.UserRole + 1
_MARGIN = 6
_GAP = 12
_AIR = 6


class EntryDelegate(QStyledItemDelegate):
    """A text that is too long for its row is cut in the middle; the note is never cut."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """See QStyledItemDelegate."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, note = shown.text, str(index.data(NOTE_ROLE) or "")
        shown.text = ""
        style = shown.widget.style() if shown.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        is_selected = bool(shown.state & QStyle.StateFlag.State_Selected)
        room = shown.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        roles = QPalette.ColorRole
        painter.save()
        painter.setFont(shown.font)
        # A style sheet would make the faint colour of the widget too faint to be read.
        faint = QApplication.palette().color(roles.PlaceholderText)
        painter.setPen(shown.palette.color(roles.HighlightedText) if is_selected else faint)
        painter.drawText(room, int(right), note)
        if note:
            room.setRight(room.right() - shown.fontMetrics.horizontalAdvance(note) - _GAP)
        painter.setPen(shown.palette.color(roles.HighlightedText if is_selected else roles.Text))
        cut = shown.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, int(left), cut)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """See QStyledItemDelegate."""
        metrics = option.fontMetrics
        texts = (index.data(Qt.ItemDataRole.DisplayRole), index.data(NOTE_ROLE))
        width = sum(metrics.horizontalAdvance(str(text or "")) for text in texts)
        return QSize(width + _GAP + 2 * _MARGIN, metrics.height() + _AIR)
