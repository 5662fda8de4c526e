"""The views of one document in a window; another document gets views of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QTabWidget, QWidget

from ...dataflow import ModuleDescriptor
from ..theme import Theme
from .canvas.view import CanvasView
from .configurations import Configurations
from .document import Document
from .info.panel import ModuleInfo
from .palette_view import PaletteView


class DocumentViews(QObject):
    """Makes the views and lets them follow each other. ``hint`` is for the status bar."""

    hint = pyqtSignal(str)

    def __init__(self, document: Document, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.document = document
        self.palette = PaletteView(document.registry, theme)
        self.info = ModuleInfo(document, theme)
        self.tabs = QTabWidget(window)
        self.tabs.setObjectName("views")
        self.tabs.setAccessibleName("Views of the document")
        self.tabs.setDocumentMode(True)
        self.canvas = CanvasView(document, theme, self.tabs)
        self._pipeline_tab = self.tabs.addTab(self.canvas, "")
        self.configurations = Configurations(document, theme, window)
        self.canvas.module_activated.connect(self._configure)
        self.info.configure_requested.connect(self._configure)
        self.palette.module_chosen.connect(self._add_module)
        self.canvas.selection_changed.connect(self._show_selection)
        self.canvas.hint.connect(self.hint)
        document.version_changed.connect(self._show_titles)
        document.history_changed.connect(self._show_titles)
        self._show_titles()

    def set_theme(self, theme: Theme) -> None:
        """Show them in other colours."""
        for view in (self.palette, self.info, self.canvas, self.configurations):
            view.set_theme(theme)

    def show_pipeline(self) -> None:
        """Show the modules."""
        self.tabs.setCurrentWidget(self.canvas)
        self.canvas.setFocus()

    def finish_typing(self) -> None:
        """Take over what is being typed, before it is saved or lost."""
        self.info.commit()

    def discard(self) -> None:
        """The window shows another document: nothing may listen to this one any more."""
        for widget in (self.palette, self.info, self.tabs):
            widget.hide()
            widget.deleteLater()
        self.configurations.deleteLater()
        self.deleteLater()

    # -- inside ------------------------------------------------------------------------------

    def _add_module(self, descriptor: ModuleDescriptor) -> None:
        """Put a module that was chosen by the keyboard into the middle of what is seen."""
        middle = self.canvas.mapToScene(self.canvas.viewport().rect().center())
        module_id = self.canvas.editing.add_module(descriptor, middle)
        if module_id is not None:
            self.canvas.select([module_id])

    def _configure(self, module_id: int) -> None:
        if not self.configurations.open(module_id):
            self.canvas.select([module_id])
            self.hint.emit("This module has no window of its own: set its ports in Module Info.")

    def _show_selection(self, module_ids: Sequence[int]) -> None:
        self.info.show_modules(module_ids)

    def _show_titles(self) -> None:
        title = self.document.version_title.replace("&", "&&")
        self.tabs.setTabText(self._pipeline_tab, f"Pipeline: {title}")
        self.tabs.setTabToolTip(self._pipeline_tab, f"Version {self.document.version}")
