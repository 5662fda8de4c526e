"""The actions of a window: each is one QAction, in menus, on the tool bar and as a shortcut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PyQt5.QtCore import QObject
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QWidget

from ..icons import icon
from ..theme import Theme


@dataclass(frozen=True, slots=True)
class ActionLook:
    """How an action is shown: text with its key of access, icon, shortcuts, tip.

    ``short`` is the text on the tool bar; the first of ``keys`` is shown in the menu.
    """

    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    short: str = ""


LOOKS: dict[str, ActionLook] = {
    "new": ActionLook("&New", "new", ("Ctrl+N",), "Begin an empty vistrail"),
    "open": ActionLook("&Open…", "open", ("Ctrl+O",), "Open a vistrail", "Open"),
    "save": ActionLook("&Save", "save", ("Ctrl+S",), "Save into its file"),
    "save_as": ActionLook("Save &As…", "save-as", ("Ctrl+Shift+S",), "Save under another name"),
    "export_picture": ActionLook(
        "&Export Picture…", "picture", ("Ctrl+Shift+E",), "Save what is shown as SVG or PNG"
    ),
    "close": ActionLook("&Close", "cross", ("Ctrl+W",), "Close this window"),
    "quit": ActionLook("&Quit", "", ("Ctrl+Q",), "Close all windows"),
    "undo": ActionLook("&Undo", "undo", ("Ctrl+Z",), "Go back to the version before"),
    "redo": ActionLook(
        "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Go forward to what was undone"
    ),
    "pipeline": ActionLook("&Pipeline", "pipeline", ("Ctrl+1",), "Show the modules"),
    "history": ActionLook("&History", "history", ("Ctrl+2",), "Show the tree of versions"),
    "execute": ActionLook(
        "&Execute", "execute", ("Ctrl+Return", "Ctrl+Enter", "F5"), "Run the pipeline"
    ),
    "stop": ActionLook("&Stop", "stop", ("Ctrl+.",), "Stop the run; jobs on servers go on"),
    "load_packages": ActionLook(
        "Load Installed &Packages", "", (), "Show the modules of every package that is installed"
    ),
    "find_module": ActionLook("&Find Module", "search", ("Ctrl+F",), "Search the palette"),
    "zoom_in": ActionLook("Zoom &In", "zoom-in", ("Ctrl++", "Ctrl+="), "Show it larger"),
    "zoom_out": ActionLook("Zoom &Out", "zoom-out", ("Ctrl+-",), "Show more of it"),
    "zoom_reset": ActionLook("&Actual Size", "zoom", ("Ctrl+0",), "Show it at 100 %", "100 %"),
    "fit": ActionLook("&Fit", "fit", ("Ctrl+R",), "Show all of it"),
    "monitor": ActionLook(
        "Jobs in a &Window", "float", (), "Show the jobs in a window of their own"
    ),
    "queues": ActionLook("&Queues on Servers…", "server", (), "Show what is in queues on servers"),
    "theme_system": ActionLook("Like the &System", tip="Light or dark, as other programs are"),
    "theme_light": ActionLook("&Light"),
    "theme_dark": ActionLook("&Dark"),
    "documentation": ActionLook("&Documentation", "info", ("F1",), "Open the user guide"),
    "shortcuts": ActionLook("&Keyboard Shortcuts", "keyboard", ("Ctrl+?",), "List all shortcuts"),
    "about": ActionLook("&About", "", (), "Which version this is"),
}


class WindowActions(QObject):
    """The actions of one window, by name."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._actions: dict[str, QAction] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def add(
        self, name: str, slot: Callable[[], object], *, look: ActionLook | None = None
    ) -> QAction:
        """Make an action of LOOKS, or with a look of its own, and let it do something."""
        look = look or LOOKS[name]
        action = QAction(look.text, self._window)
        action.setObjectName(f"action_{name}")
        action.setShortcuts([QKeySequence(key) for key in look.keys])
        plain = (look.short or look.text).replace("&", "").removesuffix("…")
        action.setIconText(plain)
        keys = f" ({look.keys[0]})" if look.keys else ""
        action.setToolTip(f"{look.tip or plain}{keys}")
        action.setStatusTip(look.tip)
        action.setProperty("icon_name", look.icon)
        if look.icon:
            action.setIcon(icon(look.icon, self._theme))
        # Qt passes whether it is checked, which no slot wants.
        action.triggered.connect(lambda _checked=False: slot())
        self._window.addAction(action)
        self._actions[name] = action
        return action

    def set_theme(self, theme: Theme) -> None:
        """Draw all icons in the colours of another theme."""
        self._theme = theme
        for action in self._actions.values():
            name = action.property("icon_name")
            if name:
                action.setIcon(icon(name, theme))
