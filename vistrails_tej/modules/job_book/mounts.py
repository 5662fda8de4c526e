"""Which disk of another machine a file is on, told without asking that disk: it may hang."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable
from pathlib import Path

__all__ = ["Mounts"]

# What is mounted where, as Linux tells it.
_TABLE = Path("/proc/self/mountinfo")
# Where others are mounted on systems that have no such list.
_FOLDERS_OF_MOUNTS = frozenset(("Network", "Volumes", "media", "mnt", "net"))

# A source such as ``server:/export`` or ``//server/share`` is one, too.
_FOREIGN_TYPES = ("9p", "afs", "autofs", "beegfs", "fuse", "gpfs", "lustre", "virtiofs")
_MOST_LINKS = 40


class Mounts:
    """The disks of other machines, and of programs, that are mounted here.

    Local disks do not hang. A link on one may lead to another: such links are followed, up to
    where a foreign disk begins.
    """

    def __init__(self) -> None:
        self._text: str | None = None
        self._mounts: dict[Path, int | None] = {}
        self._disks: dict[Path, Hashable] = {}

    def refresh(self) -> None:
        """Look what is mounted now."""
        try:
            text = _TABLE.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            text = None
        if text != self._text or text is None:
            self._text = text
            found = map(_parse_line, (text or "").splitlines())
            self._mounts = dict(one for one in found if one is not None)
            self._disks = {}

    def disk(self, folder: Path) -> Hashable:
        """The number of the foreign disk that a folder is on, as ``stat`` has it; else None."""
        if folder not in self._disks:
            self._disks[folder] = self._find(folder) if self._mounts else _guess(folder)
        return self._disks[folder]

    def _find(self, folder: Path) -> int | None:
        left, place = list(reversed(folder.parts[1:])), Path(folder.anchor)
        links = 0
        while left:
            part = left.pop()
            place = place.parent if part == ".." else place / part
            target = self._target(place)
            if target is not None and links < _MOST_LINKS:
                links += 1
                place = Path(target.anchor) if target.is_absolute() else place.parent
                left.extend(reversed(target.parts[1:] if target.is_absolute() else target.parts))
        return self._disk_of(place)

    def _target(self, place: Path) -> Path | None:
        """Where a link on a local disk leads; those on others are not looked at."""
        if self._disk_of(place) is not None:
            return None
        try:
            return place.readlink()
        except OSError:
            return None

    def _disk_of(self, place: Path) -> int | None:
        """The foreign disk whose mount point is the nearest above; None for a local one."""
        nearest = next((one for one in (place, *place.parents) if one in self._mounts), None)
        return None if nearest is None else self._mounts[nearest]


def _parse_line(line: str) -> tuple[Path, int | None] | None:
    """A mount point, and the number of what is mounted there if it is foreign; see proc(5)."""
    here, _, there = line.partition(" - ")
    try:
        _, _, device, _, point, *_ = here.split(" ")
        kind, source, *_ = there.split(" ")
        major, minor = map(int, device.split(":"))
    except ValueError:
        return None
    is_foreign = ":" in source or source.startswith("//") or kind.startswith(_FOREIGN_TYPES)
    return Path(_unescape(point)), os.makedev(major, minor) if is_foreign else None


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _guess(folder: Path) -> Hashable:
    """By the name alone, where nobody tells what is mounted."""
    parts = folder.parts
    return parts[:3] if parts[1:2] and parts[1] in _FOLDERS_OF_MOUNTS else None
