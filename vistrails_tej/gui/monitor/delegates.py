"""How the cells of the monitor are drawn: a bar shows how far the jobs of a workflow are."""

from __future__ import annotations

from PyQt5.QtCore import QModelIndex, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ..theme import Theme
from .filters import Column
from .job_tree import Counts, JobNode
from .job_tree_model import NODE_ROLE

_BAR = QSize(56, 6)
_MARGIN = 4
_GAP = 8
_ROW = 22


class JobDelegate(QStyledItemDelegate):
    """Rows of even height, with a bar before the counts of workflows and vistrails."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """See Qt."""
        size = super().sizeHint(option, index)
        if index.column() == Column.STATE and _counts(index) is not None:
            size.setWidth(size.width() + _BAR.width() + _GAP)
        return size.expandedTo(QSize(0, _ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """See Qt."""
        counts = _counts(index) if index.column() == Column.STATE else None
        if counts is None:
            super().paint(painter, option, index)
            return
        moved = QStyleOptionViewItem(option)
        self.initStyleOption(moved, index)
        text, moved.text = moved.text, ""
        style = moved.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, moved, painter, moved.widget)
        place = QRectF(moved.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        bar = QRectF(
            place.left(), place.center().y() - _BAR.height() / 2, _BAR.width(), _BAR.height()
        )
        self._draw_bar(painter, bar, counts)
        is_selected = bool(moved.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(self.theme.color("accent_text" if is_selected else "text"))
        room = place.adjusted(_BAR.width() + _GAP, 0, 0, 0)
        shown = moved.fontMetrics.elidedText(
            text, Qt.TextElideMode.ElideRight, max(0, int(room.width()))
        )
        painter.setFont(moved.font)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _draw_bar(self, painter: QPainter, bar: QRectF, counts: Counts) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.theme.color("outline"))
        painter.setBrush(self.theme.color("panel"))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        left = bar.left()
        for share, ink in ((counts.done, "success"), (counts.failed, "error")):
            width = bar.width() * share / max(1, counts.total)
            painter.fillRect(QRectF(left, bar.top(), width, bar.height()), self.theme.color(ink))
            left += width
        painter.restore()


def _counts(index: QModelIndex) -> Counts | None:
    node = index.data(NODE_ROLE)
    return node.counts if isinstance(node, JobNode) and node.entry is None else None
