"""The version tree as text: a line for each version, a new branch indented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..dataflow import Version, Vistrail

# Further in than this, a line would leave the screen.
_DEEPEST = 20


def history_lines(vistrail: Vistrail) -> Iterator[str]:
    """One line for each version, oldest first, branches of a version one step further in.

    Versions that lead to no beginning come last, with the version that each was made from.
    """
    latest = vistrail.latest_version()
    waiting = [(child, 0) for child in reversed(vistrail.children(0))]
    while waiting:
        number, depth = waiting.pop()
        version = vistrail.versions[number]
        yield "  " * min(depth, _DEEPEST) + _describe(version, is_latest=number == latest)
        children = vistrail.children(number)
        deeper = depth + 1 if len(children) > 1 else depth
        waiting.extend((child, deeper) for child in reversed(children))
    orphans = vistrail.orphans()
    if orphans:
        yield "Not part of the tree, since a version before them is missing or comes from itself:"
    for number in orphans:
        version = vistrail.versions[number]
        yield f"  {_describe(version, is_latest=False)}  (from {version.parent})"


def version_to_json(vistrail: Vistrail, number: int) -> dict[str, Any]:
    """Everything that is known of a version."""
    version = vistrail.versions[number]
    return {
        "id": version.id,
        "parent": version.parent,
        "tag": version.tag,
        "date": version.date,
        "user": version.user,
        "description": version.description,
        "notes": version.notes,
        "pruned": version.pruned,
        "latest": number == vistrail.latest_version(),
    }


def _describe(version: Version, *, is_latest: bool) -> str:
    parts = [str(version.id)]
    if version.tag:
        parts.append(f'"{version.tag}"')
    if is_latest:
        parts.append("(latest)")
    if version.pruned:
        parts.append("(pruned)")
    parts += [part for part in (version.description, version.user, version.date) if part]
    return "  ".join(parts)
