"""Answer the dialogs that a test opens: they run an event loop of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
)

_PERIOD = 10


class Answers(QObject):
    """Waits for dialogs by their names, in the order given, and answers each.

    ``seen`` are the texts of those that came.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.seen: list[str] = []
        self._waiting: list[tuple[str, Callable[[QDialog], None]]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_PERIOD)

    @property
    def is_done(self) -> bool:
        """Whether every dialog came."""
        return not self._waiting

    def click(self, dialog: str, button: str) -> None:
        """When the dialog comes, click a button by its name or its text."""

        def answer(shown: QDialog) -> None:
            self._click(shown, button)

        self._waiting.append((dialog, answer))

    def type_in(self, dialog: str, *texts: str, tick: str = "", button: str = "") -> None:
        """When the dialog comes, type into its fields, tick a box, and click a button or Enter."""

        def answer(shown: QDialog) -> None:
            for line, text in zip(shown.findChildren(QLineEdit), texts, strict=True):
                QTest.keyClicks(line, text)
            for box in shown.findChildren(QCheckBox, tick) if tick else ():
                box.click()
            if button:
                self._click(shown, button)
            else:
                QTest.keyClick(shown, Qt.Key.Key_Return)

        self._waiting.append((dialog, answer))

    def do(self, dialog: str, answer: Callable[[QDialog], None]) -> None:
        """When the dialog comes, do this."""
        self._waiting.append((dialog, answer))

    def press(self, dialog: str, key: Qt.Key) -> None:
        """When the dialog comes, press a key."""
        self.do(dialog, lambda shown: QTest.keyClick(shown, key))

    def choose_file(self, dialog: str, path: Path) -> None:
        """When the file dialog comes, choose this file in it."""

        def answer(shown: QDialog) -> None:
            assert isinstance(shown, QFileDialog)
            # Typed, as selecting waits for the folder to be read.
            name = shown.findChild(QLineEdit, "fileNameEdit")
            assert name is not None
            name.setText(str(path))
            shown.done(QDialog.DialogCode.Accepted)

        self._waiting.append((dialog, answer))

    def _click(self, shown: QDialog, button: str) -> None:
        for one in shown.findChildren(QPushButton):
            if button in (one.objectName(), one.text().replace("&", "")):
                one.click()
                return
        raise AssertionError(f"{shown.objectName()} has no button {button}")

    def _look(self) -> None:
        shown = QApplication.activeModalWidget()
        if not self._waiting or not isinstance(shown, QDialog):
            return
        name, answer = self._waiting[0]
        if shown.objectName() != name:
            return
        self._waiting.pop(0)
        texts = [getattr(shown, "text", str)(), getattr(shown, "informativeText", str)()]
        texts += [one.text() for one in shown.findChildren(QLabel) if one.isVisible()]
        self.seen.append("\n".join(texts))
        answer(shown)
