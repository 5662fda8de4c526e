"""Temporary files of the modules, removed together when the session ends."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from .path_object import PathObject

logger = logging.getLogger(__name__)


class FilePool:
    """A temporary directory that nobody else can read; results of modules live in it.

    A context manager: leaving it removes everything. The directory is made on first use.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent
        self._directory: Path | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> FilePool:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def directory(self) -> Path:
        """The directory that holds everything. Raise ValueError once the pool is closed."""
        with self._lock:
            if self._closed:
                raise ValueError("this file pool is closed; make another one")
            if self._directory is None:
                self._directory = Path(tempfile.mkdtemp(prefix="vistrails_tej_", dir=self._parent))
            return self._directory

    def create_file(self, prefix: str = "vt_", suffix: str = "") -> PathObject:
        """A new empty file."""
        with tempfile.NamedTemporaryFile(
            prefix=prefix, suffix=suffix, dir=self.directory, delete=False
        ) as file:
            return PathObject(file.name)

    def create_directory(self, prefix: str = "vt_") -> PathObject:
        """A new empty directory."""
        return PathObject(tempfile.mkdtemp(prefix=prefix, dir=self.directory))

    def holds(self, path: PathObject) -> bool:
        """Whether a path lies in this pool."""
        with self._lock:
            directory = self._directory
        return directory is not None and directory in Path(path.name).parents

    def close(self) -> None:
        """Remove everything; closing twice is fine."""
        with self._lock:
            self._closed = True
            directory, self._directory = self._directory, None
        if directory is not None:
            _remove(directory)


def _remove(directory: Path) -> None:
    """Remove a tree, also where a module left directories that cannot be written to."""
    shutil.rmtree(directory, ignore_errors=True)
    if not directory.exists():
        return
    directory.chmod(0o700)
    for folder, names, _ in os.walk(directory):
        for name in names:
            inner = Path(folder, name)
            if not inner.is_symlink():
                inner.chmod(0o700)
    shutil.rmtree(directory, ignore_errors=True)
    if directory.exists():
        logger.warning("Temporary files could not all be removed: %s", directory)
