"""Outputs of modules, kept by signature for as long as the process lives."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .path_object import PathObject


@dataclass(frozen=True, slots=True)
class _Entry:
    outputs: dict[str, Any]
    files: tuple[str, ...]
    inputs: tuple[object, ...]


class ResultCache:
    """What modules of a signature gave. Files are not copied: results whose file went are gone.

    Safe to share between interpreters and threads.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def put(
        self, signature: str, outputs: Mapping[str, Any], inputs: tuple[object, ...] = ()
    ) -> None:
        """Keep the outputs of a module; values that cannot be looked through are not kept.

        ``inputs`` stand for what entered it, where the signature does not tell; only the latest
        result of a signature is kept.
        """
        kept = dict(outputs)
        try:
            files = tuple(path for path in _paths(list(kept.values())) if Path(path).exists())
        except (OSError, ValueError, RecursionError):
            # A path that no file can have, or a list that holds itself.
            self.discard(signature)
            return
        with self._lock:
            self._entries[signature] = _Entry(kept, files, inputs)

    def find(self, signature: str, inputs: tuple[object, ...] = ()) -> dict[str, Any] | None:
        """What a module gave for these inputs; None when that is not known, or its files went."""
        with self._lock:
            entry = self._entries.get(signature)
        if entry is None or entry.inputs != inputs:
            return None
        if not all(Path(path).exists() for path in entry.files):
            self.discard(signature)
            return None
        return dict(entry.outputs)

    def discard(self, signature: str) -> None:
        """Forget one result."""
        with self._lock:
            self._entries.pop(signature, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()


def _paths(value: object) -> Iterator[str]:
    """The paths in a value, also those inside lists, tuples and dictionaries."""
    if isinstance(value, PathObject):
        yield value.name
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from _paths(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from _paths(element)
