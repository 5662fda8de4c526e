"""What a result file holds, as far as it can be shown: a picture, a table, a text."""

from __future__ import annotations

import csv
import enum
from dataclasses import dataclass
from pathlib import Path

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".ppm"})
_SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_TABLES = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
_DELIMITERS = "\t,;"
_MOST_BYTES = 1_000_000
_MOST_ROWS = 5_000
_LEAST_ROWS = 2


class FileKind(enum.Enum):
    """How a file is shown."""

    PICTURE = "picture"
    TABLE = "table"
    TEXT = "text"
    BINARY = "binary"
    DIRECTORY = "directory"


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file. ``rows`` are those of a table; ``is_cut`` says there is more."""

    kind: FileKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    is_cut: bool = False


def read_preview(path: Path) -> Preview:
    """Look into a file. Raise OSError when it cannot be read."""
    if path.is_dir():
        names = sorted(f"{one.name}/" if one.is_dir() else one.name for one in path.iterdir())
        shown = names[:_MOST_ROWS]
        return Preview(FileKind.DIRECTORY, "\n".join(shown), is_cut=len(shown) < len(names))
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    is_cut = len(data) > _MOST_BYTES
    data = data[:_MOST_BYTES]
    if data.startswith(_SIGNATURES) or path.suffix.lower() in _PICTURES:
        return Preview(FileKind.PICTURE)
    if b"\x00" in data:
        return Preview(FileKind.BINARY, is_cut=is_cut)
    text = data.decode("utf-8", "replace")
    rows = _read_table(path, text, is_cut)
    if rows:
        return Preview(FileKind.TABLE, text, rows[:_MOST_ROWS], is_cut or len(rows) > _MOST_ROWS)
    return Preview(FileKind.TEXT, text, is_cut=is_cut)


def _read_table(path: Path, text: str, is_cut: bool) -> tuple[tuple[str, ...], ...]:
    """The rows, if the name says that it is a table, or every line has as many fields."""
    lines = text.splitlines()
    if is_cut and lines:
        lines.pop()
    named = _TABLES.get(path.suffix.lower())
    for delimiter in (named,) if named else _DELIMITERS:
        if named is None and not (lines and delimiter in lines[0]):
            continue
        try:
            rows = tuple(tuple(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        if named or (len(rows) >= _LEAST_ROWS and len(widths) == 1 and widths != {1}):
            return rows
    return ()
