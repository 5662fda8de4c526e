"""Unpack a tar stream whose maker is not trusted: into a new directory and nowhere else."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tarfile import EOFHeaderError, HeaderError, ReadError  # type: ignore[attr-defined]
from typing import IO, cast

from .errors import TransferFailed, UnsafeName
from .partial import growing_directory
from .session_shell import ByteReader

__all__ = ["unpack_stream"]

_PIECE = 1024 * 1024
# tarfile copies what is left of its buffer at each read, which is slow for small files in a large
# one.
_BUFFER = 64 * 1024


def unpack_stream(reader: ByteReader, into: Path) -> None:
    """Unpack the tar stream of ``reader`` as the directory ``into``, all of it or nothing.

    ``into`` may exist if it is empty. Everything is written to a new directory beside it, which
    is renamed once the stream has ended well. Raises UnsafeName for an entry that would end up,
    or point, outside, or is no file, directory or link; TransferFailed for a broken stream and
    for a full disk.
    """
    target = Path(os.path.abspath(into))  # noqa: PTH100  (a link must not be followed)
    if target.is_symlink() or (target.exists() and not _is_empty_directory(target)):
        raise TransferFailed(str(into), "it exists already", "give a new name")
    try:
        with growing_directory(target) as fresh:
            _Unpacking(reader, fresh).run()
            fresh.rename(target)
    except OSError as error:
        raise TransferFailed(str(into), f"cannot be written: {error.strerror}") from error


def _is_empty_directory(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


class _StrictEntry(tarfile.TarInfo):
    """An entry that must follow its like: tarfile takes a damaged header for the end."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> _StrictEntry:
        try:
            return super().fromtarfile(tarfile)
        except EOFHeaderError:
            raise
        except HeaderError as error:
            raise ReadError(f"{error} at byte {tarfile.offset}") from error


class _Unpacking:
    """Writes one archive below one new directory that nobody else touches."""

    def __init__(self, reader: ByteReader, root: Path) -> None:
        self._reader = reader
        self._root = root
        # Made last, so that nothing can be written through them.
        self._links: list[tuple[Path, str, str]] = []

    def run(self) -> None:
        try:
            with tarfile.open(
                fileobj=cast("IO[bytes]", self._reader),
                mode="r|",
                bufsize=_BUFFER,
                tarinfo=_StrictEntry,
                encoding="utf-8",
                errors="surrogateescape",
            ) as archive:
                for entry in _entries(archive):
                    self._unpack(archive, entry)
        except tarfile.TarError as error:
            raise TransferFailed("the archive", f"the stream is damaged: {error}") from error
        self._make_links()
        # The padding behind the archive; the reader's end says whether the sender succeeded.
        while self._reader.read(_PIECE):
            pass

    def _unpack(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        path = self._place(entry.name)
        if entry.isdir():
            self._make_directory(path)
            return
        if path == self._root:
            raise UnsafeName(entry.name)
        self._make_directory(path.parent)
        if entry.issym():
            self._links.append((path, entry.linkname, entry.name))
        elif entry.islnk():
            os.link(self._linked_file(entry), path)
        elif entry.isreg():
            self._write_file(archive, entry, path)
        else:
            raise UnsafeName(entry.name, "it is a device or a pipe, not a file")

    def _place(self, name: str) -> Path:
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or ".." in parts or "\0" in name:
            raise UnsafeName(name)
        return self._root.joinpath(*parts)

    def _make_directory(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)

    def _write_file(self, archive: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
        source = archive.extractfile(entry)
        assert source is not None
        mode = 0o777 if entry.mode & 0o111 else 0o666
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        except FileExistsError as error:
            raise UnsafeName(entry.name, "it comes twice") from error
        with source, os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(source, file, _PIECE)

    def _linked_file(self, entry: tarfile.TarInfo) -> Path:
        path = self._place(entry.linkname)
        if not (path.exists() and stat.S_ISREG(path.lstat().st_mode)):
            raise UnsafeName(entry.name, "it is a link to something that is not in the archive")
        return path

    def _make_links(self) -> None:
        for path, target, name in self._links:
            if target.startswith("/") or "\0" in target or not target:
                raise UnsafeName(name, f"it is a link to {target!r}, which leads out")
            try:
                path.symlink_to(target)
            except FileExistsError as error:
                raise UnsafeName(name, "it comes twice") from error
        # Only when all links are there can be told where a chain of them leads.
        root = Path(os.path.realpath(self._root))
        for path, target, name in self._links:
            written = os.path.normpath(path.parent.relative_to(self._root) / target)
            followed = Path(os.path.realpath(path))
            inside = followed == root or root in followed.parents
            if written.split("/")[0] == ".." or not inside:
                raise UnsafeName(name, f"it is a link to {target!r}, which leads out")


def _entries(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (entry := archive.next()) is not None:
        # Otherwise tarfile would remember each of a million entries.
        archive.members.clear()  # type: ignore[attr-defined]
        yield entry
