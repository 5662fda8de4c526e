"""Places for boxes that are to be aligned or distributed; pure geometry."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from PyQt5.QtCore import QPointF, QRectF


class Alignment(enum.Enum):
    """How boxes are put in line."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    CENTRE = "centre"
    MIDDLE = "middle"
    ACROSS = "across"
    DOWN = "down"


def aligned(boxes: Mapping[int, QRectF], how: Alignment) -> dict[int, QPointF]:
    """The new middles of some boxes (y grows downwards), by id.

    ``CENTRE`` puts the middles above one another, ``MIDDLE`` beside one another; ``ACROSS`` and
    ``DOWN`` leave equal gaps between the first and the last box.
    """
    if how is Alignment.ACROSS or how is Alignment.DOWN:
        return _distributed(boxes, how)
    whole = QRectF()
    for rect in boxes.values():
        whole = whole.united(rect)
    return {number: _lined_up(rect, whole, how) for number, rect in boxes.items()}


def _lined_up(rect: QRectF, whole: QRectF, how: Alignment) -> QPointF:
    moved = QRectF(rect)
    if how is Alignment.LEFT:
        moved.moveLeft(whole.left())
    elif how is Alignment.RIGHT:
        moved.moveRight(whole.right())
    elif how is Alignment.TOP:
        moved.moveTop(whole.top())
    elif how is Alignment.BOTTOM:
        moved.moveBottom(whole.bottom())
    elif how is Alignment.CENTRE:
        moved.moveCenter(QPointF(whole.center().x(), rect.center().y()))
    else:
        moved.moveCenter(QPointF(rect.center().x(), whole.center().y()))
    return moved.center()


def _distributed(boxes: Mapping[int, QRectF], how: Alignment) -> dict[int, QPointF]:
    is_across = how is Alignment.ACROSS
    near = QRectF.left if is_across else QRectF.top
    far = QRectF.right if is_across else QRectF.bottom
    length = QRectF.width if is_across else QRectF.height
    order = sorted(boxes, key=lambda number: (near(boxes[number]), number))
    if len(order) < 3:
        return {number: boxes[number].center() for number in order}
    room = max(far(boxes[number]) for number in order) - near(boxes[order[0]])
    gap = (room - sum(length(boxes[number]) for number in order)) / (len(order) - 1)
    places = {}
    edge = near(boxes[order[0]])
    for number in order:
        middle = boxes[number].center()
        along = edge + length(boxes[number]) / 2
        places[number] = QPointF(along, middle.y()) if is_across else QPointF(middle.x(), along)
        edge += length(boxes[number]) + gap
    return places
