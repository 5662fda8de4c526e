"""The jobs of a queue as a table for Qt, filtered and sorted: recorded here or not."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ....engine import JobId, JobStatus
from ....modules.job_book import JobBookState, JobEntry, state_of
from ...foreign_text import short_name, tooltip
from ...theme import Theme
from ..filters import STATE_RANKS, natural_order
from ..row_texts import file_title
from ..state_looks import LOOKS, state_icons
from ..time_text import clock_text

_NOWHERE = QModelIndex()
_NOT_RECORDED = "not known here"


class QueueColumn(enum.IntEnum):
    """What is told of each job, from left to right."""

    JOB = 0
    STATE = 1
    RECORDED = 2
    OWNER = 3
    SUBMITTED = 4
    ENDED = 5
    EXIT_CODE = 6


HEADINGS = ("Job id", "State", "Known here as", "Submitted by", "Submitted", "Ended", "Exit code")
HEADING_TIPS = (
    "What the job is called on its server",
    "What the server said when it was looked at",
    "The records of this job in .vt files here",
    "Who submitted it, and from where",
    "When it was submitted",
    "When it ended",
    "What the job returned; 0 is well",
)


class QueueJobKind(enum.Enum):
    """Which jobs are shown."""

    UNKNOWN = "Not known here"
    ALL = "All jobs"
    OVER = "Over"
    ACTIVE = "Not over"


@dataclass(frozen=True, slots=True)
class QueueJob:
    """A job of the queue, and the records here that are about it.

    ``at`` is when its server was asked, on this machine's clock.
    """

    status: JobStatus
    recorded: tuple[JobEntry, ...] = ()
    at: float = 0.0

    @property
    def state(self) -> JobBookState:
        """Its state, as people see it."""
        return state_of(self.status)

    def moment(self, server_time: int | None) -> float | None:
        """A time of the server's clock on that of this machine; the two seldom agree."""
        if server_time is None:
            return None
        return self.at - (self.status.checked - server_time) if self.status.checked else server_time


_INCLUDES: Mapping[QueueJobKind, Callable[[QueueJob], bool]] = {
    QueueJobKind.UNKNOWN: lambda job: not job.recorded,
    QueueJobKind.ALL: lambda job: True,
    QueueJobKind.OVER: lambda job: job.state.is_over,
    QueueJobKind.ACTIVE: lambda job: not job.state.is_over,
}


