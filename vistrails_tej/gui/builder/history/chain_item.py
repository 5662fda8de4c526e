"""The line between two versions, and the box that stands for versions that are not drawn."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ...theme import Theme
from .collapsed_tree import ShownVersion
from .version_item import HEIGHT

_BOX_HEIGHT = 20.0
_TEXT_SCALE = 0.35


class ChainItem(QGraphicsItem):
    """Leads from a version down to the next one that is drawn."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        super().__init__()
        self._theme = theme
        self._font = font
        self._begin, self._end = QPointF(), QPointF()
        self._box = QRectF()
        self._text = ""
        self.chain: tuple[int, ...] = ()
        self.setZValue(-1)

    def set_way(self, begin: QPointF, end: QPointF, shown: ShownVersion) -> None:
        """Lead from the middle of one version to that of another."""
        self.prepareGeometryChange()
        self._begin = begin + QPointF(0, HEIGHT / 2)
        self._end = end - QPointF(0, HEIGHT / 2)
        self.chain = shown.chain
        self._text = f"+ {shown.hidden}" if shown.hidden else ""
        self._box = QRectF()
        if shown.hidden:
            width = QFontMetricsF(self._font).horizontalAdvance(self._text) + 14
            middle = (self._begin + self._end) / 2
            self._box = QRectF(
                middle.x() - width / 2, middle.y() - _BOX_HEIGHT / 2, width, _BOX_HEIGHT
            )
            versions = "version" if shown.hidden == 1 else "versions"
            self.setToolTip(f"{shown.hidden} {versions} in between; click to show them")
        else:
            self.setToolTip("")
        self.update()

    def is_box_at(self, point: QPointF) -> bool:
        """Whether the box that stands for hidden versions is there."""
        return self._box.contains(point)

    @property
    def box(self) -> QRectF:
        """Where that box is; empty without hidden versions."""
        return self._box

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        """See QGraphicsItem."""
        line = QRectF(self._begin, self._end).normalized()
        return line.united(self._box).adjusted(-2, -2, 2, 2)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """See QGraphicsItem."""
        painter.setPen(QPen(self._theme.color("connection"), 1.5))
        painter.drawLine(self._begin, self._end)
        if self._box.isEmpty():
            return
        painter.setBrush(self._theme.color("panel"))
        painter.drawRoundedRect(self._box, 4, 4)
        if painter.worldTransform().m11() >= _TEXT_SCALE:
            painter.setFont(self._font)
            painter.setPen(self._theme.color("box_faint_text"))
            painter.drawText(self._box, Qt.AlignmentFlag.AlignCenter, self._text)
