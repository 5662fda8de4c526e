"""Records that .vt files did not take, on a full disk or where they are protected: one user's own.

Each .vt has a JSON file for them, with the records as they would be in the .vt, and its path.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import time
from pathlib import Path

from ...dataflow import DataflowError
from ...dataflow.job_format import JobRecords, format_records, parse_records
from ...dataflow.storage.atomic_file import file_mark, write_file
from .known_files import absolute

__all__ = ["UnwrittenJobs", "UnwrittenOfFile"]

logger = logging.getLogger(__name__)

# How long records are kept of jobs whose results have been collected, in seconds: 30 days.
_KEPT = 30 * 24 * 3600.0


class UnwrittenJobs:
    """A folder for the records of all .vt files. Nothing is made before it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, path: Path) -> UnwrittenOfFile:
        """The place for the records of one .vt, whichever of its names is given."""
        # Unlike ``resolve``, it has an answer for links that lead in a circle.
        name = os.fsencode(os.path.realpath(path))
        store = self._folder / f"{hashlib.sha256(name).hexdigest()[:32]}.json"
        return UnwrittenOfFile(absolute(path), store)

    def files(self) -> list[Path]:
        """The .vt files that have such records, whether they are there or not."""
        found = []
        for store in sorted(self._folder.glob("*.json")):
            path = _path_in(store)
            if path is None:
                continue
            found.append(path)
            with contextlib.suppress(OSError):
                is_old = store.stat().st_mtime < time.time() - _KEPT
                if is_old and not _is_waiting(UnwrittenOfFile(path, store).read()):
                    store.unlink()
                    found.pop()
        return found


class UnwrittenOfFile:
    """Where one .vt has the records that it did not take."""

    def __init__(self, path: Path, store: Path) -> None:
        self._path = path
        self._store = store

    def read(self) -> JobRecords:
        """Those that are kept now; what cannot be read is told as a warning."""
        try:
            return parse_records(self._store.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return JobRecords()
        except (OSError, ValueError, DataflowError) as error:
            logger.warning("Jobs that %s did not take cannot be read: %s", self._path, error)
            return JobRecords()

    def keep(self, records: JobRecords) -> None:
        """Keep these instead, possibly none. Raise OSError."""
        if records.is_empty:
            self._store.unlink(missing_ok=True)
            return
        content = {"file": str(self._path), **json.loads(format_records(records))}
        self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(self._store, [json.dumps(content, indent=1).encode()])

    def mark(self) -> object:
        """Something that differs once they are others."""
        return file_mark(self._store)


def _path_in(store: Path) -> Path | None:
    """The path of the .vt whose records these are."""
    try:
        content = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("The jobs in %s cannot be read: %s", store, error)
        return None
    path = content.get("file") if isinstance(content, dict) else None
    return Path(path) if isinstance(path, str) else None


def _is_waiting(records: JobRecords) -> bool:
    return any(not one.finished for one in records.jobs.values())
