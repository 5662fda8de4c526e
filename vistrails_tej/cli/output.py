"""The only file that prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    return stream.isatty()


def write(text: str) -> None:
    """Print text on standard output as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Print bytes on standard output as they are, at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_line(text: str = "") -> None:
    """Print a line on standard output."""
    write(text + "\n")


def write_json(value: Any) -> None:
    """Print a value on standard output as JSON, for programs."""
    write_line(json.dumps(value, indent=2, sort_keys=False))


def tell(text: str) -> None:
    """Print a line on standard error: what is going on, not a result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table on standard output; without a terminal, tab-separated lines for programs."""
    if not is_terminal(sys.stdout):
        for row in rows:
            write_line("\t".join(row))
        return
    Console(file=sys.stdout, highlight=False).print(make_table(headings, rows))


def make_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, is_cut: bool = False
) -> Table:
    """Lay out rows under headings; nothing in a cell is taken for markup.

    With ``is_cut`` each row has one line, and what does not fit of the last column is left out.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in headings:
        # A column that may wrap is the one that is made narrower; its cells do not wrap.
        no_wrap = is_cut and heading != headings[-1]
        table.add_column(heading, overflow="ellipsis" if is_cut else "fold", no_wrap=no_wrap)
    for row in rows:
        table.add_row(*(Text(cell, no_wrap=is_cut or None) for cell in row))
    return table
