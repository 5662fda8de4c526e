"""The question whether workflows whose jobs have ended are to go on now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..dialog_height import fit_height
from ..foreign_text import tooltip, wrapped
from .pending_jobs import ReadyWorkflow

_Place = tuple[Path, int | str | None]

_WIDTH = 460
_ROWS = 5


class ReadyDialog(QDialog):
    """Asks once for all: what becomes ready while it is shown is added to it.

    ``go_on`` carries the list of what the user chose; ``always`` comes before it when that is to
    happen by itself from now on. Closed, it leaves everything as it is.
    """

    go_on = pyqtSignal(object)
    always = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ready_dialog")
        self.setAccessibleName("Jobs have finished")
        self.setWindowTitle("Jobs Ready")
        self.setModal(False)
        # It comes by itself: whoever is typing goes on typing.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setMinimumWidth(_WIDTH)
        self._ready: list[ReadyWorkflow] = []
        self._text = QLabel(self)
        self._text.setObjectName("ready_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._list = QListWidget(self)
        self._list.setObjectName("ready_list")
        self._list.setAccessibleName("Workflows that can go on")
        self._always = QCheckBox("From now on, continue without &asking", self)
        self._always.setObjectName("ready_always")
        buttons = QDialogButtonBox(self)
        yes = buttons.addButton("&Continue", QDialogButtonBox.ButtonRole.AcceptRole)
        yes.setObjectName("ready_continue")
        yes.setDefault(True)
        later = buttons.addButton("&Later", QDialogButtonBox.ButtonRole.RejectRole)
        later.setObjectName("ready_later")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        for one in (self._text, self._list, self._always, buttons):
            layout.addWidget(one)

    def add(self, ready: Sequence[ReadyWorkflow]) -> None:
        """Ask for these, too; one that is asked for already is replaced."""
        places = {_place(one): one for one in self._ready}
        places.update({_place(one): one for one in ready})
        self.show_ready(list(places.values()))

    def show_ready(self, ready: Sequence[ReadyWorkflow]) -> None:
        """Ask for these and no others; for none, it goes."""
        if not ready:
            self.reject()
        elif list(ready) != self._ready:
            self._ready = list(ready)
            self._show_ready()

    @property
    def ready(self) -> tuple[ReadyWorkflow, ...]:
        """What it asks for."""
        return tuple(self._ready)

    def accept(self) -> None:
        """Go on with what is ticked."""
        unticked = self._unticked()
        is_one = len(self._ready) == 1
        chosen = [one for one in self._ready if is_one or _place(one) not in unticked]
        if self._always.isChecked():
            self.always.emit()
        self._ready = []
        super().accept()
        self.go_on.emit(chosen)

    def reject(self) -> None:
        """Leave everything as it is."""
        self._ready = []
        super().reject()

    def _show_ready(self) -> None:
        is_one = len(self._ready) == 1
        told = _told(self._ready)
        self._text.setText(
            wrapped(f"Pending jobs in {told[0]} have finished. Continue execution now?")
            if is_one
            else "Pending jobs in these workflows have finished. Continue execution now?"
        )
        unticked = self._unticked()
        self._list.clear()
        for one, text in zip(self._ready, told, strict=True):
            item = QListWidgetItem(text, self._list)
            item.setToolTip(tooltip(str(one.file)))
            item.setData(Qt.ItemDataRole.UserRole, _place(one))
            is_ticked = _place(one) not in unticked
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self._list.setVisible(not is_one)
        rows = min(len(self._ready), _ROWS)
        self._list.setFixedHeight(rows * self._list.sizeHintForRow(0) + 2 * self._list.frameWidth())
        fit_height(self)

    def _unticked(self) -> set[_Place]:
        items = (self._list.item(row) for row in range(self._list.count()))
        off = Qt.CheckState.Unchecked
        return {
            one.data(Qt.ItemDataRole.UserRole)
            for one in items
            if one is not None and one.checkState() == off
        }


def _place(ready: ReadyWorkflow) -> _Place:
    return ready.file, ready.version


def _told(ready: Sequence[ReadyWorkflow]) -> list[str]:
    """What to call each of them, files of the same name by their folders."""
    folders: dict[str, set[Path]] = {}
    for one in ready:
        folders.setdefault(one.file.name, set()).add(one.file.parent)
    told = []
    for one in ready:
        is_alone = len(folders[one.file.name]) == 1
        title = one.title_in("" if is_alone else str(one.file.parent))
        failed = sum(job.has_failed for job in one.jobs)
        told.append(f"{title} ({failed} failed)" if failed else title)
    return told
