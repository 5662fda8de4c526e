"""Colours for shell scripts and Python code, found line by line."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from PyQt5.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ..theme import Theme

_SHELL_WORDS = (
    "if then else elif fi for while until do done case esac in function return exit break continue"
    " local export readonly set unset shift trap eval exec source cd echo printf read test"
)
_SHELL = re.compile(
    r"(?P<comment>(?:(?<=\s)|(?<=;)|^)\#.*)"
    r"|(?P<text>'[^']*'?|\"(?:\\.|[^\"\\])*\"?)"
    r"|(?P<name>\$\{[^}]*\}?|\$\w+|\$[@*#?$!-])"
    rf"|(?P<word>(?<![\w./-])(?:{'|'.join(_SHELL_WORDS.split())})(?![\w./=-]))"
    r"|(?P<number>(?<![\w./-])\d+(?![\w./-]))"
    r"|(?P<escape>\\.)"
)
_PYTHON = re.compile(
    r"(?P<open>[rbfuRBFU]{0,2}(?:'''|\"\"\"))"
    r"|(?P<text>[rbfuRBFU]{0,2}(?:'(?:\\.|[^'\\])*'?|\"(?:\\.|[^\"\\])*\"?))"
    r"|(?P<comment>\#.*)"
    r"|(?P<name>@[\w.]+|\b(?:self|fail|True|False|None)\b)"
    rf"|(?P<word>\b(?:{'|'.join(keyword.kwlist)})\b)"
    r"|(?P<number>(?<![\w.])(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?)\b)"
)
# Qt keeps a number for each line: in which kind of text its end is.
_PLAIN, _IN_SINGLE, _IN_DOUBLE = 0, 1, 2
_QUOTES = {_IN_SINGLE: "'", _IN_DOUBLE: '"'}
_TRIPLE = {_IN_SINGLE: "'''", _IN_DOUBLE: '"""'}


class Highlighter(QSyntaxHighlighter):
    """Colours the text of a document; ``set_theme`` colours it anew."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        self._formats = _formats(theme)
        self.rehighlight()

    def _color(self, start: int, end: int, kind: str) -> None:
        form = self._formats.get(kind)
        if form is not None:
            self.setFormat(start, end - start, form)


class ShellHighlighter(Highlighter):
    """POSIX shell: quoted text may go on over lines."""

    def highlightBlock(self, text: str | None) -> None:
        """See Qt."""
        line = text or ""
        start = self._end_of_quote(line)
        while start < len(line):
            found = _SHELL.search(line, start)
            if found is None:
                return
            kind = found.lastgroup or ""
            self._color(found.start(), found.end(), kind)
            if kind == "text" and not _is_closed(found.group()):
                is_single = found.group()[0] == "'"
                self.setCurrentBlockState(_IN_SINGLE if is_single else _IN_DOUBLE)
            start = found.end()

    def _end_of_quote(self, line: str) -> int:
        """Colour what still belongs to a quote of a line before; where the rest begins."""
        state = self.previousBlockState()
        self.setCurrentBlockState(_PLAIN)
        if state not in _QUOTES:
            return 0
        pattern = r"[^']*'" if state == _IN_SINGLE else r'(?:\\.|[^"\\])*"'
        found = re.match(pattern, line)
        if found is None:
            self.setCurrentBlockState(state)
        end = found.end() if found else len(line)
        self._color(0, end, "text")
        return end


class PythonHighlighter(Highlighter):
    """Python: texts in triple quotes may go on over lines."""

    def highlightBlock(self, text: str | None) -> None:
        """See Qt."""
        line = text or ""
        state = self.previousBlockState()
        self.setCurrentBlockState(_PLAIN)
        start = self._close(line, 0, 0, state) if state in _TRIPLE else 0
        while start < len(line):
            found = _PYTHON.search(line, start)
            if found is None:
                return
            if found.lastgroup == "open":
                opened = _IN_SINGLE if found.group().endswith("'") else _IN_DOUBLE
                start = self._close(line, found.start(), found.end(), opened)
            else:
                self._color(found.start(), found.end(), found.lastgroup or "")
                start = found.end()

    def _close(self, line: str, start: int, inside: int, state: int) -> int:
        """Colour a text in triple quotes up to its end, or to that of the line."""
        quotes = _TRIPLE[state]
        found = line.find(quotes, inside)
        if found < 0:
            self.setCurrentBlockState(state)
        end = len(line) if found < 0 else found + len(quotes)
        self._color(start, end, "text")
        return end


def _is_closed(quoted: str) -> bool:
    return len(quoted) > 1 and quoted[-1] == quoted[0] and not _ends_escaped(quoted)


def _ends_escaped(quoted: str) -> bool:
    """Whether the last quote of a text in double quotes is one with a backslash before."""
    slashes = len(quoted[:-1]) - len(quoted[:-1].rstrip("\\"))
    return quoted[0] == '"' and slashes % 2 == 1


def _formats(theme: Theme) -> Mapping[str, QTextCharFormat]:
    colors = {
        "comment": theme.faint_text,
        "text": theme.success,
        "name": theme.warning,
        "word": theme.link,
        "number": theme.error,
    }
    formats = {}
    for kind, color in colors.items():
        form = QTextCharFormat()
        form.setForeground(QColor(color))
        formats[kind] = form
    formats["word"].setFontWeight(QFont.Weight.Bold)
    formats["comment"].setFontItalic(True)
    return formats
