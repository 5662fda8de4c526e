"""QueuePage: one queue as its server has it, with what can be done to its jobs and to it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QItemSelection, QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolBar,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ....modules.job_book import QueueLook
from ....modules.queue_reference import QueueReference
from ...calm_combo import CalmCombo
from ...search_field import SearchField
from ...theme import Theme
from ..book_bridge import BookBridge
from .clean_up import CleanUp
from .queue_chooser import queue_title
from .queue_commands import COMMANDS, QueueCommands
from .queue_facts import QueueFactsView
from .queue_jobs_model import QueueColumn, QueueJob, QueueJobKind, QueueJobsModel
from .records_here import News, RecordsHere

_ICON = 16
_WIDTHS = {
    QueueColumn.JOB: 260,
    QueueColumn.STATE: 110,
    QueueColumn.RECORDED: 190,
    QueueColumn.OWNER: 120,
    QueueColumn.SUBMITTED: 135,
    QueueColumn.ENDED: 135,
}


class QueuePage(QWidget):
    """Asks the server when a queue is shown, and on ``look``; records are followed as they come.

    ``busy`` says whether the server is being asked, ``told`` carries a sentence, ``withdrawn`` one
    that was told and is not so any more, ``adopted`` the keys of new records.
    """

    busy = pyqtSignal(bool)
    told = pyqtSignal(str)
    withdrawn = pyqtSignal(str)
    adopted = pyqtSignal(object)

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_page")
        self._bridge = bridge
        self._queue: QueueReference | None = None
        self._look: QueueLook | None = None
        self._records: RecordsHere | None = None
        # The look that is under way: an answer to another one is not wanted any more.
        self._asked: object = None
        self.model = QueueJobsModel(theme, self)
        self.commands = QueueCommands(bridge, theme, self)
        self.facts = QueueFactsView(bridge, theme, self)
        self.table = self._make_table()
        self.commands.serve(self.table)
        self._bar = self._make_bar()
        self._search = self._make_search()
        self._kind = self._make_kind()
        self._clean = CleanUp(bridge, theme, self)
        self._shown = QLabel(self)
        self._shown.setObjectName("queue_shown")
        self._lay_out()
        self._connect()
        self._filter()
        self.set_theme(theme)

    def show_queue(self, queue: QueueReference) -> None:
        """Show another queue, and ask its server."""
        self._queue, self._look = queue, None
        self.facts.show_queue(queue)
        self.model.set_jobs(())
        self.look()

    def look(self) -> None:
        """Ask the server again."""
        if self._queue is not None:
            told = f"Looking at {queue_title(self._queue)}"
            self.told.emit(told)
            self._ask(self._queue, told)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        for part in (self.model, self.commands, self.facts, self._clean):
            part.set_theme(theme)
        self._shown.setStyleSheet(f"color: {theme.faint_text};")

    def selected(self) -> list[QueueJob]:
        """The jobs that are selected, from top to bottom."""
        rows = sorted(one.row() for one in self.table.selectionModel().selectedRows())
        return [self.model.shown[row] for row in rows]

    # -- inside ------------------------------------------------------------------------------

    def _take_change(self, queue: QueueReference, problem: str) -> None:
        """What could not be done can be read while the queue is looked at, and afterwards."""
        if problem:
            self.told.emit(problem)
        if queue == self._queue:
            self._ask(queue, before=problem)

    def _ask(self, queue: QueueReference, told: str = "", before: str = "") -> None:
        """``told`` says that the server is being asked, ``before`` what could not be done there."""
        asked = self._asked = object()
        self.busy.emit(True)
        self._show_clean()

        def done(look: QueueLook) -> None:
            if asked is self._asked:
                self._end_look(look)
                self.withdrawn.emit(told)
                self.facts.show_look(look)
                self._show_jobs()

        def failed(reason: str) -> None:
            if asked is self._asked:
                self._end_look(None)
                self.told.emit("\n".join(filter(None, (before, reason))))
                self.facts.show_problem(reason)
                self.model.set_jobs(())

        self._bridge.when_done(self._bridge.book.look_at_queue(queue), done, failed, owner=self)

    def _end_look(self, look: QueueLook | None) -> None:
        self._asked, self._look = None, look
        self.busy.emit(False)
        self._show_clean()

    def _show_clean(self) -> None:
        is_known = self._look is not None and self._asked is None
        self._clean.show_queue(self._queue, is_known=is_known)

    def _show_jobs(self) -> None:
        """The jobs of the last look, with the records as they are now."""
        look = self._look
        if look is None:
            return
        records = self._records = RecordsHere(
            look.queue, self._bridge.book.recorded_jobs(look.queue)
        )
        jobs = [QueueJob(one, records.of(one.job_id), look.at) for one in look.jobs]
        self._keep_selection(lambda: self.model.set_jobs(jobs))

    def _take_news(self, news: News) -> None:
        """A record may be new, or gone; what the server said is as old as it is."""
        if self._look is None or self._records is None:
            return
        records, touched = self._records, self._records.take(news)
        if touched:
            recorded = {one: records.of(one) for one in touched}
            self._keep_selection(lambda: self.model.set_recorded(recorded))

    def _keep_selection(self, change: Callable[[], object]) -> None:
        """Select the same jobs after a change of the rows."""
        chosen = {one.status.job_id for one in self.selected()}
        change()
        again = QItemSelection()
        for row, job in enumerate(self.model.shown):
            if job.status.job_id in chosen:
                again.select(self.model.index(row, 0), self.model.index(row, 0))
        selection = self.table.selectionModel()
        selection.select(again, selection.Select | selection.Rows)
        self._tell_shown()

    def _filter(self) -> None:
        self.model.set_filter(self._search.text(), self._kind.currentData())
        self._tell_shown()

    def _tell_shown(self) -> None:
        shown, count = len(self.model.shown), len(self.model.jobs)
        self._shown.setText(f"{shown:,} of {count:,} jobs are shown" if shown != count else "")
        self._tell_selection()

    def _tell_selection(self) -> None:
        self.commands.set_selection(self._queue, self.selected())

    def _show_menu(self, place: QPoint) -> None:
        if not self.selected():
            return
        menu = QMenu(self)
        menu.setObjectName("queue_menu")
        menu.setToolTipsVisible(True)
        for name in COMMANDS:
            menu.addAction(self.commands[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _make_table(self) -> QTreeView:
        table = QTreeView(self)
        table.setObjectName("queue_jobs")
        table.setAccessibleName("Jobs of the queue")
        table.setModel(self.model)
        table.setRootIsDecorated(False)
        # Ids of our modules begin alike.
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = table.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(QueueColumn.SUBMITTED, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        return table

    def _make_bar(self) -> QToolBar:
        bar = QToolBar(self)
        bar.setObjectName("queue_tool_bar")
        bar.setAccessibleName("Jobs of the queue")
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for name in COMMANDS:
            bar.addAction(self.commands[name])
        for button in bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return bar

    def _make_search(self) -> SearchField:
        search = SearchField("queue_search", "jobs of the queue", self)
        search.limit_width()
        search.textChanged.connect(self._filter)
        return search

    def _make_kind(self) -> CalmCombo:
        kind = CalmCombo(self)
        kind.setObjectName("queue_kind")
        kind.setAccessibleName("Which jobs of the queue are shown")
        for one in QueueJobKind:
            kind.addItem(one.value, one)
        kind.currentIndexChanged.connect(self._filter)
        return kind

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self._bar)
        tools.addStretch(1)
        tools.addWidget(self._search, 2)
        tools.addWidget(self._kind)
        foot = QHBoxLayout()
        foot.addWidget(self._shown, 1)
        foot.addWidget(self._clean)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.facts)
        layout.addLayout(tools)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        commands = self.commands
        for part in (commands, self._clean):
            part.told.connect(self.told)
            part.withdrawn.connect(self.withdrawn)
            part.changed.connect(self._take_change)
        commands.adopted.connect(self.adopted)
        self.facts.told.connect(self.told)
        self._bridge.changed.connect(self._take_news)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._tell_selection)
        self.model.modelReset.connect(self._tell_selection)
