"""Make a directory out of files that come from ports, under the names of the ports."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..engine import FileSource


class UnusableName(ValueError):
    """Raised when a port's name cannot be the name of a file in the directory."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"the port name {name!r} is not a path inside the directory;"
            " rename the port, for instance to data/input.txt"
        )


def assemble_directory(directory: Path, files: Sequence[FileSource]) -> None:
    """Copy every file in order into an empty directory; a later one replaces an earlier.

    Raise UnusableName for a name that leads out of it, OSError when a file cannot be copied.
    """
    for file in files:
        target = directory / checked_name(file.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(file.path, target)


def checked_name(name: str) -> PurePosixPath:
    """Read a port's name as a relative path. Raise UnusableName when it is none."""
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
        raise UnusableName(name)
    return path


def _replace(source: Path, target: Path) -> None:
    if target.is_symlink() or target.is_file():
        target.unlink()
    elif target.is_dir():
        shutil.rmtree(target)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy(source, target)
