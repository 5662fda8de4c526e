"""Keeps what is open, selected and seen of a tree when its rows come or go."""

from __future__ import annotations

from PyQt5.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QTimer,
)
from PyQt5.QtWidgets import QAbstractItemView, QTreeView

from .job_tree import JobNode, NodeId
from .job_tree_model import JobTreeModel


class TreeState(QObject):
    """Watches the rows of a model; they are open unless the user closed them.

    A job that goes from one workflow to another stays selected, and the row at the top stays
    where it is, unless it is the very first.
    """

    def __init__(self, tree: QTreeView, model: JobTreeModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._closed: set[NodeId] = set()
        self._selected: list[NodeId] = []
        self._current: NodeId | None = None
        self._place = 0
        self._top = QPersistentModelIndex()
        # Rows come and go many at a time: what follows from that is done once for all of them.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        self._settle.timeout.connect(self._settle_down)
        tree.collapsed.connect(self._note_closed)
        tree.expanded.connect(self._note_opened)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        model.rowsAboutToBeInserted.connect(self._note_top)
        model.rowsInserted.connect(self._open_new)
        model.leaving.connect(self._note_leaving)

    # -- inside ------------------------------------------------------------------------------

    def _note_closed(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is not None:
            self._closed.add(node.id)

    def _note_opened(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is not None:
            self._closed.discard(node.id)

    # -- all rows at once --------------------------------------------------------------------

    def _keep(self) -> None:
        selection = self._tree.selectionModel()
        self._selected = [
            node.id
            for index in selection.selectedRows()
            if (node := self._model.node(index)) is not None
        ]
        current = self._model.node(selection.currentIndex())
        self._current = current.id if current is not None else None
        self._place = self._tree.verticalScrollBar().value()

    def _restore(self) -> None:
        # Not expandAll, which would keep an index of each job as well.
        for index in self._model.groups():
            self._open(index)
        self._select()
        self._tree.executeDelayedItemsLayout()
        self._tree.verticalScrollBar().setValue(self._place)

    def _open(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is not None and node.id not in self._closed:
            self._tree.expand(index)

    def _select(self) -> None:
        chosen = QItemSelection()
        for node_id in self._selected:
            index = self._model.index_of(node_id)
            if index.isValid():
                chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        selection = self._tree.selectionModel()
        current = QModelIndex() if self._current is None else self._model.index_of(self._current)
        if current.isValid():
            selection.setCurrentIndex(current, flags.NoUpdate)
        selection.select(chosen, QItemSelectionModel.SelectionFlags(flags.Select | flags.Rows))
        self._selected, self._current = [], None

    # -- some rows ---------------------------------------------------------------------------

    def _note_top(self) -> None:
        if self._settle.isActive():
            return
        self._settle.start()
        is_first = self._tree.verticalScrollBar().value() == 0
        top = QModelIndex() if is_first else self._tree.indexAt(QPoint(0, 0))
        self._top = QPersistentModelIndex(top)

    def _open_new(self, parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            node = self._model.node(self._model.index(row, 0, parent))
            for one in node.walk() if node is not None else ():
                if one.entry is None:
                    self._open(self._model.index_of(one.id))

    def _note_leaving(self, node: JobNode) -> None:
        self._note_top()
        selection = self._tree.selectionModel()
        current = self._model.node(selection.currentIndex())
        for one in node.walk():
            if selection.isSelected(self._model.index_of(one.id)):
                self._selected.append(one.id)
            if one is current:
                self._current = one.id

    def _settle_down(self) -> None:
        # Those that came back elsewhere.
        self._select()
        top = QModelIndex(self._top)
        self._top = QPersistentModelIndex()
        place = self._tree.visualRect(top)
        if place.isEmpty():
            return
        is_by_row = self._tree.verticalScrollMode() == QAbstractItemView.ScrollMode.ScrollPerItem
        step = place.height() if is_by_row else 1
        bar = self._tree.verticalScrollBar()
        bar.setValue(bar.value() + round(place.top() / step))
