"""What the directory of a job is made of: files and directories that lie wherever they are here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import TransferFailed, UnsafeName

__all__ = ["Directory", "FileSource", "follow", "list_files"]

# As many links one after the other as Linux follows.
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file or directory here, and its relative name in the job; blank for the whole content."""

    path: Path
    name: str = ""


Directory = Path | Sequence[FileSource]
"""A directory, or what one is made of, in order: a later source replaces what is in its place."""


def list_files(directory: Directory) -> dict[str, Path | None]:
    """Where each file, link and directory of a job lies, by relative name, parents first.

    None is a directory that only the names ask for. The order does not depend on the disk. Raises
    TransferFailed for what is no directory, cannot be read, or is in the way of another name.
    """
    entries: dict[str, Path | None] = {}
    sources = [FileSource(directory)] if isinstance(directory, Path) else directory
    for source in sources:
        root = Path(os.path.realpath(source.path))
        if source.name:
            _make_room(source.name, entries)
            entries[source.name] = root
        elif not root.is_dir():
            raise TransferFailed(str(source.path), "it is not a directory", "give one")
        if root.is_dir():
            above = f"{source.name}/" if source.name else ""
            for name in _walk(root, "", source.name or str(source.path)):
                entries[above + name] = root / name
    return dict(sorted(entries.items(), key=lambda entry: entry[0].split("/")))


def follow(name: str, entries: Mapping[str, Path | None]) -> str | None:
    """What a name leads to when the links among the files are followed; None if it leads out."""
    place: list[str] = []
    waiting = name.split("/")[::-1]
    links = 0
    while waiting:
        part = waiting.pop()
        if part == ".." and not place:
            return None
        if part == "..":
            place.pop()
        elif part not in ("", "."):
            place.append(part)
            path = entries.get("/".join(place))
            if path is not None and path.is_symlink() and links < _MOST_LINKS:
                target = os.readlink(path)  # noqa: PTH115 - Path would tidy up the text
                if target.startswith("/"):
                    return None
                links += 1
                place.pop()
                waiting += target.split("/")[::-1]
    return "/".join(place)


def _make_room(name: str, entries: dict[str, Path | None]) -> None:
    """Remove what has this name, and make the directories above it."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in name:
        raise UnsafeName(name)
    for one in [one for one in entries if one == name or one.startswith(f"{name}/")]:
        del entries[one]
    for count in range(1, len(parts)):
        above = "/".join(parts[:count])
        path = entries.setdefault(above, None)
        if path is not None and (path.is_symlink() or not path.is_dir()):
            raise TransferFailed(
                name, f"{above} is in its way and is no directory", "give it another name"
            )


def _walk(root: Path, below: str, shown: str) -> Iterator[str]:
    """Relative names; ``shown`` is what the directory is called in errors."""
    try:
        with os.scandir(root / below) as found:
            entries = list(found)
    except OSError as error:
        raise TransferFailed(below or shown, f"cannot be read: {error.strerror}") from error
    for entry in entries:
        name = f"{below}/{entry.name}" if below else entry.name
        yield name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, name, shown)
