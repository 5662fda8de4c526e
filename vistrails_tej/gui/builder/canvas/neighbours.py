"""Which module is the next one, for the arrow keys and the tabulator; and where there is room."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PyQt5.QtCore import QPointF, QRectF

from ....dataflow import Pipeline, PipelineHasCycle

# How much more a step sideways counts than one straight ahead.
_SIDEWAYS = 2.0
_FAR = 1e6
# The room that a new module is given, whatever its size will be.
_WIDTH, _HEIGHT = 170.0, 70.0


def nearest(places: Mapping[int, QPointF], start: int, way: QPointF) -> int | None:
    """The module next to ``start`` in a direction, a unit vector; None if there is none."""
    here = places[start]
    best: tuple[float, int] | None = None
    for number, place in places.items():
        step = place - here
        ahead = QPointF.dotProduct(step, way)
        if number == start or ahead <= 0:
            continue
        aside = abs(step.x() * way.y() - step.y() * way.x())
        # What is beside rather than ahead comes last, whatever its distance.
        penalty = 0.0 if aside <= _SIDEWAYS * ahead else _FAR
        cost = (penalty + ahead + _SIDEWAYS * aside, number)
        best = cost if best is None else min(best, cost)
    return None if best is None else best[1]


def following(pipeline: Pipeline, start: int | None, *, forwards: bool) -> int | None:
    """The module after ``start`` (or before it) as data flows; the first or last for None.

    None if there is no other.
    """
    try:
        order = pipeline.order()
    except PipelineHasCycle:
        order = sorted(pipeline.modules)
    if not forwards:
        order.reverse()
    if start not in pipeline.modules:
        return order[0] if order else None
    rest = order[order.index(start) + 1 :] if start is not None else order
    return rest[0] if rest else None


def free_place(taken: Collection[QRectF], wanted: QPointF) -> QPointF:
    """The place for a new module nearest to the right of where it is wanted, beside no other."""
    left = sorted(taken, key=QRectF.left)
    place = QPointF(wanted)
    for box in left:
        room = QRectF(place.x() - _WIDTH / 2, place.y() - _HEIGHT / 2, _WIDTH, _HEIGHT)
        if box.intersects(room):
            place.setX(box.right() + _WIDTH / 2 + 10)
    return place


def next_connection(
    pipeline: Pipeline, module_id: int, current: int | None, *, forwards: bool
) -> int | None:
    """The connection of a module after ``current``, the first one after the last.

    First come those that end at it, then those that begin; None if it has none.
    """
    found = [one.id for one in (*pipeline.incoming(module_id), *pipeline.outgoing(module_id))]
    if not found:
        return None
    step = 1 if forwards else -1
    if current not in found:
        return found[0 if forwards else -1]
    return found[(found.index(current) + step) % len(found)]
