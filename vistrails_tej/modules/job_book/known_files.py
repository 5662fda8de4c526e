"""Which .vt files have jobs: remembered for each user, so that no job is lost from sight."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from ...dataflow.storage.atomic_file import write_file
from ...dataflow.storage.file_lock import locked

__all__ = ["KnownFiles", "absolute"]

logger = logging.getLogger(__name__)

# The newest stay; a list nobody can overlook is of no use.
_MOST = 2000


def absolute(path: Path) -> Path:
    """The path from the root, links left as they are."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (``..`` goes, as the user meant it)


class KnownFiles:
    """Paths in a JSON file; several programs may use it at once.

    What cannot be read or written there is told as a warning: the jobs themselves are in the
    .vt files.
    """

    def __init__(self, store: Path) -> None:
        self._store = store

    def paths(self) -> list[Path]:
        """The files that are there, in the order in which they became known."""
        return [path for path in self._read() if path.is_file()]

    def remembered(self) -> list[Path]:
        """All of them, in the same order."""
        return self._read()

    def add(self, path: Path) -> None:
        """Remember a file, from a run or because it was found to have jobs."""
        known = absolute(path)
        if known not in self._read():
            self._change(lambda paths: [*(one for one in paths if one != known), known])

    def remove(self, path: Path) -> None:
        """Forget a file that has no jobs any more."""
        known = absolute(path)
        if known in self._read():
            self._change(lambda paths: (one for one in paths if one != known))

    def _change(self, change: Callable[[list[Path]], Iterable[Path]]) -> None:
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self._store):
                present = [one for one in self._read() if not self._was_removed(one)]
                paths = [str(one) for one in change(present)][-_MOST:]
                write_file(self._store, [json.dumps(paths, indent=1).encode()])
        except OSError as error:
            logger.warning("The files with jobs are not remembered: %s", error)

    def _was_removed(self, path: Path) -> bool:
        """Whether a file is gone for good; a whole disk may only not be there today."""
        is_ours = self._store.parent in path.parents
        return not path.exists() and (is_ours or path.parent.is_dir())

    def _read(self) -> list[Path]:
        try:
            found = json.loads(self._store.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("The list of files with jobs cannot be read: %s", error)
            return []
        if not isinstance(found, list):
            return []
        return [Path(one) for one in found if isinstance(one, str)]
