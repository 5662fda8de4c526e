"""Replace a file so that at every moment there is either the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO


class FileChanged(Exception):
    """Raised when somebody else replaced or changed the file meanwhile."""


def replace_file(
    path: Path, write: Callable[[IO[bytes]], None], *, seen: os.stat_result, is_new: bool = False
) -> None:
    """Write a file beside ``path`` and rename it there, with the mode and owner of ``seen``.

    ``seen`` is how the old file was when it was read; with ``is_new`` there must be none yet.
    Raise FileChanged if that is so no longer, else OSError or what ``write`` raises; the old
    file is then as it was.
    """

    def write_like(file: IO[bytes]) -> None:
        write(file)
        file.flush()
        _take_over(file, seen)

    _put(path, write_like, lambda: not path.exists() if is_new else _is_same(path, seen))


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that only this user reads, over the one that may be there.

    Raise OSError, or what ``chunks`` raises; the old file is then as it was.
    """
    _put(path, lambda file: file.writelines(chunks), lambda: True)


def _put(path: Path, write: Callable[[IO[bytes]], None], is_due: Callable[[], bool]) -> None:
    """Write a file beside ``path``, and rename it there if it ``is_due`` still."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-", suffix=".new")
    temporary = Path(name)
    try:
        with open(handle, "w+b") as file:  # noqa: PTH123 - a descriptor
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if not is_due():
            raise FileChanged
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def file_mark(path: Path) -> tuple[int, int, int, int] | None:
    """Something that differs once a file was changed, first its disk; None while it is away."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_same(path: Path, expected: os.stat_result) -> bool:
    """Whether a file is still the one that was seen."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return False
    return all(
        getattr(now, fact) == getattr(expected, fact)
        for fact in ("st_ino", "st_dev", "st_size", "st_mtime_ns")
    )


def _take_over(file: IO[bytes], seen: os.stat_result) -> None:
    """Give the new file the mode and, where this is allowed, the owner of the old one."""
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            os.fchown(file.fileno(), seen.st_uid, seen.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(file.fileno(), stat.S_IMODE(seen.st_mode))


def _sync_directory(directory: Path) -> None:
    """Make the rename last, where directories can be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
