"""The menu of the examples that come with the program."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QMenu, QWidget

from ...demo.examples import examples_folder

_TITLES = {
    "tej-primes": "Primes: a number and a script go up, its largest factor comes down",
    "shell-job": "Shell job: a script written in the module",
    "download-directory": "Download directory: all results of a job",
}


class ExamplesMenu(QMenu):
    """Lists the example files. ``chosen`` carries the path of one, to be opened as a copy."""

    chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("E&xamples", parent)
        self.setObjectName("examples_menu")
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files that are there."""
        self.clear()
        for path in find_examples():
            action = self.addAction(_TITLES.get(path.stem, path.stem))
            action.setObjectName(f"example_{path.stem}")
            action.triggered.connect(lambda _checked=False, path=path: self.chosen.emit(path))
        if self.isEmpty():
            self.addAction("No examples are installed").setEnabled(False)


def find_examples() -> list[Path]:
    """The files of the examples, the one to begin with first."""
    known = list(_TITLES)
    paths = examples_folder().glob("*.vt")

    def rank(path: Path) -> tuple[int, str]:
        return (known.index(path.stem) if path.stem in known else len(known), path.stem)

    return sorted(paths, key=rank)
