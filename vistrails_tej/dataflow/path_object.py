"""The value of a path at run time."""

from __future__ import annotations


class PathObject:
    """A path that goes through a pipeline; ``name`` is its text. Two of one name are equal."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"PathObject({self.name!r})"

    def __str__(self) -> str:
        return self.name

    def __fspath__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, PathObject) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)
