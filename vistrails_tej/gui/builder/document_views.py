"""The views of one document in a window; another document gets views of its own."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import (
    QApplication,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QTabWidget,
    QWidget,
)

from ...dataflow import ModuleDescriptor, VistrailError
from ..theme import Theme
from .canvas.view import CanvasView
from .configurations import Configurations
from .document import Document
from .history.version_info import VersionInfo
from .history.view import HistoryView
from .info.panel import ModuleInfo
from .palette_view import PaletteView


class DocumentViews(QObject):
    """Makes the views and lets them follow each other. ``hint`` is for the status bar.

    ``side`` goes into the dock on the right: it tells of the module, or of the version, whichever
    view is in front; ``view_changed`` carries that view.
    """

    hint = pyqtSignal(str)
    view_changed = pyqtSignal(object)

    def __init__(self, document: Document, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.document = document
        self.palette = PaletteView(document.registry, theme)
        self.info = ModuleInfo(document, theme)
        self.version_info = VersionInfo(document, theme)
        self.side = QStackedWidget(window)
        self.side.addWidget(self.info)
        self.side.addWidget(self.version_info)
        self.tabs = QTabWidget(window)
        self.tabs.setObjectName("views")
        self.tabs.setAccessibleName("Views of the document")
        self.tabs.setDocumentMode(True)
        # A long name of a version gives way; its tab has it as tooltip.
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setUsesScrollButtons(False)
        self.canvas = CanvasView(document, theme, self.tabs)
        self.history = HistoryView(document, theme, self.tabs)
        self._pipeline_tab = self.tabs.addTab(self.canvas, "")
        self.tabs.addTab(self.history, "History")
        self.tabs.currentChanged.connect(self._change_view)
        self._end_comparing = self._make_end_button()
        self.configurations = Configurations(document, theme, window)
        self.canvas.module_activated.connect(self._configure)
        self.info.configure_requested.connect(self._configure)
        self.palette.module_chosen.connect(self._add_module)
        self.canvas.selection_changed.connect(self._show_selection)
        self.canvas.hint.connect(self.hint)
        self.history.hint.connect(self.hint)
        self.history.version_chosen.connect(self.show_pipeline)
        self.history.compare_requested.connect(self._compare)
        document.version_changed.connect(self._show_titles)
        document.history_changed.connect(self._show_titles)
        self._show_titles()

    def set_theme(self, theme: Theme) -> None:
        """Show them in other colours."""
        for view in (self.palette, self.info, self.version_info, self.canvas, self.history):
            view.set_theme(theme)
        self.configurations.set_theme(theme)

    def show_pipeline(self) -> None:
        """Show the modules."""
        self.tabs.setCurrentWidget(self.canvas)
        self.canvas.setFocus()

    def show_history(self) -> None:
        """Show the tree of versions."""
        self.tabs.setCurrentWidget(self.history)
        self.history.setFocus()

    @property
    def is_typing(self) -> bool:
        """Whether something is being typed that would make another version."""
        return self.info.is_typed_into

    def finish_typing(self) -> None:
        """Take over what is being typed, before it is saved or lost."""
        self.info.commit()
        focused = QApplication.focusWidget()
        if focused is not None and self.version_info.isAncestorOf(focused):
            # It keeps what is in a field when that is left.
            focused.clearFocus()

    def discard(self) -> None:
        """The window shows another document: nothing may listen to this one any more."""
        for widget in (self.palette, self.side, self.tabs):
            widget.hide()
            widget.deleteLater()
        self.configurations.deleteLater()
        self.deleteLater()

    # -- inside ------------------------------------------------------------------------------

    def _change_view(self) -> None:
        is_history = self.tabs.currentWidget() is self.history
        self.side.setCurrentWidget(self.version_info if is_history else self.info)
        self.view_changed.emit(self.tabs.currentWidget())

    def _compare(self, version: int) -> None:
        """Show on the canvas what makes the shown version another one than this."""
        try:
            before = self.document.vistrail.pipeline(version)
        except VistrailError as error:
            self.hint.emit(str(error))
            return
        self.show_pipeline()
        self.canvas.show_differences(before, self.document.pipeline)
        # Only now: a corner keeps its room even when nothing is seen in it.
        self.tabs.setCornerWidget(self._end_comparing)
        self._end_comparing.show()
        self.hint.emit(
            f"Version {version} compared with version {self.document.version}: green was added, red"
            " was removed, yellow was changed."
        )

    def _end_comparison(self) -> None:
        if self._end_comparing.isVisibleTo(self.tabs):
            self._end_comparing.hide()
            self.tabs.setCornerWidget(None)  # type: ignore[arg-type]
            self.canvas.show_differences(None)

    def _make_end_button(self) -> QPushButton:
        """Beside the tabs while two versions are compared; the key works on the canvas."""
        button = QPushButton("End Comparison (Esc)", self.tabs)
        button.setObjectName("end_comparison")
        button.clicked.connect(self._end_comparison)
        button.hide()
        shortcut = QShortcut(QKeySequence("Esc"), button)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(self._end_comparison)
        self.document.version_changed.connect(self._end_comparison)
        return button

    def _add_module(self, descriptor: ModuleDescriptor) -> None:
        """Put a module that was chosen in the palette where there is room."""
        module_id = self.canvas.editing.add_module(descriptor, self.canvas.place_for_new())
        if module_id is not None:
            self.show_pipeline()
            self.canvas.select([module_id])
            self.canvas.reveal_selected()

    def _configure(self, module_id: int) -> None:
        if not self.configurations.open(module_id):
            self.canvas.select([module_id])
            self.hint.emit("This module has no window of its own: set its ports in Module Info.")

    def _show_selection(self, module_ids: Sequence[int]) -> None:
        self.info.show_modules(module_ids)

    def _show_titles(self) -> None:
        title = self.document.version_title.replace("&", "&&")
        self.tabs.setTabText(self._pipeline_tab, f"Pipeline: {title}")
        self.tabs.setTabToolTip(self._pipeline_tab, f"Version {self.document.version}: {title}")
