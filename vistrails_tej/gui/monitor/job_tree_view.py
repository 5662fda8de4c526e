"""JobTreeView: the tree of jobs, with its columns, its menu, and what is selected."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from ...modules.job_book import JobEntry, JobKey
from ..theme import Theme
from .delegates import JobDelegate
from .filters import Column
from .job_commands import JobCommands
from .job_tree_model import JobTreeModel
from .tree_state import TreeState

_LATER_MILLISECONDS = 150
_WIDTHS = {
    Column.JOB: 250,
    Column.STATE: 200,
    Column.SERVER: 190,
    Column.SUBMITTED: 110,
    Column.TIME: 125,
    Column.EXIT_CODE: 80,
    Column.CHECKED: 150,
}


class JobTreeView(QTreeView):
    """Any number of rows may be selected; a workflow stands for all of its jobs.

    ``selected`` carries the entries; ``opened`` comes at a double click or Enter.
    """

    selected = pyqtSignal(object)
    opened = pyqtSignal()

    def __init__(
        self,
        model: JobTreeModel,
        commands: JobCommands,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("job_tree")
        self.setAccessibleName("Jobs")
        self._jobs = model
        self._commands = commands
        commands.serve(self)
        self._delegate = JobDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTriggers(QAbstractItemView.NoEditTriggers))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setModel(model)
        self._set_up_header()
        self._state = TreeState(self, model)
        self.customContextMenuRequested.connect(self._show_menu)
        self.activated.connect(lambda _index: self.opened.emit())
        # News come for many rows at once, and thousands may be selected.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MILLISECONDS)
        self._later.timeout.connect(self.tell_selection)
        self.selectionModel().selectionChanged.connect(self.tell_selection)
        model.modelReset.connect(self.tell_selection)
        model.dataChanged.connect(self._later.start)
        model.layoutChanged.connect(self._later.start)
        # A workflow that is selected stands for the new ones, too.
        model.rowsInserted.connect(self._later.start)
        model.rowsRemoved.connect(self._later.start)

    def set_theme(self, theme: Theme) -> None:
        """Draw it in other colours."""
        self._delegate.theme = theme
        self._jobs.set_theme(theme)
        self.viewport().update()

    def selected_entries(self) -> list[JobEntry]:
        """The jobs that are selected, each once, from top to bottom of the recorded order."""
        found: dict[JobKey, JobEntry] = {}
        for index in self.selectionModel().selectedRows():
            node = self._jobs.node(index)
            for one in node.jobs() if node is not None else ():
                if one.entry is not None:
                    found[one.entry.key] = one.entry
        return list(found.values())

    def select_job(self, key: JobKey) -> None:
        """Select one job and scroll to it."""
        index = self._jobs.index_of_job(key)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def reveal_job(self, key: JobKey) -> None:
        """Scroll to one job, and leave the selection as it is."""
        index = self._jobs.index_of_job(key)
        if index.isValid():
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def tell_selection(self) -> None:
        """Tell what is selected, as it is now."""
        self.selected.emit(self.selected_entries())

    # -- inside ------------------------------------------------------------------------------

    def _set_up_header(self) -> None:
        header = self.header()
        header.setObjectName("job_header")
        header.setStretchLastSection(True)
        header.setSectionsMovable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        # No column: as recorded. Later a click on a heading sorts.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def _show_menu(self, place: QPoint) -> None:
        self.tell_selection()
        if not self.selected_entries():
            return
        menu = QMenu(self)
        menu.setObjectName("job_menu")
        menu.setToolTipsVisible(True)
        self._commands.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.viewport().mapToGlobal(place))
