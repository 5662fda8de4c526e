"""Small signs of the palette and the module panel, drawn as paths so that no font is needed."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QIcon, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache

from ..theme import Theme

_SIZES = (16, 24, 32, 48)


def glyph_icon(name: str, theme: Theme, color: str = "faint_text") -> QIcon:
    """One of the signs as an icon, in a colour of the theme; paler where it is disabled."""
    icon = QIcon()
    for mode, field in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, "border")):
        for size in _SIZES:
            icon.addPixmap(_pixmap(name, theme, field, size), mode)
    return icon


def _pixmap(name: str, theme: Theme, color: str, size: int) -> QPixmap:
    key = f"{__name__} {name} {theme.color(color).name()} {size}"
    pixmap = QPixmapCache.find(key)
    if pixmap is None:
        pixmap = _drawn(name, theme, color, size)
        QPixmapCache.insert(key, pixmap)
    return pixmap


def _drawn(name: str, theme: Theme, color: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 16, size / 16)
    pen = QPen(theme.color(color), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(_DRAWINGS[name]())
    painter.end()
    return pixmap


def _line(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)


def _eye() -> QPainterPath:
    path = _closed_eye()
    path.quadTo(8, 1.5, 1.5, 8)
    path.addEllipse(QPointF(8, 8), 1.9, 1.9)
    return path


def _closed_eye() -> QPainterPath:
    path = QPainterPath(QPointF(1.5, 8))
    path.quadTo(8, 14.5, 14.5, 8)
    return path


def _shut_eye() -> QPainterPath:
    path = _closed_eye()
    _line(path, (3.6, 10.4), (2.4, 12.2))
    _line(path, (8, 11.4), (8, 13.6))
    _line(path, (12.4, 10.4), (13.6, 12.2))
    return path


def _link() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(1.5, 5.5, 7.5, 5), 2.5, 2.5)
    path.addRoundedRect(QRectF(7, 5.5, 7.5, 5), 2.5, 2.5)
    return path


def _plus() -> QPainterPath:
    path = _minus()
    _line(path, (8, 3.5), (8, 12.5))
    return path


def _minus() -> QPainterPath:
    path = QPainterPath()
    _line(path, (3.5, 8), (12.5, 8))
    return path


def _tag() -> QPainterPath:
    path = QPainterPath()
    _line(path, (2.5, 3), (8, 3), (14, 9), (9.5, 13.5), (2.5, 7), (2.5, 3))
    path.addEllipse(QPointF(5.3, 5.6), 0.8, 0.8)
    return path


def _folder() -> QPainterPath:
    path = QPainterPath()
    _line(path, (2, 13), (2, 3.5), (6.5, 3.5), (8, 5.5), (14, 5.5), (14, 13), (2, 13))
    return path


def _expand() -> QPainterPath:
    path = QPainterPath()
    _line(path, (4, 3), (8, 7), (12, 3))
    _line(path, (4, 9), (8, 13), (12, 9))
    return path


def _collapse() -> QPainterPath:
    path = QPainterPath()
    _line(path, (4, 7), (8, 3), (12, 7))
    _line(path, (4, 13), (8, 9), (12, 13))
    return path


_DRAWINGS: dict[str, Callable[[], QPainterPath]] = {
    "eye": _eye,
    "eye_shut": _shut_eye,
    "link": _link,
    "plus": _plus,
    "minus": _minus,
    "tag": _tag,
    "folder": _folder,
    "expand": _expand,
    "collapse": _collapse,
}
