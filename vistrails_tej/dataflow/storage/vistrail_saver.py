"""Save vistrails: at every moment the file is the old one or the new one."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import IO

from ..errors import SaveFailed, VistrailError, VistrailNotFound
from ..vistrail import Vistrail
from .archive_edit import replace_member
from .atomic_file import FileChanged, replace_file
from .bundle import find_member, open_regular, read_bundle
from .stored_history import store_vistrail
from .xml_text import format_document

_MEMBER = "vistrail"


def save_vistrail(
    vistrail: Vistrail, path: Path, *, members_of: Path | None = None, ascii_only: bool = True
) -> None:
    """Write a vistrail in schema 1.0.4: bare XML if the name ends in .xml, else a .vt archive.

    The other members (log, thumbnails, subworkflows) come from ``members_of``, by default from
    the file that is replaced; one that cannot be read is kept beside it as ``NAME.bak``. Raise
    TextNotPortable for what VisTrails 2.2 could not load, unless ``ascii_only`` is off, or
    SaveFailed; nothing was written then.
    """
    xml = format_document(store_vistrail(vistrail), ascii_only=ascii_only)
    try:
        content = xml if path.suffix == ".xml" else _archive(xml, members_of or path, path)
        _keep_unreadable(path)
        _replace(path, content)
    except (OSError, FileChanged) as error:
        reason = getattr(error, "strerror", None) or str(error) or "another program changed it"
        raise SaveFailed(path, f"{reason}; check the folder's permissions and space") from error


def _archive(xml: bytes, source: Path, path: Path) -> bytes:
    """A .vt archive with this XML and the other members of ``source``, if it is an archive."""
    target = io.BytesIO()
    try:
        bundle = read_bundle(source)
    except VistrailError:
        bundle = None
    if bundle is None or bundle.member is None:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MEMBER, xml)
        return target.getvalue()
    with open_regular(source) as file:
        with zipfile.ZipFile(file) as archive:
            member = find_member(archive, source)
        replace_member(file, target, member, xml, path)
    return target.getvalue()


def _keep_unreadable(path: Path) -> None:
    """Put a file that is no vistrail we can read out of the way instead of replacing it."""
    try:
        read_bundle(path)
    except VistrailNotFound:
        return
    except VistrailError:
        path.replace(path.with_name(f"{path.name}.bak"))


def _replace(path: Path, content: bytes) -> None:
    target = path.resolve()

    def write(file: IO[bytes]) -> None:
        file.write(content)

    if target.exists():
        replace_file(target, write, seen=target.stat())
    else:
        replace_file(target, write, seen=_new_file(target.parent), is_new=True)


def _new_file(folder: Path) -> os.stat_result:
    """What a new file of this user looks like: its mode and owner are those of ``open``."""
    probe = folder / f".vistrails-tej-{os.getpid()}"
    probe.touch()
    try:
        return probe.stat()
    finally:
        probe.unlink()
