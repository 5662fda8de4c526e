"""Which .vt files have jobs: remembered for each user, so that no job is lost from sight."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ...dataflow.storage.atomic_file import file_mark, write_file
from ...dataflow.storage.file_lock import locked

__all__ = ["KnownFiles", "NewlyKnown", "absolute"]

logger = logging.getLogger(__name__)

# The newest stay; a list nobody can overlook is of no use.
_MOST = 2000
# How long a file is remembered that is not there, in seconds: 30 days.
_KEPT = 30 * 24 * 3600.0
_FILE, _GONE = "file", "gone"

# By path, when it was first missed, in epoch seconds; None for one that was there.
_Files = dict[Path, "float | None"]


def absolute(path: Path) -> Path:
    """The path from the root, links left as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (``..`` goes, as the user meant it)


class KnownFiles:
    """Paths in a JSON file; several programs may use it at once.

    That it cannot be read or written is told once each, as a warning: the jobs themselves are in
    the .vt files.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._told: set[str] = set()

    def paths(self) -> list[Path]:
        """The files that are there, in the order in which they became known."""
        found = {path: path.is_file() for path in self._read()}
        self.note(found)
        return [path for path, is_there in found.items() if is_there]

    def remembered(self) -> list[Path]:
        """All of them, in the same order; whether they are there is not looked at."""
        return list(self._read())

    def mark(self) -> object:
        """Something that differs once the list is another one."""
        return file_mark(self._store)

    def add(self, path: Path) -> None:
        """Remember a file, from a run or because it was found to have jobs."""
        known = absolute(path)
        self._change(lambda files: files if _is_there(files, known) else _with(files, known))

    def remove(self, path: Path) -> None:
        """Forget a file that has no jobs any more."""
        known = absolute(path)
        self._change(lambda files: {one: gone for one, gone in files.items() if one != known})

    def note(self, found: Mapping[Path, bool]) -> None:
        """Take in which files are there, and forget those that have been away for long."""
        now = time.time()
        self._change(lambda files: self._noted(files, found, now))

    def _noted(self, files: _Files, found: Mapping[Path, bool], now: float) -> _Files:
        noted: _Files = {}
        for path, gone in files.items():
            if path not in found:
                noted[path] = gone
            elif found[path]:
                noted[path] = None
            elif self._store.parent not in path.parents and (gone is None or gone > now - _KEPT):
                # Its disk may only not be there today.
                noted[path] = now if gone is None else gone
        return noted

    def _change(self, change: Callable[[_Files], _Files]) -> None:
        before = self._read()
        if change(before) == before:
            return
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self._store):
                files = change(self._read())
                lines = [_to_json(*one) for one in files.items()][-_MOST:]
                write_file(self._store, [json.dumps(lines, indent=1).encode()])
        except OSError as error:
            self._warn("The files with jobs are not remembered", error)

    def _read(self) -> _Files:
        try:
            found = json.loads(self._store.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self._warn("The list of files with jobs cannot be read", error)
            return {}
        if not isinstance(found, list):
            return {}
        return dict(one for one in map(_parse, found) if one is not None)

    def _warn(self, what: str, why: Exception) -> None:
        logger.log(logging.DEBUG if what in self._told else logging.WARNING, "%s: %s", what, why)
        self._told.add(what)


class NewlyKnown:
    """Tells which files this program, or another one, has added to the list."""

    def __init__(self, known: KnownFiles) -> None:
        """What is known now is no news."""
        self._known = known
        self._mark = known.mark()
        self._before = set(known.remembered())

    def paths(self) -> list[Path]:
        """Those that were added since it was asked last."""
        mark = self._known.mark()
        if mark == self._mark:
            return []
        now = self._known.remembered()
        before, self._before, self._mark = self._before, set(now), mark
        return [path for path in now if path not in before]


def _is_there(files: _Files, path: Path) -> bool:
    return path in files and files[path] is None


def _with(files: _Files, path: Path) -> _Files:
    """The files with one more, the newest."""
    return {**{one: gone for one, gone in files.items() if one != path}, path: None}


def _to_json(path: Path, gone: float | None) -> object:
    return str(path) if gone is None else {_FILE: str(path), _GONE: gone}


def _parse(content: object) -> tuple[Path, float | None] | None:
    """One of the list: a path, or one with the moment when the file was first missed."""
    if isinstance(content, str):
        return Path(content), None
    if not isinstance(content, dict) or not isinstance(content.get(_FILE), str):
        return None
    gone = content.get(_GONE)
    return Path(content[_FILE]), float(gone) if isinstance(gone, (int, float)) else None
