"""Parse XML that may be hostile: no DOCTYPE, hence no entities, and only so many elements."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from ..errors import NotAVistrail

# An element takes a few hundred bytes of memory, but only four in a file.
MOST_ELEMENTS = 1_000_000
_PIECE = 256
_CHUNK = 64 * 1024


class _RootReached(Exception):
    """The prolog is over; raised inside the parser to stop it."""


def parse_document(xml: bytes, path: Path) -> ElementTree.Element:
    """The root element. Raise NotAVistrail, naming ``path``."""
    check_prolog(xml, path)
    if xml.count(b"<") - xml.count(b"</") > MOST_ELEMENTS:
        raise NotAVistrail(path, "it has more elements than any real vistrail; it is not opened")
    # Whatever encoding the document claims, only one is used in vistrails.
    parser = ElementTree.XMLParser(encoding="utf-8")
    try:
        for start in range(0, len(xml), _CHUNK):
            # Between two chunks other threads, such as that of a window, have their turn.
            parser.feed(xml[start : start + _CHUNK])
        return parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NotAVistrail(path, broken_xml(error)) from error


def check_prolog(xml: bytes, path: Path) -> str:
    """Let expat read up to the root element, and return its tag.

    A DOCTYPE or an entity declaration is refused. The document goes in by small pieces, so that
    nothing declared is ever expanded. Raise NotAVistrail.
    """
    if b"\0" in xml[:4]:
        # A byte order mark would win over the encoding that is asked for.
        raise NotAVistrail(path, "its text is not UTF-8; save it as UTF-8")
    parser = expat.ParserCreate("utf-8")

    def refuse(*_: object) -> None:
        raise NotAVistrail(path, "it has a DOCTYPE, which vistrails never have; it is not opened")

    def reached(tag: str, _: object) -> None:
        raise _RootReached(tag)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = reached
    try:
        for start in range(0, len(xml), _PIECE):
            parser.Parse(xml[start : start + _PIECE], False)
        parser.Parse(b"", True)
    except _RootReached as root:
        return str(root)
    except expat.ExpatError as error:
        raise NotAVistrail(path, broken_xml(error)) from error
    raise NotAVistrail(path, "its XML holds nothing")


def broken_xml(error: Exception) -> str:
    """Why XML is no XML, as part of a sentence."""
    return f"its XML is damaged ({error}); copy the file again, or use a backup"
