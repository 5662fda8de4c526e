"""FilterPopup: a line to type in and the entries that fit, at a place of a widget."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPalette
from PyQt5.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .entry_delegate import NOTE_ROLE, EntryDelegate

_HINT_SPARE = 4
_LEAST_WIDTH, _MOST_WIDTH, _HEIGHT = 360, 640, 340
_SIDES = 60
_MOST = 200
_LONGEST_HINT = 85
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to choose; ``value`` is what is handed back.

    ``note`` stands beside the text, such as a package; ``hint`` explains the entry below the list.
    """

    text: str
    value: object
    note: str = ""
    hint: str = ""


# Gives the entries for what was typed, the best first.
FindEntries = Callable[[str], Sequence[Entry]]


class FilterPopup(QFrame):
    """Arrows choose, Enter or a click takes, Escape or a click elsewhere gives up."""

    chosen = pyqtSignal(object)

    def __init__(self, title: str, find: FindEntries, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("filter_popup")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._find = find
        self._line = self._make_line()
        self._list = self._make_list(title)
        self._nothing = _plain_label("Nothing fits. Try another word.", self)
        self._nothing.setObjectName("filter_popup_nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = _plain_label("", self)
        self._hint.setObjectName("filter_popup_hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Always of two lines, so that nothing moves while one goes through the entries.
        self._hint.setFixedHeight(2 * self._hint.fontMetrics().lineSpacing() + _HINT_SPARE)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        heading = _plain_label(title, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        # Longer explanations take room from the list; the popup stays where it is.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for widget in (heading, self._line):
            layout.addWidget(widget)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._hint)
        self._fill("")
        width = self._list.sizeHintForColumn(0) + _SIDES
        self.resize(max(_LEAST_WIDTH, min(width, _MOST_WIDTH)), _HEIGHT)

    def open_at(self, place: QPoint, text: str = "") -> None:
        """Show it at a place of the screen, moved so that all of it is seen."""
        screen = QApplication.screenAt(place) or QApplication.primaryScreen()
        room = screen.availableGeometry()
        size = self.size().expandedTo(self.minimumSizeHint()).boundedTo(room.size())
        self.resize(size)
        x = max(room.left(), min(place.x(), room.right() + 1 - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() + 1 - self.height()))
        self.move(x, y)
        self._line.setText(text)
        self.show()
        self._line.setFocus()

    def entries(self) -> list[str]:
        """The texts that are offered now."""
        items = [self._list.item(row) for row in range(self._list.count())]
        return [item.text() for item in items if item is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter mean the list while the line has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                row = self._list.currentRow() + step
                self._list.setCurrentRow(max(0, min(row, self._list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.currentItem())
                return True
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------

    def _make_line(self) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName("filter_popup_line")
        line.setAccessibleName("Search")
        line.setPlaceholderText("Type to search")
        line.setClearButtonEnabled(True)
        line.textChanged.connect(self._fill)
        line.installEventFilter(self)
        return line

    def _make_list(self, title: str) -> QListWidget:
        entries = QListWidget(self)
        entries.setObjectName("filter_popup_list")
        entries.setAccessibleName(title)
        entries.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        entries.setUniformItemSizes(True)
        entries.setItemDelegate(EntryDelegate(entries))
        entries.itemClicked.connect(self._take)
        entries.currentItemChanged.connect(self._explain)
        return entries

    def _fill(self, text: str) -> None:
        self._list.clear()
        for entry in self._find(text)[:_MOST]:
            item = QListWidgetItem(entry.text)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setData(NOTE_ROLE, entry.note)
            words = f"{entry.text}, {entry.note}" if entry.note else entry.text
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(entry.hint)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setVisible(self._list.count() > 0)
        self._nothing.setVisible(self._list.count() == 0)

    def _explain(self, item: QListWidgetItem | None) -> None:
        """Show the beginning of what there is to say of an entry, for those without mouse."""
        hint = item.data(Qt.ItemDataRole.UserRole).hint if item is not None else ""
        first = hint.split("\n\n")[0].replace("``", "")
        self._hint.setText(textwrap.shorten(first, _LONGEST_HINT, placeholder="…"))
        self._line.setAccessibleDescription(item.text() if item is not None else "")

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        self.chosen.emit(entry.value)


def _plain_label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
