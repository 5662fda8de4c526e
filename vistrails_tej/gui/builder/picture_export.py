"""Export what a scene shows as an SVG or PNG picture."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QFile, QIODevice, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QFileDialog, QGraphicsScene, QWidget

SVG_FILTER = "SVG, sharp at every size (*.svg)"
PNG_FILTER = "PNG (*.png)"
_SUFFIXES = {SVG_FILTER: ".svg", PNG_FILTER: ".png"}
_MARGIN = 20.0
# A picture of twice the size on the screen, unless that would be more than this.
_SCALE = 2.0
_LARGEST = 12_000


def export_scene(scene: QGraphicsScene, path: Path, title: str, background: QColor) -> None:
    """Draw all of a scene into a file; its suffix decides the format. Raise OSError."""
    area = scene.itemsBoundingRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
    selected = scene.selectedItems()
    for item in selected:
        item.setSelected(False)
    try:
        if path.suffix.lower() == ".svg":
            _write_svg(scene, area, path, title, background)
        else:
            _write_png(scene, area, path, background)
    finally:
        for item in selected:
            item.setSelected(True)


def ask_picture_path(window: QWidget, folder: Path, name: str) -> Path | None:
    """Ask for the file of a picture; None if the dialog was left."""
    dialog = QFileDialog(window, "Export Picture")
    dialog.setObjectName("export_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(_SUFFIXES))
    dialog.setDirectory(str(folder))
    dialog.setDefaultSuffix(".svg")
    dialog.selectFile(f"{name}.svg")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_SUFFIXES[chosen]))
    return Path(dialog.selectedFiles()[0]) if dialog.exec() else None


def _write_svg(
    scene: QGraphicsScene, area: QRectF, path: Path, title: str, background: QColor
) -> None:
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise OSError(f"{path} cannot be written: {file.errorString()}; choose another folder")
    generator = QSvgGenerator()
    generator.setOutputDevice(file)
    generator.setTitle(title)
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    _paint(scene, area, QPainter(generator), QRectF(0, 0, area.width(), area.height()), background)
    file.close()


def _write_png(scene: QGraphicsScene, area: QRectF, path: Path, background: QColor) -> None:
    scale = min(_SCALE, _LARGEST / max(area.width(), area.height(), 1.0))
    size = QSize(max(1, round(area.width() * scale)), max(1, round(area.height() * scale)))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    _paint(scene, area, painter, QRectF(0, 0, size.width(), size.height()), background)
    if not image.save(str(path), "PNG"):
        raise OSError(f"{path} cannot be written; choose another name or folder")


def _paint(
    scene: QGraphicsScene, area: QRectF, painter: QPainter, target: QRectF, background: QColor
) -> None:
    painter.fillRect(target, background)
    scene.render(painter, target, area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
