"""The files of SubmitJob and MakeDirectory: each is an input port of type File."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QDropEvent, QKeyEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from ...dataflow import PipelineModule, PortType, VistrailEditor
from ...modules.assemble import UnusableName, checked_name
from ..theme import Theme
from .base import ConfigurationWidget, EditedDocument
from .port_plan import PlannedPort, change_ports, planned_ports

_FILE = "(basic:File)"
_PLAN = Qt.ItemDataRole.UserRole


def file_name_problem(name: str, others: Sequence[str], taken: Sequence[str] = ()) -> str:
    """Why a port cannot have this name; empty if it can.

    ``others`` are the other files of the list, ``taken`` the ports that the module has anyway.
    """
    if not name.strip():
        return "A file needs a name."
    try:
        path = checked_name(name)
    except UnusableName:
        return f"“{name}” is not a path inside the directory; leave out “..” and a leading “/”."
    if any(path == checked_name(one) for one in others):
        return f"There is a file “{path}” already."
    if name in taken:
        return f"“{name}” is an input of the module itself; give the file another name."
    return ""


class FileListConfiguration(ConfigurationWidget):
    """Add, rename, remove and order the files."""

    def __init__(
        self,
        document: EditedDocument,
        module_id: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, module_id, theme, parent)
        self.setObjectName("file_list_configuration")
        self._saved: list[PlannedPort] = []
        self._taken = self._declared_ports()
        self._list = _FileList(self)
        self._list.moved.connect(self._look_again)
        self._delegate = _NameDelegate(self)
        self._delegate.named.connect(self._rename)
        self._list.setItemDelegate(self._delegate)
        self._list.itemSelectionChanged.connect(self._show_buttons)
        self._list.installEventFilter(self)
        self._name = QLineEdit(self)
        self._name.setObjectName("file_name")
        self._name.setAccessibleName("Name of a new file")
        self._name.setPlaceholderText("Name, such as input.txt or data/input.txt")
        self._name.returnPressed.connect(self._add)
        self._name.textEdited.connect(lambda: self._refuse(""))
        self._reason = QLabel(self)
        self._reason.setObjectName("file_problem")
        self._reason.setWordWrap(True)
        self._buttons = {
            "add": self._make_button("Add a file", self._add),
            "rename": self._make_button("Rename", self._edit),
            "remove": self._make_button("Remove", self._remove),
            "up": self._make_button("Up", lambda: self._move(-1)),
            "down": self._make_button("Down", lambda: self._move(1)),
        }
        for name, button in self._buttons.items():
            button.setObjectName(f"file_{name}")
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._lay_out()
        self.setFocusProxy(self._name)
        self.set_theme(theme)
        self.reset()

    def set_theme(self, theme: Theme) -> None:
        """See ConfigurationWidget."""
        super().set_theme(theme)
        self._reason.setStyleSheet(f"color: {theme.error};")
        self._hint.setStyleSheet(f"color: {theme.faint_text};")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete and F2 in the list, Alt with an arrow moves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
            if event.key() == Qt.Key.Key_Delete:
                self._remove()
                return True
            if is_alt and event.key() in steps:
                self._move(steps[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    # -- what is configured ------------------------------------------------------------------

    def _load(self, module: PipelineModule) -> None:
        self._saved = planned_ports(module.input_port_specs)
        self._list.clear()
        for plan in self._saved:
            self._append(plan)
        self._refuse("")
        self._show_buttons()

    def _is_changed(self) -> bool:
        return self._plans() != self._saved

    def _change(self, editor: VistrailEditor) -> None:
        change_ports(editor, editor.module(self.module_id), self._plans())

    def _declared_ports(self) -> list[str]:
        module = self.module
        if module is None:
            return []
        kind = PortType(module.package, module.name, module.namespace or None)
        descriptor = self.document.registry.find_descriptor(kind)
        return list(descriptor.input_ports) if descriptor is not None else []

    # -- inside ------------------------------------------------------------------------------

    def _make_button(self, text: str, action: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(action)  # type: ignore[arg-type]
        return button

    def _lay_out(self) -> None:
        self._hint.setText(
            "Each file becomes an input of the module; connect what makes it. "
            "Drag a name to move it: of two files with one path the later one wins."
        )
        side = QVBoxLayout()
        for name in ("rename", "remove", "up", "down"):
            side.addWidget(self._buttons[name])
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self._list, 1)
        middle.addLayout(side)
        below = QHBoxLayout()
        below.addWidget(self._name, 1)
        below.addWidget(self._buttons["add"])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._hint)
        layout.addLayout(middle, 1)
        layout.addLayout(below)
        layout.addWidget(self._reason)

    def _append(self, plan: PlannedPort) -> QListWidgetItem:
        item = QListWidgetItem(plan.name)
        item.setData(_PLAN, plan)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )
        self._list.addItem(item)
        return item

    def _plans(self) -> list[PlannedPort]:
        """The ports as the list has them now."""
        items = [self._list.item(row) for row in range(self._list.count())]
        plans = []
        for item in items:
            if item is not None:
                was: PlannedPort = item.data(_PLAN)
                plans.append(PlannedPort(item.text(), was.type_text, was.was))
        return plans

    def _names(self, but: int = -1) -> list[str]:
        return [one.name for row, one in enumerate(self._plans()) if row != but]

    def _refuse(self, reason: str) -> None:
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))

    def _show_buttons(self) -> None:
        row = self._list.currentRow() if self._list.selectedItems() else -1
        for name in ("rename", "remove"):
            self._buttons[name].setEnabled(row >= 0)
        self._buttons["up"].setEnabled(row > 0)
        self._buttons["down"].setEnabled(0 <= row < self._list.count() - 1)

    def _add(self) -> None:
        name = self._name.text().strip()
        reason = file_name_problem(name, self._names(), self._taken)
        self._refuse(reason)
        self._name.setFocus()
        if not reason:
            self._name.clear()
            self._list.setCurrentItem(self._append(PlannedPort(name, _FILE)))
            self._look_again()

    def _edit(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._list.editItem(item)

    def _rename(self, row: int, name: str) -> None:
        name = name.strip()
        item = self._list.item(row)
        if item is None or name == item.text():
            return
        reason = file_name_problem(name, self._names(but=row), self._taken)
        self._refuse(reason)
        if not reason:
            item.setText(name)
            self._look_again()

    def _remove(self) -> None:
        for item in self._list.selectedItems():
            self._list.takeItem(self._list.row(item))
        self._refuse("")
        self._show_buttons()
        self._look_again()

    def _move(self, step: int) -> None:
        row = self._list.currentRow()
        target = row + step
        if not self._list.selectedItems() or not 0 <= target < self._list.count():
            return
        item = self._list.takeItem(row)
        self._list.insertItem(target, item)
        self._list.setCurrentRow(target)
        self._show_buttons()
        self._look_again()


class _FileList(QListWidget):
    """A list whose rows can be dragged to other places."""

    moved = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("file_list")
        self.setAccessibleName("Files")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        super().dropEvent(event)
        self.moved.emit()


class _NameDelegate(QStyledItemDelegate):
    """Asks for a name in place; ``named`` carries the row and what was typed."""

    named = pyqtSignal(int, str)

    def setModelData(
        self,
        editor: QWidget | None,
        model: QAbstractItemModel | None,
        index: QModelIndex,
    ) -> None:
        """Whoever listens decides whether the name is taken."""
        if isinstance(editor, QLineEdit):
            self.named.emit(index.row(), editor.text())
