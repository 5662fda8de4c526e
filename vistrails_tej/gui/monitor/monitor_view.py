"""MonitorView: all recorded jobs, with what can be done to them and what they print."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from PyQt5.QtCore import QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QHideEvent, QPaintEvent, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...modules.job_book import JobEntry, JobKey
from ..foreign_text import short_name, tooltip
from ..theme import Theme
from .book_bridge import BookBridge
from .checks import Checks
from .empty_page import EmptyPage
from .filters import JobFilter
from .job_commands import JobCommands
from .job_tree_model import JobTreeModel
from .job_tree_view import JobTreeView
from .output_tail import OutputTail
from .summary import summary
from .tool_row import ToolRow
from .traffic_text import traffic_text

_TICK_MILLISECONDS = 1000
_NOTE_MILLISECONDS = 10_000
# Who goes through the jobs with the arrow keys is not asking about each.
_FOLLOW_MILLISECONDS = 200
_WIDE = 1.8
# The longest line at the bottom, in letters.
_LINE = 300
_LEAST = QSize(640, 48)


class MonitorView(QWidget):
    """What `JobCommands` asks for, it asks for: see there for the signals.

    ``queue_requested`` carries None for any queue that there is.
    """

    resume_requested = pyqtSignal(object)
    run_again_requested = pyqtSignal(object)
    pipeline_requested = pyqtSignal(object)
    queue_requested = pyqtSignal(object)

    def __init__(
        self, bridge: BookBridge, checks: Checks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("monitor_view")
        self.setAccessibleName("Jobs")
        self._bridge = bridge
        self._checks = checks
        self.model = JobTreeModel(theme, self)
        self.commands = JobCommands(bridge, theme, self)
        self.tree = JobTreeView(self.model, self.commands, theme, self)
        self.tail = OutputTail(bridge, theme, self)
        self._row = ToolRow(checks, self.commands, theme, self)
        self._empty = EmptyPage(theme, self)
        self._pages = QStackedWidget(self)
        self._splitter = QSplitter(self)
        self._summary, self._traffic = QLabel(self), QLabel(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MILLISECONDS)
        self._note = QTimer(self)
        self._note.setSingleShot(True)
        self._note.setInterval(_NOTE_MILLISECONDS)
        # The file whose jobs are to be scrolled to.
        self._sought: Path | None = None
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(_FOLLOW_MILLISECONDS)
        self._told = ""
        self._lay_out()
        self._connect()
        self._take_wishes()
        self.show_jobs(bridge.book.entries())
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        for part in (self.commands, self.tree, self.tail, self._row, self._empty):
            part.set_theme(theme)
        for label in (self._summary, self._traffic):
            label.setStyleSheet(f"color: {theme.faint_text};")

    def show_jobs(self, entries: Iterable[JobEntry]) -> None:
        """Show these jobs and no others; news are added to them."""
        self.model.set_entries(entries)
        self._show_page()

    def show_output(self, entry: JobEntry, file: str = "_stdout") -> None:
        """Show what a job writes, beside the jobs."""
        self.tail.show()
        self.tail.show_output(entry, file)

    def select_job(self, key: JobKey) -> None:
        """Select one job and scroll to it."""
        self.model.set_watched(True)
        self.tree.select_job(key)

    def reveal(self, file: Path) -> None:
        """Scroll to a job of a file that is not over, as soon as one is there."""
        self._sought = file
        self.model.set_watched(True)
        self._reveal()

    def check_all(self) -> None:
        """Ask about all jobs that are not over, also while checks are paused."""
        told = "Checking all jobs"
        self.tell(told)
        future = self._bridge.book.check()
        self._bridge.when_done(future, lambda _: self.withdraw(told), owner=self)

    def tell(self, text: str) -> None:
        """Show a sentence in place of the summary, for a while."""
        self._told = text
        self._note.start()
        self._show_summary()

    def withdraw(self, text: str) -> None:
        """Take away a sentence that is not so any more; what was told since stays."""
        if text == self._told:
            self._end_note()

    def summary_text(self) -> str:
        """What the line at the bottom says."""
        return self._summary.text()

    def minimumSizeHint(self) -> QSize:
        """A low dock must not make the whole window higher."""
        return super().minimumSizeHint().boundedTo(_LEAST)

    # -- events ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Ages are drawn anew, and rows come and go, only while they are seen."""
        super().showEvent(event)
        self._catch_up()
        self._tick()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """See ``showEvent``."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing else tells that the dock came to the front of others."""
        super().paintEvent(event)
        if not self.model.is_watched:
            QTimer.singleShot(0, self._tick)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The output stands beside the jobs in a low dock, below them in a window."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if self._splitter.orientation() != wanted:
            self._splitter.setOrientation(wanted)

    # -- inside ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.tail.hide()
        self._splitter.setObjectName("monitor_splitter")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(self.tail)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self._empty)
        self._pages.setMinimumSize(160, 10)
        self._summary.setObjectName("job_summary")
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._traffic.setObjectName("job_traffic")
        self._traffic.setTextFormat(Qt.TextFormat.PlainText)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 2, 8, 3)
        foot.setSpacing(12)
        foot.addWidget(self._summary, 1)
        foot.addWidget(self._traffic)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._row)
        layout.addWidget(self._splitter, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        bridge, commands = self._bridge, self.commands
        bridge.changed.connect(self._take_news)
        bridge.problem.connect(self.tell)
        commands.resume_requested.connect(self.resume_requested)
        commands.run_again_requested.connect(self.run_again_requested)
        commands.pipeline_requested.connect(self.pipeline_requested)
        commands.queue_requested.connect(self.queue_requested)
        commands.output_requested.connect(self.show_output)
        commands.told.connect(self.tell)
        commands.withdrawn.connect(self.withdraw)
        self.tree.selected.connect(commands.set_selection)
        self.tree.selectionModel().selectionChanged.connect(self._following.start)
        self.tree.opened.connect(commands.open_pipeline)
        self.tail.closed.connect(self.tail.hide)
        self._row.filter_changed.connect(self._filter)
        self._row.check_all.connect(self.check_all)
        self._row.queues_requested.connect(lambda: self.queue_requested.emit(None))
        self._row.told.connect(self.tell)
        self._empty.everything_requested.connect(self._row.show_everything)
        self._checks.changed.connect(self._take_wishes)
        self._timer.timeout.connect(self._tick)
        self._following.timeout.connect(self._follow_selection)
        self._note.timeout.connect(self._end_note)

    def _take_news(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        self.model.set_watched(self._is_seen())
        self.model.update(self._in_order(news))
        self._reveal()
        if self._is_seen():
            self._show_page()

    def _reveal(self) -> None:
        if self._sought is None:
            return
        going_on = (one for one in self.model.entries if not one.is_over)
        found = next((one for one in going_on if one.key.file == self._sought), None)
        if found is not None:
            self._sought = None
            self.tree.reveal_job(found.key)

    def _in_order(self, news: Mapping[JobKey, JobEntry | None]) -> Mapping[JobKey, JobEntry | None]:
        """The same news, new jobs in the order in which they were recorded."""
        new = {key for key, entry in news.items() if entry and not self.model.has(key)}
        if len(new) < 2:
            return news
        found: list[JobKey] = []
        # The book knows the order; what is new stands at its end.
        for entry in reversed(self._bridge.book.entries()):
            if entry.key in new:
                found.append(entry.key)
            if len(found) == len(new):
                break
        return {key: news[key] for key in dict.fromkeys([*reversed(found), *news])}

    def _is_seen(self) -> bool:
        # A dock behind another one counts as shown.
        return not self.visibleRegion().isEmpty()

    def _catch_up(self) -> None:
        """Show what was missed while nobody looked."""
        self.model.set_watched(True)
        self._show_page()

    def _take_wishes(self) -> None:
        self.tail.set_paused(self._checks.is_paused or self._checks.interval is None)
        self._show_summary()

    def _follow_selection(self) -> None:
        """The output is that of the job that is selected; with several, it stays."""
        entries = self.tree.selected_entries()
        if len(entries) == 1 and self.tail.isVisible() and entries[0].place is not None:
            self.tail.follow(entries[0])

    def _filter(self, wanted: JobFilter) -> None:
        self.model.set_filter(wanted)
        self._show_page()

    def _show_page(self) -> None:
        is_empty = not self.model.shown
        if is_empty:
            self._empty.show_reason(is_filtered=self.model.has_entries)
        self._pages.setCurrentWidget(self._empty if is_empty else self.tree)
        self._show_summary()

    def _tick(self) -> None:
        if not self._is_seen():
            return
        if not self.model.is_watched:
            self._catch_up()
        self._show_summary()
        self._traffic.setText(traffic_text(self._bridge.book.traffic()))
        self.tree.viewport().update()

    def _end_note(self) -> None:
        self._told = ""
        self._note.stop()
        self._show_summary()

    def _show_summary(self) -> None:
        text = self._told or summary(self.model.tally, self._checks.state(), time.time())
        self._summary.setText(short_name(text.partition("\n")[0], _LINE))
        self._summary.setToolTip(tooltip(text))
