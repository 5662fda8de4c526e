"""Save vistrails: at every moment the file is the old one or the new one."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
import uuid
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError, canonicalize
from xml.parsers import expat

from ..errors import NotAVistrail, SaveFailed, VistrailError, VistrailNotFound
from ..garbage import collection_paused
from ..vistrail import JOBS, Origin, Vistrail
from .archive_edit import replace_member
from .atomic_file import FileChanged, replace_file
from .bundle import find_member, open_regular, read_bundle
from .file_lock import locked
from .link import LINK_TAG, Link, parse_link
from .reader import open_vistrail
from .schema import CURRENT_SCHEMA
from .stored_history import store_vistrail
from .xml_annotations import read_value, with_value
from .xml_document import check_prolog, parse_document
from .xml_text import format_document

_MEMBER = "vistrail"
_LINK_SUFFIX = ".vtl"
_BARE_SUFFIX = ".xml"
_MOST_TRIES = 20
_BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def save_vistrail(
    vistrail: Vistrail,
    path: Path | str,
    *,
    members_of: Path | None = None,
    ascii_only: bool = True,
    overwrite: bool = False,
    date: datetime | None = None,
) -> Vistrail:
    """Write a vistrail in schema 1.0.4, and return it as it is in the file now.

    A new file whose name ends in .xml is bare XML, any other a .vt archive; an archive stays one
    whatever its name, and the file of a .vtl link is what is written. The other members (log,
    thumbnails, subworkflows) come from ``members_of``, by default from the file the vistrail was
    read from or saved to last. A new archive says that it was made at ``date``, by default now. A
    file in the way that cannot be read is kept beside the new one as ``NAME.bak``.

    If the vistrail was read from the file or saved to it before, jobs that were recorded in it
    since are taken over. Any other change raises SaveFailed, as does a vistrail of another origin
    that is in the way, unless ``overwrite`` is on; so does what the disk refuses. Raise
    TextNotPortable for what VisTrails 2.2 could not load, unless ``ascii_only`` is off. The file
    is then as it was.
    """
    path = Path(path)
    target = _find_target(path)
    saving = _Saving(vistrail, target, members_of or _members_of(vistrail), ascii_only, date)
    try:
        with locked(target), collection_paused():
            for _ in range(_MOST_TRIES):
                with contextlib.suppress(FileChanged):
                    return saving.try_once(overwrite=overwrite)
    except (OSError, zipfile.BadZipFile) as error:
        if isinstance(error, VistrailError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise SaveFailed(path, f"{reason}; check the folder's permissions and space") from error
    raise SaveFailed(path, "another program keeps changing it; try again later")


@dataclass(frozen=True, slots=True)
class _Saving:
    """What is saved to which file; ``members`` is the archive with the other members."""

    vistrail: Vistrail
    target: Path
    members: Path | None
    ascii_only: bool
    date: datetime | None

    def try_once(self, *, overwrite: bool) -> Vistrail:
        """Replace the file. Raise FileChanged if somebody else did so at the same time."""
        # Whoever replaces the file from here on is seen by the rename at the end.
        seen = _stat(self.target)
        current = _with_jobs_of_disk(self.vistrail, self.target, overwrite)
        document = store_vistrail(current)
        xml = format_document(document, ascii_only=self.ascii_only)
        _check(xml, self.target)
        is_bare = _is_bare(self.target)
        content = xml if is_bare else _archive(xml, self.members, self.target, self.date)
        before = self.vistrail.origin
        _replace(self.target, content, seen, before)
        origin = _new_origin(before, self.target, xml, self.members if is_bare else None)
        return replace(current, schema_version=CURRENT_SCHEMA, stored=document, origin=origin)


def _find_target(path: Path) -> Path:
    """The file to write: symlinks and .vtl links stay, and what they lead to changes."""
    if path.suffix.lower() != _LINK_SUFFIX:
        return path.resolve()
    try:
        link = _read_link(path)
    except VistrailNotFound as error:
        raise SaveFailed(path, "a new .vtl would lead nowhere; save a .vt file") from error
    if link is None:
        raise SaveFailed(path, "it is no link although its name says so; save a .vt file")
    return link.target.resolve()


def _read_link(path: Path) -> Link | None:
    bundle = read_bundle(path)
    if bundle.member is not None or check_prolog(bundle.xml, path) != LINK_TAG:
        return None
    return parse_link(parse_document(bundle.xml, path), path)


def _members_of(vistrail: Vistrail) -> Path | None:
    """The file that has the other members: an archive, or the link it is packed in."""
    origin = vistrail.origin
    if origin is None:
        return None
    if origin.members is not None:
        return origin.members
    return origin.path if origin.path.exists() else origin.packed_in


def _new_origin(before: Origin | None, target: Path, xml: bytes, members: Path | None) -> Origin:
    """Where the vistrail is now; what it wrote or read elsewhere goes on to be known."""
    known = before.known if before is not None else {}
    return Origin(target, xml, members=members, elsewhere={**known, target: xml})


def _is_bare(target: Path) -> bool:
    """Whether a file is to be XML without an archive: its name says so, and it is no archive."""
    try:
        return target.suffix.lower() == _BARE_SUFFIX and read_bundle(target).member is None
    except VistrailError:
        return True


def _stat(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _with_jobs_of_disk(vistrail: Vistrail, target: Path, overwrite: bool) -> Vistrail:
    """The vistrail with what a run recorded in the file meanwhile. Raise SaveFailed."""
    known = vistrail.origin.known if vistrail.origin is not None else {}
    try:
        disk = read_bundle(target).xml
        if disk in known.values():
            return vistrail
        if target in known and _differ_in_jobs(known[target], disk, target):
            return vistrail.with_annotation(JOBS, read_value(disk, JOBS, target))
    except VistrailError:
        # Gone, or destroyed: a backup is made of whatever it is.
        return vistrail
    if overwrite or not _is_readable(target, vistrail.origin):
        return vistrail
    if target in known:
        raise SaveFailed(
            target,
            "another program changed it since it was opened; save under another name, or open it"
            " again and repeat your edits there",
        )
    raise SaveFailed(
        target, "another vistrail is there; save under another name, or ask to overwrite it"
    )


def _differ_in_jobs(before: bytes, now: bytes, path: Path) -> bool:
    """Whether two documents say the same but for their jobs, however it is written."""
    rest = [with_value(one, JOBS, None, path) for one in (before, now)]
    if rest[0] == rest[1]:
        return True
    try:
        first, second = (canonicalize(one.decode("utf-8"), strip_text=True) for one in rest)
    except (ParseError, ValueError):
        return False
    return first == second


def _check(xml: bytes, path: Path) -> None:
    """Look whether it can be read again: a mistake here would cost a history."""
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as error:
        raise SaveFailed(path, f"it holds a name that no XML can have ({error})") from error


def _archive(xml: bytes, source: Path | None, target: Path, date: datetime | None) -> bytes:
    """A .vt archive with this XML and the other members of ``source``, if it is an archive."""
    archive = io.BytesIO()
    packed = _open_archive(source)
    if packed is None:
        moment = date or datetime.now()
        info = zipfile.ZipInfo(_MEMBER, max(moment.timetuple()[:6], _BEGINNING_OF_ZIP))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr(info, xml)
        return archive.getvalue()
    with packed:
        with zipfile.ZipFile(packed) as old:
            member = find_member(old, target)
        replace_member(packed, archive, member, xml, target)
    with zipfile.ZipFile(archive) as made:
        if made.read(member.filename) != xml:
            raise NotAVistrail(target, "its archive could not be changed; pack it again with zip")
    return archive.getvalue()


def _open_archive(source: Path | None) -> IO[bytes] | None:
    """The archive with the other members; None if there is none that can be read."""
    if source is None:
        return None
    try:
        link = _read_link(source)
        if link is not None and link.packed is not None:
            return io.BytesIO(link.packed) if link.read().member is not None else None
        return open_regular(source) if read_bundle(source).member is not None else None
    except VistrailError:
        return None


def _replace(
    target: Path, content: bytes, seen: os.stat_result | None, origin: Origin | None
) -> None:
    def write(file: IO[bytes]) -> None:
        file.write(content)

    if seen is None:
        replace_file(target, write, seen=_new_file(target.parent), is_new=True)
        return
    if not stat.S_ISREG(seen.st_mode):
        raise SaveFailed(target, "it is no regular file; choose another name")
    if not os.access(target, os.W_OK):
        # It could be replaced all the same, but somebody protected it.
        raise SaveFailed(target, "it is read-only; make it writable, or save under another name")
    backup = None if _is_readable(target, origin) else _backup(target)
    try:
        replace_file(target, write, seen=seen)
    except BaseException:
        if backup is not None:
            backup.unlink(missing_ok=True)
        raise


def _is_readable(target: Path, origin: Origin | None) -> bool:
    """Whether a file is a vistrail, and no link to one; what is known is not parsed again."""
    try:
        if origin is not None and read_bundle(target).xml in origin.known.values():
            return True
        return open_vistrail(target).path == target
    except VistrailError:
        return False


def _backup(target: Path) -> Path:
    """Keep a copy of a file under a name that is free."""
    number = 0
    backup = target.with_name(f"{target.name}.bak")
    while backup.exists():
        number += 1
        backup = target.with_name(f"{target.name}.bak{number}")
    shutil.copy2(target, backup)
    return backup


def _new_file(folder: Path) -> os.stat_result:
    """What a new file of this user looks like: its mode and owner are those of ``open``."""
    probe = folder / f".vistrails-tej-{uuid.uuid4().hex}.new"
    probe.touch()
    try:
        return probe.stat()
    finally:
        probe.unlink()
