"""Drags something with a real QDrag, which needs a platform of its own: run as a program.

``python -m tests.gui.dragging files`` moves the first of three files to the end of the list and
prints the names; ``... palette`` drags a module onto a widget and prints what arrives there.
"""

from __future__ import annotations

import sys

from PyQt5.QtCore import QElapsedTimer, QPoint, Qt, QTimer
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QListWidget, QTreeView, QWidget

from vistrails_tej.dataflow import Registry, Vistrail
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.module_mime import dragged_module
from vistrails_tej.gui.builder.palette_view import PaletteView
from vistrails_tej.gui.configure.file_list import FileListConfiguration
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.workflow import load_registry

_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier
# Long enough for a slow machine; it ends as soon as the button was let go.
_LONGEST = 20_000


def drag(app: QApplication, window: QWidget, path: list[QPoint]) -> None:
    """Press at the first point, move along the others, let go at the last one."""
    handle = window.windowHandle()
    done: list[bool] = []

    def move(step: int) -> None:
        # First what comes next: the drag begins inside of one of the moves, which lasts until the
        # button is let go.
        is_last = step + 1 == len(path)
        QTimer.singleShot(20, let_go if is_last else lambda: move(step + 1))
        QTest.mouseMove(handle, path[step])

    def let_go() -> None:
        QTest.mouseRelease(handle, _LEFT, _NONE, path[-1])
        done.append(True)

    QTest.mousePress(handle, _LEFT, _NONE, path[0])
    QTimer.singleShot(20, lambda: move(1))
    clock = QElapsedTimer()
    clock.start()
    while not done and clock.elapsed() < _LONGEST:
        app.processEvents()
    for _ in range(20):
        app.processEvents()


def drag_files(app: QApplication, registry: Registry) -> str:
    document = Document(Vistrail({}), registry)
    document.edit(
        "x", lambda one: one.add("SubmitJob").add_port("a").add_port("b").add_port("c").id
    )
    window = FileListConfiguration(document, 0, LIGHT)
    window.resize(500, 400)
    window.show()
    QTest.qWaitForWindowExposed(window)
    files = window.findChild(QListWidget, "file_list")
    assert files is not None

    def place(row: int, below: int) -> QPoint:
        point = files.visualItemRect(files.item(row)).center() + QPoint(0, below)
        return files.viewport().mapTo(window, point)

    drag(
        app, window, [place(0, 0), place(0, 4), place(1, 0), place(1, 4), place(2, 0), place(2, 6)]
    )
    window.save()
    return " ".join(one.name for one in document.pipeline.modules[0].input_port_specs)


class Target(QWidget):
    """Takes modules as the canvas does."""

    def __init__(self, registry: Registry) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumWidth(200)
        self._registry = registry
        self.arrived: list[str] = []

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        descriptor = dragged_module(event.mimeData(), self._registry)
        self.arrived.append(f"{descriptor.name} {event.mimeData().text()}" if descriptor else "")


def drag_module(app: QApplication, registry: Registry) -> str:
    window = QWidget()
    layout = QHBoxLayout(window)
    palette, target = PaletteView(registry, LIGHT), Target(registry)
    layout.addWidget(palette)
    layout.addWidget(target)
    window.resize(600, 500)
    window.show()
    QTest.qWaitForWindowExposed(window)
    tree = palette.findChild(QTreeView, "palette_tree")
    assert tree is not None
    model = tree.model()
    last = model.index(model.rowCount() - 1, 0)
    row = tree.visualRect(model.index(model.rowCount(last) - 1, 0, last)).center()
    start = tree.viewport().mapTo(window, row)
    end = target.mapTo(window, QPoint(50, 50))
    drag(app, window, [start, start + QPoint(8, 0), start + QPoint(30, 0), end, end + QPoint(3, 3)])
    return " ".join(target.arrived)


def main() -> None:
    """Do what the command line says."""
    app = QApplication(sys.argv)
    action = {"files": drag_files, "palette": drag_module}[sys.argv[1]]
    sys.stdout.write(action(app, load_registry()) + "\n")


if __name__ == "__main__":
    main()
