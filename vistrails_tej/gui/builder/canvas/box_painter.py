"""Paints the box of a module."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter, QPolygonF

from ....dataflow import Direction, ModuleState
from .box_layout import BoxLayout, BoxLayouts, PortPlace
from .box_paints import BoxPaints, Mark
from .glyphs import glyph_path, glyph_scale

# Below this scale texts and ports are smaller than anybody can read or hit.
TEXT_SCALE = 0.4
_RADIUS = 4.0


@dataclass(frozen=True, slots=True)
class BoxLook:
    """How a box looks now; ``message`` is the line of words below it.

    ``emphasis`` are ports to be ringed, by direction and name.
    """

    state: ModuleState | None = None
    progress: float | None = None
    message: str = ""
    mark: Mark | None = None
    is_known: bool = True
    is_selected: bool = False
    hovered: tuple[Direction, str] | None = None
    emphasis: frozenset[tuple[Direction, str]] = frozenset()


class BoxPainter:
    """Paints one box; one object for each call of ``paint``."""

    def __init__(
        self, painter: QPainter, layout: BoxLayout, paints: BoxPaints, fonts: BoxLayouts
    ) -> None:
        self._painter = painter
        self._layout = layout
        self._paints = paints
        self._fonts = fonts

    def paint(self, look: BoxLook, scale: float) -> None:
        """Paint it; at a small ``scale`` without what could not be seen."""
        self._paint_body(look)
        if scale < TEXT_SCALE:
            return
        self._paint_texts(look)
        for place in self._layout.ports:
            self._paint_port(place, look)
        self._paint_menu()
        if look.state is not None:
            self._paint_state(look.state)
        if look.progress is not None:
            self._paint_progress(look.progress)

    def paint_message(self, text: str, rect: QRectF, *, is_error: bool) -> None:
        """Paint the line of words below the box."""
        painter, paints = self._painter, self._paints
        painter.setPen(paints.message_outline)
        painter.setBrush(paints.message)
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(paints.error_text if is_error else paints.warning_text)
        painter.setFont(self._fonts.message_font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_body(self, look: BoxLook) -> None:
        painter, paints = self._painter, self._paints
        pen = paints.outline if look.is_known else paints.unknown_outline
        painter.setPen(paints.selected_outline if look.is_selected else pen)
        painter.setBrush(paints.fill(look.state, look.mark))
        painter.drawRoundedRect(self._layout.rect, _RADIUS, _RADIUS)

    def _paint_texts(self, look: BoxLook) -> None:
        painter, layout = self._painter, self._layout
        painter.setPen(self._paints.text)
        painter.setFont(self._fonts.label_font)
        painter.drawText(layout.label_rect, Qt.AlignmentFlag.AlignCenter, layout.label)
        if layout.subtitle:
            # On the colour of a state the faint one could hardly be read.
            is_plain = look.state is None and look.mark is None
            painter.setPen(self._paints.faint_text if is_plain else self._paints.text)
            painter.setFont(self._fonts.subtitle_font)
            painter.drawText(layout.subtitle_rect, Qt.AlignmentFlag.AlignCenter, layout.subtitle)

    def _paint_port(self, place: PortPlace, look: BoxLook) -> None:
        painter, paints = self._painter, self._paints
        painter.setBrush(paints.filled_port if place.look.is_filled else paints.port)
        is_mandatory = place.look.is_mandatory
        painter.setPen(paints.mandatory_outline if is_mandatory else paints.port_outline)
        if place.key == look.hovered or place.key in look.emphasis:
            painter.setPen(paints.emphasis)
        painter.drawRect(place.rect)

    def _paint_menu(self) -> None:
        rect = self._layout.menu.adjusted(2, 1, -2, -1)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._paints.menu)
        tip = QPointF(rect.right(), rect.center().y())
        self._painter.drawPolygon(QPolygonF([rect.topLeft(), tip, rect.bottomLeft()]))

    def _paint_state(self, state: ModuleState) -> None:
        painter, rect = self._painter, self._layout.glyph
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(glyph_scale(rect), glyph_scale(rect))
        painter.setPen(self._paints.glyph)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(glyph_path(self._paints.theme.states[state].glyph))
        painter.restore()

    def _paint_progress(self, progress: float) -> None:
        whole = self._layout.progress
        done = QRectF(whole)
        done.setWidth(whole.width() * min(1.0, max(0.0, progress)))
        self._painter.fillRect(whole, self._paints.progress_track)
        self._painter.fillRect(done, self._paints.progress)
