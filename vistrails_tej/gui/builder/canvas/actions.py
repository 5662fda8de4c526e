"""The commands of the canvas, with their keys, for menus and tool bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QWidget

from .alignment import Alignment


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    text: str
    keys: tuple[str, ...] = ()


_COMMANDS = (
    _Command("cut", "Cu&t", ("Ctrl+X",)),
    _Command("copy", "&Copy", ("Ctrl+C",)),
    _Command("paste", "&Paste", ("Ctrl+V",)),
    _Command("duplicate", "Dup&licate", ("Ctrl+D",)),
    _Command("delete", "&Delete", ("Delete", "Backspace")),
    _Command("select_all", "Select &All", ("Ctrl+A",)),
    _Command("connect", "Conn&ect…", ("Ctrl+K",)),
    _Command("rename", "Re&name", ("F2",)),
    _Command("lay_out", "Lay &Out", ("Ctrl+L",)),
    _Command("configure", "Edit Configurat&ion…", ("Ctrl+E",)),
)
_ALIGNMENTS = {
    Alignment.LEFT: "Align &Left",
    Alignment.RIGHT: "Align &Right",
    Alignment.TOP: "Align &Top",
    Alignment.BOTTOM: "Align &Bottom",
    Alignment.CENTRE: "Align &Centres",
    Alignment.MIDDLE: "Align &Middles",
    Alignment.ACROSS: "Distribute &Across",
    Alignment.DOWN: "Distribute &Down",
}


def alignment_name(how: Alignment) -> str:
    """The name of the action that aligns so."""
    return f"align_{how.value}"


def canvas_actions(
    owner: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> Mapping[str, QAction]:
    """The actions by name; their keys work while ``owner`` has the focus."""
    commands = (
        *_COMMANDS,
        *(_Command(alignment_name(how), text) for how, text in _ALIGNMENTS.items()),
    )
    actions = {}
    for command in commands:
        action = QAction(command.text, owner)
        action.setObjectName(f"canvas.{command.name}")
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        # Texts that are being written elsewhere need the same keys.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(_called(handlers[command.name]))
        owner.addAction(action)
        actions[command.name] = action
    return actions


def enable_actions(
    actions: Mapping[str, QAction], *, modules: int, connections: int, can_edit: bool
) -> None:
    """Turn off what would do nothing with so many selected modules and connections."""
    needed = dict.fromkeys(("cut", "copy", "duplicate"), 1)
    needed |= {alignment_name(how): 2 for how in Alignment}
    for name, action in actions.items():
        is_useful = modules >= needed.get(name, 0)
        if name == "delete":
            is_useful = modules + connections > 0
        elif name in ("rename", "configure", "connect"):
            is_useful = modules == 1
        action.setEnabled(is_useful and (can_edit or name in ("copy", "select_all")))


def _called(handler: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool) -> None:
        handler()

    return call
