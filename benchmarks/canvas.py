"""Time the canvas with 2,000 modules and 3,000 connections: ``python -m benchmarks.canvas``.

It needs no screen. Each line gives the median and the worst of its repetitions and the limit, in
milliseconds of work of the processor: drawing waits for nothing else. The exit code is 1 if a
median is over its limit.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from vistrails_tej.dataflow import (
    ModuleEvent,
    ModuleState,
    Registry,
    Vistrail,
    VistrailEditor,
    edit_vistrail,
)
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.workflow import load_registry

MODULES = 2000
CONNECTIONS = 3000
_COLUMNS = 50
_FRAME = 33.0


def large_vistrail(registry: Registry) -> Vistrail:
    """A grid of modules, each fed by one or two of the row above."""
    editor = edit_vistrail(Vistrail({}), registry)
    with editor.action("Made a large pipeline"):
        _fill(editor)
    return editor.vistrail


def _fill(editor: VistrailEditor) -> None:
    modules = []
    for number in range(MODULES):
        row, column = divmod(number, _COLUMNS)
        place = (column * 210.0 + row % 2 * 60, -row * 110.0)
        modules.append(editor.add("ConcatenateString", at=place, label=f"Text {number}"))
    left = CONNECTIONS
    for port, shift in (("str1", 0), ("str2", 1)):
        for number in range(_COLUMNS, MODULES):
            source = number - _COLUMNS + shift
            if left and source < MODULES:
                editor.connect(modules[source]["value"], modules[number][port])
                left -= 1


def main() -> int:
    """Run all lines and print them."""
    app = QApplication.instance() or QApplication([])
    registry = load_registry()
    vistrail = large_vistrail(registry)
    document = Document(vistrail, registry)
    is_slow = False
    for name, limit, times in _lines(document, app):
        median, worst = statistics.median(times), max(times)
        is_slow |= median > limit
        mark = "" if median <= limit else "  TOO SLOW"
        print(f"{name:<44} {median:8.1f} {worst:8.1f}  limit {limit:6.0f} ms{mark}")
    return int(is_slow)


def _lines(document: Document, app: QApplication) -> Iterator[tuple[str, float, list[float]]]:
    yield "load and first picture", 1000.0, [_time(lambda: _opened(document, app)) for _ in "abc"]
    view = _opened(document, app)
    for title, scale in (("1:1", 1.0), ("at half size", 0.5), ("whole pipeline", 0.0)):
        view.fit()
        if scale:
            view.navigator.zoom(scale / view.scale_factor)
        app.processEvents()
        yield f"pan, {title}", _FRAME, _pans(view, app)
        yield f"zoom, {title}", _FRAME, _zooms(view, app)
        yield f"drag a module, {title}", _FRAME, _drag(view, app, everything=False)
    view.navigator.zoom(0.5 / view.scale_factor)
    app.processEvents()
    begins, frames = _links(view, app)
    yield "begin of a connection, at half size", 100.0, begins
    yield "draw a connection, at half size", _FRAME, frames
    yield "choices of Connect", 250.0, [_time(lambda: _choices(view)) for _ in "abc"]
    view.fit()
    yield "drag all modules, whole pipeline", 250.0, _drag(view, app, everything=True)
    yield "smooth picture, whole pipeline", 250.0, [_time(lambda: _smooth(view)) for _ in "abc"]
    yield "states of all modules", 250.0, [_time(lambda: _states(view, app))]
    yield "undo of an edit", 100.0, _undo(view, app)


def _opened(document: Document, app: QApplication) -> CanvasView:
    view = CanvasView(document, LIGHT)
    view.resize(1600, 1000)
    view.show()
    app.processEvents()
    return view


def _time(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def _pans(view: CanvasView, app: QApplication) -> list[float]:
    def frame(step: int) -> None:
        view.pan(step, step // 2)
        app.processEvents()

    return [_time(lambda step=step: frame(step)) for step in (7, 11, -9, 13, -5) * 4]


def _zooms(view: CanvasView, app: QApplication) -> list[float]:
    def frame(factor: float) -> None:
        view.navigator.zoom(factor, QPoint(500, 300))
        app.processEvents()

    return [_time(lambda factor=factor: frame(factor)) for factor in (1.05, 1 / 1.05) * 8]


def _drag(view: CanvasView, app: QApplication, *, everything: bool) -> list[float]:
    """Real presses and moves of the mouse; Escape puts everything back."""
    viewport = view.viewport()
    middle = view.mapToScene(viewport.rect().center())
    items = view.pipeline_scene.modules.values()
    item = min(items, key=lambda one: (one.pos() - middle).manhattanLength())
    view.select([one.module_id for one in items] if everything else [item.module_id])
    start = view.mapFromScene(item.pos() + QPointF(0, 5))
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)

    def frame(step: int) -> None:
        _move_held(view, app, start + QPoint(20 + 3 * step, 20 + step))

    times = [_time(lambda step=step: frame(step)) for step in range(1, 16)]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    return times


def _links(view: CanvasView, app: QApplication) -> tuple[list[float], list[float]]:
    """Connections drawn from ports by the mouse, and given up by Escape: begins, and moves."""
    viewport = view.viewport()
    middle = view.mapToScene(viewport.rect().center())
    items = sorted(
        view.pipeline_scene.modules.values(), key=lambda one: (one.pos() - middle).manhattanLength()
    )
    begins, frames = [], []
    for item in items[:5]:
        start = view.mapFromScene(item.pos() + item.box.outputs[0].rect.center())
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
        times = [_time(lambda at=at: _move_held(view, app, at)) for at in _way(start)]
        begins.append(times[0])
        frames += times[1:]
        QTest.keyClick(view, Qt.Key.Key_Escape)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start)
    return begins, frames


def _way(start: QPoint) -> list[QPoint]:
    return [start + QPoint(10 + 3 * step, 10 + step) for step in range(8)]


def _move_held(view: CanvasView, app: QApplication, place: QPoint) -> None:
    """Move the mouse with the left button held."""
    none, held = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), none, held, keys)
    app.sendEvent(view.viewport(), event)
    app.processEvents()


def _choices(view: CanvasView) -> None:
    number = min(view.document.pipeline.modules)
    view.offers.connections(number, QPoint(100, 100)).close()


def _smooth(view: CanvasView) -> None:
    view.navigator.draw_smoothly()
    view.viewport().repaint()


def _states(view: CanvasView, app: QApplication) -> None:
    for number in view.document.pipeline.modules:
        view.set_state(ModuleEvent(number, ModuleState.SUCCESS))
    app.processEvents()


def _undo(view: CanvasView, app: QApplication) -> list[float]:
    document, times = view.document, []
    number = min(document.pipeline.modules)
    for name in "abcdef":
        document.edit("Set label", lambda one, n=name: one.set_label(one.module(number), n))

        def frame() -> None:
            document.undo()
            app.processEvents()

        times.append(_time(frame))
    return times


if __name__ == "__main__":
    sys.exit(main())
