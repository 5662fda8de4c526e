"""Replace one member of a zip archive, carrying the others over byte for byte.

Nothing is unpacked: other members keep their compressed bytes, dates, attributes and order. The
structures are those of the zip format (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16).
"""

from __future__ import annotations

import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import NotAVistrail

# signature, version, flags, method, time, date, crc, compressed, size, name and extra lengths
_LOCAL = struct.Struct("<4s5H3L2H")
# signature, made by, then as above, then comment, disk, attributes (2), offset
_CENTRAL = struct.Struct("<4s6H3L5H2L")
# signature, disk (2), entries (2), size and offset of the directory, length of the comment
_END = struct.Struct("<4s4H2LH")
_LOCAL_START = b"PK\3\4"
_CENTRAL_START = b"PK\1\2"
_END_START = b"PK\5\6"
_UTF8_NAME = 0x800
_VERSION_NEEDED = 20
_LARGEST = 0xFFFFFFFF
_MOST_ENTRIES = 0xFFFF
_CHUNK = 1024 * 1024
_DIRECTORY_DAMAGED = "the directory of the archive is damaged; use a backup"


@dataclass(slots=True)
class _Entry:
    """A member as the directory of the archive lists it."""

    fields: list[int | bytes]
    tail: bytes
    offset: int


def replace_member(
    source: IO[bytes], target: IO[bytes], member: zipfile.ZipInfo, content: bytes, path: Path
) -> None:
    """Write the archive ``source`` to ``target`` with another content of one member.

    Raise NotAVistrail, naming ``path``, for an archive that is damaged or of the 64-bit kind.
    """
    with zipfile.ZipFile(source) as archive:
        offsets = [one.header_offset for one in archive.infolist()]
        directory = archive.start_dir
        comment = archive.comment
    if not all(0 <= offset < directory for offset in offsets):
        raise NotAVistrail(path, _DIRECTORY_DAMAGED)
    entries = _read_directory(source, directory, offsets, path)
    moved = {}
    place = 0
    for start, end in _spans(offsets, directory):
        _copy(source, target, place, start)
        moved[start] = target.tell()
        if start == member.header_offset:
            replaced = entries[offsets.index(start)]
            target.write(_new_member(source, start, replaced, content, path))
        else:
            _copy(source, target, start, end)
        place = end
    _write_directory(target, entries, moved, comment, path)


def _spans(offsets: list[int], directory: int) -> Iterator[tuple[int, int]]:
    """From where to where each member lies, in the order of the file."""
    starts = sorted(set(offsets))
    yield from zip(starts, [*starts[1:], directory], strict=True)


def _read_directory(
    source: IO[bytes], directory: int, offsets: list[int], path: Path
) -> list[_Entry]:
    source.seek(directory)
    entries: list[_Entry] = []
    for offset in offsets:
        header = source.read(_CENTRAL.size)
        if len(header) < _CENTRAL.size or not header.startswith(_CENTRAL_START):
            raise NotAVistrail(path, _DIRECTORY_DAMAGED)
        fields = list(_CENTRAL.unpack(header))
        if _LARGEST in (fields[8], fields[9], fields[16]):
            raise NotAVistrail(path, "the archive is of the 64-bit kind; pack it again with zip")
        tail = source.read(fields[10] + fields[11] + fields[12])
        entries.append(_Entry(fields, tail, offset))
    return entries


def _new_member(source: IO[bytes], start: int, entry: _Entry, content: bytes, path: Path) -> bytes:
    """The bytes of the changed member; its directory entry is brought in line with them."""
    source.seek(start)
    header = source.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_START):
        raise NotAVistrail(path, "a member of the archive is damaged; use a backup")
    name_length = _LOCAL.unpack(header)[9]
    name = source.read(name_length)
    packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    moment = time.localtime()[:6]
    year = min(max(moment[0], 1980), 2107)
    date = (year - 1980) << 9 | moment[1] << 5 | moment[2]
    clock = moment[3] << 11 | moment[4] << 5 | moment[5] // 2
    flags = entry.fields[3]
    assert isinstance(flags, int)
    facts: list[int | bytes] = [flags & _UTF8_NAME, zipfile.ZIP_DEFLATED, clock, date]
    facts += [zlib.crc32(content), len(packed), len(content)]
    entry.fields[2:10] = [_VERSION_NEEDED, *facts]
    return _LOCAL.pack(_LOCAL_START, _VERSION_NEEDED, *facts, len(name), 0) + name + packed


def _write_directory(
    target: IO[bytes], entries: list[_Entry], moved: dict[int, int], comment: bytes, path: Path
) -> None:
    start = target.tell()
    for entry in entries:
        entry.fields[16] = moved[entry.offset]
        target.write(_CENTRAL.pack(*entry.fields) + entry.tail)
    size = target.tell() - start
    if start + size >= _LARGEST or len(entries) >= _MOST_ENTRIES:
        raise NotAVistrail(path, "the archive is too large to be changed")
    count = len(entries)
    target.write(_END.pack(_END_START, 0, 0, count, count, size, start, len(comment)) + comment)


def _copy(source: IO[bytes], target: IO[bytes], start: int, end: int) -> None:
    source.seek(start)
    while start < end:
        chunk = source.read(min(_CHUNK, end - start))
        if not chunk:
            raise OSError("the file became shorter while it was copied")
        target.write(chunk)
        start += len(chunk)
