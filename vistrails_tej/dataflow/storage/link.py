"""A .vtl file: a link to a vistrail and one of its versions, perhaps with the file packed in.

Opening never writes. A packed vistrail is read from the link itself as long as the file beside
the link does not exist; once something was saved, that file exists, is the user's, and counts.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from xml.etree.ElementTree import Element

from ..errors import NotAVistrail, VistrailNotFound
from .bundle import Bundle, bundle_of_bytes, read_bundle

LINK_TAG = "vtlink"
_EXAMPLES = "@examples"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads: the vistrail's path, its packed content if any, a tag or number."""

    path: Path
    target: Path
    version: str | None = None
    packed: bytes | None = field(default=None, repr=False)

    def is_packed(self) -> bool:
        """Whether the vistrail is still only inside the link."""
        return self.packed is not None and not self.target.exists()

    def read(self) -> Bundle:
        """What the link leads to. Raise NotAVistrail, VistrailNotFound."""
        if self.packed is not None and self.is_packed():
            return bundle_of_bytes(self.target, self.packed)
        if not self.target.exists():
            raise VistrailNotFound(self.target)
        return read_bundle(self.target)


def parse_link(root: Element, path: Path) -> Link:
    """Read a ``vtlink`` element. Raise NotAVistrail when it leads to nothing on this machine."""
    version = root.get("tag", "").strip() or root.get("version", "").strip() or None
    packed = _unpack(root.get("vtcontent", ""), path)
    name = root.get("filename", "").strip()
    if packed is not None:
        # The name comes with the content, so it must not choose the folder.
        plain = PureWindowsPath(name).name or f"{path.stem}.vt"
        return Link(path, path.parent / plain, version, packed)
    if not name:
        raise NotAVistrail(
            path, "this link names no file, but a database or an address; save a .vt file from it"
        )
    if name.startswith(_EXAMPLES):
        raise NotAVistrail(
            path, f"this link leads to {name} of a VisTrails installation; open that file itself"
        )
    return Link(path, _find_target(path, name), version)


def _find_target(path: Path, name: str) -> Path:
    try:
        beside = path.parent / name
        if not beside.exists() and Path(name).exists():
            return Path(name)
    except (OSError, ValueError) as error:
        raise NotAVistrail(path, f"this link names a file that cannot be: {error}") from error
    return beside


def _unpack(text: str, path: Path) -> bytes | None:
    if not text.strip():
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAVistrail(path, "the vistrail packed into this link is damaged") from error
