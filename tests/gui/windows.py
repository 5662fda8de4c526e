"""A builder with its windows, as the program has it, without taking over the hooks of Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.window import BuilderWindow


@contextmanager
def running_builder(application: QApplication) -> Iterator[Builder]:
    """A builder without windows; those it gets are gone at the end, whatever is unsaved."""
    builder = Builder(application)
    try:
        yield builder
    finally:
        for window in builder.windows:
            window.hide()
            window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        builder.stop()
        builder.deleteLater()


def add(window: BuilderWindow, name: str = "String") -> None:
    """Edit the document of a window."""
    window.document.edit("Added module", lambda editor: editor.add(name))


def names(window: BuilderWindow) -> list[str]:
    """The names of the modules that are shown."""
    return sorted(one.name for one in window.document.pipeline.modules.values())


def wait_until_open(qtbot: QtBot, window: BuilderWindow) -> None:
    """Wait until no file is being opened in the window any more."""
    qtbot.waitUntil(lambda: not window.is_busy, timeout=30_000)


def label(window: QWidget, name: str) -> str:
    """The text of a label."""
    found = window.findChild(QLabel, name)
    assert found is not None
    return found.text()
