"""The *Running Job* dialog: what a run waits for, beside which the work goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PyQt5.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ...modules.job_book import JobKey
from ...modules.job_wait import WaitedJob
from ..fonts import bold
from ..foreign_text import short_name
from ..theme import Theme
from .job_count import job_count
from .waited_jobs_model import WaitedColumn, WaitedJobsModel

# In letters and lines.
_SIZE = QSize(112, 20)
_TICK_MILLISECONDS = 1000
# A server that does not answer must not keep the button from being used again, in seconds.
_LONGEST_CHECK = 30.0
_HINT = (
    "The run goes on by itself when a job has ended. Cancel suspends it: the jobs go on, and the"
    " next run takes them up."
)
_PAUSED_HINT = (
    "Checking is off or paused in the job monitor, so only Check Now asks the servers. Cancel"
    " suspends the run: the jobs go on, and the next run takes them up."
)
_SUSPENDING = "Suspending the run..."


class RunningJobDialog(QDialog):
    """Shows all jobs of a run. Closing it keeps waiting; the program can be used meanwhile.

    ``check_requested`` asks for a look at the servers now, ``cancel_requested`` for the end of the
    wait; ``left`` says that the user closed it.
    """

    check_requested = pyqtSignal()
    cancel_requested = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("running_job_dialog")
        self.setAccessibleName("Jobs that the run waits for")
        self.setWindowTitle("Running Job")
        self.setModal(False)
        # It comes by itself: whoever is typing goes on typing.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._title = ""
        self._all: set[JobKey] = set()
        self._waiting: set[JobKey] = set()
        # When each server was asked, and what that was when somebody wanted to know.
        self._asked: dict[JobKey, float | None] = {}
        self._asked_before: dict[JobKey, float | None] = {}
        # On the monotonic clock: the other one may be set back meanwhile.
        self._check_begun: float | None = None
        self._is_suspending = False
        # Whether the table has the focus only while the button that had it cannot be used.
        self._is_focus_lent = False
        self._model = WaitedJobsModel(theme, self)
        self._heading = QLabel(self)
        self._heading.setObjectName("running_heading")
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        self._heading.setFont(bold(self._heading.font()))
        self._hint = QLabel(_HINT, self)
        self._hint.setObjectName("running_hint")
        self._hint.setWordWrap(True)
        self._table = self._make_table()
        self._bar = QProgressBar(self)
        self._bar.setObjectName("running_progress")
        self._bar.setAccessibleName("Jobs that have ended")
        self._check = self._button("running_check", "Check &Now", self._ask)
        self._cancel = self._button("running_cancel", "&Cancel", self.cancel_requested.emit)
        self._leave = self._button("running_leave", "Wait in &Background", self.reject)
        self._leave.setToolTip("Close this window; the status bar brings it back")
        self._cancel.setToolTip("Suspend the run; the jobs go on")
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._lay_out()
        self._check.setFocus()
        letters = self.fontMetrics()
        self.resize(
            letters.averageCharWidth() * _SIZE.width(), letters.lineSpacing() * _SIZE.height()
        )

    def begin(self, title: str) -> None:
        """Another run begins, of the workflow with this title."""
        self._title = title
        self._all.clear()
        self._waiting.clear()
        self._is_suspending = False
        self._cancel.setEnabled(True)
        self._end_check()
        self.set_jobs(())

    def set_jobs(self, jobs: Sequence[WaitedJob]) -> None:
        """Show the jobs that are waited for now; those of before that are missing have ended."""
        self._waiting = {one.entry.key for one in jobs if not one.is_over}
        self._all.update(one.entry.key for one in jobs)
        self._model.set_jobs(jobs)
        done, count = len(self._all) - len(self._waiting), len(self._all)
        self._bar.setRange(0, max(1, count))
        self._bar.setValue(done)
        self._bar.setFormat(f"{done} of {job_count(count)} ended")
        self._heading.setText(self._sentence(jobs))
        self._asked = {one.entry.key: one.asked for one in jobs}
        if all(asked != self._asked_before.get(key) for key, asked in self._asked.items()):
            self._end_check()

    def set_paused(self, is_paused: bool) -> None:
        """Whether servers are asked only by the button."""
        self._hint.setText(_PAUSED_HINT if is_paused else _HINT)

    def show_suspending(self) -> None:
        """The run was told to stop; it does so in a moment, and says so until then."""
        self._is_suspending = True
        self._heading.setText(_SUSPENDING)
        for button in (self._check, self._cancel):
            button.setEnabled(False)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self._model.set_theme(theme)

    # -- events ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Let the times go on."""
        super().showEvent(event)
        self._timer.start()
        self._model.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees the times."""
        super().hideEvent(event)
        self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter means the button with the focus; a window that comes by itself has no default."""
        button = self.focusWidget()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and isinstance(button, QPushButton):
            button.click()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape, the cross and the button: wait on without this window."""
        super().reject()
        self.left.emit()

    # -- inside ------------------------------------------------------------------------------

    def _sentence(self, jobs: Sequence[WaitedJob]) -> str:
        if self._is_suspending:
            return _SUSPENDING
        of = f" of {short_name(self._title)}" if self._title else ""
        if not self._waiting:
            return f"The run{of} goes on"
        if len(jobs) == 1:
            return f"Waiting for the job {short_name(jobs[0].entry.name)}{of}"
        return f"Waiting for {job_count(len(self._waiting))}{of}"

    def _ask(self) -> None:
        self._check_begun, self._asked_before = time.monotonic(), self._asked
        if self.focusWidget() is self._check:
            # Else the next button gets it, which is Cancel.
            self._table.setFocus()
            self._is_focus_lent = True
        self._check.setEnabled(False)
        self._check.setText("Checking...")
        self.check_requested.emit()

    def _end_check(self) -> None:
        self._check_begun = None
        self._check.setEnabled(not self._is_suspending)
        self._check.setText("Check &Now")
        if self._is_focus_lent and self.focusWidget() is self._table:
            self._check.setFocus()
        self._is_focus_lent = False

    def _tick(self) -> None:
        self._model.refresh()
        begun = self._check_begun
        if begun is not None and time.monotonic() > begun + _LONGEST_CHECK:
            self._end_check()

    def _make_table(self) -> QTreeView:
        table = QTreeView(self)
        table.setObjectName("running_jobs")
        table.setAccessibleName("Jobs")
        table.setModel(self._model)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(WaitedColumn.JOB, QHeaderView.ResizeMode.Stretch)
        letter = table.fontMetrics().averageCharWidth()
        for column, letters in (
            (WaitedColumn.STATE, 20),
            (WaitedColumn.SERVER, 28),
            (WaitedColumn.STARTED, 16),
            (WaitedColumn.CHECKED, 18),
        ):
            table.setColumnWidth(column, letter * letters)
        return table

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._check)
        buttons.addStretch()
        buttons.addWidget(self._leave)
        buttons.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._heading)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._hint)
        layout.addLayout(buttons)

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button
