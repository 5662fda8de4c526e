"""Makes the pictures of the windows: ``python -m tests.gui.pictures FOLDER THEME [NAME]...``.

Prints, as JSON, what is wrong with each of them. The environment variable QT_SCALE_FACTOR makes
them for dense screens, PICTURES_POINTS with larger letters. Else fonts and sizes are fixed, so that
the pictures are alike everywhere.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QElapsedTimer, QEvent, QPoint, QSettings, QSize
from PyQt5.QtGui import QFont, QImage, QPainter, QPixmap
from PyQt5.QtWidgets import QApplication, QWidget

from vistrails_tej.gui.app import Builder, make_application
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.settings import ThemeChoice, choose_theme
from vistrails_tej.gui.theme import Theme

from .picture_checks import is_blank, problems_of
from .picture_names import NAMES
from .windows import running_builder

EXAMPLES = Path(__file__).parents[2] / "examples"
WINDOW = QSize(1280, 820)
_FONT, _POINTS = "DejaVu Sans", 9.75
_LONGEST = 30_000
_COLOURS = 256


class Studio:
    """Where the pictures of one theme are made; everything it shows goes with it."""

    def __init__(self, builder: Builder, choice: ThemeChoice, folder: Path) -> None:
        self.builder = builder
        self.folder = folder
        self.theme: Theme = choose_theme(choice, QApplication.palette())
        self._choice = choice
        self._shown: list[QWidget] = []
        self._keep: list[object] = []

    def window(self, size: QSize = WINDOW) -> BuilderWindow:
        """An empty window of the builder."""
        window = self.builder.new_window()
        window.theme_requested.emit(self._choice)
        window.move(0, 0)
        window.resize(size)
        window.activateWindow()
        self.settle()
        # The platform's screen is smaller than the window.
        window.reset_docks()
        self.settle()
        return window

    def open(self, name: str, size: QSize = WINDOW) -> BuilderWindow:
        """A window with one of the examples."""
        window = self.window(size)
        self.builder.open(Wanted(EXAMPLES / name), window)
        self.wait(lambda: not window.is_busy)
        self.settle()
        window.views.canvas.fit()
        self.settle()
        return window

    def show(self, widget: QWidget, size: QSize | None = None) -> QWidget:
        """Show a dialog or a part of a window."""
        self._shown.append(widget)
        if size is not None:
            widget.resize(size)
        widget.show()
        widget.activateWindow()
        self.settle()
        return widget

    def keep(self, *things: object) -> None:
        """Keep what nobody else does until the pictures are made."""
        self._keep += things

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let Qt work until it is so."""
        clock = QElapsedTimer()
        clock.start()
        while not condition():
            if clock.elapsed() > _LONGEST:
                raise TimeoutError("what was to be shown did not come")
            QApplication.processEvents()

    def settle(self) -> None:
        """Let Qt lay out and draw all there is."""
        for _ in range(8):
            QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def clear(self) -> None:
        """Close everything."""
        for widget in self._shown:
            widget.hide()
            widget.deleteLater()
        for window in self.builder.windows:
            window.hide()
            # As if the user had answered that nothing is to be saved.
            window.running.close()
            window.document.disconnect()
            window.closed.emit()
            window.deleteLater()
        self._shown.clear()
        self._keep.clear()
        self.settle()


def composed(window: QWidget, *above: QWidget) -> QPixmap:
    """A window with what lies above it, such as a popup."""
    picture = window.grab()
    painter = QPainter(picture)
    for one in above:
        place = one.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
        painter.drawPixmap(place, one.grab())
    painter.end()
    return picture


def save_small(image: QImage, path: Path) -> None:
    """Save as a PNG with a palette of the commonest colours."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = plain.constBits()
    bits.setsize(plain.byteCount())
    pixels = Counter(memoryview(bytes(bits)).cast("I"))
    rare = Counter[int]()
    common = dict(pixels.most_common(_COLOURS // 2))
    for pixel, count in pixels.items():
        if pixel not in common:
            rare[pixel & 0xFFF0F0F0 | 0x00080808] += count
    table = [*common, *(one for one, _ in rare.most_common(_COLOURS - len(common)))]
    small = plain.convertToFormat(QImage.Format.Format_Indexed8, table)
    if not small.save(str(path), "PNG", 0):
        raise OSError(f"{path} cannot be written")


def make(studio: Studio, folder: Path, names: list[str]) -> dict[str, list[str]]:
    """Make the pictures; return what is wrong with each."""
    from . import (
        picture_dialogs,
        picture_jobs,
        picture_monitor,
        picture_queues,
        picture_scenes,
    )

    places = (picture_scenes, picture_dialogs, picture_jobs, picture_monitor, picture_queues)
    found: dict[str, list[str]] = {}
    scale = round(float(os.environ.get("QT_SCALE_FACTOR", "1")))
    for name in names:
        function = name.replace("-", "_")
        (scene,) = (vars(one)[function] for one in places if function in vars(one))
        try:
            made = scene(studio)
        except Exception as error:  # noqa: BLE001, told with the others, which are made nevertheless
            traceback.print_exc()
            found[name] = [f"it was not made: {error!r}"]
            studio.clear()
            continue
        widgets = made if isinstance(made, tuple) else (made,)
        problems = [line for one in widgets for line in problems_of(one)]
        image = composed(*widgets).toImage()
        if is_blank(image):
            problems.append("it is blank")
        suffix = f"-{scale}x" if scale > 1 else ""
        save_small(image, folder / f"{name}-{studio.theme.name}{suffix}.png")
        found[name] = problems
        studio.clear()
    return found


def main() -> None:
    """Do what the command line says."""
    # The platform's own resolution would make every length a fraction of a pixel.
    os.environ.update(LOGNAME="ada", QT_FONT_DPI="96")
    folder, choice = Path(sys.argv[1]), ThemeChoice(sys.argv[2])
    application: QApplication = make_application(sys.argv[:1])
    font = QFont(_FONT)
    font.setPointSizeF(float(os.environ.get("PICTURES_POINTS", _POINTS)))
    application.setFont(font)
    with tempfile.TemporaryDirectory() as own:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, own)
        with running_builder(application) as builder:
            studio = Studio(builder, choice, Path(own))
            found = make(studio, folder, sys.argv[3:] or list(NAMES))
            studio.clear()
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
