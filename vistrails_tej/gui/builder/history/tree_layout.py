"""Where the versions of a tree are drawn: parents in the middle above their children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....dataflow.vistrail import ROOT_VERSION
from .collapsed_tree import ShownVersion


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances in pixels: between neighbours, between generations, around a hidden chain."""

    beside: float = 28.0
    below: float = 64.0
    chain: float = 26.0


@dataclass(frozen=True, slots=True)
class Place:
    """The middle of a version; y grows downwards."""

    x: float
    y: float


def lay_out(
    tree: Mapping[int, ShownVersion],
    widths: Mapping[int, float],
    spacing: Spacing | None = None,
) -> dict[int, Place]:
    """Give every version its place. ``tree`` has parents before children; cost: its length.

    Leaves stand side by side without touching; a branch never reaches into another one.
    """
    distances = Spacing() if spacing is None else spacing
    children: dict[int, list[int]] = {}
    depth = {ROOT_VERSION: 0.0}
    for one in tree.values():
        if one.version != ROOT_VERSION:
            children.setdefault(one.parent, []).append(one.version)
            step = distances.below + (distances.chain if one.hidden else 0.0)
            depth[one.version] = depth[one.parent] + step
    columns = _columns(tree, widths, children, distances.beside)
    return {version: Place(columns[version], depth[version]) for version in tree}


def _columns(
    tree: Mapping[int, ShownVersion],
    widths: Mapping[int, float],
    children: Mapping[int, list[int]],
    gap: float,
) -> dict[int, float]:
    """The x of every version. Each subtree gets a strip as wide as it needs."""
    strips: dict[int, float] = {}
    for version in reversed(list(tree)):
        below = children.get(version, [])
        total = sum(strips[child] for child in below) + gap * max(0, len(below) - 1)
        strips[version] = max(widths[version], total)
    left = {ROOT_VERSION: 0.0}
    for version in tree:
        below = children.get(version, [])
        total = sum(strips[child] for child in below) + gap * max(0, len(below) - 1)
        begin = left[version] + (strips[version] - total) / 2
        for child in below:
            left[child] = begin
            begin += strips[child] + gap
    return {version: left[version] + strips[version] / 2 for version in tree}
