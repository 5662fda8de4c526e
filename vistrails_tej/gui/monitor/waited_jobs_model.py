"""The jobs that a run waits for, as a table."""

from __future__ import annotations

import enum
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ...modules.job_book import JobEntry
from ...modules.job_wait import WaitedJob
from ..foreign_text import short_name, tooltip
from ..theme import Theme
from .row_texts import checked_text, obstacle
from .state_looks import state_icons
from .time_text import clock_text, span_text

_NOWHERE = QModelIndex()


class WaitedColumn(enum.IntEnum):
    """What is told of each job, from left to right."""

    JOB = 0
    STATE = 1
    SERVER = 2
    STARTED = 3
    CHECKED = 4


_HEADINGS = ("Job", "State", "Server", "Started", "Last checked")


class WaitedJobsModel(QAbstractTableModel):
    """One row for each job; ``refresh`` lets the times go on."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: Sequence[WaitedJob] = ()
        self._icons = state_icons(theme)

    def set_jobs(self, jobs: Sequence[WaitedJob]) -> None:
        """Show these; where they are the same ones, the view keeps its place."""
        is_same = [one.entry.key for one in jobs] == [one.entry.key for one in self._jobs]
        if is_same:
            self._jobs = jobs
            self._tell(WaitedColumn.JOB)
            return
        self.beginResetModel()
        self._jobs = jobs
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Draw the states in other colours."""
        self._icons = state_icons(theme)
        self._tell(WaitedColumn.STATE)

    def refresh(self) -> None:
        """Time has passed."""
        self._tell(WaitedColumn.STATE)

    # -- QAbstractTableModel -----------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """How many jobs there are."""
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """How much is told of each."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings."""
        is_heading = orientation == Qt.Orientation.Horizontal
        if is_heading and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell."""
        entry = self._jobs[index.row()].entry
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(entry, index.column(), time.time())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join(filter(None, (entry.job_id, entry.problem))))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == WaitedColumn.STATE:
            return self._icons[entry.state]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = _text(entry, index.column(), time.time())
            return f"{_HEADINGS[index.column()]}: {text}"
        return None

    def _tell(self, first: int) -> None:
        if self._jobs:
            last = self.index(len(self._jobs) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, first), last)


def _text(entry: JobEntry, column: int, now: float) -> str:
    if column == WaitedColumn.JOB:
        return short_name(entry.name)
    if column == WaitedColumn.STATE:
        return _state(entry, now)
    if column == WaitedColumn.SERVER:
        return entry.server.removeprefix("ssh://")
    if column == WaitedColumn.STARTED:
        return _started(entry.record.start, now)
    return checked_text(entry, now)


def _state(entry: JobEntry, now: float) -> str:
    if entry.checked is None:
        return obstacle(entry) or "not asked yet"
    spent = entry.run_time(now)
    word = entry.state.value
    return word if spent is None else f"{word}, {span_text(spent)}"


def _started(start: str, now: float) -> str:
    """When it was recorded; records of other programs may have any text here."""
    try:
        moment = datetime.fromisoformat(start).timestamp()
    except (ValueError, OverflowError, OSError):
        return short_name(start)
    return clock_text(moment, now)
