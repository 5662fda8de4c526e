"""Turn arguments into words of a POSIX shell; the only place that quotes."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import UnsafeName

__all__ = ["NEWLINE_VARIABLE", "encode_word", "quote_line", "quote_word"]

# Requests are single lines, so a newline travels as this variable of the shell that reads them.
NEWLINE_VARIABLE = "_tej_newline"


def encode_word(word: str | bytes) -> bytes:
    """Return the bytes of an argument; raises UnsafeName for a NUL, which no argument can hold."""
    data = word if isinstance(word, bytes) else word.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise UnsafeName(data.decode("utf-8", "replace"), "it holds a NUL byte")
    return data


def quote_word(word: str | bytes) -> bytes:
    """Quote one argument so that it is a single line and means just itself."""
    data = encode_word(word).replace(b"'", b"'\\''")
    return b"'" + data.replace(b"\n", f"'\"${NEWLINE_VARIABLE}\"'".encode()) + b"'"


def quote_line(words: Sequence[str | bytes]) -> bytes:
    """Quote a command; the first word is quoted too, so it is never a keyword or an alias."""
    return b" ".join(quote_word(word) for word in words)
