"""Where an output module writes its file to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..module import Module, ModuleError

_SERIES_LENGTH = 1_000_000


def chosen_path(module: Module, settings: Mapping[str, Any], suffix: str) -> Path:
    """The path a configuration asks for; ``suffix`` is used where it names none.

    Raise ModuleError if the configuration names no file.
    """
    if settings.get("file"):
        return Path(str(settings["file"]))
    if not any(settings.get(key) for key in ("basename", "prefix", "dir")):
        raise ModuleError(
            module, "the configuration names no file; set {'file': 'path'} in it, or use stdout"
        )
    directory = Path(str(settings.get("dir") or "."))
    stem = f"{settings.get('prefix') or ''}{settings.get('basename') or module.label}"
    ending = str(settings.get("suffix") or suffix)
    if "/" in stem or "/" in ending:
        raise ModuleError(module, f"{stem + ending!r} is no file name; use dir for the directory")
    if not settings.get("series"):
        return directory / f"{stem}{ending}"
    return _next_of_series(module, directory, stem, ending)


def _next_of_series(module: Module, directory: Path, stem: str, ending: str) -> Path:
    """The first path of a numbered series that is free."""
    for number in range(_SERIES_LENGTH):
        path = directory / f"{stem}{number:03d}{ending}"
        if not path.exists():
            return path
    raise ModuleError(module, f"the series {directory / stem} is full; choose another name")
