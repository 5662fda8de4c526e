"""Turn a local directory into a tar stream, without ever holding it in memory.

GNU format: names of any bytes and any length, sizes of any size, and every tar reads it.
"""

from __future__ import annotations

import os
import stat
import tarfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import TransferFailed, UnsafeName
from .job_files import Directory, follow, list_files

__all__ = ["Stamp", "pack_directory", "stamp_of"]

_PIECE = 256 * 1024

Stamp = tuple[int, int, int]
"""By which a changed file is known: its size, its time of change in nanoseconds, its inode."""


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file."""
    return status.st_size, status.st_mtime_ns, status.st_ino


def pack_directory(
    directory: Directory,
    *,
    extra: Mapping[str, bytes] | None = None,
    expected: Mapping[str, Stamp] | None = None,
) -> Iterator[bytes]:
    """Yield a tar stream of what ``directory`` holds, padded to whole records of 10,240 bytes.

    ``extra`` adds files by relative name, in place of those of the same name. Kept are names
    (any bytes), contents, the x-bit, empty directories and links that stay inside; times are
    now, the owner is the one who unpacks. Raises UnsafeName for a link that leads out and for
    devices and sockets, TransferFailed for a file that cannot be read or changes meanwhile; with
    ``expected``, the stamps of all files as they were seen before, also for one that differs.
    """
    added = {_checked_name(name): content for name, content in (extra or {}).items()}
    written = 0
    for piece in _pack_entries(list_files(directory), added, expected):
        written += len(piece)
        yield piece
    # Two empty blocks are the end; the rest fills the last record.
    end = 2 * tarfile.BLOCKSIZE
    yield b"\0" * (end + -(written + end) % tarfile.RECORDSIZE)


def _pack_entries(
    entries: Mapping[str, Path | None],
    added: Mapping[str, bytes],
    expected: Mapping[str, Stamp] | None,
) -> Iterator[bytes]:
    now = int(time.time())
    missing = set(expected or ())
    for name, path in entries.items():
        missing.discard(name)
        if name in added:
            continue
        mode = stat.S_IFDIR if path is None else _mode(path, name)
        if path is None or stat.S_ISDIR(mode):
            yield _header(name, now, kind=tarfile.DIRTYPE, executable=True)
        elif stat.S_ISLNK(mode):
            target = _checked_target(path, name, entries)
            yield _header(name, now, kind=tarfile.SYMTYPE, target=target)
        elif stat.S_ISREG(mode):
            yield from _pack_file(path, name, now, expected)
        else:
            raise UnsafeName(name, "it is a device, a pipe or a socket, not a file")
    if missing:
        raise _changed(min(missing))
    for name, content in sorted(added.items()):
        yield _header(name, now, size=len(content))
        yield content + b"\0" * (-len(content) % tarfile.BLOCKSIZE)


def _checked_name(name: str) -> str:
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in name:
        raise UnsafeName(name)
    return name


def _mode(path: Path, name: str) -> int:
    try:
        return path.lstat().st_mode
    except OSError as error:
        raise _unreadable(name, error) from error


def _pack_file(
    path: Path, name: str, now: int, expected: Mapping[str, Stamp] | None
) -> Iterator[bytes]:
    try:
        yield from _pieces(path, name, now, expected)
    except OSError as error:
        raise _unreadable(name, error) from error


def _pieces(
    path: Path, name: str, now: int, expected: Mapping[str, Stamp] | None
) -> Iterator[bytes]:
    # Without following: what was a file a moment ago may be a link now.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb", buffering=0) as file:
        status = os.fstat(handle)
        if expected is not None and expected.get(name) != stamp_of(status):
            raise _changed(name)
        size = left = status.st_size
        yield _header(name, now, size=size, executable=bool(status.st_mode & 0o111))
        while left:
            data = file.read(min(left, _PIECE))
            if not data:
                raise _changed(name)
            left -= len(data)
            yield data
        if stamp_of(os.fstat(handle)) != stamp_of(status):
            raise _changed(name)
    if size % tarfile.BLOCKSIZE:
        yield b"\0" * (-size % tarfile.BLOCKSIZE)


def _unreadable(name: str, error: OSError) -> TransferFailed:
    return TransferFailed(name, f"cannot be read: {error.strerror}")


def _changed(name: str) -> TransferFailed:
    return TransferFailed(
        name, "it changed while it was read", "try again when nothing writes to the directory"
    )


def _checked_target(path: Path, name: str, entries: Mapping[str, Path | None]) -> str:
    """Return where a link points; both as written and as followed it must stay inside."""
    try:
        target = os.readlink(path)  # noqa: PTH115  (Path would tidy up the text)
    except OSError as error:
        raise _unreadable(name, error) from error
    written = os.path.normpath(os.path.join(os.path.dirname(name), target))  # noqa: PTH118, PTH120
    if target.startswith("/") or written.split("/")[0] == ".." or follow(name, entries) is None:
        raise UnsafeName(name, f"it is a link to {target!r}, which leads out of the directory")
    return target


def _header(
    name: str,
    now: int,
    *,
    kind: bytes = tarfile.REGTYPE,
    size: int = 0,
    executable: bool = False,
    target: str = "",
) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size, entry.linkname, entry.mtime = kind, size, target, now
    entry.mode = 0o700 if executable else 0o600
    return entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
