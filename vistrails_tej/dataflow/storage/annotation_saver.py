"""Read and save one annotation of a vistrail file, touching nothing else in it."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path
from typing import IO

from ..errors import NotAVistrail, SaveFailed, VistrailError
from .archive_edit import replace_member
from .atomic_file import FileChanged, replace_file
from .bundle import Bundle, find_member, open_regular, read_bundle
from .link import LINK_TAG, Link, parse_link
from .log_saver import append_to_log
from .xml_annotations import read_value, with_value
from .xml_document import check_prolog, parse_document

_MOST_TRIES = 20


def read_annotation(path: Path, key: str) -> str | None:
    """One annotation of a vistrail as the file has it now; None when there is none.

    ``path`` is a .vt or .xml file, or a .vtl link to one. Raise VistrailError.
    """
    bundle = read_bundle(path)
    link = _find_link(bundle)
    if link is not None:
        bundle = link.read()
    return read_value(bundle.xml, key, bundle.path)


def save_annotation(path: Path, key: str, value: str | None, *, log: bytes = b"") -> None:
    """Set one annotation of a vistrail, or remove it (None); ``value`` must be ASCII text.

    Of the XML only the bytes of this annotation change, other members of the archive not at all.
    The file of a .vtl link is what is changed; a vistrail that is packed in the link is unpacked
    beside it first, as VisTrails would on opening. ``log`` is put behind the execution log, where
    there can be one, in the same moment. Raise VistrailError, SaveFailed in most cases;
    the file is then as it was.
    """
    for _ in range(_MOST_TRIES):
        try:
            _save(path, key, value, log)
        except FileChanged:
            continue
        except (OSError, ValueError) as error:
            if isinstance(error, VistrailError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            raise SaveFailed(path, f"{reason}; check the folder's permissions and space") from error
        return
    raise SaveFailed(path, "another program keeps changing it; try again later")


def _save(path: Path, key: str, value: str | None, log: bytes) -> None:
    bundle = read_bundle(path)
    link = _find_link(bundle)
    if link is None:
        _change(path, key, value, log)
    elif link.is_packed():
        _unpack(link, key, value, log)
    else:
        _change(link.target, key, value, log)


def _change(path: Path, key: str, value: str | None, log: bytes) -> None:
    """Change a file that exists; a symlink stays one, and leads to the new file."""
    target = path.resolve()
    with open_regular(path) as source:
        seen = os.fstat(source.fileno())
        bundle = read_bundle(target)
        changed = _changed(bundle, key, value)
        if changed != bundle.xml or (log and bundle.member is not None):
            if not os.access(target, os.W_OK):
                # It could be replaced all the same, but somebody protected it.
                raise SaveFailed(path, "it is read-only; make it writable, or work on a copy")
            replace_file(target, lambda file: _write(bundle, source, file, changed, log), seen=seen)


def _unpack(link: Link, key: str, value: str | None, log: bytes) -> None:
    """Make the file that a link carries, with the annotation."""
    bundle = link.read()
    changed = _changed(bundle, key, value)
    source = io.BytesIO(link.packed or b"")
    replace_file(
        link.target,
        lambda file: _write(bundle, source, file, changed, log),
        seen=link.path.stat(),
        is_new=True,
    )


def _changed(bundle: Bundle, key: str, value: str | None) -> bytes:
    """The XML with the annotation; read again, since a mistake here would cost a history."""
    changed = with_value(bundle.xml, key, value, bundle.path)
    if read_value(changed, key, bundle.path) != value:
        raise ValueError(f"its annotation {key} could not be changed")
    return changed


def _write(
    bundle: Bundle, source: IO[bytes], target: IO[bytes], xml: bytes, log: bytes = b""
) -> None:
    """Write the container with another XML, and look whether it can be read again."""
    if bundle.member is None:
        target.write(xml)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            member = find_member(archive, bundle.path)
        if xml == bundle.xml:
            source.seek(0)
            shutil.copyfileobj(source, target)
        else:
            replace_member(source, target, member, xml, bundle.path)
        # A full disk is told here: zipfile would read the rest and call it no zip file.
        target.flush()
        if log:
            append_to_log(target, log, bundle.path)
            target.flush()
        with zipfile.ZipFile(target) as archive:
            if archive.read(member.filename) != xml:
                raise NotAVistrail(bundle.path, "its archive could not be changed")
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise SaveFailed(bundle.path, f"its archive is damaged ({error})") from error


def _find_link(bundle: Bundle) -> Link | None:
    if bundle.member is not None or check_prolog(bundle.xml, bundle.path) != LINK_TAG:
        return None
    return parse_link(parse_document(bundle.xml, bundle.path), bundle.path)
