"""The status bar of a window: hints on the left, the version, counts and zoom on the right."""

from __future__ import annotations

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QLabel, QMainWindow

from .document import Document
from .document_views import DocumentViews


class WindowStatus(QObject):
    """Keeps the labels of the status bar up to date."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._bar = window.statusBar()
        self._bar.setAccessibleName("Status")
        self._document: Document | None = None
        self._views: DocumentViews | None = None
        self._version = self._add("status_version", "Version that is shown")
        self._counts = self._add("status_counts", "Size of the pipeline")
        self._zoom = self._add("status_zoom", "Zoom")

    def follow(self, document: Document, views: DocumentViews) -> None:
        """Tell about this document from now on."""
        self._document = document
        document.pipeline_changed.connect(self._refresh)
        document.version_changed.connect(self._refresh)
        document.history_changed.connect(self._refresh)
        self._views = views
        for view in (views.canvas, views.history):
            view.navigator.moved.connect(self._show_zoom)
        views.view_changed.connect(self._show_zoom)
        self._refresh()
        self._show_zoom()

    def _refresh(self) -> None:
        if self._document is None:
            return
        pipeline = self._document.pipeline
        self._version.setText(f"Version {self._document.version}")
        self._version.setToolTip(self._document.version_title)
        modules, connections = len(pipeline.modules), len(pipeline.connections)
        self._counts.setText(f"{_count(modules, 'module')}, {_count(connections, 'connection')}")

    def _show_zoom(self) -> None:
        if self._views is None:
            return
        is_history = self._views.tabs.currentWidget() is self._views.history
        view = self._views.history if is_history else self._views.canvas
        self._zoom.setText(f"{view.navigator.scale:.0%}")

    def _add(self, name: str, accessible_name: str) -> QLabel:
        label = QLabel(self._bar.parentWidget())
        label.setObjectName(name)
        label.setAccessibleName(accessible_name)
        label.setContentsMargins(8, 0, 8, 0)
        self._bar.addPermanentWidget(label)
        return label


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
