"""BuilderWindow: one document with its views, docks, menus and status bar."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PyQt5.QtWidgets import QApplication, QDockWidget, QMainWindow, QStackedWidget, QWidget

from ...dataflow import Deed
from ..settings import Settings
from ..theme import Theme
from .busy_page import BusyPage
from .document import Document
from .document_views import DocumentViews
from .file_loading import Wanted
from .file_saving import Saving, ask_files_to_open
from .message_log import MessageKind, MessageLog
from .window_actions import WindowActions
from .window_files import dropped_files, export_picture
from .window_menus import WindowMenus
from .window_running import WindowRunning
from .window_status import WindowStatus

_SIZE = QSize(1280, 820)
_SMALLEST = QSize(640, 420)
_SIDES = (240, 310)
_BOTTOM = 140


class BuilderWindow(QMainWindow):
    """Shows one document, which may be replaced by another one.

    What concerns other windows is only asked for: ``new_requested``, ``open_requested`` with a
    `Wanted`, ``theme_requested`` with a `ThemeChoice`, ``packages_requested``, ``quit_requested``.
    ``saved`` carries the path; ``closed`` comes when the user has closed it.
    """

    new_requested = pyqtSignal()
    open_requested = pyqtSignal(object)
    theme_requested = pyqtSignal(object)
    packages_requested = pyqtSignal()
    quit_requested = pyqtSignal()
    opening_cancelled = pyqtSignal()
    saved = pyqtSignal(object)
    closed = pyqtSignal()

    def __init__(
        self,
        document: Document,
        theme: Theme,
        may_act: Callable[[Deed], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("builder_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setMinimumSize(_SMALLEST)
        self.settings = Settings()
        self.theme = theme
        self.actions_by_name = WindowActions(self, theme)
        self._pages = QStackedWidget(self)
        self.setCentralWidget(self._pages)
        self._busy = BusyPage(self)
        self._busy.cancelled.connect(self.opening_cancelled)
        self._pages.addWidget(self._busy)
        self.log = MessageLog(theme, self)
        self._docks = {
            name: self._make_dock(name, title, area)
            for name, title, area in (
                ("palette", "Modules", Qt.DockWidgetArea.LeftDockWidgetArea),
                ("info", "Module Info", Qt.DockWidgetArea.RightDockWidgetArea),
                ("messages", "Messages", Qt.DockWidgetArea.BottomDockWidgetArea),
                ("results", "Results", Qt.DockWidgetArea.BottomDockWidgetArea),
            )
        }
        # A dock whose own widget changed would forget its size.
        self._holders = {name: QStackedWidget(self) for name in ("palette", "info")}
        for name, holder in self._holders.items():
            self._docks[name].setWidget(holder)
        self.running = WindowRunning(self, may_act)
        self._docks["messages"].setWidget(self.log)
        self._docks["results"].setWidget(self.running.results)
        self.tabifyDockWidget(self._docks["messages"], self._docks["results"])
        self._docks["messages"].raise_()
        self.status = WindowStatus(self)
        self.document = document
        self.views = DocumentViews(document, theme, self)
        self.saving = Saving(document, self.settings, self)
        self._menus = WindowMenus(self, self._docks)
        self._connect_document()
        self._has_layout = False
        self._restore_layout()

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
        self.theme = theme
        self.actions_by_name.set_theme(theme)
        self.log.set_theme(theme)
        self.views.set_theme(theme)

    def tell(self, text: str, kind: MessageKind = MessageKind.NEWS) -> None:
        """Add a message to the log; what is wrong is also told in the status bar."""
        self.log.add(text, kind)
        if kind in (MessageKind.WARNING, MessageKind.ERROR):
            self.status.show_hint(text)

    def show_dock(self, name: str) -> None:
        """Bring a dock to the front: palette, info, messages or results."""
        self._docks[name].show()
        self._docks[name].raise_()

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
        export_picture(self)

    # -- events ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Give the docks their sizes, which they take only now, unless the user has chosen some."""
        super().showEvent(event)
        if not self._has_layout:
            self._has_layout = True
            sides = [self._docks["palette"], self._docks["info"]]
            self.resizeDocks(sides, list(_SIDES), Qt.Orientation.Horizontal)
            self.resizeDocks([self._docks["messages"]], [_BOTTOM], Qt.Orientation.Vertical)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work first."""
        if not self.is_busy and not self._may_close():
            event.ignore()
            return
        self.settings.window_geometry = self.saveGeometry()
        self.settings.window_state = self.saveState()
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
        views.hint.connect(self.status.show_hint)
        self._pages.addWidget(views.tabs)
        self._pages.setCurrentWidget(views.tabs)
        for name, view in (("palette", views.palette), ("info", views.side)):
            self._holders[name].addWidget(view)
            self._holders[name].setCurrentWidget(view)
        views.view_changed.connect(self._name_side)
        self._name_side()
        self._menus.follow(document, views)
        self.status.follow(document, views)
        self.running.follow(document, views)
        self._enable(True)
        self.status.show_hint("")
        self._show_title()
        self.setWindowModified(document.is_modified)

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
        self._docks["info"].setWindowTitle("Version Info" if is_history else "Module Info")

    def _enable(self, is_enabled: bool) -> None:
        for dock in self._docks.values():
            dock.setEnabled(is_enabled)
        self._menus.set_enabled(is_enabled)
        if is_enabled:
            self.running.refresh()

    def _make_dock(self, name: str, title: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{name}_dock")
        dock.setAccessibleName(title)
        self.addDockWidget(area, dock)
        return dock

    def _restore_layout(self) -> None:
        geometry, state = self.settings.window_geometry, self.settings.window_state
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            screen = QApplication.primaryScreen().availableSize()
            self.resize(_SIZE.boundedTo(screen))
        self._has_layout = not state.isEmpty() and self.restoreState(state)
