"""Names under which downloads grow, and clearing away those that nobody will finish.

Whoever writes a part holds a lock on it, which ends with the process however that ends. So the
next download of the same name can tell the litter of a dead one from the work of another.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["growing_directory", "growing_file"]

# In bytes: file systems take names of 255, and 19 come on top.
_LONGEST = 200


@contextlib.contextmanager
def growing_file(target: Path) -> Iterator[Path]:
    """Give a new empty file beside ``target``; what is still there at the end is removed.

    Its mode is that of a new program: 0777 less the umask.
    """
    with _growing(target, directory=False) as part:
        yield part


@contextlib.contextmanager
def growing_directory(target: Path) -> Iterator[Path]:
    """Give a new empty directory beside ``target``; what is still there at the end is removed."""
    with _growing(target, directory=True) as part:
        yield part


@contextlib.contextmanager
def _growing(target: Path, *, directory: bool) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(target)
    part, handle = _make(target, directory=directory)
    try:
        yield part
    finally:
        _remove(part)
        os.close(handle)


def _make(target: Path, *, directory: bool) -> tuple[Path, int]:
    while True:
        part = target.with_name(f"{_prefix(target)}{secrets.token_hex(6)}.part")
        if directory:
            part.mkdir()
            handle = os.open(part, os.O_RDONLY)
        else:
            # Made by us, since the mode that the server names may be anything.
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777)
        _lock(handle)
        # Before it was locked, another process may have taken it for litter.
        if part.exists():
            return part, handle
        os.close(handle)


def _prefix(target: Path) -> str:
    name = target.name[:_LONGEST]
    while len(os.fsencode(name)) > _LONGEST:
        name = name[:-1]
    return f".{name}."


def _clear_abandoned(target: Path) -> None:
    prefix = _prefix(target)
    for name in os.listdir(target.parent):  # noqa: PTH208  (names, not paths: there may be many)
        middle = name[len(prefix) : -len(".part")]
        if name.startswith(prefix) and name.endswith(".part") and len(middle) == 12:
            _clear(target.with_name(name))


def _clear(part: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            if _lock(handle):
                _remove(part)
        finally:
            os.close(handle)


def _lock(handle: int) -> bool:
    """Lock without waiting; False when another holds it, or where the disk knows no locks."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
