"""QueuePage: one queue as its server has it, with what can be done to its jobs and to it."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolBar,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ....modules.job_book import CleanupPreview, QueueLook
from ....modules.queue_reference import QueueReference
from ...calm_combo import CalmCombo
from ...search_field import SearchField
from ...theme import Theme
from ..book_bridge import BookBridge
from .cleanup_dialog import CleanupChoice, CleanupDialog
from .queue_chooser import queue_title
from .queue_commands import COMMANDS, QueueCommands
from .queue_facts import QueueFactsView
from .queue_jobs_model import QueueColumn, QueueJob, QueueJobKind, QueueJobsModel

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

    ``busy`` says whether the server is being asked, ``told`` carries a sentence, ``adopted`` the
    keys of new records.
    """

    busy = pyqtSignal(bool)
    told = pyqtSignal(str)
    adopted = pyqtSignal(object)

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_page")
        self._bridge = bridge
        self._theme = theme
        self._queue: QueueReference | None = None
        self._look: QueueLook | None = None
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
        self._clean = QPushButton("Clean &Up Queue…", self)
        self._clean.setObjectName("queue_clean_up")
        self._clean.setToolTip("See what would go before anything does")
        self._clean.setAutoDefault(False)
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
        queue = self._queue
        if queue is None:
            return
        asked = self._asked = object()
        self.busy.emit(True)
        self._clean.setEnabled(False)
        self.told.emit(f"Looking at {queue_title(queue)}")

        def done(look: QueueLook) -> None:
            if asked is self._asked:
                self._look = look
                self._end_look("")
                self.facts.show_look(look)
                self._show_jobs()

        def failed(problem: str) -> None:
            if asked is self._asked:
                self._look = None
                self._end_look(problem)
                self.facts.show_problem(problem)
                self.model.set_jobs(())

        self._bridge.when_done(self._bridge.book.look_at_queue(queue), done, failed, owner=self)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        for part in (self.model, self.commands, self.facts):
            part.set_theme(theme)
        self._shown.setStyleSheet(f"color: {theme.faint_text};")

    def selected(self) -> list[QueueJob]:
        """The jobs that are selected, from top to bottom."""
        rows = sorted(one.row() for one in self.table.selectionModel().selectedRows())
        return [self.model.shown[row] for row in rows]

    # -- inside ------------------------------------------------------------------------------

    def _end_look(self, problem: str) -> None:
        self.busy.emit(False)
        self._clean.setEnabled(not problem)
        self.told.emit(problem)

    def _show_jobs(self) -> None:
        """The jobs of the last look, with the records as they are now."""
        look = self._look
        if look is None:
            return
        known = self._bridge.book.recorded_jobs(look.queue)
        chosen = {one.status.job_id for one in self.selected()}
        self.model.set_jobs(
            QueueJob(one, tuple(known.get(one.job_id, ())), look.at) for one in look.jobs
        )
        selection = self.table.selectionModel()
        for row, job in enumerate(self.model.shown):
            if job.status.job_id in chosen:
                flags = selection.Select | selection.Rows
                selection.select(self.model.index(row, 0), flags)
        self._tell_shown()

    def _take_news(self) -> None:
        """A record may be new, or gone; what the server said is as old as it is."""
        if self.isVisible() and self._look is not None:
            known = self._bridge.book.recorded_jobs(self._look.queue)
            if any(
                [entry.key for entry in one.recorded]
                != [entry.key for entry in known.get(one.status.job_id, ())]
                for one in self.model.jobs
            ):
                self._show_jobs()

    def _filter(self) -> None:
        self.model.set_filter(self._search.text(), self._kind.currentData())
        self._tell_shown()

    def _tell_shown(self) -> None:
        shown, count = len(self.model.shown), len(self.model.jobs)
        self._shown.setText(f"{shown:,} of {count:,} jobs are shown" if shown != count else "")
        self._tell_selection()

    def _tell_selection(self) -> None:
        self.commands.set_selection(self._queue, self.selected())

    def _preview(self) -> None:
        queue = self._queue
        if queue is None:
            return
        self._clean.setEnabled(False)
        self.told.emit("Looking at what a clean-up would remove")

        def done(preview: CleanupPreview) -> None:
            self._end_look("")
            if queue == self._queue:
                self._ask_clean_up(preview)

        self._bridge.when_done(
            self._bridge.book.cleanup_preview(queue), done, self._end_look, owner=self
        )

    def _ask_clean_up(self, preview: CleanupPreview) -> None:
        known = self._bridge.book.recorded_jobs(preview.queue)
        dialog = CleanupDialog(preview, known, self._theme, self)
        dialog.finished.connect(lambda: self._clean_up(preview, dialog))
        dialog.open()

    def _clean_up(self, preview: CleanupPreview, dialog: CleanupDialog) -> None:
        choice, job_ids = dialog.choice, dialog.job_ids
        dialog.deleteLater()
        if choice is None:
            return
        book, queue = self._bridge.book, preview.queue
        self._clean.setEnabled(False)
        if choice in (CleanupChoice.QUEUE, CleanupChoice.FORCE):
            self.told.emit(f"Removing {queue_title(queue)}")
            future = book.remove_queue(queue, force=choice is CleanupChoice.FORCE)
            self._bridge.when_done(future, lambda _: self.look(), self._end_clean_up, owner=self)
            return
        self.told.emit(f"Deleting {len(job_ids):,} jobs")
        self._bridge.when_done(
            book.delete_server_jobs(queue, job_ids),
            lambda failures: self._end_clean_up("\n".join(str(one) for one in failures.values())),
            self._end_clean_up,
            owner=self,
        )

    def _end_clean_up(self, problem: str) -> None:
        """Look at what is there now, and then tell what could not be done."""
        self.look()
        if problem:
            self._bridge.problem.emit(problem)

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
        commands.told.connect(self.told)
        commands.changed.connect(self.look)
        commands.adopted.connect(self.adopted)
        self.facts.told.connect(self.told)
        self._clean.clicked.connect(self._preview)
        self._bridge.changed.connect(self._take_news)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._tell_selection)
        self.model.modelReset.connect(self._tell_selection)
