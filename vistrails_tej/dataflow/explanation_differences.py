"""Which piece made two signatures differ, found by walking up both pipelines side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .explanation import Explanation, Fact, FactKind, Feed, ModuleFacts, Path


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; None where a side has nothing of the kind.

    ``label`` is the module here. ``kind`` is None for a difference that has no name.
    """

    label: str
    kind: FactKind | None
    subject: str
    here: str | None
    there: str | None


def find_differences(here: Explanation, there: Explanation) -> tuple[Difference, ...]:
    """What made two signatures differ, as near to its origin as can be told.

    Nothing exactly when the signatures are equal.
    """
    found: list[Difference] = []
    waiting = [(here.module, there.module)]
    seen: set[tuple[Path, Path]] = set()
    while waiting:
        mine, theirs = waiting.pop(0)
        if mine.signature == theirs.signature or (mine.path, theirs.path) in seen:
            continue
        seen.add((mine.path, theirs.path))
        own = [*_compare_facts(mine, theirs)]
        pairs = _match_feeds(mine, theirs, here, there)
        own += [one for pair in pairs for one in _compare_feeds(mine.label, *pair, here, there)]
        deeper = [
            (here.modules[first.source], there.modules[second.source])
            for first, second in pairs
            if first is not None and second is not None
        ]
        deeper = [(a, b) for a, b in deeper if a.signature != b.signature]
        # A module of another kind is told as such; its parts cannot be compared.
        waiting += [(a, b) for a, b in deeper if a.name == b.name]
        if not own and not deeper:
            own = [Difference(mine.label, None, "", None, None)]
        found += own
    return tuple(dict.fromkeys(found))


def _compare_facts(mine: ModuleFacts, theirs: ModuleFacts) -> Iterator[Difference]:
    keys = dict.fromkeys((one.kind, one.subject) for one in (*mine.facts, *theirs.facts))
    for kind, subject in keys:
        left = [one for one in mine.facts if (one.kind, one.subject) == (kind, subject)]
        right = [one for one in theirs.facts if (one.kind, one.subject) == (kind, subject)]
        if sorted(one.value for one in left) == sorted(one.value for one in right):
            continue
        if kind is FactKind.PARAMETER_TYPE and not (left and right):
            # That the parameter is not there is told already.
            continue
        yield Difference(mine.label, kind, subject, _join(left), _join(right))


def _match_feeds(
    mine: ModuleFacts, theirs: ModuleFacts, here: Explanation, there: Explanation
) -> list[tuple[Feed | None, Feed | None]]:
    """Which connection corresponds to which: the more they have in common, the sooner."""
    pairs: list[tuple[Feed | None, Feed | None]] = []
    left, right = list(mine.feeds), list(theirs.feeds)
    for alike in _LIKENESSES:
        for first in list(left):
            for second in right:
                if first.port == second.port and alike(
                    first, second, here.modules[first.source], there.modules[second.source]
                ):
                    pairs.append((first, second))
                    left.remove(first)
                    right.remove(second)
                    break
    return [*pairs, *((one, None) for one in left), *((None, one) for one in right)]


# The order is that of trust: the very same, the same in another version, alike in another file.
_LIKENESSES: tuple[Callable[[Feed, Feed, ModuleFacts, ModuleFacts], bool], ...] = (
    lambda one, two, a, b: a.signature == b.signature and one.source_port == two.source_port,
    lambda one, two, a, b: a.path == b.path and a.name == b.name,
    lambda one, two, a, b: a.label == b.label and a.name == b.name,
    lambda one, two, a, b: a.name == b.name,
    lambda one, two, a, b: True,
)


def _compare_feeds(
    label: str, first: Feed | None, second: Feed | None, here: Explanation, there: Explanation
) -> Iterator[Difference]:
    """Another source port, another kind of module, or no connection at all."""
    left = here.modules[first.source] if first else None
    right = there.modules[second.source] if second else None
    same_kind = left is not None and right is not None and left.name == right.name
    if same_kind and first and second and first.source_port == second.source_port:
        return
    port = (first or second or Feed("", (), "")).port
    yield Difference(
        label, FactKind.CONNECTION, port, _describe(left, first), _describe(right, second)
    )


def _describe(module: ModuleFacts | None, feed: Feed | None) -> str | None:
    if module is None or feed is None:
        return None
    kind = f" ({module.name})" if module.label != module.name else ""
    return f"{module.label}.{feed.source_port}{kind}"


def _join(facts: Sequence[Fact]) -> str | None:
    return " and ".join(one.shown for one in facts) if facts else None
