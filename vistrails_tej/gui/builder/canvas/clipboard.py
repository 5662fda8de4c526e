"""Modules on the clipboard, as the text of a small vistrail."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PyQt5.QtCore import QMimeData

from ....dataflow import Pipeline, Registry, Vistrail, edit_vistrail, read_vistrail

PART_MIME = "application/x-vistrails-tej-part"


def part_mime(part: Pipeline, vistrail: Vistrail, registry: Registry) -> QMimeData:
    """A part of a pipeline for the clipboard; other programs see the text of a vistrail.

    ``vistrail`` is the one it comes from. Raise DataflowError.
    """
    editor = edit_vistrail(Vistrail({}, subworkflows=vistrail.subworkflows), registry)
    editor.paste(part)
    with tempfile.TemporaryDirectory(prefix="vistrails-tej-") as folder:
        path = Path(folder) / "part.xml"
        editor.save(path, ascii_only=False)
        text = path.read_text(encoding="utf-8")
    mime = QMimeData()
    mime.setData(PART_MIME, text.encode("utf-8"))
    mime.setText(text)
    return mime


def has_part(mime: QMimeData | None) -> bool:
    """Whether modules are on the clipboard; a text that may be a vistrail counts."""
    if mime is None:
        return False
    if mime.hasFormat(PART_MIME):
        return True
    return mime.hasText() and "<vistrail" in mime.text()[:500]


def pasted_part(mime: QMimeData, registry: Registry) -> Pipeline:
    """The modules on the clipboard, and the connections among them. Raise DataflowError."""
    is_ours = mime.hasFormat(PART_MIME)
    text = bytes(mime.data(PART_MIME)) if is_ours else mime.text().encode("utf-8")
    with tempfile.TemporaryDirectory(prefix="vistrails-tej-") as folder:
        path = Path(folder) / "clipboard.xml"
        path.write_bytes(text)
        return edit_vistrail(read_vistrail(path), registry).pipeline
