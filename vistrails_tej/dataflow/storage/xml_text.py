"""Write a document as VisTrails reads it: ASCII, every odd character of an attribute escaped."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..errors import TextNotPortable

# Line ends and tabs would become blanks, on reading, if they were written as they are.
ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
}
_EMPTY, _EMPTY_LINE = " />", " />\n"
_ODD = re.compile(r"[^ !#-%'-;=?-~]")
# What no XML can hold, not even as a reference.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STEP = "  "
# So many blanks at most before an element: some files are deeper than any page is wide.
_DEEPEST = 40
_XML = "http://www.w3.org/XML/1998/namespace"
# The one namespace that VisTrails writes, for the place of its schema.
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def format_document(root: Element, *, ascii_only: bool = True) -> bytes:
    """The document as bytes, one element a line.

    With ``ascii_only`` a text that VisTrails 2.2 cannot load raises TextNotPortable; without,
    it is written as a character reference, which only newer programs understand. What no XML
    can hold raises TextNotPortable in any case.
    """
    return _Writer(ascii_only=ascii_only).write(root)


class _Writer:
    """Writes elements however deep they are, and names their namespaces on the root."""

    def __init__(self, *, ascii_only: bool) -> None:
        self._ascii_only = ascii_only
        self._prefixes: dict[str, str] = {}
        # Very many elements have very few tags and attributes: the start tag of each kind.
        self._starts: dict[tuple[str, ...], str] = {}

    def write(self, root: Element) -> bytes:
        """The text of a whole document."""
        pieces: list[str] = []
        # Texts as they are, and elements with their indentation (None between words of a text).
        waiting: list[str | tuple[Element, str | None]] = [(root, "")]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                pieces.append(one)
                continue
            element, indent = one
            pieces.append(self._start(element, indent or ""))
            if len(element) or element.text:
                waiting.extend(reversed(self._rest(element, indent)))
            else:
                pieces.append(_EMPTY if indent is None else _EMPTY_LINE)
        spaces = "".join(
            f' xmlns:{prefix}="{self._escape(uri, root)}"' for uri, prefix in self._prefixes.items()
        )
        head = f"<{self._name(root.tag, root)}"
        pieces[0] = head + spaces + pieces[0][len(head) :]
        return "".join(pieces).encode("utf-8")

    def _start(self, element: Element, indent: str) -> str:
        """The start tag, without its end."""
        facts = element.attrib
        kind = (element.tag, *facts)
        start = self._starts.get(kind) or self._new_start(kind, element)
        values = tuple(facts.values())
        if _ODD.search("".join(values)):
            values = tuple([self._escape(value, element) for value in values])
        return indent + start % values

    def _new_start(self, kind: tuple[str, ...], element: Element) -> str:
        """The start tag of elements with this tag and these attributes, a ``%s`` for each value."""
        tag, *names = (self._name(one, element).replace("%", "%%") for one in kind)
        start = f"<{tag}" + "".join(f' {name}="%s"' for name in names)
        self._starts[kind] = start
        return start

    def _rest(self, element: Element, indent: str | None) -> list[str | tuple[Element, str | None]]:
        """What follows the start tag: texts and the elements inside."""
        line_end = "" if indent is None else "\n"
        if not len(element) and not (element.text or "").strip():
            return [_EMPTY + line_end]
        end = f"</{self._name(element.tag, element)}>{line_end}"
        if indent is not None and not _has_words(element):
            below = (indent + _STEP)[:_DEEPEST]
            return [">\n", *[(child, below) for child in element], indent + end]
        rest: list[str | tuple[Element, str | None]] = [
            ">" + self._escape(element.text or "", element)
        ]
        for child in element:
            rest += [(child, None), self._escape(child.tail or "", element)]
        return [*rest, end]

    def _name(self, name: str, element: Element) -> str:
        """The name of a tag or attribute; one of a namespace gets a prefix."""
        shown = name
        if name.startswith("{"):
            uri, _, local = name[1:].partition("}")
            shown = f"{self._prefix(uri)}:{local}"
        if self._ascii_only and not name.isascii():
            raise TextNotPortable(element.tag, name, next(one for one in name if one > "~"))
        return shown

    def _prefix(self, uri: str) -> str:
        if uri == _XML:
            return "xml"
        if uri not in self._prefixes:
            self._prefixes[uri] = "xsi" if uri == _XSI else f"ns{len(self._prefixes)}"
        return self._prefixes[uri]

    def _escape(self, text: str, element: Element) -> str:
        if not _ODD.search(text):
            return text
        return _ODD.sub(lambda found: self._replacement(found[0], text, element), text)

    def _replacement(self, character: str, text: str, element: Element) -> str:
        escaped = ESCAPES.get(character)
        if escaped is not None:
            return escaped
        if self._ascii_only or _IMPOSSIBLE.match(character):
            raise TextNotPortable(element.tag, text, character)
        return f"&#{ord(character)};"


def _has_words(element: Element) -> bool:
    """Whether there is text in or between the elements inside, so that blanks would count."""
    if element.text and element.text.strip():
        return True
    return any([child.tail and child.tail.strip() for child in element])
