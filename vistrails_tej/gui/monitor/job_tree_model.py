"""JobTreeModel: recorded jobs as a tree for Qt, filtered and sorted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from PyQt5.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt
from PyQt5.QtGui import QFont

from ...modules.job_book import JobBookState, JobEntry, JobKey
from ..theme import Theme
from .filters import Column, JobFilter, JobOrder
from .job_tree import JobNode, JobTree, NodeId, group_of
from .row_texts import HEADING_TIPS, HEADINGS, row_description, row_text, row_tooltip
from .state_looks import LOOKS, state_icons

NODE_ROLE = Qt.ItemDataRole.UserRole + 1
# Made once: Qt asks for them thousands of times.
_NOTHING = Qt.ItemFlags(Qt.ItemFlag.NoItemFlags)
_GROUP = Qt.ItemFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
_JOB = Qt.ItemFlags(_GROUP | Qt.ItemFlag.ItemNeverHasChildren)


class JobTreeModel(QAbstractItemModel):
    """Vistrail, workflow, job. It filters and sorts by itself, on values.

    That is ten times as fast as a proxy that asks for each comparison. A reset comes only when
    rows come or go; news of states keep all rows.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._entries: dict[JobKey, JobEntry] = {}
        self._filter = JobFilter()
        self._order = JobOrder()
        self._tree = JobTree((), self._filter)
        self._bold = QFont()
        self._bold.setBold(True)
        self.set_theme(theme)

    # -- jobs --------------------------------------------------------------------------------

    @property
    def entries(self) -> Iterable[JobEntry]:
        """All jobs, also those that the filter leaves out."""
        return self._entries.values()

    @property
    def shown(self) -> int:
        """How many jobs there are rows of."""
        return len(self._tree.jobs)

    @property
    def has_entries(self) -> bool:
        """Whether there are any jobs at all."""
        return bool(self._entries)

    def has(self, key: JobKey) -> bool:
        """Whether a job is among them, shown or not."""
        return key in self._entries

    @property
    def filter(self) -> JobFilter:
        """What is shown."""
        return self._filter

    def set_entries(self, entries: Iterable[JobEntry]) -> None:
        """Show these jobs and no others."""
        self._entries = {entry.key: entry for entry in entries}
        self._rebuild()

    def update(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """Take in what is new about some jobs; None for those that are gone."""
        is_wanted = self._filter.chosen()
        moved, changed = False, []
        for key, entry in news.items():
            node = self._tree.jobs.get(key)
            if entry is None:
                moved |= self._entries.pop(key, None) is not None and node is not None
                continue
            self._entries[key] = entry
            shown = node.entry if node is not None else None
            if node is None or shown is None or group_of(shown) != group_of(entry):
                moved |= node is not None or is_wanted(entry)
            elif not is_wanted(entry):
                moved = True
            else:
                node.take(entry)
                changed.append(node)
        if moved:
            self._rebuild()
        elif changed:
            self._tell(changed)

    def set_filter(self, wanted: JobFilter) -> None:
        """Show only some."""
        if wanted != self._filter:
            self._filter = wanted
            self._rebuild()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """See Qt; a column of -1 is the order in which the jobs were recorded."""
        is_descending = order == Qt.SortOrder.DescendingOrder
        self._order = JobOrder(Column(column) if column >= 0 else None, is_descending)
        if self._order.column is None:
            self._rebuild()
        else:
            self._sort_again()

    def set_theme(self, theme: Theme) -> None:
        """Show the states in other colours."""
        self._icons = state_icons(theme)
        self._inks = {state: theme.color(look.ink) for state, look in LOOKS.items()}
        self._faint = theme.color("faint_text")
        self._offline = theme.color("warning")
        if self._entries:
            last = self.index(self.rowCount() - 1, len(Column) - 1)
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
        children = self._below(parent).children
        if 0 <= row < len(children) and 0 <= column < len(Column):
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
        return bool(self._below(parent).children)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - of Qt
        """See Qt."""
        return len(Column)

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """See Qt."""
        node = index.internalPointer()
        if node is None:
            return _NOTHING
        return _GROUP if node.entry is None else _JOB

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """See Qt."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
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

    def _rebuild(self) -> None:
        self.beginResetModel()
        self._tree = JobTree(self._entries.values(), self._filter)
        self._tree.sort(self._order, self._now())
        self.endResetModel()

    def _sort_again(self) -> None:
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

    def _tell(self, changed: list[JobNode]) -> None:
        """Have rows drawn again, and those above them."""
        ranges: dict[int, tuple[JobNode, int, int]] = {}
        for node in changed:
            above = node.parent
            while above is not None:
                _, first, last = ranges.get(id(above), (above, node.row, node.row))
                ranges[id(above)] = (above, min(first, node.row), max(last, node.row))
                node, above = above, above.parent
        if self._order.follows_states:
            self._sort_again()
            return
        last_column = len(Column) - 1
        for above, first, last in ranges.values():
            self.dataChanged.emit(
                self.createIndex(first, 0, above.children[first]),
                self.createIndex(last, last_column, above.children[last]),
            )

    # -- data by role ------------------------------------------------------------------------

    def _text(self, node: JobNode, column: int) -> str:
        return row_text(node, column, self._now())

    def _description(self, node: JobNode, column: int) -> str:
        return row_description(node, column, self._now())

    def _tip(self, node: JobNode, column: int) -> str:
        return row_tooltip(node, self._now())

    def _icon(self, node: JobNode, column: int) -> Any:
        return self._icons[node.entry.state] if column == Column.STATE and node.entry else None

    def _ink(self, node: JobNode, column: int) -> Any:
        entry = node.entry
        if entry is None:
            return None
        if column == Column.STATE:
            return self._inks[entry.state]
        if column == Column.CHECKED:
            return self._offline if entry.offline_since is not None else self._faint
        is_faint = entry.state is JobBookState.DELETED
        return self._faint if is_faint or column not in (Column.JOB, Column.EXIT_CODE) else None

    def _font(self, node: JobNode, column: int) -> QFont | None:
        is_title = column == Column.JOB and node.entry is None and not node.is_workflow
        return self._bold if is_title else None

    def _self(self, node: JobNode, column: int) -> JobNode:
        return node


_ANSWERS: Mapping[int, Callable[[JobTreeModel, JobNode, int], Any]] = {
    Qt.ItemDataRole.DisplayRole: JobTreeModel._text,
    Qt.ItemDataRole.DecorationRole: JobTreeModel._icon,
    Qt.ItemDataRole.ForegroundRole: JobTreeModel._ink,
    Qt.ItemDataRole.FontRole: JobTreeModel._font,
    Qt.ItemDataRole.ToolTipRole: JobTreeModel._tip,
    Qt.ItemDataRole.AccessibleTextRole: JobTreeModel._description,
    NODE_ROLE: JobTreeModel._self,
}