class QueueJobsModel(QAbstractTableModel):
    """One row for each job that is shown; a reset comes with every look, and with other rows."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[JobId, QueueJob] = {}
        self._shown: list[QueueJob] = []
        self._words: Sequence[str] = ()
        self._kind = QueueJobKind.UNKNOWN
        self._column, self._is_descending = int(QueueColumn.SUBMITTED), True
        self.set_theme(theme)

    @property
    def jobs(self) -> Sequence[QueueJob]:
        """All of them, also those that are not shown."""
        return tuple(self._all.values())

    @property
    def shown(self) -> Sequence[QueueJob]:
        """Those that there are rows of, from top to bottom."""
        return self._shown

    def set_jobs(self, jobs: Iterable[QueueJob]) -> None:
        """Show these jobs and no others."""
        self._all = {one.status.job_id: one for one in jobs}
        self._rebuild()

    def set_recorded(self, recorded: Mapping[JobId, tuple[JobEntry, ...]]) -> None:
        """Other records are about some jobs now; what is not in the queue does not count."""
        known = {one: self._all[one] for one in recorded if one in self._all}
        others = {one: replace(job, recorded=recorded[one]) for one, job in known.items()}
        self._all.update(others)
        is_sorted_by_them = self._column == QueueColumn.RECORDED and bool(others)
        if is_sorted_by_them or any(
            self._includes(job) != self._includes(others[one]) for one, job in known.items()
        ):
            self._rebuild()
        elif others:
            self._replace_rows(others)

    def set_filter(self, text: str, kind: QueueJobKind) -> None:
        """Show only some: those with all of these words, of this kind."""
        self._words, self._kind = text.lower().split(), kind
        self._rebuild()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """See Qt."""
        self._column = max(0, column)
        self._is_descending = order == Qt.SortOrder.DescendingOrder
        self._rebuild()

    def set_theme(self, theme: Theme) -> None:
        """Show the states in other colours."""
        self._icons = state_icons(theme)
        self._inks = {state: theme.color(look.ink) for state, look in LOOKS.items()}
        self._faint = theme.color("faint_text")
        if self._shown:
            last = self.index(len(self._shown) - 1, len(QueueColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # -- what Qt asks ------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """See Qt."""
        return 0 if parent.isValid() else len(QueueColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """See Qt."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return HEADING_TIPS[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        job, column = self._shown[index.row()], QueueColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXTS[column](job)
        if role == Qt.ItemDataRole.DecorationRole and column == QueueColumn.STATE:
            return self._icons[job.state]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(job, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(f"{job.status.job_id}\n{job.status.directory}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{HEADINGS[column]}: {_TEXTS[column](job)}"
        return None

    # -- inside ------------------------------------------------------------------------------

    def _ink(self, job: QueueJob, column: QueueColumn) -> Any:
        if column == QueueColumn.STATE:
            return self._inks[job.state]
        return None if column in (QueueColumn.JOB, QueueColumn.EXIT_CODE) else self._faint

    def _includes(self, job: QueueJob) -> bool:
        return _INCLUDES[self._kind](job) and (not self._words or _has_all(self._words, job))

    def _replace_rows(self, others: Mapping[JobId, QueueJob]) -> None:
        for row, job in enumerate(self._shown):
            other = others.get(job.status.job_id)
            if other is not None:
                self._shown[row] = other
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(QueueColumn) - 1))

    def _rebuild(self) -> None:
        chosen = [job for job in self._all.values() if self._includes(job)]
        chosen.sort(key=_ORDERS[QueueColumn(self._column)], reverse=self._is_descending)
        self.beginResetModel()
        self._shown = chosen
        self.endResetModel()


def _has_all(words: Sequence[str], job: QueueJob) -> bool:
    parts = (job.status.job_id, job.state.value, _recorded(job), job.status.owner or "")
    told = " ".join(parts).lower()
    return all(word in told for word in words)


def _recorded(job: QueueJob) -> str:
    if not job.recorded:
        return _NOT_RECORDED
    return ", ".join(
        f"{short_name(one.name)} ({short_name(file_title(one.key.file))})" for one in job.recorded
    )


def _clock(job: QueueJob, server_time: int | None) -> str:
    moment = job.moment(server_time)
    return "" if moment is None else clock_text(moment, job.at)


_TEXTS: Mapping[QueueColumn, Callable[[QueueJob], str]] = {
    QueueColumn.JOB: lambda job: str(job.status.job_id),
    QueueColumn.STATE: lambda job: str(job.state.value),
    QueueColumn.RECORDED: _recorded,
    QueueColumn.OWNER: lambda job: job.status.owner or "",
    QueueColumn.SUBMITTED: lambda job: _clock(job, job.status.submitted),
    QueueColumn.ENDED: lambda job: _clock(job, job.status.ended),
    QueueColumn.EXIT_CODE: lambda job: (
        "" if job.status.exit_code is None else str(job.status.exit_code)
    ),
}
_ORDERS: Mapping[QueueColumn, Callable[[QueueJob], Any]] = {
    QueueColumn.JOB: lambda job: natural_order(job.status.job_id),
    QueueColumn.STATE: lambda job: STATE_RANKS[job.state],
    QueueColumn.RECORDED: _recorded,
    QueueColumn.OWNER: lambda job: job.status.owner or "",
    QueueColumn.SUBMITTED: lambda job: job.status.submitted or 0,
    QueueColumn.ENDED: lambda job: job.status.ended or 0,
    QueueColumn.EXIT_CODE: lambda job: -1 if job.status.exit_code is None else job.status.exit_code,
}
