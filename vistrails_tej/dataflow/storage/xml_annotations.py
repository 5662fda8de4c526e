"""Read, set or remove one annotation of a vistrail's XML, leaving every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from ..errors import NotAVistrail
from .xml_document import broken_xml, check_prolog
from .xml_text import ESCAPES

_ROOT_TAG = "vistrail"
_ANNOTATION = "annotation"
# Annotations come after these and before the rest.
_BEFORE = frozenset({"action", "tag", _ANNOTATION})
_NUMBERED = frozenset({_ANNOTATION, "actionAnnotation"})

_TAG_NAME = re.compile(rb"<[^\s/>]+")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_END = re.compile(rb"\s*(/?)>")
_SPACE = b" \t\r\n"


class _Search:
    """Where the annotations of one key are, and where a new one belongs. Driven by expat."""

    def __init__(self, key: str, path: Path) -> None:
        self._key = key
        self._path = path
        self._depth = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self.starts: list[int] = []
        self.value: str | None = None
        self.root = 0
        self.neighbour: int | None = None
        self.neighbour_end = 0
        self.greatest_id = -1

    def run(self, xml: bytes) -> None:
        """Look through a whole document. Raise NotAVistrail."""
        try:
            self._parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise NotAVistrail(self._path, broken_xml(error)) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if tag in _NUMBERED:
            self.greatest_id = max(self.greatest_id, _number(attributes.get("id", "")))
        if self._depth == 1:
            self.root = self._parser.CurrentByteIndex
        elif self._depth == 2 and tag in _BEFORE:
            self.neighbour = self._parser.CurrentByteIndex
            if tag == _ANNOTATION and attributes.get("key") == self._key:
                self.starts.append(self.neighbour)
                self.value = attributes.get("value", "")

    def _end(self, tag: str) -> None:
        if self._depth == 2 and tag in _BEFORE:
            self.neighbour_end = self._parser.CurrentByteIndex
        self._depth -= 1


def read_value(xml: bytes, key: str, path: Path) -> str | None:
    """The value of an annotation of the vistrail itself; None when there is none.

    Raise NotAVistrail, naming ``path``, as do all functions here.
    """
    return _find(xml, key, path).value


def with_value(xml: bytes, key: str, value: str | None, path: Path) -> bytes:
    """The XML with an annotation set, or without it for None. Raise ValueError for a bad text."""
    found = _find(xml, key, path)
    if value is None:
        return _without(xml, found.starts)
    if not found.starts:
        return _with_new(xml, found, key, value)
    # The last one counts; should there be several, the others go.
    last = found.starts[-1]
    changed = xml[:last] + _with_attribute(xml, last, value)
    return _without(changed, found.starts[:-1])


def escape(text: str) -> str:
    """A text for an attribute. Raise ValueError for what VisTrails could not load."""
    for character in text:
        if not (" " <= character <= "~" or character in "\n\r\t"):
            raise ValueError(f"{character!r} is not ASCII text, which is all that VisTrails loads")
    return "".join(ESCAPES.get(character, character) for character in text)


def _find(xml: bytes, key: str, path: Path) -> _Search:
    tag = check_prolog(xml, path)
    if tag != _ROOT_TAG:
        raise NotAVistrail(path, f"it holds a {tag[:40]!r}; name the vistrail's file")
    found = _Search(key, path)
    found.run(xml)
    return found


def _with_new(xml: bytes, found: _Search, key: str, value: str) -> bytes:
    """A new annotation after the last object that comes before it, set out as that one is."""
    element = (
        f'<annotation id="{found.greatest_id + 1}" key="{escape(key)}" value="{escape(value)}" />'
    ).encode("ascii")
    if found.neighbour is None:
        tag_end, is_empty = _start_tag_end(xml, found.root)
        if not is_empty:
            return xml[:tag_end] + element + xml[tag_end:]
        opening = xml[found.root : tag_end].removesuffix(b"/>").rstrip(_SPACE) + b">"
        closing = f"</{_ROOT_TAG}>".encode()
        return xml[: found.root] + opening + element + closing + xml[tag_end:]
    end = _element_end(xml, found.neighbour, found.neighbour_end)
    space = xml[_space_before(xml, found.neighbour) : found.neighbour]
    return xml[:end] + space + element + xml[end:]


def _without(xml: bytes, starts: list[int]) -> bytes:
    """The XML without these annotations and the blanks that set each of them off."""
    kept: list[bytes] = []
    place = 0
    for start in starts:
        tag_end, is_empty = _start_tag_end(xml, start)
        kept.append(xml[place : _space_before(xml, start)])
        place = tag_end if is_empty else xml.index(b">", xml.index(b"</", tag_end)) + 1
    return b"".join([*kept, xml[place:]])


def _with_attribute(xml: bytes, start: int, value: str) -> bytes:
    """The rest of the XML from an annotation on, with this value."""
    text = escape(value).encode("ascii")
    for attribute in _attributes(xml, start):
        if attribute.group(1) == b"value":
            return xml[start : attribute.start(2)] + b'"' + text + b'"' + xml[attribute.end(2) :]
    name = _TAG_NAME.match(xml, start)
    after = name.end() if name else start
    return xml[start:after] + b' value="' + text + b'"' + xml[after:]


def _attributes(xml: bytes, start: int) -> Iterator[re.Match[bytes]]:
    """The attributes of the start tag at this place."""
    name = _TAG_NAME.match(xml, start)
    place = name.end() if name else start
    while found := _ATTRIBUTE.match(xml, place):
        yield found
        place = found.end()


def _start_tag_end(xml: bytes, start: int) -> tuple[int, bool]:
    """The end of the start tag at this place, and whether the element ends there too."""
    name = _TAG_NAME.match(xml, start)
    place = name.end() if name else start
    for attribute in _attributes(xml, start):
        place = attribute.end()
    end = _TAG_END.match(xml, place)
    if end is None:
        raise ValueError("the XML changed while it was read")
    return end.end(), bool(end.group(1))


def _element_end(xml: bytes, start: int, last: int) -> int:
    """The end of an element; expat said that its end tag, if it has one, is at ``last``."""
    tag_end, is_empty = _start_tag_end(xml, start)
    return tag_end if is_empty else xml.index(b">", last) + 1


def _space_before(xml: bytes, start: int) -> int:
    while start and xml[start - 1] in _SPACE:
        start -= 1
    return start


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
