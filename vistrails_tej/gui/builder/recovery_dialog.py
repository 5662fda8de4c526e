"""Offers the work that a killed program left unsaved."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .recovery_store import AbandonedFolder, Copy, find_abandoned


class RecoveryChoice(enum.Enum):
    """What is to become of the copies."""

    RECOVER = "recover"
    DISCARD = "discard"
    LATER = "later"


class RecoveryDialog(QDialog):
    """A list of unsaved work with ticks; ``choice`` and ``chosen`` hold the answer."""

    def __init__(self, copies: Sequence[Copy], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recovery_dialog")
        self.setWindowTitle("Recover Unsaved Work")
        self.choice = RecoveryChoice.LATER
        self._copies = list(copies)
        text = QLabel(
            "The program ended before this work was saved. What is recovered opens in a window of"
            " its own; the files themselves stay as they are until you save.",
            self,
        )
        text.setWordWrap(True)
        self._list = self._make_list()
        self._buttons = QDialogButtonBox(self)
        self._recover = self._button("&Recover", RecoveryChoice.RECOVER)
        self._button("&Discard All", RecoveryChoice.DISCARD)
        self._button("Ask &Later", RecoveryChoice.LATER)
        self._recover.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(text)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._buttons)
        self.resize(640, 320)

    @property
    def chosen(self) -> list[Copy]:
        """The copies with a tick."""
        return [
            copy
            for row, copy in enumerate(self._copies)
            if self._item(row).checkState(0) == Qt.CheckState.Checked
        ]

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setObjectName("recovery_list")
        made.setAccessibleName("Unsaved work")
        made.setHeaderLabels(["Name", "Last change", "Folder"])
        made.setRootIsDecorated(False)
        made.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        for copy in self._copies:
            work = copy.work
            folder = str(work.path.parent) if work.path is not None else "never saved"
            item = QTreeWidgetItem([work.title, f"{work.changed:%Y-%m-%d %H:%M:%S}", folder])
            item.setCheckState(0, Qt.CheckState.Checked)
            item.setToolTip(2, folder)
            made.addTopLevelItem(item)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        made.itemChanged.connect(lambda: self._recover.setEnabled(bool(self.chosen)))
        return made

    def _item(self, row: int) -> QTreeWidgetItem:
        item = self._list.topLevelItem(row)
        assert item is not None
        return item

    def _button(self, text: str, choice: RecoveryChoice) -> QPushButton:
        roles = QDialogButtonBox.ButtonRole
        role = {
            RecoveryChoice.RECOVER: roles.AcceptRole,
            RecoveryChoice.DISCARD: roles.DestructiveRole,
            RecoveryChoice.LATER: roles.RejectRole,
        }[choice]
        button = self._buttons.addButton(text, role)
        button.setObjectName(f"recovery_{choice.value}")
        button.clicked.connect(lambda: self._answer(choice))
        return button

    def _answer(self, choice: RecoveryChoice) -> None:
        self.choice = choice
        self.done(
            QDialog.DialogCode.Rejected
            if choice is RecoveryChoice.LATER
            else QDialog.DialogCode.Accepted
        )


def offer_recovery(recover: Callable[[Copy], None], parent: QWidget | None) -> None:
    """Ask about the work that killed programs left, if they did; does not wait for the answer.

    ``recover`` is called with each copy that is wanted.
    """
    folders = find_abandoned()
    copies = [copy for folder in folders for copy in folder.copies]
    if not copies:
        return
    dialog = RecoveryDialog(copies, parent)
    dialog.finished.connect(lambda: _answer(dialog, folders, recover))
    dialog.open()


def _answer(
    dialog: RecoveryDialog, folders: Sequence[AbandonedFolder], recover: Callable[[Copy], None]
) -> None:
    if dialog.choice is RecoveryChoice.RECOVER:
        for copy in dialog.chosen:
            recover(copy)
    for folder in folders:
        if dialog.choice is RecoveryChoice.DISCARD:
            folder.remove()
        else:
            folder.leave()
    dialog.deleteLater()
