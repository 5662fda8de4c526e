"""Python literals found in files and declarations, such as ``"['a', 'b']"``, read safely."""

from __future__ import annotations

import ast

# Longer texts are no lists of port options; ast needs many times their size in memory.
LONGEST_LITERAL = 1_000_000


def parse_literal(text: str) -> object:
    """Evaluate a Python literal. Raise ValueError, whatever is wrong with the text."""
    if len(text) > LONGEST_LITERAL:
        raise ValueError("the text is too long for a Python literal")
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(f"{text[:80]!r} is not a Python literal") from error


def parse_list(text: str) -> list[object]:
    """Read a list or tuple literal; blank text is an empty list. Raise ValueError."""
    if not text.strip():
        return []
    value = parse_literal(text)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{text[:80]!r} is not a list")  # noqa: TRY004 - the text is wrong
    return list(value)
