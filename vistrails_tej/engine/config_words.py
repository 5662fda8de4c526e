"""The words of an ssh configuration: how a line is split, what a pattern fits, what a token means.

After ssh_config(5) and, where that is silent, what OpenSSH 9 does with such a line.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = [
    "ConfigFault",
    "expand_home",
    "expand_tokens",
    "fits_list",
    "fits_pattern",
    "fits_words",
    "split_line",
    "split_words",
]

_BLANKS = " \t\r\n\f"
_LINE = re.compile(r'"?([^\s="]+)"?\s*=?\s*(.*)', re.DOTALL)

# A backslash counts before a quote and before itself, outside of quotes also before a blank.
_PIECE = re.compile(
    r"""\\(?P<escaped>['"\\ ])"""
    r"""|"(?P<double>(?:\\['"\\]|[^"\\]|\\(?!['"\\]))*)\""""
    r"""|'(?P<single>(?:\\['"\\]|[^'\\]|\\(?!['"\\]))*)'"""
    r"""|(?P<plain>[^"'])"""
)
_ESCAPE = re.compile(r"""\\(['"\\])""")

_TOKEN = re.compile(r"%(?P<key>.?)|\$\{(?P<name>[^}]*)(?P<end>\}?)", re.DOTALL)


class ConfigFault(Exception):
    """Raised while a configuration is read; the text says what is wrong, and where."""


def split_line(line: str) -> tuple[str, str]:
    """Return the keyword in small letters and what follows it; two empty texts for a comment."""
    text = line.strip(_BLANKS)
    if not text or text.startswith("#"):
        return "", ""
    found = _LINE.fullmatch(text)
    if found is None:
        raise ConfigFault(f"{text!r} begins with no keyword")
    keyword, rest = found.group(1).lower(), found.group(2)
    if not rest:
        raise ConfigFault(f"{keyword} says nothing")
    return keyword, rest


def split_words(text: str) -> list[str]:
    """Return the words of a line without their quotes, up to a comment."""
    words: list[str] = []
    position = 0
    while True:
        while text[position : position + 1] in (" ", "\t"):
            position += 1
        if position == len(text) or text[position] == "#":
            return words
        word = ""
        while position < len(text) and text[position] not in " \t":
            piece = _PIECE.match(text, position)
            if piece is None:
                raise ConfigFault("a quote is not closed")
            word += _unquoted(piece)
            position = piece.end()
        words.append(word)


def _unquoted(piece: re.Match[str]) -> str:
    quoted = piece.group("double") or piece.group("single")
    if quoted:
        return _ESCAPE.sub(r"\1", quoted)
    return piece.group("escaped") or piece.group("plain") or ""


def fits_pattern(text: str, pattern: str) -> bool:
    """Tell whether ``text`` fits a pattern, in which ``*`` and ``?`` stand for others."""
    signs = {"*": ".*", "?": "."}
    expression = "".join(signs.get(sign) or re.escape(sign) for sign in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def fits_words(text: str, patterns: Iterable[str]) -> bool:
    """Tell whether ``text`` fits one of some patterns, and none of those behind a ``!``."""
    found = False
    for pattern in patterns:
        if fits_pattern(text, pattern.removeprefix("!")):
            if pattern.startswith("!"):
                return False
            found = True
    return found


def fits_list(text: str, patterns: str) -> bool:
    """As ``fits_words``, for patterns that are separated by commas."""
    return fits_words(text, patterns.split(","))


def expand_tokens(text: str, tokens: Mapping[str, str], *, environment: bool = False) -> str:
    """Return ``text`` with what its ``%x`` stand for, with ``environment`` also its ``${NAME}``.

    Raises ConfigFault for a token that is not known here, and for a variable that is not set.
    """

    def value(found: re.Match[str]) -> str:
        key, name = found.group("key"), found.group("name")
        if key == "%":
            return "%"
        if key is not None:
            if key not in tokens:
                raise ConfigFault(f"%{key} is not known in {text!r}")
            return tokens[key]
        if not environment:
            return found.group()
        if not found.group("end") or name not in os.environ:
            raise ConfigFault(f"the environment has no value for {found.group()} in {text!r}")
        return os.environ[name]

    return _TOKEN.sub(value, text)


def expand_home(text: str, home: Path) -> str:
    """Return a path whose leading ``~`` is ``home``, or whose ``~name`` that of another user."""
    if not text.startswith("~"):
        return text
    name, slash, rest = text[1:].partition("/")
    if not name:
        return f"{home}{slash}{rest}"
    try:
        return f"{pwd.getpwnam(name).pw_dir}{slash}{rest}"
    except KeyError as error:
        raise ConfigFault(f"there is no user {name!r}, who is named in {text!r}") from error
