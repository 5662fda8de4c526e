"""The list of all keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QAction,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

# What the canvas does by itself, without an entry in a menu.
GESTURES = (
    ("Add a module", "Double-click the canvas, or type its name there"),
    ("Add a module below the selected one", "Type its name, Enter"),
    ("Add a module when nothing is selected", "Tab, or type its name"),
    ("Add a module in a connection", "Drop it on the connection"),
    ("Configure a module", "Enter, or double-click it"),
    ("Next or previous module as data flows", "Tab or Shift+Tab, when one is selected"),
    ("Module in a direction", "Arrow keys"),
    ("Move the selected modules", "Alt + arrow keys, with Shift finely"),
    ("Move the canvas", "Ctrl + arrow keys, middle button, or space and drag"),
    ("Zoom at the mouse", "Wheel"),
    ("Connect", "Drag from a port to a port, or to a module"),
    ("Connect with a new module", "Drag from a port to a free place"),
    ("Put a connection elsewhere, or delete it", "Select it, then drag one of its ends"),
    ("Next or previous connection of a module", "] or ["),
    ("Module at an end of the connection", "Up or down arrow"),
    ("Select several modules", "Drag a frame, or Shift + click"),
)


class ShortcutsDialog(QDialog):
    """What every key does, with a filter."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle("Keyboard Shortcuts")
        self._filter = QLineEdit(self)
        self._filter.setObjectName("shortcuts_filter")
        self._filter.setAccessibleName("Filter")
        self._filter.setPlaceholderText("Filter")
        self._filter.setClearButtonEnabled(True)
        self._list = QTreeWidget(self)
        self._list.setObjectName("shortcuts_list")
        self._list.setAccessibleName("Shortcuts")
        self._list.setHeaderLabels(["Does", "Keys"])
        self._list.setRootIsDecorated(False)
        self._list.setAlternatingRowColors(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        for text, keys in (*_rows(actions), *GESTURES):
            self._list.addTopLevelItem(QTreeWidgetItem([text, keys]))
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._filter.textChanged.connect(self._show_matches)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)
        layout.addWidget(buttons)
        self.resize(760, 600)

    def rows(self) -> list[tuple[str, str]]:
        """What is shown now."""
        items = [self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount())]
        return [(one.text(0), one.text(1)) for one in items if one and not one.isHidden()]

    def _show_matches(self, text: str) -> None:
        for row in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(row)
            if item is not None:
                words = f"{item.text(0)} {item.text(1)}".lower()
                item.setHidden(text.lower().strip() not in words)


def _rows(actions: Iterable[QAction]) -> Iterable[tuple[str, str]]:
    form = QKeySequence.SequenceFormat.NativeText
    for action in actions:
        keys = [key.toString(form) for key in action.shortcuts()]
        if keys:
            # Its text may tell what it would do just now.
            text = action.iconText().replace("&", "").removesuffix("…")
            tip = action.statusTip()
            yield (f"{text}: {tip[0].lower()}{tip[1:]}" if tip else text), " or ".join(keys)
