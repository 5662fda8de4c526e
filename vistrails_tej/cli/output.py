"""The only file that prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Wider than any table, in letters.
_WIDEST = 100_000
# Control characters, halves of characters, ends of lines and paragraphs.
_STEERING = ("Cc", "Cs", "Zl", "Zp")


class OutputFailed(Exception):
    """Raised when a result cannot be written where the user wants it; ``place`` says where."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"{place} could not be written: {reason}; choose another place for it")


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    return stream.isatty()


def write(text: str) -> None:
    """Print text on standard output as it is. Raise OutputFailed."""
    with _printing():
        sys.stdout.write(text)
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Print bytes on standard output as they are, at once. Raise OutputFailed."""
    with _printing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextmanager
def _printing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # Whoever read it has left: no failure that anybody wants to hear of.
        raise
    except OSError as error:
        raise OutputFailed("the output", error.strerror or str(error)) from error


def write_file(path: Path, text: str) -> None:
    """Write a file that the user asked for. Raise OutputFailed."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputFailed(str(path), error.strerror or str(error)) from error


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


def write_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()
) -> None:
    """Print a table on standard output; without a terminal, tab-separated lines for programs.

    Each row is one line there, whatever is in it. Cells of the columns ``whole``, such as ids, are
    for copying: where the table is wider than the terminal, each gets a line of its own.
    """
    plain = [[_on_one_line(cell) for cell in row] for row in rows]
    if not is_terminal(sys.stdout):
        for row in plain:
            write_line("\t".join(row))
        return
    console = Console(file=sys.stdout, highlight=False)
    table = make_table(headings, plain)
    needed = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
    if not whole or needed <= console.width:
        console.print(table)
        return
    for row in plain:
        cells = dict(zip(headings, row, strict=True))
        others = [cell for heading, cell in cells.items() if heading not in whole and cell]
        console.print(Text("  ".join(others)), soft_wrap=True)
        for heading in whole:
            console.print(Text(f"    {cells[heading]}", style="dim"), soft_wrap=True)


def _on_one_line(text: str) -> str:
    """A text without what ends a line or steers a terminal, as a file name may have it."""
    return "".join(
        sign.encode("unicode_escape").decode("ascii")
        if unicodedata.category(sign) in _STEERING
        else sign
        for sign in text
    )


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
