"""How lists on several ports of a looped module are combined.

The control parameter ``loop_type`` is ``pairwise``, ``cartesian`` (also when it is absent), or a
JSON list such as ``["pairwise", "a", ["cartesian", "b", "c"]]`` that names every looped port.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAIRWISE = "pairwise"
CARTESIAN = "cartesian"
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class LoopType:
    """One way of combining, of ports by name or of combinations of them."""

    kind: str
    parts: tuple[str | LoopType, ...]

    @property
    def ports(self) -> tuple[str, ...]:
        """The ports in their order."""
        names: list[str] = []
        for part in self.parts:
            names.extend((part,) if isinstance(part, str) else part.ports)
        return tuple(names)

    def combine(self, lists: Mapping[str, Sequence[Any]]) -> list[tuple[Any, ...]]:
        """One element of each list, in the order of ``ports``, for each round.

        Raise ValueError, in one sentence, if lists that are to go in pairs differ in length.
        """
        parts = [
            [(element,) for element in lists[part]]
            if isinstance(part, str)
            else part.combine(lists)
            for part in self.parts
        ]
        if self.kind == CARTESIAN:
            return [_joined(one) for one in itertools.product(*parts)]
        if len({len(part) for part in parts}) > 1:
            lengths = ", ".join(
                f"{len(part)} on {_name(by)}" for part, by in zip(parts, self.parts, strict=True)
            )
            raise ValueError(f"a pairwise loop needs lists of one length, not {lengths}")
        return [_joined(one) for one in zip(*parts, strict=True)]


def read_loop_type(text: str, ports: Sequence[str]) -> LoopType:
    """Read a loop type for these looped ports. Raise ValueError, in one sentence."""
    plain = text.strip() or CARTESIAN
    if plain in (PAIRWISE, CARTESIAN):
        return LoopType(plain, tuple(ports))
    refusal = f"loop type {text!r} is not supported; use pairwise or cartesian"
    try:
        loop_type = _custom(json.loads(plain), 0)
    except (ValueError, RecursionError) as error:
        raise ValueError(refusal) from error
    named = loop_type.ports
    if len(set(named)) < len(named) or not set(ports) <= set(named):
        raise ValueError(
            f"loop type {text!r} has to name each looped port once: {', '.join(ports)}"
        )
    return _only(loop_type, set(ports))


def _custom(value: object, depth: int) -> LoopType:
    if not isinstance(value, list) or len(value) < 2 or depth > _DEEPEST:
        raise ValueError("no list of a kind and ports")
    kind, *parts = value
    if kind not in (PAIRWISE, CARTESIAN):
        raise ValueError("neither pairwise nor cartesian")
    return LoopType(
        kind, tuple(part if isinstance(part, str) else _custom(part, depth + 1) for part in parts)
    )


def _only(loop_type: LoopType, ports: set[str]) -> LoopType:
    """Without the ports that do not loop in this run."""
    return LoopType(loop_type.kind, tuple(_kept(loop_type, ports)))


def _kept(loop_type: LoopType, ports: set[str]) -> Iterator[str | LoopType]:
    for part in loop_type.parts:
        if isinstance(part, str):
            if part in ports:
                yield part
        elif ports.intersection(part.ports):
            yield _only(part, ports)


def _joined(parts: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(itertools.chain.from_iterable(parts))


def _name(part: str | LoopType) -> str:
    return repr(part) if isinstance(part, str) else " and ".join(map(repr, part.ports))
