"""Which versions of a history are shown: chains in which nothing happens are collapsed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ....dataflow import Vistrail
from ....dataflow.vistrail import ROOT_VERSION


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version that is drawn, below ``parent``, with ``hidden`` versions between the two.

    The root, 0, has itself as its parent. ``chain`` are the hidden ones, the oldest first.
    """

    version: int
    parent: int
    chain: tuple[int, ...] = ()

    @property
    def hidden(self) -> int:
        """How many versions between its parent and itself are not drawn."""
        return len(self.chain)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to see: ``opened`` are versions shown although nothing happens there."""

    current: int = ROOT_VERSION
    opened: frozenset[int] = frozenset()
    shows_pruned: bool = False


def collapse(vistrail: Vistrail, wishes: Wishes) -> dict[int, ShownVersion]:
    """The versions to be drawn, parents before children and siblings in ascending order.

    Drawn are the root, tagged versions, those with several children or none, and the current
    one. Versions that lead to no beginning are left out.
    """
    children = _living_children(vistrail, wishes.shows_pruned)
    shown = {ROOT_VERSION: ShownVersion(ROOT_VERSION, ROOT_VERSION)}
    waiting = [(child, ROOT_VERSION) for child in reversed(children.get(ROOT_VERSION, ()))]
    while waiting:
        version, parent = waiting.pop()
        chain: list[int] = []
        while not _is_drawn(vistrail, version, children, wishes):
            chain.append(version)
            (version,) = children[version]
        shown[version] = ShownVersion(version, parent, tuple(chain))
        waiting.extend((child, version) for child in reversed(children.get(version, ())))
    return shown


def _living_children(vistrail: Vistrail, shows_pruned: bool) -> Mapping[int, Sequence[int]]:
    children: dict[int, list[int]] = {}
    for version in vistrail.versions.values():
        if shows_pruned or not version.pruned:
            children.setdefault(version.parent, []).append(version.id)
    return children


def _is_drawn(
    vistrail: Vistrail, version: int, children: Mapping[int, Collection[int]], wishes: Wishes
) -> bool:
    return (
        len(children.get(version, ())) != 1
        or version == wishes.current
        or version in wishes.opened
        or bool(vistrail.versions[version].tag)
    )
