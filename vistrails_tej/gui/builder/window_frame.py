"""WindowFrame: what a builder window is made of, whatever document it shows."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QApplication, QDockWidget, QMainWindow, QToolBar, QWidget

from ..settings import Settings
from ..theme import Theme
from .message_log import MessageKind, MessageLog
from .window_actions import WindowActions

_SIZE = QSize(1280, 820)
_SIDES = (240, 310)
_LEAST_SHARE = 0.75
_NARROW = 1000
_BOTTOM = 140
_LOW, _BOTTOM_LOW = 700, 100
# A list of jobs is of no use with one row: so high, but never more than a share of the window.
_JOBS, _JOBS_SHARE = 270, 0.4
_HINT_TIME = 10_000


class WindowFrame(QMainWindow):
    """Docks, messages and hints, and the layout that is remembered.

    What concerns other windows is only asked for: ``new_requested``, ``open_requested`` with a
    `Wanted`, ``theme_requested`` with a `ThemeChoice`, ``packages_requested``,
    ``monitor_requested``, ``queues_requested``, ``quit_requested``.
    ``saved`` carries the path; ``closed`` comes when the user has closed it.
    """

    new_requested = pyqtSignal()
    open_requested = pyqtSignal(object)
    theme_requested = pyqtSignal(object)
    packages_requested = pyqtSignal()
    monitor_requested = pyqtSignal()
    queues_requested = pyqtSignal()
    quit_requested = pyqtSignal()
    opening_cancelled = pyqtSignal()
    saved = pyqtSignal(object)
    closed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("builder_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.settings = Settings()
        self.theme = theme
        self.actions_by_name = WindowActions(self, theme)
        self.log = MessageLog(theme, self)
        self.docks = {
            name: self._make_dock(name, title, area)
            for name, title, area in (
                ("palette", "Modules", Qt.DockWidgetArea.LeftDockWidgetArea),
                ("info", "Module Info", Qt.DockWidgetArea.RightDockWidgetArea),
                ("messages", "Messages", Qt.DockWidgetArea.BottomDockWidgetArea),
                ("results", "Results", Qt.DockWidgetArea.BottomDockWidgetArea),
                ("jobs", "Jobs", Qt.DockWidgetArea.BottomDockWidgetArea),
            )
        }
        self.docks["messages"].setWidget(self.log)
        self.tabifyDockWidget(self.docks["messages"], self.docks["results"])
        self.tabifyDockWidget(self.docks["results"], self.docks["jobs"])
        self.docks["messages"].raise_()
        self.docks["jobs"].visibilityChanged.connect(self._give_room)
        self._has_layout = False
        self._has_room = False

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.theme = theme
        self.actions_by_name.set_theme(theme)
        self.log.set_theme(theme)

    def tell(self, text: str, kind: MessageKind = MessageKind.NEWS) -> None:
        """Add a message to the log; what is wrong is also told in the status bar."""
        self.log.add(text, kind)
        if kind in (MessageKind.WARNING, MessageKind.ERROR):
            self.show_hint(text)

    def show_hint(self, text: str) -> None:
        """Show a line in the status bar for a while; an empty one takes it away."""
        self.statusBar().showMessage(text, _HINT_TIME)

    def show_dock(self, name: str) -> None:
        """Bring a dock to the front: palette, info, messages, results or jobs."""
        self.docks[name].show()
        self.docks[name].raise_()

    def keep_layout(self) -> None:
        """Remember size and docks for the next window."""
        self.settings.window_geometry = self.saveGeometry()
        self.settings.window_state = self.saveState()

    def restore_layout(self) -> None:
        """Take the size and the docks of the last window; called when all docks are filled."""
        geometry, state = self.settings.window_geometry, self.settings.window_state
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            screen = QApplication.primaryScreen().availableSize()
            self.resize(_SIZE.boundedTo(screen))
        self._has_layout = not state.isEmpty() and self.restoreState(state)
        self._has_room = self._has_layout

    def showEvent(self, event: QShowEvent) -> None:
        """Give the docks their sizes, which they take only now, unless the user has chosen some."""
        super().showEvent(event)
        if not self._has_layout:
            self._has_layout = True
            self.reset_docks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the tool bar has no words, so that all of it is seen."""
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle
        is_narrow = event.size().width() < _NARROW
        wanted = styles.ToolButtonIconOnly if is_narrow else styles.ToolButtonTextUnderIcon
        for bar in self.findChildren(QToolBar, "tool_bar"):
            if bar.toolButtonStyle() != wanted:
                bar.setToolButtonStyle(wanted)

    def reset_docks(self) -> None:
        """Give the docks their usual sizes, smaller ones in a small window."""
        share = min(1.0, self.width() / _SIZE.width())
        sides = [round(side * max(share, _LEAST_SHARE)) for side in _SIDES]
        docks = self.docks
        self.resizeDocks([docks["palette"], docks["info"]], sides, Qt.Orientation.Horizontal)
        low = self.height() < _LOW
        self.resizeDocks(
            [docks["messages"]], [_BOTTOM_LOW if low else _BOTTOM], Qt.Orientation.Vertical
        )

    def _give_room(self, is_visible: bool) -> None:
        """Make the jobs higher when they are first seen; later the user decides."""
        dock = self.docks["jobs"]
        if not is_visible or self._has_room or dock.isFloating() or not self.isVisible():
            return
        self._has_room = True
        wanted = min(_JOBS, round(self.height() * _JOBS_SHARE))
        if dock.height() < wanted:
            self.resizeDocks([dock], [wanted], Qt.Orientation.Vertical)

    def _make_dock(self, name: str, title: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{name}_dock")
        dock.setAccessibleName(title)
        self.addDockWidget(area, dock)
        return dock
