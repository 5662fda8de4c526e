"""Places for modules so that data flows downwards: layers, few crossings, short connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from ....dataflow import Pipeline, PipelineHasCycle

_GAP_X = 30.0
_GAP_Y = 45.0
_SWEEPS = 4
# Straight connections would let a chain wander to one side; this is the half of it.
_STRAIGHT = 0.5

Size = tuple[float, float]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Link:
    """A neighbour. ``aside`` is how far its port is from its middle, ``shift`` from our port's.

    ``aside`` counts in widths of the neighbour, ``shift`` in pixels with both in one column.
    """

    number: int
    aside: float
    shift: float


@dataclass(frozen=True, slots=True)
class _Graph:
    """Who feeds whom, among the modules that are to be placed."""

    above: Mapping[int, list[_Link]]
    below: Mapping[int, list[_Link]]


def layered_places(
    pipeline: Pipeline,
    sizes: Mapping[int, Size],
    *,
    middle: Place = (0.0, 0.0),
    ports: Mapping[int, tuple[float, float]] | None = None,
) -> dict[int, Place]:
    """Places for all modules that have a size (width, height), around a middle.

    Places are the middles of boxes as a vistrail has them, y growing upwards. ``ports`` tells by
    the id of a connection how far its two ends are to the right of the middles of their boxes. The
    same pipeline always gets the same places.
    """
    graph = _graph(pipeline, sizes, ports or {})
    layers = _ordered(_layers(pipeline, graph), graph)
    across = _across(layers, sizes, graph)
    down = _down(layers, sizes)
    if not across:
        return {}
    shift_x = middle[0] - (min(across.values()) + max(across.values())) / 2
    shift_y = middle[1] - (min(down.values()) + max(down.values())) / 2
    return {
        number: (float(round(across[number] + shift_x)), float(round(down[number] + shift_y)))
        for number in across
    }


def _graph(
    pipeline: Pipeline, sizes: Mapping[int, Size], ports: Mapping[int, tuple[float, float]]
) -> _Graph:
    above: dict[int, list[_Link]] = {number: [] for number in sorted(sizes)}
    below: dict[int, list[_Link]] = {number: [] for number in sorted(sizes)}
    for key, one in sorted(pipeline.connections.items()):
        source, target = one.source.module_id, one.destination.module_id
        if source in sizes and target in sizes and source != target:
            leaving, ending = ports.get(key, (0.0, 0.0))
            above[target].append(_Link(source, leaving / sizes[source][0], leaving - ending))
            below[source].append(_Link(target, ending / sizes[target][0], ending - leaving))
    return _Graph(above, below)


def _layers(pipeline: Pipeline, graph: _Graph) -> list[list[int]]:
    """Each module below all that feed it, and as near as can be to what it feeds."""
    try:
        order = [number for number in pipeline.order() if number in graph.above]
    except PipelineHasCycle:
        order = sorted(graph.above)
    depth: dict[int, int] = {}
    for number in order:
        depth[number] = (
            max((depth.get(one.number, -1) for one in graph.above[number]), default=-1) + 1
        )
    for number in reversed(order):
        if graph.below[number]:
            lowest = min(depth[one.number] for one in graph.below[number]) - 1
            depth[number] = max(depth[number], lowest)
    layers: list[list[int]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for number in order:
        layers[depth[number]].append(number)
    return [layer for layer in layers if layer]


def _ordered(layers: list[list[int]], graph: _Graph) -> list[list[int]]:
    """The layers, each in an order that keeps neighbours near: the mean of their ranks decides."""
    ranks = {number: rank for layer in layers for rank, number in enumerate(layer)}
    for sweep in range(_SWEEPS):
        neighbours = graph.below if sweep % 2 else graph.above
        for layer in reversed(layers) if sweep % 2 else layers:
            means = {
                number: fmean([ranks[one.number] + one.aside for one in neighbours[number]])
                if neighbours[number]
                else ranks[number]
                for number in layer
            }
            layer.sort(key=lambda number: (means[number], number))
            ranks.update({number: rank for rank, number in enumerate(layer)})
    return layers


def _across(layers: list[list[int]], sizes: Mapping[int, Size], graph: _Graph) -> dict[int, float]:
    """Middles from left to right: near those of the neighbours, none over another."""
    across: dict[int, float] = {}
    for layer in layers:
        _spread(layer, {number: 0.0 for number in layer}, sizes, across)
    for sweep in range(2 * _SWEEPS):
        neighbours = graph.above if sweep % 2 else graph.below
        for layer in layers if sweep % 2 else reversed(layers):
            wished = {}
            for number in layer:
                near = [across[one.number] + _STRAIGHT * one.shift for one in neighbours[number]]
                wished[number] = fmean(near) if near else across[number]
            _spread(layer, wished, sizes, across)
    return across


def _spread(
    layer: list[int],
    wished: Mapping[int, float],
    sizes: Mapping[int, Size],
    across: dict[int, float],
) -> None:
    """Put a layer as near to the wishes as it goes from the left, then as a whole to the middle."""
    edge: float | None = None
    for number in layer:
        half = sizes[number][0] / 2
        place = wished[number] if edge is None else max(wished[number], edge + _GAP_X + half)
        across[number] = place
        edge = place + half
    excess = sum(across[number] - wished[number] for number in layer) / len(layer)
    for number in layer:
        across[number] -= excess


def _down(layers: list[list[int]], sizes: Mapping[int, Size]) -> dict[int, float]:
    down: dict[int, float] = {}
    edge = 0.0
    for layer in layers:
        tallest = max(sizes[number][1] for number in layer)
        for number in layer:
            down[number] = edge - tallest / 2
        edge -= tallest + _GAP_Y
    return down
