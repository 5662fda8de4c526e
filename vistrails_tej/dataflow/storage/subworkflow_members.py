"""The subworkflows that a .vt archive carries: one member ``abstraction_NAME(UUID).xml`` each."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Callable, Mapping

from ..errors import VistrailError
from ..vistrail import Vistrail
from .archive_errors import DAMAGED_ARCHIVE

logger = logging.getLogger(__name__)

# All of them together, unpacked: far more than anybody draws by hand.
LARGEST_SUBWORKFLOWS = 16 * 1024 * 1024
UUID_ANNOTATION = "__abstraction_uuid__"
# A subworkflow that was made from another one goes on to answer to the older uuids.
_OLDER_UUID = re.compile(r"__abstraction_uuid_\d+__")
_MEMBER = re.compile(r"(?:\./)?abstraction_.*\((?P<uuid>[^()]+)\)(?:\.xml)?", re.DOTALL)


def read_subworkflow_members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML of the subworkflows in an open archive, by uuid.

    One that is damaged, encrypted or too large is left out with a warning: the rest of the
    vistrail can be used without it.
    """
    found: dict[str, bytes] = {}
    room = LARGEST_SUBWORKFLOWS
    for member in archive.infolist():
        match = _MEMBER.fullmatch(member.filename)
        if match is None or match["uuid"] in found:
            continue
        xml = _read(archive, member, room)
        if xml is not None:
            room -= len(xml)
            found[match["uuid"]] = xml
    return found


def parse_subworkflows(
    members: Mapping[str, bytes], parse: Callable[[bytes], Vistrail]
) -> dict[str, Vistrail]:
    """The histories of subworkflows, by every uuid they answer to.

    ``parse`` reads one; what it refuses with VistrailError is left out with a warning.
    """
    parsed: dict[str, Vistrail] = {}
    for uuid, xml in members.items():
        try:
            parsed[uuid] = parse(xml)
        except VistrailError as error:
            logger.warning("Left out the subworkflow %s: %s", uuid, error)
    others: dict[str, Vistrail] = {}
    for vistrail in parsed.values():
        for key, value in vistrail.annotations.items():
            if key == UUID_ANNOTATION or _OLDER_UUID.fullmatch(key):
                others.setdefault(value, vistrail)
    return {**others, **parsed}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes | None:
    reason = "it is damaged"
    try:
        if member.flag_bits & 0x1:
            reason = "it is encrypted"
        else:
            with archive.open(member) as stream:
                xml = stream.read(room + 1)
            if len(xml) <= room:
                return xml
            reason = "the subworkflows of this file are too large together"
    except NotImplementedError:
        reason = "its compression is not known"
    except DAMAGED_ARCHIVE as error:
        logger.debug("Member %s: %s", member.filename, error)
    logger.warning("Left out the member %s: %s", member.filename, reason)
    return None
