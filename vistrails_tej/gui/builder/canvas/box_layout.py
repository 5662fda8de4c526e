"""The geometry of a module's box: its size, where its texts go, and where each port is."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QFont, QFontMetricsF

from ....dataflow import Direction, PortSpec

PORT_SIZE = 10.0
PORT_GAP = 4.0
_INSET = 6.0
_MARGIN = 20.0
_MENU = 12.0
_GLYPH = 13.0
_LEAST_WIDTH = 70.0
_LONGEST_TEXT = 280.0
_LONGEST_MESSAGE = 240.0
_PROGRESS = 3.0


@dataclass(frozen=True, slots=True)
class PortLook:
    """A port that a box shows; ``is_filled`` if something is connected to it or set on it."""

    spec: PortSpec
    is_filled: bool = False

    @property
    def is_mandatory(self) -> bool:
        """Whether the module cannot run without a connection here."""
        return self.spec.minimum_connections > 0


@dataclass(frozen=True, slots=True)
class BoxContent:
    """What a box shows. ``subtitle`` is the kind of module, blank if the label is that already.

    ``is_known`` is False for a module whose package is not loaded.
    """

    label: str
    subtitle: str = ""
    inputs: tuple[PortLook, ...] = ()
    outputs: tuple[PortLook, ...] = ()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class PortPlace:
    """A port and the square it is drawn in, in the coordinates of the box."""

    look: PortLook
    rect: QRectF

    @property
    def spec(self) -> PortSpec:
        """The port."""
        return self.look.spec

    @property
    def key(self) -> tuple[Direction, str]:
        """What tells it from the other ports of its module."""
        return self.look.spec.direction, self.look.spec.name


@dataclass(frozen=True, slots=True)
class BoxLayout:
    """Where everything is; (0, 0) is the middle of the box, y grows downwards.

    ``label`` and ``subtitle`` are cut where they are too long. ``menu`` is the triangle that opens
    the module's menu, ``glyph`` the sign of the state, ``progress`` the whole of the bar.
    """

    rect: QRectF
    label: str
    label_rect: QRectF
    subtitle: str
    subtitle_rect: QRectF
    inputs: tuple[PortPlace, ...]
    outputs: tuple[PortPlace, ...]
    menu: QRectF
    glyph: QRectF
    progress: QRectF

    @property
    def ports(self) -> tuple[PortPlace, ...]:
        """The inputs, then the outputs."""
        return self.inputs + self.outputs

    def port(self, direction: Direction, name: str) -> PortPlace | None:
        """The place of a port; None if the box does not show it."""
        places = self.inputs if direction is Direction.INPUT else self.outputs
        return next((one for one in places if one.spec.name == name), None)

    def port_at(self, point: QPointF, reach: float = PORT_GAP / 2) -> PortPlace | None:
        """The port at a point, or not farther from it than ``reach``."""
        for place in self.ports:
            if place.rect.adjusted(-reach, -reach, reach, reach).contains(point):
                return place
        return None

    def link_point(self, direction: Direction, name: str) -> QPointF:
        """Where connections of a port meet the edge of the box; its middle for an unknown port."""
        place = self.port(direction, name)
        x = place.rect.center().x() if place is not None else 0.0
        is_input = direction is Direction.INPUT
        return QPointF(x, self.rect.top() if is_input else self.rect.bottom())


class BoxLayouts:
    """Lays boxes out with one font; equal contents share one layout."""

    def __init__(self, font: QFont) -> None:
        self.label_font = _sized(font, 14, bold=True)
        self.subtitle_font = _sized(font, 12)
        self.message_font = _sized(font, 11)
        self._label = QFontMetricsF(self.label_font)
        self._subtitle = QFontMetricsF(self.subtitle_font)
        self._message = QFontMetricsF(self.message_font)
        self._known: dict[BoxContent, BoxLayout] = {}

    def layout(self, content: BoxContent) -> BoxLayout:
        """The layout of a box."""
        found = self._known.get(content)
        if found is None:
            found = self._known[content] = self._lay_out(content)
        return found

    def message(self, layout: BoxLayout, text: str) -> tuple[str, QRectF]:
        """A line of words below a box, cut if it is long, and the pill it stands in."""
        line = next(iter(text.strip().splitlines()), "")
        room = max(layout.rect.width(), _LONGEST_MESSAGE)
        line = self._message.elidedText(line, Qt.TextElideMode.ElideRight, room)
        width = self._message.horizontalAdvance(line) + 12
        height = self._message.height() + 4
        # Left of the outputs, so that their connections can be followed.
        edge = layout.outputs[0].rect.left() - 4 if layout.outputs else layout.rect.right()
        left = min(layout.rect.left(), edge - width)
        return line, QRectF(left, layout.rect.bottom() + 3, width, height)

    def _lay_out(self, content: BoxContent) -> BoxLayout:
        elide = Qt.TextElideMode.ElideRight
        label = self._label.elidedText(content.label.replace("\n", " "), elide, _LONGEST_TEXT)
        subtitle = f"({content.subtitle})" if content.subtitle else ""
        subtitle = self._subtitle.elidedText(subtitle, elide, _LONGEST_TEXT)
        label_height = self._label.height()
        subtitle_height = self._subtitle.height() if subtitle else 0.0
        texts = (self._label.horizontalAdvance(label), self._subtitle.horizontalAdvance(subtitle))
        width = _even(max(_LEAST_WIDTH, max(texts) + 2 * _MARGIN, _ports_width(content)))
        height = _even(label_height + subtitle_height + 2 * _MARGIN)
        rect = QRectF(-width / 2, -height / 2, width, height)
        top = -(label_height + subtitle_height) / 2
        corner = QPointF(rect.right() - _INSET - _MENU + 3, rect.top() + _INSET - 1)
        low = rect.bottom() - _INSET - _GLYPH + 1
        return BoxLayout(
            rect=rect,
            label=label,
            label_rect=QRectF(rect.left(), top, width, label_height),
            subtitle=subtitle,
            subtitle_rect=QRectF(rect.left(), top + label_height, width, subtitle_height),
            inputs=_row(content.inputs, rect.left() + _INSET, rect.top() + _INSET),
            outputs=_row(
                content.outputs,
                rect.right() - _INSET - _row_width(len(content.outputs)),
                rect.bottom() - _INSET - PORT_SIZE,
            ),
            menu=QRectF(corner.x(), corner.y(), _MENU, _MENU),
            glyph=QRectF(rect.left() + _INSET, low, _GLYPH, _GLYPH),
            progress=QRectF(rect.left() + 2, rect.bottom() - _PROGRESS - 1, width - 4, _PROGRESS),
        )


def _sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(pixels)
    sized.setBold(bold)
    return sized


def _even(length: float) -> float:
    """A length whose half is whole, so that edges lie on pixels."""
    return 2.0 * -(-length // 2)


def _row_width(count: int) -> float:
    return max(0.0, count * (PORT_SIZE + PORT_GAP) - PORT_GAP)


def _ports_width(content: BoxContent) -> float:
    """The width that the rows of ports need, beside the triangle above and the glyph below."""
    above = _row_width(len(content.inputs)) + PORT_GAP + _MENU
    below = _row_width(len(content.outputs)) + PORT_GAP + _GLYPH
    return max(above, below) + 2 * _INSET


def _row(looks: tuple[PortLook, ...], x: float, y: float) -> tuple[PortPlace, ...]:
    step = PORT_SIZE + PORT_GAP
    return tuple(
        PortPlace(look, QRectF(x + number * step, y, PORT_SIZE, PORT_SIZE))
        for number, look in enumerate(looks)
    )
