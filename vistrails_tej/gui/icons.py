"""Our own line icons: one drawing each, in the colour of the theme, sharp at every usual size."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from PyQt5.QtCore import QByteArray, QRectF, Qt
from PyQt5.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PyQt5.QtSvg import QSvgRenderer

from .theme import Theme

if TYPE_CHECKING:
    from importlib.abc import Traversable

# Drawn on a grid of 16: what is shown at 16, 24 or 32 points, on plain and on dense screens.
SIZES = (16, 24, 32, 48, 64)
_INK = "currentColor"


def icon_names() -> list[str]:
    """The names of all drawings."""
    return sorted(one.name[:-4] for one in _folder().iterdir() if one.name.endswith(".svg"))


def icon(name: str, theme: Theme) -> QIcon:
    """A drawing as an icon; faint when disabled. Raise FileNotFoundError for an unknown name."""
    made = QIcon()
    for mode, ink in (
        (QIcon.Mode.Normal, theme.text),
        (QIcon.Mode.Disabled, theme.disabled_text),
        (QIcon.Mode.Selected, theme.accent_text),
    ):
        for size in SIZES:
            made.addPixmap(_inked(name, ink, size), mode)
    return made


def app_icon() -> QIcon:
    """The icon of the program, the same in every theme."""
    renderer = QSvgRenderer(QByteArray((_folder() / "app.svg").read_bytes()))
    made = QIcon()
    for size in (*SIZES, 128, 256):
        made.addPixmap(_drawn(renderer, size))
    return made


def pixmap(name: str, ink: str, size: int, scale: float = 1.0) -> QPixmap:
    """A drawing in a colour of its own, for labels; ``scale`` is that of the screen."""
    made = QPixmap(_inked(name, ink, round(size * scale)))
    made.setDevicePixelRatio(scale)
    return made


def _inked(name: str, ink: str, size: int) -> QPixmap:
    """A drawing in a colour; Qt keeps it, as the same ones are wanted again and again."""
    key = f"vistrails_tej {name} {ink} {size}"
    found = QPixmapCache.find(key)
    if found is None:
        drawing = (_folder() / f"{name}.svg").read_text(encoding="utf-8").replace(_INK, ink)
        found = _drawn(QSvgRenderer(QByteArray(drawing.encode("utf-8"))), size)
        QPixmapCache.insert(key, found)
    return found


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def _folder() -> Traversable:
    return files(__package__) / "resources" / "icons"
