"""Undo and redo as actions: they tell what they would undo, and are off when there is nothing."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject

from ...dataflow import Version
from .document import Document
from .window_actions import WindowActions


class Undoing(QObject):
    """Moves a document back and forth in its history."""

    def __init__(self, actions: WindowActions, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._document: Document | None = None
        self._undone: list[int] = []
        self._is_moving = False

    def follow(self, document: Document) -> None:
        """Work on this document from now on."""
        self._document = document
        self._undone.clear()
        document.version_changed.connect(self._moved)
        document.history_changed.connect(self.refresh)
        self.refresh()

    def undo(self) -> None:
        """Go back to the version before."""
        if self._document is None:
            return
        left = self._document.version
        if self._move(self._document.undo):
            self._undone.append(left)
        self.refresh()

    def redo(self) -> None:
        """Go forward to what was undone."""
        if self._document is not None and self._move(self._document.redo):
            self._undone.pop()
        self.refresh()

    def refresh(self) -> None:
        """Turn the actions on or off, and name what they would do."""
        if self._document is None or "undo" not in self._actions:
            return
        versions = self._document.vistrail.versions
        current = versions.get(self._document.version)
        again = versions.get(self._undone[-1]) if self._undone else None
        for name, version in (("undo", current), ("redo", again)):
            action = self._actions[name]
            action.setEnabled(version is not None)
            action.setText(f"&{name.capitalize()}{_what(version)}")
            action.setIconText(name.capitalize())

    def _move(self, move: Callable[[], bool]) -> bool:
        self._is_moving = True
        try:
            return move()
        finally:
            self._is_moving = False

    def _moved(self) -> None:
        if not self._is_moving:
            self._undone.clear()
        self.refresh()


def _what(version: Version | None) -> str:
    """What a version did, such as "Added module"."""
    if version is None or not version.description:
        return ""
    text = version.description.replace("&", "&&")
    return f" “{text}”"
