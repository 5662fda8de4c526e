"""Save a document: which file, in which form, and what to do when it cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget

from ...dataflow import SaveFailed, TextNotPortable, VistrailError
from ..settings import Settings
from .document import Document

ARCHIVE_FILTER = "Vistrail (*.vt)"
BARE_FILTER = "Vistrail as plain XML (*.xml)"
_SUFFIXES = {ARCHIVE_FILTER: ".vt", BARE_FILTER: ".xml"}


class Saving(QObject):
    """Saves one document, with the questions that takes. ``saved`` carries the path."""

    saved = pyqtSignal(object)

    def __init__(self, document: Document, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._settings = settings
        self._window = window
        # Asked once: afterwards the user knows.
        self._ascii_only = True
        self.suggested_name = "Untitled.vt"

    def save(self) -> bool:
        """Save into the document's file; False if it was not saved."""
        if self._document.path is None:
            return self.save_as()
        return self._write(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and save there; False if it was not saved."""
        path = self._ask_path()
        if path is None:
            return False
        # The file dialog has asked before it chose a file that is there.
        is_other = self._document.path is None or path != self._document.path
        return self._write(path, overwrite=is_other and path.exists())

    def may_close(self) -> bool:
        """Ask what becomes of unsaved work; False to stay."""
        if not self._document.is_modified:
            return True
        answer = ask(
            self._window,
            "unsaved_dialog",
            f"Save the changes to {self._document.title}?",
            "Without saving, what was changed since the last time is lost.",
            {"save": "&Save", "discard": "&Discard", "cancel": "Cancel"},
        )
        if answer == "save":
            return self.save()
        return answer == "discard"

    def _ask_path(self) -> Path | None:
        before = self._document.path
        dialog = QFileDialog(self._window, "Save As")
        dialog.setObjectName("save_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters(list(_SUFFIXES))
        dialog.setDirectory(str(before.parent if before is not None else self._settings.folder))
        dialog.selectFile(before.name if before is not None else self.suggested_name)
        is_bare = before is not None and before.suffix.lower() == ".xml"
        dialog.selectNameFilter(BARE_FILTER if is_bare else ARCHIVE_FILTER)
        dialog.setDefaultSuffix(".xml" if is_bare else ".vt")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(_SUFFIXES[name]))
        if not dialog.exec():
            return None
        return Path(dialog.selectedFiles()[0])

    def _write(self, path: Path, *, overwrite: bool = False) -> bool:
        try:
            with busy_cursor():
                self._document.save(path, ascii_only=self._ascii_only, overwrite=overwrite)
        except TextNotPortable as error:
            return self._offer_newer(error, path, overwrite)
        except SaveFailed as error:
            return self._offer_other(error, path, overwrite)
        except VistrailError as error:
            tell_error(self._window, "The file was not saved", str(error))
            return False
        self.saved.emit(path)
        return True

    def _offer_newer(self, error: TextNotPortable, path: Path, overwrite: bool) -> bool:
        answer = ask(
            self._window,
            "portable_dialog",
            "VisTrails 2.2 could not open this file",
            f"The {error.what} “{error.text[:60]}” has the character “{error.character}”."
            " Newer programs, such as this one, can read it.",
            {"newer": "Save for &Newer Programs", "cancel": "Cancel"},
        )
        if answer != "newer":
            return False
        self._ascii_only = False
        return self._write(path, overwrite=overwrite)

    def _offer_other(self, error: SaveFailed, path: Path, overwrite: bool) -> bool:
        answers = {"save_as": "Save &As…", "cancel": "Cancel"}
        if not overwrite and path.is_file() and os.access(path, os.W_OK):
            answers = {"save_as": "Save &As…", "overwrite": "&Overwrite", "cancel": "Cancel"}
        title = "The file was not saved"
        answer = ask(self._window, "save_failed_dialog", title, str(error), answers)
        if answer == "overwrite":
            return self._write(path, overwrite=True)
        return self.save_as() if answer == "save_as" else False


def ask_files_to_open(settings: Settings, window: QWidget) -> list[Path]:
    """Let the user choose files; none if the dialog was left."""
    dialog = QFileDialog(window, "Open")
    dialog.setObjectName("open_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(["Vistrails (*.vt *.xml *.vtl)", "All files (*)"])
    dialog.setDirectory(str(settings.folder))
    if not dialog.exec():
        return []
    return [Path(text) for text in dialog.selectedFiles()]


def ask(window: QWidget, name: str, title: str, text: str, answers: dict[str, str]) -> str:
    """Show a question and return the key of the answer; the first is the default one.

    Escape gives the last one, which therefore must be harmless.
    """
    box = QMessageBox(window)
    box.setObjectName(name)
    box.setWindowTitle(QApplication.applicationName())
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setIcon(QMessageBox.Icon.Question if "discard" in answers else QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    roles = {
        "discard": QMessageBox.ButtonRole.DestructiveRole,
        "overwrite": QMessageBox.ButtonRole.DestructiveRole,
        "cancel": QMessageBox.ButtonRole.RejectRole,
    }
    buttons: dict[str, QPushButton] = {}
    for key, label in answers.items():
        button = box.addButton(label, roles.get(key, QMessageBox.ButtonRole.AcceptRole))
        button.setObjectName(f"{name}_{key}")
        buttons[key] = button
    first, *_, last = buttons.values()
    box.setDefaultButton(first)
    box.setEscapeButton(last)
    box.exec()
    clicked = box.clickedButton()
    return next((key for key, one in buttons.items() if one is clicked), list(answers)[-1])


def tell_error(window: QWidget | None, title: str, text: str) -> None:
    """Say what went wrong and what to do, and wait until it was read."""
    box = QMessageBox(window)
    box.setObjectName("error_dialog")
    box.setWindowTitle(QApplication.applicationName())
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.exec()


@contextmanager
def busy_cursor() -> Iterator[None]:
    """Show that it takes a moment."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()
