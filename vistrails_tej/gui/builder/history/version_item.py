"""A version in the tree: an ellipse with its tag, or with what was done in it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ....dataflow import Version
from ...theme import Theme

HEIGHT = 38.0
_PADDING = 26.0
_MOST_TEXT = 220.0
_LEAST_WIDTH = 56.0
_TEXT_SCALE = 0.35


@dataclass(frozen=True, slots=True)
class VersionLook:
    """What is drawn for a version."""

    text: str
    is_tagged: bool
    is_mine: bool
    is_pruned: bool
    tooltip: str


def look_of(version: Version | None, user: str) -> VersionLook:
    """How a version is drawn for a user; None is the empty beginning."""
    if version is None:
        return VersionLook("Start", False, True, False, "The empty beginning")
    text = version.tag or version.description or f"Version {version.id}"
    lines = [f"Version {version.id}", " ".join(one for one in (version.date, version.user) if one)]
    if version.tag and version.description:
        lines.append(version.description)
    if version.pruned:
        lines.append("Pruned: hidden, with what follows it")
    is_mine = version.user == user
    tooltip = "\n".join(line for line in lines if line)
    return VersionLook(text, bool(version.tag), is_mine, version.pruned, tooltip)


class VersionFonts:
    """The fonts of the tree, and how wide texts are in them."""

    def __init__(self, font: QFont) -> None:
        self.tagged = QFont(font)
        self.tagged.setBold(True)
        self.plain = QFont(font)
        self.plain.setItalic(True)
        self._tagged_metrics = QFontMetricsF(self.tagged)
        self._plain_metrics = QFontMetricsF(self.plain)

    def shortened(self, look: VersionLook) -> tuple[str, float]:
        """The text as it fits, and how wide the ellipse is for it."""
        metrics = self._tagged_metrics if look.is_tagged else self._plain_metrics
        text = metrics.elidedText(look.text, Qt.TextElideMode.ElideRight, _MOST_TEXT)
        return text, max(_LEAST_WIDTH, metrics.horizontalAdvance(text) + 2 * _PADDING)


class VersionItem(QGraphicsItem):
    """Draws one version around its middle; it is selected when it is the one shown."""

    def __init__(self, version: int, fonts: VersionFonts, theme: Theme) -> None:
        super().__init__()
        self.version = version
        self._fonts = fonts
        self._theme = theme
        self._look = VersionLook("", False, True, False, "")
        self._text = ""
        self._rect = QRectF()
        self._is_marked = False
        self.setAcceptHoverEvents(False)

    @property
    def width(self) -> float:
        """How much room it needs beside others."""
        return self._rect.width()

    def set_look(self, look: VersionLook) -> None:
        """Draw something else."""
        if look == self._look and self._text:
            return
        text, width = self._fonts.shortened(look)
        self.prepareGeometryChange()
        self._look, self._text = look, text
        self._rect = QRectF(-width / 2, -HEIGHT / 2, width, HEIGHT)
        self.setToolTip(look.tooltip)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def set_marked(self, is_marked: bool) -> None:
        """Mark it as the version that the shown one is compared with, or not."""
        if is_marked != self._is_marked:
            self._is_marked = is_marked
            self.update()

    def boundingRect(self) -> QRectF:
        """See QGraphicsItem."""
        return self._rect.adjusted(-3, -3, 3, 3)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """See QGraphicsItem."""
        theme = self._theme
        is_root = self.version == 0
        fill = "version_mine" if self._look.is_mine else "version_others"
        painter.setOpacity(0.45 if self._look.is_pruned else 1.0)
        painter.setBrush(theme.color("box" if is_root else fill))
        painter.setPen(self._pen())
        painter.drawEllipse(self._rect)
        if painter.worldTransform().m11() < _TEXT_SCALE:
            return
        painter.setFont(self._fonts.tagged if self._look.is_tagged else self._fonts.plain)
        painter.setPen(theme.color("box_text"))
        painter.drawText(self._rect, Qt.AlignmentFlag.AlignCenter, self._text)

    def _pen(self) -> QPen:
        if self.isSelected():
            return QPen(self._theme.color("selection"), 3.5)
        pen = QPen(self._theme.color("box_border"), 1.3)
        if self._is_marked:
            pen.setWidthF(2.5)
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen
