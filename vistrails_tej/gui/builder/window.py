"""BuilderWindow: one document with its views, in a frame with docks, menus and status bar."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QTimer
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ...dataflow import Deed
from ..monitor.notice_bar import NoticeBar
from ..theme import Theme
from .busy_page import BusyPage
from .document import Document
from .document_views import DocumentViews
from .file_loading import Wanted
from .file_saving import Saving, ask_files_to_open
from .message_log import MessageKind
from .window_files import dropped_files, export_picture
from .window_frame import WindowFrame
from .window_menus import WindowMenus
from .window_running import WindowRunning
from .window_status import WindowStatus


class BuilderWindow(WindowFrame):
    """Shows one document, which may be replaced by another one."""

    def __init__(
        self,
        document: Document,
        theme: Theme,
        may_act: Callable[[Deed], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._pages = QStackedWidget(self)
        self.notice = NoticeBar(theme, self)
        self.notice.clicked.connect(lambda: self.show_dock("jobs"))
        self._fill_center()
        self._busy = BusyPage(self)
        self._busy.cancelled.connect(self.opening_cancelled)
        self._pages.addWidget(self._busy)
        # A dock whose own widget changed would forget its size.
        self._holders = {name: QStackedWidget(self) for name in ("palette", "info")}
        for name, holder in self._holders.items():
            self.docks[name].setWidget(holder)
        self.running = WindowRunning(self, may_act)
        self.docks["results"].setWidget(self.running.results)
        self.document = document
        self.views = DocumentViews(document, theme, self)
        self.saving = Saving(document, self.settings, self)
        self._status = WindowStatus(self)
        self._menus = WindowMenus(
            self,
            {
                "open": self.ask_and_open,
                "save": self.save,
                "save_as": self.save_as,
                "export_picture": self.export_picture,
                "execute": self.running.execute,
                "stop": self.running.stop,
            },
        )
        self._connect_document()
        self.restore_layout()

    # -- the document ------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a file is being opened here."""
        return self._pages.currentWidget() is self._busy

    @property
    def is_untouched(self) -> bool:
        """Whether it shows an empty document nobody has worked on: another one may come here."""
        document = self.document
        is_new = document.path is None and not document.is_modified
        is_used = self.is_busy or self.running.is_running
        return is_new and not document.vistrail.actions and not is_used

    @property
    def is_worked_on(self) -> bool:
        """Whether the user has begun something here that no file holds yet."""
        return not self.is_busy and (self.document.is_modified or self.views.is_typing)

    def set_document(self, document: Document) -> None:
        """Show another document, in fresh views."""
        before, old = self.document, self.views
        before.disconnect()
        self.document = document
        self.views = DocumentViews(document, self.theme, self)
        self.saving = Saving(document, self.settings, self)
        self._connect_document()
        old.discard()
        before.deleteLater()
        self.views.canvas.setFocus()
        # Only then everything has its size.
        QTimer.singleShot(0, self.views.canvas.fit)

    def show_busy(self, title: str) -> None:
        """Show that a file is being opened; until then nothing else can be done here."""
        self._busy.show_title(title)
        self._pages.setCurrentWidget(self._busy)
        self._enable(False)

    def show_idle(self) -> None:
        """Show the document again: no file is being opened any more."""
        self._pages.setCurrentWidget(self.views.tabs)
        self._enable(True)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        super().set_theme(theme)
        self.views.set_theme(theme)
        self.running.waiting.set_theme(theme)
        self.notice.set_theme(theme)

    # -- what the actions do -----------------------------------------------------------------

    def ask_and_open(self) -> None:
        """Let the user choose files, each for a window of its own."""
        for path in ask_files_to_open(self.settings, self):
            self.open_requested.emit(Wanted(path))

    def save(self) -> bool:
        """Save, with what is just being typed; False if it was not saved."""
        self.views.finish_typing()
        return self.saving.save()

    def save_as(self) -> bool:
        """Save under another name, likewise."""
        self.views.finish_typing()
        return self.saving.save_as()

    def export_picture(self) -> None:
        """Save what is shown as a picture."""
        export_picture(self, self.views.tabs.currentWidget(), self.document)

    # -- events ------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work first."""
        if not self.is_busy and not self._may_close():
            event.ignore()
            return
        self.keep_layout()
        self.running.close()
        self.document.disconnect()
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take the files of vistrails."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open them."""
        paths = dropped_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
        for path in paths:
            self.open_requested.emit(Wanted(path))

    # -- inside ------------------------------------------------------------------------------

    def _connect_document(self) -> None:
        document, views = self.document, self.views
        document.modified_changed.connect(self.setWindowModified)
        document.path_changed.connect(self._show_title)
        document.refused.connect(lambda text: self.tell(text, MessageKind.WARNING))
        self.saving.saved.connect(self.saved)
        views.hint.connect(self.show_hint)
        self._pages.addWidget(views.tabs)
        self._pages.setCurrentWidget(views.tabs)
        for name, view in (("palette", views.palette), ("info", views.side)):
            self._holders[name].addWidget(view)
            self._holders[name].setCurrentWidget(view)
        views.view_changed.connect(self._name_side)
        self._name_side()
        self._menus.follow(document, views)
        self._status.follow(document, views)
        self.running.follow(document, views)
        self._enable(True)
        self.show_hint("")
        self._show_title()
        self.setWindowModified(document.is_modified)

    def _fill_center(self) -> None:
        center = QWidget(self)
        layout = QVBoxLayout(center)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self._pages, 1)
        self.setCentralWidget(center)

    def _may_close(self) -> bool:
        if not self.running.may_close() or not self.views.configurations.close_all():
            return False
        self.views.finish_typing()
        return self.saving.may_close()

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] - vistrails_tej")
        path = self.document.path
        self.setWindowFilePath(str(path) if path is not None else "")

    def _name_side(self) -> None:
        is_history = self.views.tabs.currentWidget() is self.views.history
        self.docks["info"].setWindowTitle("Version Info" if is_history else "Module Info")

    def _enable(self, is_enabled: bool) -> None:
        for dock in self.docks.values():
            dock.setEnabled(is_enabled)
        self._menus.set_enabled(is_enabled)
        if is_enabled:
            self.running.refresh()
