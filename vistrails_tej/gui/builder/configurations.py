"""The configuration windows of a document: one for each module, closed with the document."""

from __future__ import annotations

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QWidget

from ..configure import ConfigurationDialog, open_configuration
from ..theme import Theme
from .document import Document


class Configurations(QObject):
    """Opens and keeps the configuration windows of one document."""

    def __init__(self, document: Document, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._theme = theme
        self._window = window
        self._dialogs: dict[int, ConfigurationDialog] = {}

    def open(self, module_id: int) -> bool:
        """Show the window of a module; False if its ports are all there is to set."""
        dialog = self._dialogs.get(module_id)
        if dialog is None:
            dialog = open_configuration(self._document, module_id, self._theme, self._window)
            if dialog is None:
                return False
            self._dialogs[module_id] = dialog
            dialog.destroyed.connect(lambda: self._dialogs.pop(module_id, None))
            dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return True

    def close_all(self) -> bool:
        """Close all windows; False if the user keeps one, because of text that is not saved."""
        return all(dialog.close() for dialog in list(self._dialogs.values()))

    def set_theme(self, theme: Theme) -> None:
        """Show them in other colours."""
        self._theme = theme
        for dialog in self._dialogs.values():
            dialog.set_theme(theme)
