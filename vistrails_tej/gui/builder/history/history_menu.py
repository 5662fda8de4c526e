"""The menu of a version in the tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMenu, QWidget

from ....dataflow.vistrail import ROOT_VERSION
from .scene import HistoryScene


@dataclass(frozen=True, slots=True)
class HistoryCommands:
    """What the menu can do: with a version, with the shown one, with the view."""

    show: Callable[[int], None]
    compare: Callable[[int], None]
    edit_tag: Callable[[], None]
    prune: Callable[[], None]
    fit: Callable[[], None]


def history_menu(
    scene: HistoryScene, commands: HistoryCommands, version: int | None, parent: QWidget
) -> QMenu:
    """What can be done with a version, None for the empty ground, and with the whole tree."""
    menu = QMenu(parent)
    menu.setObjectName("history_menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if version is not None:
        _add_version_actions(menu, scene, commands, version)
        menu.addSeparator()
    hide = menu.addAction("Hide Opened Versions", scene.collapse_chains)
    hide.setEnabled(bool(scene.wishes.opened))
    pruned = menu.addAction("Show Pruned Versions")
    pruned.setCheckable(True)
    pruned.setChecked(scene.wishes.shows_pruned)
    pruned.toggled.connect(scene.show_pruned)
    menu.addAction("Fit", commands.fit)
    return menu


def _add_version_actions(
    menu: QMenu, scene: HistoryScene, commands: HistoryCommands, version: int
) -> None:
    document = scene.document

    def on_it(act: Callable[[], None]) -> None:
        document.go_to(version)
        act()

    menu.addAction("Show Pipeline", lambda: commands.show(version))
    compare = menu.addAction("Compare With Shown Version", lambda: commands.compare(version))
    compare.setEnabled(version != document.version)
    if version == ROOT_VERSION:
        return
    menu.addAction("Edit Tag", lambda: on_it(commands.edit_tag))
    is_pruned = document.vistrail.versions[version].pruned
    menu.addAction("Unprune" if is_pruned else "Prune", lambda: on_it(commands.prune))
