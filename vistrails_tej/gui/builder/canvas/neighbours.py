"""Which module is the next one, for the arrow keys and the tabulator."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QPointF

from ....dataflow import Pipeline, PipelineHasCycle

# How much more a step sideways counts than one straight ahead.
_SIDEWAYS = 2.0
_FAR = 1e6


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
