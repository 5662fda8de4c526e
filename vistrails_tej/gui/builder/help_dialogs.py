"""The entries of the help menu: the user guide, and which version this is."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QMessageBox, QWidget

from ..icons import app_icon

_DISTRIBUTION = "vistrails-tej"
_ICON = 64


def find_guide() -> Path | None:
    """The page on the builder in a checkout: built for a browser, else as it was written."""
    docs = Path(__file__).resolve().parents[3] / "docs"
    pages = (docs / "_build" / "html" / "guide" / "builder.html", docs / "guide" / "builder.rst")
    return next((page for page in pages if page.is_file()), None)


def show_documentation(window: QWidget) -> None:
    """Show the user guide in the browser; where it is not installed, say what helps instead."""
    guide = find_guide()
    if guide is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(guide)))
        return
    box = QMessageBox(window)
    box.setObjectName("documentation_dialog")
    box.setText("The user guide is not installed on this machine")
    box.setInformativeText(
        "It is in the folder docs of the sources. Every module has its own documentation in Module"
        " Info, the examples are in the menu File, and vistrails-tej --help lists the commands."
    )
    box.exec()


def show_about(window: QWidget) -> None:
    """Say which version this is, and what it runs on."""
    box = QMessageBox(window)
    box.setObjectName("about_dialog")
    box.setWindowTitle("About vistrails_tej")
    box.setIconPixmap(app_icon().pixmap(_ICON))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"vistrails_tej {_version()}")
    box.setInformativeText(
        "Runs steps of a workflow on any server that SSH reaches.\n\n"
        f"Python {platform.python_version()}, Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}"
    )
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()


def _version() -> str:
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"
