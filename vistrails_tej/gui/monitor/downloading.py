"""Ask which file of a job is wanted, and where to."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QInputDialog, QWidget

from ...modules.job_book import JobEntry
from ..settings import Settings

# What every job has; others are named by its script.
_USUAL = ("_stdout", "_stderr")


def ask_file(window: QWidget, entry: JobEntry) -> tuple[str, Path] | None:
    """The name of a file of the job, and the new file for it; None if the user left."""
    dialog = QInputDialog(window)
    dialog.setObjectName("download_dialog")
    dialog.setWindowTitle("Download a Result")
    dialog.setLabelText(f"Name of the file, in the directory of {entry.name}:")
    dialog.setComboBoxItems(list(_USUAL))
    dialog.setComboBoxEditable(True)
    dialog.setOkButtonText("Next…")
    is_chosen = dialog.exec()
    name = dialog.textValue().strip()
    dialog.deleteLater()
    if not is_chosen or not name:
        return None
    target = _ask_target(window, Path(name).name)
    return None if target is None else (name, target)


def _ask_target(window: QWidget, name: str) -> Path | None:
    settings = Settings()
    dialog = QFileDialog(window, "Save As")
    dialog.setObjectName("download_to_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDirectory(str(settings.folder))
    dialog.selectFile(name)
    is_chosen = dialog.exec()
    files = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(files[0]) if is_chosen and files else None
