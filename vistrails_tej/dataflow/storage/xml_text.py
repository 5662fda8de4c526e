"""Write a document as VisTrails reads it: ASCII, every odd character of an attribute escaped."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..errors import TextNotPortable

# Line ends and tabs would become blanks, on reading, if they were written as they are.
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\t": "&#9;",
}
_ODD = re.compile(r"[^ !#-%'-;=?-~]")
_STEP = "  "
# The one namespace that VisTrails writes, for the place of its schema.
_PREFIXES = {"http://www.w3.org/2001/XMLSchema-instance": "xsi"}


def format_document(root: Element, *, ascii_only: bool = True) -> bytes:
    """The document as bytes, one element a line.

    With ``ascii_only`` a text that VisTrails 2.2 cannot load raises TextNotPortable; without,
    it is written as a character reference, which only newer programs understand.
    """
    lines: list[str] = []
    _write(_with_prefixes(root), lines, "", ascii_only=ascii_only)
    return "".join(lines).encode("ascii")


def _with_prefixes(root: Element) -> Element:
    """The root with its qualified attributes under a prefix that is declared there."""
    shown = Element(root.tag)
    shown.extend(root)
    for name, value in root.attrib.items():
        uri, brace, local = name.removeprefix("{").partition("}")
        prefix = _PREFIXES.get(uri) if brace else ""
        if prefix:
            shown.set(f"xmlns:{prefix}", uri)
        if prefix is not None:
            shown.set(f"{prefix}:{local}" if prefix else name, value)
    return shown


def _write(element: Element, lines: list[str], indent: str, *, ascii_only: bool) -> None:
    facts = "".join(
        f' {name}="{_escape(value, element, ascii_only=ascii_only)}"'
        for name, value in element.attrib.items()
    )
    start = f"{indent}<{element.tag}{facts}"
    text = (element.text or "").strip()
    if not len(element) and not text:
        lines.append(f"{start} />\n")
        return
    shown = _escape(text, element, ascii_only=ascii_only)
    lines.append(f"{start}>{shown}\n" if len(element) else f"{start}>{shown}")
    for child in element:
        _write(child, lines, indent + _STEP, ascii_only=ascii_only)
    lines.append(f"{indent if len(element) else ''}</{element.tag}>\n")


def _escape(text: str, element: Element, *, ascii_only: bool) -> str:
    if not _ODD.search(text):
        return text
    return _ODD.sub(lambda found: _replacement(found[0], text, element, ascii_only), text)


def _replacement(character: str, text: str, element: Element, ascii_only: bool) -> str:
    escaped = _ESCAPES.get(character)
    if escaped is not None:
        return escaped
    if character < " " or "\ud800" <= character <= "\udfff" or ascii_only:
        raise TextNotPortable(element.tag, text, character)
    return f"&#{ord(character)};"
