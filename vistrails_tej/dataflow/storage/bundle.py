"""The container of a vistrail: a zip archive whose member ``vistrail`` is XML, or bare XML.

Files come from anywhere, so nothing a file says of its own size is believed, and no members but
``vistrail`` and those of subworkflows are ever looked into.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ..errors import NotAVistrail, VistrailNotFound
from .archive_errors import DAMAGED_ARCHIVE
from .subworkflow_members import read_subworkflow_members

# Far more than any real vistrail; a zip can promise a thousand times its own size.
LARGEST_MEMBER = 256 * 1024 * 1024
MOST_MEMBERS = 20_000
_MEMBER_NAMES = ("vistrail", "./vistrail")
_ZIP_START = b"PK"
_CHUNK = 1024 * 1024
_DAMAGED = "the archive is damaged or incomplete; copy the file again, or use a backup"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was found at ``path``: the XML, and the name of its member (None for a bare .xml).

    ``subworkflows`` is the XML of each subworkflow that came along, by uuid.
    """

    path: Path
    xml: bytes = field(repr=False)
    member: str | None = None
    subworkflows: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def read_bundle(path: Path) -> Bundle:
    """Read a .vt, .xml or .vtl; its content decides which. Raise NotAVistrail, VistrailNotFound."""
    with open_regular(path) as file:
        start = file.read(len(_ZIP_START))
        file.seek(0)
        if not start:
            raise NotAVistrail(path, "the file is empty; copy it again, or use a backup")
        if start == _ZIP_START:
            return _read_zip(path, file)
        return Bundle(path, read_limited(file, path, "the file"))


def bundle_of_bytes(path: Path, content: bytes) -> Bundle:
    """The same for a content that is not on the disk; ``path`` is only named in errors."""
    if content.startswith(_ZIP_START):
        return _read_zip(path, io.BytesIO(content))
    return Bundle(path, content)


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading; anything else could block or never end."""
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise NotAVistrail(path, "it is a directory; name the file in it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAVistrail(path, "it is no regular file; name a .vt, .xml or .vtl file")
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VistrailNotFound(path) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotAVistrail(path, f"it cannot be read ({reason}); check its permissions") from error


def read_limited(file: IO[bytes], path: Path, what: str) -> bytes:
    """Read to the end, but never more than LARGEST_MEMBER."""
    chunks: list[bytes] = []
    size = 0
    while True:
        chunk = file.read(_CHUNK)
        if not chunk:
            return b"".join(chunks)
        size += len(chunk)
        if size > LARGEST_MEMBER:
            limit = LARGEST_MEMBER // (1024 * 1024)
            raise NotAVistrail(
                path, f"{what} holds more than {limit} MiB; it is not opened, for your safety"
            )
        chunks.append(chunk)


def find_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    """The one member that holds the XML. Raise NotAVistrail."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise NotAVistrail(path, f"the archive has {len(members)} members; it is not opened")
    for name in _MEMBER_NAMES:
        found = [member for member in members if member.filename == name]
        if len(found) > 1:
            raise NotAVistrail(path, f"the archive has {len(found)} members named {name}")
        if found:
            return found[0]
    raise NotAVistrail(path, "the archive has no member named vistrail; is it another kind of zip?")


def _read_zip(path: Path, file: IO[bytes]) -> Bundle:
    try:
        with zipfile.ZipFile(file) as archive:
            member = find_member(archive, path)
            if member.flag_bits & 0x1:
                raise NotAVistrail(path, "its member vistrail is encrypted; decrypt it first")
            with archive.open(member) as stream:
                xml = read_limited(stream, path, "its member vistrail")
            return Bundle(path, xml, member.filename, read_subworkflow_members(archive))
    except NotImplementedError as error:
        raise NotAVistrail(
            path, f"its compression is not known ({error}); save it again with plain zip"
        ) from error
    except DAMAGED_ARCHIVE as error:
        raise NotAVistrail(path, _DAMAGED) from error
