"""Qt's application, as all programs with windows have it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication

from .icons import app_icon

# A thread that computes keeps the others waiting so many seconds at a time. A window needs many
# turns to draw itself, so that Python's usual 5 ms would add up to what one can see.
_TURN = 0.0005


def make_application(arguments: list[str]) -> QApplication:
    """Qt's application, ready for dense screens, in the one style whose colours are ours."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication(arguments)
    application.setApplicationName("vistrails_tej")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("vistrails-tej")
    application.setWindowIcon(app_icon())
    return application


@contextmanager
def short_turns() -> Iterator[None]:
    """Let the windows have their turn soon, whatever other threads compute."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
