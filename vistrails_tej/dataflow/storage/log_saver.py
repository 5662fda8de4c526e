"""The ``log`` member of a .vt archive: read it, or append to it while the archive is rewritten."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from ..errors import NotAVistrail
from ..execution_log import WorkflowExecution
from .archive_edit import replace_member
from .archive_errors import DAMAGED_ARCHIVE
from .bundle import open_regular, read_bundle, read_limited
from .log_format import ENTRY_TAG, parse_executions

logger = logging.getLogger(__name__)

LOG_MEMBER = "log"
# Thousands of runs. Older entries of this program make room for new ones.
LARGEST_LOG = 4 * 1024 * 1024
_ENTRY_START = f"<{ENTRY_TAG}".encode()
_OWN_ENTRY = re.compile(rb'[^>]*\bvtVersion="vistrails[-_]tej')


def read_log(path: Path) -> list[WorkflowExecution]:
    """The runs that a .vt file remembers, oldest first; none for another kind of file.

    Raise VistrailError when the file or its log cannot be read.
    """
    if read_bundle(path).member is None:
        return []
    with open_regular(path) as file:
        try:
            content = _read_member(file, path)
        except DAMAGED_ARCHIVE as error:
            raise NotAVistrail(path, f"its log is damaged ({error}); use a backup") from error
    return parse_executions(content or b"", path)


def append_to_log(archive: IO[bytes], entries: bytes, path: Path) -> None:
    """Put entries behind those of an archive that is being written; other members stay.

    A log that cannot be added to, or is no row of entries, is left as it is: what it is saved
    with matters more.
    """
    try:
        content = _read_member(archive, path)
    except (*DAMAGED_ARCHIVE, NotAVistrail) as error:
        logger.warning("The log of %s cannot be added to: %s", path, error)
        return
    if content is None:
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(LOG_MEMBER, entries)
    elif content.strip() and not content.lstrip().startswith(_ENTRY_START):
        logger.debug("The log of %s is of another form; nothing was added", path)
    else:
        kept = _trimmed(content, LARGEST_LOG - len(entries))
        if kept is None:
            logger.warning("The log of %s is too large; this run is not written down in it", path)
        else:
            _replace(archive, kept + entries, path)


def _trimmed(content: bytes, size: int) -> bytes | None:
    """What fits when the oldest entries of this program go; None if others alone do not fit.

    A < inside an attribute is always escaped, so that an entry begins wherever it seems to.
    """
    if len(content) <= size:
        return content
    first, *others = content.split(_ENTRY_START)
    excess = len(content) - size
    kept = [first]
    for entry in others:
        if excess > 0 and _OWN_ENTRY.match(entry):
            excess -= len(_ENTRY_START) + len(entry)
        else:
            kept.append(entry)
    return _ENTRY_START.join(kept) if excess <= 0 else None


def _read_member(file: IO[bytes], path: Path) -> bytes | None:
    with zipfile.ZipFile(file) as archive:
        if LOG_MEMBER not in archive.namelist():
            return None
        with archive.open(LOG_MEMBER) as stream:
            return read_limited(stream, path, "its log")


def _replace(archive: IO[bytes], content: bytes, path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        member = packed.getinfo(LOG_MEMBER)
    # Beside the file that is written: another disk that is full would be of no concern to it.
    with tempfile.TemporaryFile(dir=path.parent) as changed:
        replace_member(archive, changed, member, content, path)
        changed.seek(0)
        archive.seek(0)
        archive.truncate()
        shutil.copyfileobj(changed, archive)
