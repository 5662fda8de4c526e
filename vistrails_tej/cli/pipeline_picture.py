"""A pipeline as an SVG picture, laid out as the user left it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ..dataflow import Pipeline, PipelineHasCycle, PipelineModule

_HEIGHT = 46.0
_PORT = 9.0
_STEP = _PORT + 5
_MARGIN = 24.0
_GAP = 30.0
# The advance of an average letter at the size of a label, and what lies left and right of the text.
_LETTER = 8.8
_PADDING = 26.0
_LONGEST = 40
_FONT = "DejaVu Sans, Helvetica, Arial, sans-serif"
_INK = "#222"


@dataclass(frozen=True, slots=True)
class _Box:
    """A module's box: its upper left corner and width, and its ports from left to right."""

    module: PipelineModule
    x: float
    y: float
    width: float
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def input_place(self, port: str) -> tuple[float, float]:
        """The middle of an input port."""
        return self.x + 8 + self.inputs.index(port) * _STEP + _PORT / 2, self.y + 5

    def output_place(self, port: str) -> tuple[float, float]:
        """The middle of an output port."""
        step = (len(self.outputs) - self.outputs.index(port)) * _STEP
        return self.x + self.width - 3 - step + _PORT / 2, self.y + _HEIGHT - 5


def draw_pipeline(pipeline: Pipeline) -> str:
    """Draw the modules with their labels and connected ports, and the connections.

    Modules without a place are laid out in rows below the others, each below those that feed it.
    A long label is cut; pointing at a box or a port tells its whole name.
    """
    boxes = _boxes(pipeline)
    if not boxes:
        return _document(0, 0, 2 * _MARGIN, 2 * _MARGIN, [])
    left = min(box.x for box in boxes.values()) - _MARGIN
    top = min(box.y for box in boxes.values()) - _MARGIN
    right = max(box.x + box.width for box in boxes.values()) + _MARGIN
    bottom = max(box.y + _HEIGHT for box in boxes.values()) + _MARGIN
    shapes = [
        _curve(
            boxes[one.source.module_id].output_place(one.source.port),
            boxes[one.destination.module_id].input_place(one.destination.port),
        )
        for _, one in sorted(pipeline.connections.items())
        if one.source.module_id in boxes and one.destination.module_id in boxes
    ]
    shapes += [shape for box in boxes.values() for shape in _shapes(box)]
    return _document(left, top, right - left, bottom - top, shapes)


def _boxes(pipeline: Pipeline) -> dict[int, _Box]:
    """A box for each module; in a vistrail y grows upwards, in a picture downwards."""
    boxes = {}
    for module_id, module in sorted(pipeline.modules.items()):
        if module.location is not None:
            x, y = module.location
            boxes[module_id] = _box(pipeline, module, x, -y)
    top = max((box.y + _HEIGHT + _GAP for box in boxes.values()), default=0.0)
    left = min((box.x for box in boxes.values()), default=0.0)
    for number, row in enumerate(_rows(pipeline)):
        x = left
        for module_id in row:
            box = _box(pipeline, pipeline.modules[module_id])
            y = top + number * 2 * _HEIGHT
            boxes[module_id] = _Box(box.module, x, y, box.width, box.inputs, box.outputs)
            x += box.width + _GAP
    return boxes


def _box(pipeline: Pipeline, module: PipelineModule, x: float = 0, y: float = 0) -> _Box:
    """The box of a module around a middle."""
    inputs = _distinct(one.destination.port for one in pipeline.incoming(module.id))
    outputs = _distinct(one.source.port for one in pipeline.outgoing(module.id))
    text = max(_text_width(module.label), _text_width(module.name))
    ports = max(len(inputs), len(outputs)) * _STEP + 16
    width = max(text + _PADDING, ports, 90.0)
    return _Box(module, x - width / 2, y - _HEIGHT / 2, width, inputs, outputs)


def _rows(pipeline: Pipeline) -> list[list[int]]:
    """The modules without a place, in rows, each below everything that feeds it."""
    try:
        order = pipeline.order()
    except PipelineHasCycle:
        order = sorted(pipeline.modules)
    depth: dict[int, int] = {}
    rows: list[list[int]] = []
    for module_id in order:
        if pipeline.modules[module_id].location is not None:
            continue
        above = (depth.get(one.source.module_id, -1) for one in pipeline.incoming(module_id))
        row = depth[module_id] = max(above, default=-1) + 1
        rows += [[]] * (row + 1 - len(rows))
        rows[row] = [*rows[row], module_id]
    return rows


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _text_width(text: str) -> float:
    """About how wide a text is at the size of a label; too wide rather than too narrow."""
    return sum(_LETTER * _relative_width(letter) for letter in _shorten(text))


def _relative_width(letter: str) -> float:
    if letter in "mwMW@%" or unicodedata.east_asian_width(letter) in "WF":
        return 1.7
    return 1.1 if letter.isupper() else 1.0


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _curve(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    bend = max(abs(y2 - y1) / 2, 20.0)
    return (
        f'<path d="M{x1:.1f},{y1:.1f} C{x1:.1f},{y1 + bend:.1f} {x2:.1f},{y2 - bend:.1f}'
        f' {x2:.1f},{y2:.1f}" fill="none" stroke="{_INK}" stroke-width="1.6"/>'
    )


def _shapes(box: _Box) -> list[str]:
    frame = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{_HEIGHT}" rx="3"'
        f' fill="#f4f4f2" stroke="{_INK}" stroke-width="1.6">{_title(box.module.label)}</rect>'
    )
    ports = [_port(port, box.input_place(port)) for port in box.inputs]
    ports += [_port(port, box.output_place(port)) for port in box.outputs]
    return [frame, *ports, *_texts(box)]


def _port(name: str, place: tuple[float, float]) -> str:
    x, y = place
    return (
        f'<rect x="{x - _PORT / 2:.1f}" y="{y - 2:.1f}" width="{_PORT}" height="{_PORT / 2}"'
        f' fill="#8fb3d9" stroke="{_INK}" stroke-width="0.8">{_title(name)}</rect>'
    )


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _texts(box: _Box) -> list[str]:
    middle = box.x + box.width / 2
    has_label = box.module.label != box.module.name
    first = box.y + _HEIGHT / 2 + (-1 if has_label else 4.5)
    lines = [(first, 13, "bold", _shorten(box.module.label))]
    if has_label:
        lines.append((first + 13, 10, "normal", f"({_shorten(box.module.name)})"))
    return [
        f'<text x="{middle:.1f}" y="{y:.1f}" font-family="{_FONT}" font-size="{size}"'
        f' font-weight="{weight}" text-anchor="middle" fill="{_INK}"'
        f' pointer-events="none">{escape(text)}</text>'
        for y, size, weight, text in lines
    ]


def _document(x: float, y: float, width: float, height: float, shapes: list[str]) -> str:
    body = "\n".join(shapes)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' viewBox="{x:.1f} {y:.1f} {width:.1f} {height:.1f}"'
        f' width="{width:.0f}" height="{height:.0f}">\n'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#fff"/>\n'
        f"{body}\n</svg>\n"
    )
