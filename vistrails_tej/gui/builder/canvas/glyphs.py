"""The signs of the states as lines, so that no font is needed to draw them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QPainterPath

from ...theme import Glyph

_GRID = 16.0


@cache
def glyph_path(glyph: Glyph) -> QPainterPath:
    """The lines of a sign, to be stroked with round ends, in a square of side 16 at (0, 0)."""
    draw: Mapping[Glyph, Callable[[], QPainterPath]] = {
        Glyph.CLOCK: _clock,
        Glyph.GEAR: _gear,
        Glyph.TICK: lambda: _lines([(2.5, 8.5), (6.5, 12.5), (13.5, 4)]),
        Glyph.STORE: _store,
        Glyph.CROSS: lambda: _lines([(3.5, 3.5), (12.5, 12.5)], [(12.5, 3.5), (3.5, 12.5)]),
        Glyph.PAUSE: lambda: _lines([(5, 3), (5, 13)], [(11, 3), (11, 13)]),
        Glyph.DASH: lambda: _lines([(2.5, 8), (13.5, 8)]),
    }
    return draw[glyph]()


def glyph_scale(rect: QRectF) -> float:
    """How much the lines of a sign have to be scaled to fill a square."""
    return rect.width() / _GRID


def _lines(*lines: list[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    for first, *others in lines:
        path.moveTo(*first)
        for point in others:
            path.lineTo(*point)
    return path


def _clock() -> QPainterPath:
    path = _lines([(8, 4.5), (8, 8.5), (10.8, 10)])
    path.addEllipse(QPointF(8, 8), 6.2, 6.2)
    return path


def _gear() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), 3.6, 3.6)
    for tooth in range(8):
        angle = tooth * math.pi / 4
        cosine, sine = math.cos(angle), math.sin(angle)
        path.moveTo(8 + 4.4 * cosine, 8 + 4.4 * sine)
        path.lineTo(8 + 6.6 * cosine, 8 + 6.6 * sine)
    return path


def _store() -> QPainterPath:
    path = _lines([(3, 4.2), (3, 11.8)], [(13, 4.2), (13, 11.8)])
    path.addEllipse(QPointF(8, 4.2), 5, 2.2)
    path.moveTo(3, 11.8)
    path.arcTo(QRectF(3, 9.6, 10, 4.4), 180, 180)
    return path
