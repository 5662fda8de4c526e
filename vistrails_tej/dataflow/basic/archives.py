"""Unzip and UnzipDirectory; archives may come from anywhere, so they are not trusted."""

from __future__ import annotations

import contextlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from ..module import Module, ModuleError
from ..path_object import PathObject

_MOST_MEMBERS = 100_000
# Deflate packs text about 10 times, never more than 1032 times; a bomb lives above.
_HIGHEST_RATIO = 200
_UNSUSPICIOUS_SIZE = 64 * 1024 * 1024


class Unzip(Module):
    """One file out of a zip archive."""

    _input_ports: ClassVar[Any] = [
        ("archive_file", "(basic:File)"),
        ("filename_in_archive", "(basic:String)"),
    ]
    _output_ports: ClassVar[Any] = [("file", "(basic:File)")]

    def compute(self) -> None:
        """Unpack it into a temporary file. Raise ModuleError."""
        name = self.get_input("filename_in_archive")
        with _opened(self, self.get_input("archive_file")) as archive:
            try:
                member = archive.getinfo(name)
            except KeyError:
                raise ModuleError(self, f"the archive has no file {name!r}") from None
            if member.is_dir():
                raise ModuleError(self, f"{name!r} is a directory; use UnzipDirectory")
            pool = self.interpreter.filePool
            _check_size(self, [member], pool.directory)
            path = pool.create_file(suffix=PurePosixPath(name.replace("\\", "/")).suffix)
            _unpack(archive, member, Path(path.name))
        self.set_output("file", path)


class UnzipDirectory(Module):
    """Everything in a zip archive, as a directory."""

    _input_ports: ClassVar[Any] = [("archive_file", "(basic:File)")]
    _output_ports: ClassVar[Any] = [("directory", "(basic:Directory)")]

    def compute(self) -> None:
        """Unpack it into a temporary directory. Raise ModuleError, also for unsafe names."""
        with _opened(self, self.get_input("archive_file")) as archive:
            members = archive.infolist()
            targets = [_safe_path(self, member) for member in members]
            pool = self.interpreter.filePool
            _check_size(self, members, pool.directory)
            directory = pool.create_directory()
            for member, target in zip(members, targets, strict=True):
                place = Path(directory.name, target)
                if member.is_dir():
                    place.mkdir(parents=True, exist_ok=True)
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                _unpack(archive, member, place)
        self.set_output("directory", directory)


@contextlib.contextmanager
def _opened(module: Module, path: PathObject) -> Iterator[zipfile.ZipFile]:
    """An archive; whatever is wrong with it becomes a ModuleError."""
    try:
        with zipfile.ZipFile(path.name) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise ModuleError(module, f"{path.name} cannot be unzipped: {error}") from error
    except (NotImplementedError, RuntimeError) as error:
        # An unknown compression, or a password.
        raise ModuleError(module, f"{path.name} cannot be unzipped here: {error}") from error


def _safe_path(module: Module, member: zipfile.ZipInfo) -> PurePosixPath:
    """The place of a member inside the target. Raise ModuleError if it would lie outside."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise ModuleError(
            module, f"the archive is unsafe: {member.filename!r} lies outside of it; repack it"
        )
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ModuleError(
            module, f"the archive holds {member.filename!r}, which is no plain file; repack it"
        )
    return path


def _check_size(module: Module, members: Sequence[zipfile.ZipInfo], directory: Path) -> None:
    """Refuse what would fill the disk."""
    if len(members) > _MOST_MEMBERS:
        raise ModuleError(module, f"the archive has more than {_MOST_MEMBERS} files; repack it")
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > _UNSUSPICIOUS_SIZE and size > _HIGHEST_RATIO * packed:
        raise ModuleError(
            module, f"the archive is suspicious: {packed} bytes would become {size}; repack it"
        )
    if size > shutil.disk_usage(directory).free:
        raise ModuleError(module, f"there is no room in {directory} for {size} bytes; make some")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member; reading stops at the size it claims. Its x-bit is kept."""
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    if (member.external_attr >> 16) & 0o100:
        target.chmod(target.stat().st_mode | 0o100)
