"""What a window does with files besides opening and saving: those dropped on it, and pictures."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QMimeData
from PyQt5.QtWidgets import QGraphicsView, QWidget

from .document import Document
from .file_saving import busy_cursor, tell_error
from .picture_export import ask_picture, export_scene
from .window_frame import WindowFrame

_SUFFIXES = (".vt", ".xml", ".vtl")


def dropped_files(mime: QMimeData | None) -> list[Path]:
    """The vistrails among what is dragged."""
    if mime is None or not mime.hasUrls():
        return []
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in _SUFFIXES]


def export_picture(window: WindowFrame, view: QWidget | None, document: Document) -> None:
    """Ask for a file, and draw into it what a view shows."""
    if not isinstance(view, QGraphicsView):
        return
    name = Path(document.title).stem
    folder = document.path.parent if document.path is not None else window.settings.folder
    chosen = ask_picture(window, folder, name)
    if chosen is None:
        return
    path, ground = chosen
    try:
        with busy_cursor():
            export_scene(view.scene(), path, name, window.theme, ground)
    except OSError as error:
        tell_error(window, "The picture was not saved", str(error))
        return
    window.tell(f"The picture was saved as {path}")
