"""Keeps what is open, selected and seen of a tree when its rows come or go."""

from __future__ import annotations

from PyQt5.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject
from PyQt5.QtWidgets import QTreeView

from .job_tree import NodeId
from .job_tree_model import JobTreeModel


class TreeState(QObject):
    """Watches the resets of a model; rows are open unless the user closed them."""

    def __init__(self, tree: QTreeView, model: JobTreeModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._closed: set[NodeId] = set()
        self._is_restoring = False
        self._selected: list[NodeId] = []
        self._current: NodeId | None = None
        self._place = 0
        tree.collapsed.connect(self._note_closed)
        tree.expanded.connect(self._note_opened)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    # -- inside ------------------------------------------------------------------------------

    def _note_closed(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is not None and not self._is_restoring:
            self._closed.add(node.id)

    def _note_opened(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node is not None and not self._is_restoring:
            self._closed.discard(node.id)

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
        self._is_restoring = True
        try:
            self._tree.expandAll()
            for node_id in self._closed:
                index = self._model.index_of(node_id)
                if index.isValid():
                    self._tree.collapse(index)
        finally:
            self._is_restoring = False
        self._select()
        self._tree.verticalScrollBar().setValue(self._place)

    def _select(self) -> None:
        chosen = QItemSelection()
        for node_id in self._selected:
            index = self._model.index_of(node_id)
            if index.isValid():
                chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        selection = self._tree.selectionModel()
        if self._current is not None:
            current = self._model.index_of(self._current)
            selection.setCurrentIndex(current, flags.NoUpdate)
        selection.select(chosen, QItemSelectionModel.SelectionFlags(flags.Select | flags.Rows))
