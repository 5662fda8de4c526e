"""The curve of a connection."""

from __future__ import annotations

from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QPainterPath

_LEAST_BEND = 24.0
_MOST_BEND = 110.0


def connection_curve(start: QPointF, end: QPointF) -> QPainterPath:
    """A smooth curve that leaves an output downwards and reaches an input from above."""
    down = end.y() - start.y()
    bend = abs(down) / 2
    if down < 0:
        # The input is above: swing out below and above, and the wider the farther it is.
        bend = max(bend, abs(end.x() - start.x()) / 3)
    bend = min(max(bend, _LEAST_BEND), _MOST_BEND)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
    return path
