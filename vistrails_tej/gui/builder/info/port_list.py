"""The list of the ports of a module, inputs or outputs."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ....dataflow import Registry
from ...theme import Theme
from .edits import ModuleEdits
from .port_facts import PortFacts
from .port_row import PortRow, row_key


class PortList(QScrollArea):
    """A row for each port. Rows stay when only what they show changes: nobody loses the focus."""

    script_wanted = pyqtSignal()

    def __init__(
        self, name: str, registry: Registry, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"info_{name.lower()}")
        self.setAccessibleName(f"{name} of the module")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._registry = registry
        self._theme = theme
        self._rows: list[PortRow] = []
        self._page = QWidget(self)
        self._layout = QVBoxLayout(self._page)
        self._layout.setContentsMargins(4, 6, 4, 6)
        self._layout.setSpacing(3)
        self._empty = QLabel(f"This module has no {name.lower()}.", self._page)
        self._empty.setMargin(8)
        self._layout.addWidget(self._empty)
        self._layout.addStretch(1)
        self.setWidget(self._page)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self._empty.setStyleSheet(f"color: {theme.faint_text};")
        for row in self._rows:
            row.set_theme(theme)

    def show_ports(self, ports: Sequence[PortFacts], edits: ModuleEdits) -> None:
        """Show these ports, in this order."""
        if [row.key for row in self._rows] == [row_key(one) for one in ports]:
            for row, facts in zip(self._rows, ports, strict=True):
                row.show_facts(facts)
            return
        kept = {row.key: row for row in self._rows}
        rows = []
        for place, facts in enumerate(ports):
            key = row_key(facts)
            row = kept.pop(key) if key in kept else self._make_row(facts, edits)
            row.show_facts(facts)
            self._layout.insertWidget(place, row)
            rows.append(row)
        for row in kept.values():
            self._layout.removeWidget(row)
            row.retire()
        self._rows = rows
        self._empty.setVisible(not rows)

    def clear(self) -> None:
        """Show no port: those to come are of another document."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.retire()
        self._rows = []

    def commit(self) -> None:
        """Save what is typed in any row, if it is right."""
        for row in self._rows:
            row.commit()

    def _make_row(self, facts: PortFacts, edits: ModuleEdits) -> PortRow:
        row = PortRow(facts, edits, self._registry, self._theme, self._page)
        row.script_wanted.connect(self.script_wanted)
        return row
