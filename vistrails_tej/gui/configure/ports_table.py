"""A table of the ports a user added to a module: name and type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt5.QtCore import QEvent, QObject, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QWidget,
)

from ...dataflow import Registry
from ...dataflow.ports import BASIC, parse_type_text
from ..calm_combo import CalmCombo
from .port_plan import PlannedPort


class PortsTable(QWidget):
    """Edits a list of ports; ``changed`` tells that it is another one now."""

    changed = pyqtSignal()

    def __init__(self, title: str, registry: Registry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind = title.lower().replace(" ", "_")
        self.setObjectName(f"ports_{kind}")
        self._types = type_choices(registry)
        self._was: list[str | None] = []
        self._table = QTableWidget(0, 2, self)
        self._table.setObjectName(f"ports_{kind}_table")
        self._table.setAccessibleName(title)
        self._table.setHorizontalHeaderLabels(["Name", "Type"])
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setHighlightSections(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._add = self._make_button(f"ports_{kind}_add", "Add")
        self._add.clicked.connect(self._add_port)
        self._remove = self._make_button(f"ports_{kind}_remove", "Remove")
        self._remove.clicked.connect(self._remove_port)
        self._table.setTabKeyNavigation(False)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(title, self), 0, 0)
        layout.addWidget(self._add, 0, 1)
        layout.addWidget(self._remove, 0, 2)
        layout.addWidget(self._table, 1, 0, 1, 3)
        layout.setColumnStretch(0, 1)

    def show_ports(self, ports: Sequence[PlannedPort]) -> None:
        """Show these ports."""
        self._table.setRowCount(0)
        self._was = []
        for port in ports:
            self._append(port)

    def ports(self) -> list[PlannedPort]:
        """The ports as they are in the table."""
        return [
            PlannedPort(self._name(row).text().strip(), self._type(row).currentData(), was)
            for row, was in enumerate(self._was)
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A row is selected as soon as something in it gets the focus."""
        if event.type() == QEvent.Type.FocusIn:
            for row in range(self._table.rowCount()):
                cells: list[object] = [self._table.cellWidget(row, column) for column in (0, 1)]
                if any(watched is cell for cell in cells):
                    self._table.selectRow(row)
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------

    def _make_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(f"{text} a port")
        button.setAutoDefault(False)
        return button

    def _append(self, port: PlannedPort) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        name = QLineEdit(port.name)
        name.setAccessibleName("Name of the port")
        name.setFrame(False)
        name.textEdited.connect(self.changed)
        types = CalmCombo()
        types.setAccessibleName("Type of the port")
        for text in dict.fromkeys([*self._types, port.type_text]):
            types.addItem(short_type(text), text)
        types.setCurrentIndex(types.findData(port.type_text))
        types.activated.connect(lambda: self.changed.emit())
        name.installEventFilter(self)
        types.installEventFilter(self)
        self._table.setCellWidget(row, 0, name)
        self._table.setCellWidget(row, 1, types)
        self._was.append(port.was)

    def _name(self, row: int) -> QLineEdit:
        widget = self._table.cellWidget(row, 0)
        assert isinstance(widget, QLineEdit)
        return widget

    def _type(self, row: int) -> QComboBox:
        widget = self._table.cellWidget(row, 1)
        assert isinstance(widget, QComboBox)
        return widget

    def _add_port(self) -> None:
        taken = {port.name for port in self.ports()}
        number = next(one for one in range(1, len(taken) + 2) if f"port{one}" not in taken)
        self._append(PlannedPort(f"port{number}", f"({BASIC}:String)"))
        row = self._table.rowCount() - 1
        self._table.selectRow(row)
        self._name(row).setFocus()
        self._name(row).selectAll()
        self.changed.emit()

    def _remove_port(self) -> None:
        """Remove the row that is selected: the one that the focus was in last."""
        row = self._table.currentRow()
        if 0 <= row < len(self._was):
            self._table.removeRow(row)
            del self._was[row]
            self.changed.emit()


def type_choices(registry: Registry) -> list[str]:
    """The types a port may have: the constants first, then all modules that are not hidden."""
    constants: list[str] = []
    others: list[str] = []
    for package in registry.packages():
        for descriptor in package.descriptors:
            if descriptor.hidden and descriptor.name != "Variant":
                continue
            kind = descriptor.port_type
            is_constant = registry.constant_class(kind) is not None and not descriptor.abstract
            (constants if is_constant else others).append(f"({kind})")
    wanted = f"({BASIC}:Variant)"
    return [*constants, wanted, *sorted(one for one in others if one != wanted)]


def short_type(type_text: str) -> str:
    """A type for people: without the package where it is one of the basic ones."""
    return ", ".join(
        one.name if one.package == BASIC else f"{one.name}  ({one.package.rpartition('.')[2]})"
        for one in parse_type_text(type_text)
    )


def port_names_problem(ports: Iterable[PlannedPort], taken: Iterable[str] = ()) -> str:
    """Why the ports cannot have these names; empty if they can."""
    seen = set(taken)
    for port in ports:
        if not port.name:
            return "Every port needs a name."
        if port.name in seen:
            return f"There is a port “{port.name}” already; give another name."
        seen.add(port.name)
    return ""
