"""Overview: draws a pipeline from far away, where nothing but boxes and lines can be seen."""

from __future__ import annotations

from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QPainter, QPen

from .box_painter import TEXT_SCALE
from .scene import PipelineScene

_LINE = 1.0
_THICK_LINE = 2.0


class Overview:
    """Draws all boxes of one colour, and all lines, with one call each.

    Asking each item to draw itself takes too long where thousands are seen at once.
    """

    def __init__(self, scene: PipelineScene) -> None:
        self._scene = scene
        self._made_for = -1
        self._boxes: list[tuple[QBrush, list[QRectF]]] = []
        self._frames: list[QRectF] = []
        self._lines: list[tuple[QColor, float, list[QLineF]]] = []

    @staticmethod
    def is_for(scale: float) -> bool:
        """Whether everything is so small that it is enough."""
        return scale < TEXT_SCALE

    def paint(self, painter: QPainter) -> None:
        """Draw everything, in the coordinates of the scene."""
        if self._made_for != self._scene.revision:
            self._made_for = self._scene.revision
            self._collect()
        for color, width, lines in self._lines:
            painter.setPen(_thin(color, width))
            painter.drawLines(lines)
        theme = self._scene.paints.theme
        painter.setPen(_thin(theme.color("box_border"), _LINE))
        for brush, rects in self._boxes:
            painter.setBrush(brush)
            painter.drawRects(rects)
        if self._frames:
            painter.setPen(_thin(theme.color("selection"), _THICK_LINE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(self._frames)

    def _collect(self) -> None:
        paints = self._scene.paints
        boxes: dict[int, tuple[QBrush, list[QRectF]]] = {}
        self._frames = []
        for module in self._scene.modules.values():
            brush, rect = paints.fill(module.look.state, module.look.mark), module.box_rect
            boxes.setdefault(id(brush), (brush, []))[1].append(rect)
            if module.isSelected():
                self._frames.append(rect)
        self._boxes = list(boxes.values())
        lines: dict[int, tuple[QColor, float, list[QLineF]]] = {}
        for connection in self._scene.connections.values():
            pen = connection.pen_now
            width = _LINE if pen is paints.connection else _THICK_LINE
            kept = lines.setdefault(id(pen), (pen.color(), width, []))
            kept[2].append(connection.line)
        self._lines = list(lines.values())


def _thin(color: QColor, width: float) -> QPen:
    """A pen of the same width at any zoom."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen
