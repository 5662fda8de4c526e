"""IntervalCombo: how often the servers are asked; any number can be typed."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QComboBox, QWidget

from ..calm_combo import CalmCombo
from .time_text import interval_text, parse_interval

# None is Off; 0 is often at first, then less and less.
CHOICES: tuple[float | None, ...] = (0.0, None, 10.0, 60.0, 600.0, 3600.0)


class IntervalCombo(CalmCombo):
    """A choice of intervals, in seconds. ``chosen`` carries it, ``refused`` a sentence."""

    chosen = pyqtSignal(object)
    refused = pyqtSignal(str)

    def __init__(self, seconds: float | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job_interval")
        self.setAccessibleName("How often the servers are asked")
        self.setToolTip(
            "How often the servers are asked. Type any number of seconds, or such as 5 min."
        )
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]
        for choice in CHOICES:
            self.addItem(interval_text(choice))
        self.setMinimumContentsLength(len(interval_text(0.0)))
        self._seconds = seconds
        self.setEditText(interval_text(seconds))
        self.activated.connect(self._take)
        self.lineEdit().editingFinished.connect(self._take)

    @property
    def seconds(self) -> float | None:
        """The interval; None is Off, 0 is as needed."""
        return self._seconds

    def show_seconds(self, seconds: float | None) -> None:
        """Show what was chosen elsewhere."""
        self._seconds = seconds
        self.setEditText(interval_text(seconds))

    def _take(self) -> None:
        before = self._seconds
        try:
            self._seconds = parse_interval(self.currentText())
        except ValueError as error:
            self.refused.emit(str(error))
        self.setEditText(interval_text(self._seconds))
        if self._seconds != before:
            self.chosen.emit(self._seconds)
