"""JobTreeModel: recorded jobs as a tree for Qt, filtered and sorted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal

from ...modules.job_book import JobEntry, JobKey
from ..foreign_text import tooltip
from ..theme import Theme
from .cell_looks import CellLooks
from .filters import Column, JobFilter, JobOrder
from .job_tree import JobNode, JobTree, NodeId, spans
from .listed_jobs import ListedJobs
from .row_texts import HEADING_TIPS, HEADINGS, row_description, row_text, row_tooltip
from .summary import Tally

# More rows that come or go are faster shown anew.
_MOST_ROWS = 100
_ORDER_MILLISECONDS = 500
NODE_ROLE = Qt.ItemDataRole.UserRole + 1
_COLUMNS = len(Column)


class JobTreeModel(QAbstractItemModel):
    """Vistrail, workflow, job. It filters and sorts by itself, on values.

    That is ten times as fast as a proxy that asks for each comparison. A reset comes only with
    other jobs, another filter, or very many rows at once. News are shown at once; where they
    change the order, the rows follow half a second later, and together. ``leaving`` carries a row,
    as a JobNode, that is about to go: the last moment at which it may be selected.
    """

    leaving = pyqtSignal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._listed = ListedJobs()
        self._filter = JobFilter()
        self._order = JobOrder()
        self._tree = JobTree((), self._filter)
        self._is_watched = True
        self._missed: dict[JobKey, None] = {}
        self._is_outdated = False
        self._unsorted = QTimer(self)
        self._unsorted.setSingleShot(True)
        self._unsorted.setInterval(_ORDER_MILLISECONDS)
        self._unsorted.timeout.connect(self._sort_again)
        self.set_theme(theme)

    # -- jobs --------------------------------------------------------------------------------

    @property
    def entries(self) -> Iterable[JobEntry]:
        """All jobs, also those that the filter leaves out."""
        return self._listed.entries.values()

    @property
    def tally(self) -> Tally:
        """What there is to sum up of all jobs."""
        return self._listed.tally

    @property
    def shown(self) -> int:
        """How many jobs there are rows of."""
        return len(self._tree.jobs)

    @property
    def has_entries(self) -> bool:
        """Whether there are any jobs at all."""
        return bool(self._listed.entries)

    def has(self, key: JobKey) -> bool:
        """Whether a job is among them, shown or not."""
        return key in self._listed.entries

    @property
    def filter(self) -> JobFilter:
        """What is shown."""
        return self._filter

    def set_entries(self, entries: Iterable[JobEntry]) -> None:
        """Show these jobs and no others."""
        self._listed = ListedJobs(entries)
        self._rebuild()

    def update(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """Take in what is new about some jobs; None for those that are gone.

        New ones come in the order in which they were recorded.
        """
        new, gone = self._listed.take(news)
        if len(new) + len(gone) > _MOST_ROWS:
            self._renew()
        else:
            self._tree.record(new, gone)
            self._show_news(news)

    @property
    def is_watched(self) -> bool:
        """Whether rows come, go and move at once."""
        return self._is_watched

    def set_watched(self, is_watched: bool) -> None:
        """Whether anybody sees the rows: else they come, go and move only once somebody does."""
        if is_watched == self._is_watched:
            return
        self._is_watched = is_watched
        missed, self._missed = self._missed, {}
        if is_watched and self._is_outdated:
            self._rebuild()
        elif is_watched:
            self._show_news(missed)
            if self._order.follows_states:
                self._sort_again()

    def put_in_order(self) -> None:
        """Have rows follow now what changed their order."""
        if self._unsorted.isActive():
            self._sort_again()

    def set_filter(self, wanted: JobFilter) -> None:
        """Show only some."""
        if wanted != self._filter:
            self._filter = wanted
            self._rebuild()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """See Qt; a column of -1 is the order in which the jobs were recorded."""
        if column < 0:
            self._order = JobOrder()
        else:
            self._order = JobOrder(Column(column), order == Qt.SortOrder.DescendingOrder)
        self._sort_again()

    def set_theme(self, theme: Theme) -> None:
        """Show the states in other colours."""
        self._looks = CellLooks(theme)
        if self._tree.jobs:
            last = self.index(self.rowCount() - 1, _COLUMNS - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # -- rows --------------------------------------------------------------------------------

    def node(self, index: QModelIndex) -> JobNode | None:
        """The row of an index."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, JobNode) else None

    def index_of(self, node_id: NodeId) -> QModelIndex:
        """The index of a row; an invalid one if it is not shown."""
        node = self._tree.find(node_id)
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node)

    def index_of_job(self, key: JobKey) -> QModelIndex:
        """The index of a job; an invalid one if it is not shown."""
        node = self._tree.jobs.get(key)
        return QModelIndex() if node is None else self.createIndex(node.row, 0, node)

    def groups(self) -> Iterator[QModelIndex]:
        """The rows that have others below them."""
        for node in self._tree.groups():
            yield self.createIndex(node.row, 0, node)

    # -- what Qt asks ------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 - the signature of Qt
        """See Qt."""
        children = (parent.internalPointer() or self._tree.root).children
        if 0 <= row < len(children) and 0 <= column < _COLUMNS:
            return self.createIndex(row, column, children[row])
        return QModelIndex()

    def parent(self, child: QModelIndex) -> QModelIndex:  # type: ignore[override]
        """See Qt."""
        above = self._below(child).parent
        if above is None or above.parent is None:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - of Qt
        """See Qt."""
        return 0 if parent.column() > 0 else len(self._below(parent).children)

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: B008 - of Qt
        """See Qt."""
        return bool((parent.internalPointer() or self._tree.root).children)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - of Qt
        """See Qt."""
        return _COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """See Qt."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < _COLUMNS:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return HEADING_TIPS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt; NODE_ROLE gives the row."""
        node = self.node(index)
        if node is None:
            return None
        answer = _ANSWERS.get(role)
        return None if answer is None else answer(self, node, index.column())

    # -- inside ------------------------------------------------------------------------------

    def _below(self, index: QModelIndex) -> JobNode:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, JobNode) else self._tree.root

    def _index(self, node: JobNode) -> QModelIndex:
        is_root = node is self._tree.root
        return QModelIndex() if is_root else self.createIndex(node.row, 0, node)

    def _renew(self) -> None:
        if self._is_watched:
            self._rebuild()
        self._is_outdated = not self._is_watched

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._tree = JobTree(self._listed.entries.values(), self._filter)
        self._tree.sort(self._order, self._now())
        self._missed.clear()
        self._is_outdated = False
        self._unsorted.stop()
        self.endResetModel()

    def _show_news(self, keys: Iterable[JobKey]) -> None:
        """Have rows come, go and change, as the jobs with these keys did."""
        is_wanted = self._filter.chosen()
        changed: list[JobNode] = []
        leaving: list[JobNode] = []
        coming: list[JobEntry] = []
        first = Column.STATE
        for key in keys:
            entry, node = self._listed.entries.get(key), self._tree.jobs.get(key)
            is_there = entry is not None and is_wanted(entry)
            if node is not None and entry is not None and is_there and node.stays(entry):
                first = min(first, node.first_change(entry))
                node.take(entry)
                changed.append(node)
                continue
            if node is not None:
                leaving.append(node)
            if entry is not None and is_there:
                coming.append(entry)
        if not self._is_watched:
            gone = [JobKey(node.id[0], node.id[2]) for node in leaving]
            self._missed.update(dict.fromkeys([*gone, *(entry.key for entry in coming)]))
            self._tell(changed, [], first)
        elif len(leaving) + len(coming) > _MOST_ROWS:
            self._rebuild()
        else:
            moved = [self._remove(node) for node in leaving]
            moved += [self._insert(entry) for entry in coming]
            self._tell(changed, moved, first)

    def _remove(self, job: JobNode) -> JobNode:
        """Have the row of a job go; return the one that was above."""
        node = self._tree.leaving(job)
        above = node.parent or self._tree.root
        self.leaving.emit(node)
        self.beginRemoveRows(self._index(above), node.row, node.row)
        self._tree.remove(node)
        self.endRemoveRows()
        return above

    def _insert(self, entry: JobEntry) -> JobNode:
        """Have the row of a job come, and return it."""
        above, row, node = self._tree.coming(entry, self._now())
        self.beginInsertRows(self._index(above), row, row)
        self._tree.insert(above, row, node)
        self.endInsertRows()
        return node

    def _sort_again(self) -> None:
        self._unsorted.stop()
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        nodes = [self._below(index) for index in before]
        self._tree.sort(self._order, self._now())
        after = [
            self.createIndex(node.row, index.column(), node)
            for node, index in zip(nodes, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _tell(self, changed: Sequence[JobNode], moved: Sequence[JobNode], first: Column) -> None:
        """Have rows drawn again, and those above them, in their order if that changed.

        ``first`` is the first column in which something did: from the very first on a view asks
        anew what is below each row.
        """
        told = (*changed, *moved)
        if told and self._is_watched and self._order.follows_states:
            if not self._unsorted.isActive():
                self._unsorted.start()
        elif told and self._is_watched and not self._is_in_order(moved):
            self._sort_again()
            return
        for above, top, bottom in spans(told):
            self.dataChanged.emit(
                self.createIndex(top, first, above.children[top]),
                self.createIndex(bottom, _COLUMNS - 1, above.children[bottom]),
            )

    def _is_in_order(self, moved: Iterable[JobNode]) -> bool:
        return all(self._tree.is_in_place(node, self._now()) for node in moved)

    # -- data by role ------------------------------------------------------------------------

    def _text(self, node: JobNode, column: int) -> str:
        return row_text(node, column, self._now())

    def _description(self, node: JobNode, column: int) -> str:
        return row_description(node, column, self._now())

    def _tip(self, node: JobNode, column: int) -> str:
        return tooltip(row_tooltip(node, self._now()))


_ANSWERS: Mapping[int, Callable[[JobTreeModel, JobNode, int], Any]] = {
    Qt.ItemDataRole.DisplayRole: JobTreeModel._text,
    Qt.ItemDataRole.DecorationRole: lambda model, node, column: model._looks.icon(node, column),
    Qt.ItemDataRole.ForegroundRole: lambda model, node, column: model._looks.ink(node, column),
    Qt.ItemDataRole.FontRole: lambda model, node, column: model._looks.font(node, column),
    Qt.ItemDataRole.ToolTipRole: JobTreeModel._tip,
    Qt.ItemDataRole.AccessibleTextRole: JobTreeModel._description,
    NODE_ROLE: lambda model, node, column: node,
}
