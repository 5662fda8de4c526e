"""The dots behind the pipeline."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRect, Qt
from PyQt5.QtGui import QBrush, QPainter, QPixmap

from ...theme import Theme

_SPACING = 24.0
_LEAST = 16
_DOT = 2


class Backdrop:
    """Fills a view with the colour of the canvas, and dots that move with the scene."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._tile = QPixmap()
        self._made_for = (0, 0.0)

    def paint(self, painter: QPainter, area: QRect, origin: QPoint, scale: float) -> None:
        """Fill an area of the viewport; ``origin`` is where the (0, 0) of the scene is."""
        spacing = round(_SPACING * scale)
        while spacing < _LEAST:
            spacing = round(4 * max(1.0, spacing))
        self._make(spacing, painter.device().devicePixelRatioF())
        painter.save()
        painter.resetTransform()
        offset = QPoint((area.x() - origin.x()) % spacing, (area.y() - origin.y()) % spacing)
        painter.drawTiledPixmap(area, self._tile, offset)
        painter.restore()

    def _make(self, spacing: int, ratio: float) -> None:
        if self._made_for == (spacing, ratio):
            return
        self._made_for = spacing, ratio
        side = max(1, round(spacing * ratio))
        self._tile = QPixmap(side, side)
        self._tile.setDevicePixelRatio(ratio)
        self._tile.fill(self._theme.color("canvas"))
        painter = QPainter(self._tile)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(self._theme.color("canvas_dots")))
        painter.drawRect(0, 0, _DOT, _DOT)
        painter.end()
