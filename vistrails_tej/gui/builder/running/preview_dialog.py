"""PreviewDialog: a result file as picture, table or text, to be saved or opened elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

from PyQt5.QtCore import QSize, Qt, QUrl
from PyQt5.QtGui import QDesktopServices, QImageReader, QPixmap
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...fonts import fixed_font
from .file_kinds import FileKind, Preview, read_preview

_MOST_PIXELS = QSize(4096, 4096)


class PreviewDialog(QDialog):
    """Shows the beginning of a file; ``name`` is what it is called to the user."""

    def __init__(self, path: Path, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        self.resize(640, 480)
        self._path = path
        self._name = name
        layout = QVBoxLayout(self)
        layout.addWidget(self._content(), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        save = buttons.addButton("Save As…", QDialogButtonBox.ButtonRole.ActionRole)
        save.setObjectName("preview_save")
        save.clicked.connect(self._save)
        opens = buttons.addButton("Open", QDialogButtonBox.ButtonRole.ActionRole)
        opens.setObjectName("preview_open")
        opens.setToolTip("Open it in the program for such files")
        opens.clicked.connect(lambda: open_elsewhere(self._path))
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _content(self) -> QWidget:
        try:
            preview = read_preview(self._path)
        except OSError as error:
            return _note(f"It cannot be read any more: {error}. Run the workflow again.")
        if preview.kind is FileKind.PICTURE:
            return _picture(self._path)
        if preview.kind is FileKind.BINARY:
            return _note("It is no text. Save it, or open it in another program.")
        return _table(preview) if preview.kind is FileKind.TABLE else _text(preview)

    def _save(self) -> None:
        save_copy(self._path, self._name, self)


def open_elsewhere(path: Path) -> bool:
    """Open a file in the desktop's program for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def save_copy(path: Path, name: str, parent: QWidget) -> None:
    """Ask where to keep a copy of a file or directory, and make it."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save a copy", name)
    if not chosen:
        return
    target = Path(chosen)
    try:
        if path.is_dir():
            shutil.copytree(path, target, symlinks=True)
        else:
            shutil.copyfile(path, target)
    except OSError as error:
        QMessageBox.warning(parent, "Not saved", f"It was not saved: {error}. Try another place.")


def _note(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    return label


def _picture(path: Path) -> QWidget:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() > _MOST_PIXELS.width() or size.height() > _MOST_PIXELS.height():
        reader.setScaledSize(size.scaled(_MOST_PIXELS, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return _note(f"The picture cannot be shown: {reader.errorString()}.")
    label = QLabel()
    label.setObjectName("preview_picture")
    label.setPixmap(QPixmap.fromImage(image))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    area = QScrollArea()
    area.setWidget(label)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    return area


def _text(preview: Preview) -> QWidget:
    text = QPlainTextEdit(preview.text + ("\n[...]" if preview.is_cut else ""))
    text.setObjectName("preview_text")
    text.setReadOnly(True)
    text.setFont(fixed_font())
    return text


def _table(preview: Preview) -> QWidget:
    header, *rows = preview.rows
    width = max(len(row) for row in preview.rows)
    table = QTableWidget(len(rows), width)
    table.setObjectName("preview_table")
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setHorizontalHeaderLabels([*header, *[""] * (width - len(header))])
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.setItem(number, column, QTableWidgetItem(text))
    return table
