"""What others wrote, such as names in files and words of servers, made fit for a window."""

from __future__ import annotations

import html
import re

_NAME = 80
_TEXT = 1000
_TIP_LINES, _TIP_LINE = 30, 1000
# The fingerprint of a key is shorter: nothing invisible may get into what is copied.
_WORD = 64
# A line breaks by itself behind a slash or a dash.
_LONG_WORD = re.compile(rf"[^\s/-]{{{_WORD + 1},}}")
_MARKS = frozenset("<&")
_BREAK = "\u200b"


def short_name(text: str, most: int = _NAME) -> str:
    """A name on one line; of a long one the middle is left out, as names differ at their ends."""
    if len(text) > 4 * most:
        text = f"{text[: 2 * most]} {text[-2 * most :]}"
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    end = (most - 1) // 3
    return f"{text[: most - 1 - end]}…{text[-end:]}"


def wrapped(text: str, most: int = _TEXT) -> str:
    """Sentences for a label; a long word may go on in the next line, what is too much is cut."""
    if len(text) > most:
        text = f"{text[:most]}…"
    return _LONG_WORD.sub(_broken, text)


def tooltip(text: str) -> str:
    """Lines for a tool tip, shown letter by letter: Qt takes what looks like HTML for that."""
    lines = text.split("\n", _TIP_LINES)[:_TIP_LINES]
    shown = "\n".join(short_name(line, _TIP_LINE) for line in lines)
    if not _MARKS.intersection(shown):
        return shown
    return f'<p style="white-space: pre-wrap">{html.escape(shown)}</p>'


def _broken(found: re.Match[str]) -> str:
    word = found[0]
    return _BREAK.join(word[at : at + _WORD] for at in range(0, len(word), _WORD))
