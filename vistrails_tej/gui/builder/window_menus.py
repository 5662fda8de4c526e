"""The menus and the tool bar of a window, and when their actions can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt5.QtCore import QObject, QSize, Qt
from PyQt5.QtWidgets import QActionGroup, QDockWidget, QMenu, QToolBar

from ..settings import ThemeChoice
from .document import Document
from .document_views import DocumentViews
from .examples_menu import ExamplesMenu
from .file_loading import Wanted
from .help_dialogs import show_about, show_documentation
from .recent_files import RecentFilesMenu
from .shortcuts_dialog import ShortcutsDialog
from .undoing import Undoing
from .window_frame import WindowFrame

_ICON = QSize(24, 24)
_SEPARATOR = ""
# Those that do not work on the document, and so also while a file is being opened.
_ALWAYS = frozenset(
    {"new", "open", "close", "quit", "monitor", "queues", "documentation", "shortcuts", "about"}
)
_ZOOMS = ("zoom_in", "zoom_out", "zoom_reset", "fit")
_VIEWS = ("pipeline", "history")
_MENUS = {
    "&Edit": ("undo", "redo", _SEPARATOR, "find_module"),
    "&Workflow": ("execute", "stop", _SEPARATOR, "load_packages"),
    "&View": (*_VIEWS, _SEPARATOR, *_ZOOMS, _SEPARATOR),
    "&Help": ("documentation", "shortcuts", _SEPARATOR, "about"),
}
_CANVAS_COMMANDS = (
    _SEPARATOR,
    *("cut", "copy", "paste", "duplicate", "delete", "select_all", _SEPARATOR),
    *("rename", "connect", "configure", "lay_out"),
)
_TOOL_BAR = (
    *("new", "open", "save", _SEPARATOR),
    *("undo", "redo", _SEPARATOR),
    *_VIEWS,
    *(_SEPARATOR, "execute", "stop", _SEPARATOR),
    *_ZOOMS,
)


class WindowMenus(QObject):
    """Builds the menus once; ``follow`` lets the actions work on a document and its views.

    ``slots`` are what the window itself does: open, save, save_as, export_picture, execute, stop.
    """

    def __init__(self, window: WindowFrame, slots: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(window)
        self._window = window
        self._views: DocumentViews | None = None
        self._actions = window.actions_by_name
        self._edit_menu = QMenu()
        self._undoing = Undoing(self._actions, self)
        self._add_actions(slots)
        self._make_file_menu()
        for title, names in _MENUS.items():
            menu = window.menuBar().addMenu(title)
            self._fill(menu, names)
            if title == "&Edit":
                self._edit_menu = menu
            if title == "&View":
                self._add_view_entries(menu, window.docks)
        self._make_tool_bar()

    def follow(self, document: Document, views: DocumentViews) -> None:
        """Let the actions work on this document from now on."""
        self._views = views
        self._undoing.follow(document)
        self._fill_edit_menu(views)
        views.view_changed.connect(self._tick_view)
        self._tick_view()

    def set_enabled(self, is_enabled: bool) -> None:
        """Turn off what works on the document, or on again."""
        for action in self._actions:
            if action.objectName().removeprefix("action_") not in _ALWAYS:
                action.setEnabled(is_enabled)
        if is_enabled:
            self._undoing.refresh()

    # -- inside ------------------------------------------------------------------------------

    def _add_actions(self, slots: Mapping[str, Callable[[], object]]) -> None:
        window, add = self._window, self._actions.add
        add("new", window.new_requested.emit)
        for name, slot in slots.items():
            add(name, slot)
        add("close", window.close)
        add("quit", window.quit_requested.emit)
        add("undo", self._undoing.undo)
        add("redo", self._undoing.redo)
        add("find_module", self._find_module)
        add("pipeline", self._show_pipeline).setCheckable(True)
        add("history", self._show_history).setCheckable(True)
        for name in _ZOOMS:
            add(name, partial(self._zoom, name))
        add("load_packages", window.packages_requested.emit)
        add("monitor", window.monitor_requested.emit)
        add("queues", window.queues_requested.emit)
        add("documentation", lambda: show_documentation(window))
        add("shortcuts", self._show_shortcuts)
        add("about", lambda: show_about(window))

    def _make_file_menu(self) -> None:
        window = self._window
        menu = window.menuBar().addMenu("&File")
        recent = RecentFilesMenu(window.settings, menu)
        recent.chosen.connect(lambda path: window.open_requested.emit(Wanted(path)))
        examples = ExamplesMenu(menu)
        examples.chosen.connect(lambda path: window.open_requested.emit(Wanted(path, is_copy=True)))
        self._fill(menu, ("new", "open"))
        menu.addMenu(recent)
        menu.addMenu(examples)
        names = (_SEPARATOR, "save", "save_as", "export_picture", _SEPARATOR, "close", "quit")
        self._fill(menu, names)

    def _fill_edit_menu(self, views: DocumentViews) -> None:
        """The commands of the canvas, after those of the window."""
        menu, commands = self._edit_menu, views.canvas.actions_by_name
        menu.clear()
        self._fill(menu, _MENUS["&Edit"])
        for name in _CANVAS_COMMANDS:
            if name == _SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(commands[name])
        align = menu.addMenu("Ali&gn")
        for name, action in commands.items():
            if name.startswith("align_"):
                align.addAction(action)

    def _add_view_entries(self, menu: QMenu, docks: Mapping[str, QDockWidget]) -> None:
        for dock in docks.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        self._fill(menu, ("monitor", "queues", _SEPARATOR))
        themes = menu.addMenu("&Theme")
        group = QActionGroup(self)
        for choice in ThemeChoice:
            action = self._actions.add(
                f"theme_{choice.value}",
                partial(self._window.theme_requested.emit, choice),
            )
            action.setCheckable(True)
            action.setChecked(choice is self._window.settings.theme)
            group.addAction(action)
            themes.addAction(action)
        themes.aboutToShow.connect(self._tick_theme)

    def _tick_theme(self) -> None:
        self._actions[f"theme_{self._window.settings.theme.value}"].setChecked(True)

    def _make_tool_bar(self) -> None:
        bar = QToolBar("Tool Bar", self._window)
        bar.setObjectName("tool_bar")
        bar.setIconSize(_ICON)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setMovable(False)
        self._fill(bar, _TOOL_BAR)
        self._window.addToolBar(bar)

    def _fill(self, target: QMenu | QToolBar, names: tuple[str, ...]) -> None:
        for name in names:
            if name == _SEPARATOR:
                target.addSeparator()
            else:
                target.addAction(self._actions[name])

    def _show_pipeline(self) -> None:
        if self._views is not None:
            self._views.show_pipeline()
        self._tick_view()

    def _show_history(self) -> None:
        if self._views is not None:
            self._views.show_history()
        self._tick_view()

    def _tick_view(self) -> None:
        views = self._views
        is_history = views is not None and views.tabs.currentWidget() is views.history
        self._actions["pipeline"].setChecked(not is_history)
        self._actions["history"].setChecked(is_history)
        if views is not None:
            # Nobody is to delete what is not to be seen.
            for action in views.canvas.actions_by_name.values():
                action.setVisible(not is_history)

    def _zoom(self, name: str) -> None:
        """Let the view that is shown zoom; each of them knows these four."""
        if self._views is not None:
            getattr(self._views.tabs.currentWidget(), name)()

    def _find_module(self) -> None:
        self._window.show_dock("palette")
        if self._views is not None:
            self._views.palette.focus_search()

    def _show_shortcuts(self) -> None:
        on_canvas = self._views.canvas.actions_by_name.values() if self._views is not None else ()
        dialog = ShortcutsDialog([*self._actions, *on_canvas], self._window)
        dialog.exec()
        dialog.deleteLater()
