"""The menu of the files opened last."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QMenu, QWidget

from ..settings import Settings

MOST_RECENT = 10


def remember_file(settings: Settings, path: Path) -> None:
    """Put a file at the top of the list, once, and let the next dialog begin in its folder."""
    path = path.absolute()
    others = [one for one in settings.recent_files if one != path]
    settings.recent_files = [path, *others][:MOST_RECENT]
    settings.folder = path.parent


def forget_file(settings: Settings, path: Path) -> None:
    """Take a file off the list: it is no longer there."""
    settings.recent_files = [one for one in settings.recent_files if one != path.absolute()]


class RecentFilesMenu(QMenu):
    """Lists the files anew each time it is about to be shown. ``chosen`` carries the path."""

    chosen = pyqtSignal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__("Open &Recent", parent)
        self.setObjectName("recent_files_menu")
        self.setToolTipsVisible(True)
        self._settings = settings
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files as they are now, with the folder where two have the same name."""
        self.clear()
        paths = self._settings.recent_files
        names = [path.name for path in paths]
        for number, path in enumerate(paths, start=1):
            text = path.name
            if names.count(path.name) > 1:
                text = f"{path.name}  ({path.parent.name})"
            # An ampersand in a name is no shortcut.
            action = self.addAction(f"&{number % 10}  {text.replace('&', '&&')}")
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self.chosen.emit(path))
        if not paths:
            self.addAction("No files yet").setEnabled(False)
            return
        self.addSeparator()
        self.addAction("Clear List", self._forget_all)

    def _forget_all(self) -> None:
        self._settings.recent_files = []
