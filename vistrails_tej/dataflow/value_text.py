"""Texts that stand for values: equal texts mean equal values."""

from __future__ import annotations

import dataclasses
import enum
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .path_object import PathObject

_PLAIN = (str, int, float, type(None))


def value_text(value: object, name_path: Callable[[str], str | None]) -> str:
    """A text for a value made of plain values, lists, dictionaries, files and frozen dataclasses.

    ``name_path`` says what stands for a file or directory; None if nothing can. Raise ValueError
    for a value that no text stands for.
    """
    try:
        return json.dumps(_parts(value, name_path), sort_keys=True, allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"no text stands for it: {error}") from error


def path_state(path: str) -> str | None:
    """What stands for a file or directory as it is now, by facts that writing to it changes.

    None if it is not there or cannot be looked at. For a directory all that is in it counts.
    """
    places = [Path(path)]
    try:
        if places[0].is_dir():
            places += sorted(places[0].rglob("*"))
        facts = [(str(one), _facts(one)) for one in places]
    except OSError:
        return None
    return json.dumps(facts)


def _facts(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except FileNotFoundError:
        # A link that leads nowhere.
        status = path.lstat()
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode


def _parts(value: object, name_path: Callable[[str], str | None]) -> Any:
    kind = type(value)
    if kind in _PLAIN or kind is bool:
        return value
    if kind is list or kind is tuple:
        parts = [_parts(one, name_path) for one in value]  # type: ignore[attr-defined]
        return parts if kind is list else {"tuple": parts}
    if kind is dict:
        return _of_dictionary(value, name_path)
    return {f"{kind.__module__}.{kind.__qualname__}": _of_object(value, name_path)}


def _of_dictionary(value: Any, name_path: Callable[[str], str | None]) -> Any:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("a key of a dictionary is no text")
    # Beside a class name no dictionary looks like an object.
    return {"": {key: _parts(one, name_path) for key, one in value.items()}}


def _of_object(value: object, name_path: Callable[[str], str | None]) -> Any:
    if isinstance(value, PathObject):
        text = name_path(value.name)
        if text is None:
            raise TypeError(f"{value.name} cannot be read")
        return text
    if isinstance(value, enum.Enum):
        return value.name
    parameters = getattr(type(value), "__dataclass_params__", None)
    if parameters is not None and parameters.frozen:
        fields = dataclasses.fields(value)  # type: ignore[arg-type]
        return {one.name: _parts(getattr(value, one.name), name_path) for one in fields}
    raise TypeError(f"{type(value).__name__} is no plain value")
