"""Export what a scene shows as an SVG or PNG picture."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

from PyQt5.QtCore import QFile, QIODevice, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter
from PyQt5.QtSvg import QSvgGenerator
from PyQt5.QtWidgets import QFileDialog, QGraphicsScene, QWidget

from ..theme import LIGHT, Theme


class PictureGround(enum.Enum):
    """What is behind a picture; the value is how people are asked for it."""

    WHITE = "on white"
    SCREEN = "as on the screen"


class Themed(Protocol):
    """A scene that can be drawn in the colours of a theme."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""


# SVG is sharp at every size, so it comes first.
_FILTERS = {
    f"{kind.upper()}, {ground.value} (*.{kind})": (f".{kind}", ground)
    for kind in ("svg", "png")
    for ground in PictureGround
}
_MARGIN = 20.0
# A picture of twice the size on the screen, unless that would be more than this.
_SCALE = 2.0
_LARGEST = 12_000


def export_scene(
    scene: QGraphicsScene, path: Path, title: str, theme: Theme, ground: PictureGround
) -> None:
    """Draw all of a scene into a file; its suffix decides the format. Raise OSError.

    ``theme`` is the one that the scene is drawn in, and will be again.
    """
    is_white = ground is PictureGround.WHITE
    background = QColor(Qt.GlobalColor.white) if is_white else theme.color("canvas")
    with _unselected(scene), _drawn_in(scene, LIGHT if is_white else theme, theme):
        area = scene.itemsBoundingRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        if path.suffix.lower() == ".svg":
            _write_svg(scene, area, path, title, background)
        else:
            _write_png(scene, area, path, background)


@contextmanager
def _unselected(scene: QGraphicsScene) -> Iterator[None]:
    """Nothing is selected meanwhile, and nobody hears of it."""
    selected = scene.selectedItems()
    was_blocked = scene.blockSignals(True)
    for item in selected:
        item.setSelected(False)
    try:
        yield
    finally:
        for item in selected:
            item.setSelected(True)
        scene.blockSignals(was_blocked)


@contextmanager
def _drawn_in(scene: QGraphicsScene, theme: Theme, before: Theme) -> Iterator[None]:
    """The scene has the colours of another theme meanwhile."""
    themed = cast(Themed, scene)
    if theme is not before:
        themed.set_theme(theme)
    try:
        yield
    finally:
        if theme is not before:
            themed.set_theme(before)


def ask_picture(window: QWidget, folder: Path, name: str) -> tuple[Path, PictureGround] | None:
    """Ask for the file of a picture, and what is behind it; None if the dialog was left."""
    dialog = QFileDialog(window, "Export Picture")
    dialog.setObjectName("export_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(_FILTERS))
    dialog.setDirectory(str(folder))
    dialog.setDefaultSuffix(".svg")
    dialog.selectFile(f"{name}.svg")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_FILTERS[chosen][0]))
    if not dialog.exec():
        return None
    _, ground = _FILTERS.get(dialog.selectedNameFilter(), ("", PictureGround.WHITE))
    return Path(dialog.selectedFiles()[0]), ground


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
