"""The menus of the canvas: of a module, and of the empty canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PyQt5.QtWidgets import QAction, QMenu, QWidget

from ....dataflow import Direction, ModuleState, PortFinder, PortSpec
from ..port_visibility import can_be_hidden, is_visible
from .actions import alignment_name
from .alignment import Alignment
from .editing import CanvasEditing
from .module_item import ModuleItem


@dataclass(frozen=True, slots=True)
class ModuleCommands:
    """What the menu of a module calls, each with the id of the module."""

    document: Callable[[int], None]
    show_error: Callable[[int], None]
    run: Callable[[int], None]


def module_menu(
    item: ModuleItem,
    editing: CanvasEditing,
    actions: Mapping[str, QAction],
    commands: ModuleCommands,
    parent: QWidget,
) -> QMenu:
    """The menu of a module, which is selected."""
    menu = _passing_menu("module_menu", parent)
    can_edit = editing.can_edit
    number = item.module_id
    for name in ("configure", "rename", "connect"):
        menu.addAction(actions[name])
    if can_edit:
        _add_ports(menu, item, editing)
    _add(menu, "documentation", "View &Documentation", commands.document, number)
    failed = item.look.state is ModuleState.ERROR
    _add(menu, "error", "Sho&w Error", commands.show_error, number, failed)
    _add(menu, "run", "R&un This Module", commands.run, number, can_edit)
    menu.addSeparator()
    for name in ("cut", "copy", "duplicate", "delete"):
        menu.addAction(actions[name])
    if len(editing.scene.selected_modules()) > 1:
        menu.addMenu(alignment_menu(actions, menu))
    return menu


def connection_menu(actions: Mapping[str, QAction], parent: QWidget) -> QMenu:
    """The menu of a connection, which is selected."""
    menu = _passing_menu("connection_menu", parent)
    menu.addAction(actions["delete"])
    return menu


def canvas_menu(actions: Mapping[str, QAction], parent: QWidget) -> QMenu:
    """The menu of the place where nothing is."""
    menu = _passing_menu("canvas_menu", parent)
    for name in ("paste", "select_all", "", "lay_out"):
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
    return menu


def alignment_menu(actions: Mapping[str, QAction], parent: QWidget) -> QMenu:
    """The ways to put the selected modules in line."""
    menu = QMenu("&Align", parent)
    menu.setObjectName("align_menu")
    for how in Alignment:
        if how is Alignment.ACROSS:
            menu.addSeparator()
        menu.addAction(actions[alignment_name(how)])
    return menu


def _passing_menu(name: str, parent: QWidget) -> QMenu:
    """A menu that deletes itself when it closes."""
    menu = QMenu(parent)
    menu.setObjectName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _add(
    menu: QMenu,
    name: str,
    text: str,
    call: Callable[[int], None],
    module_id: int,
    is_enabled: bool = True,
) -> None:
    action = menu.addAction(text)
    action.setObjectName(f"module.{name}")
    action.setEnabled(is_enabled)
    action.triggered.connect(lambda: call(module_id))


def _add_ports(menu: QMenu, item: ModuleItem, editing: CanvasEditing) -> None:
    """The optional ports, with ticks at those that are shown."""
    finder = PortFinder(editing.scene.document.registry)
    specs = [*finder.inputs(item.module).values(), *finder.outputs(item.module).values()]
    optional = [spec for spec in specs if spec.optional]
    if not optional:
        return
    ports = menu.addMenu("Optional &Ports")
    ports.setObjectName("ports_menu")
    for direction, title in ((Direction.INPUT, "Inputs"), (Direction.OUTPUT, "Outputs")):
        ports.addSection(title)
        for spec in optional:
            if spec.direction is direction:
                _add_port(ports, spec, item, editing)


def _add_port(menu: QMenu, spec: PortSpec, item: ModuleItem, editing: CanvasEditing) -> None:
    pipeline, number = editing.scene.pipeline, item.module_id
    action = menu.addAction(spec.name.replace("&", "&&"))
    action.setObjectName(f"port.{spec.direction.value}.{spec.name}")
    action.setCheckable(True)
    action.setChecked(is_visible(pipeline, item.module, spec))
    action.setEnabled(can_be_hidden(pipeline, item.module, spec))
    action.toggled.connect(lambda shown: editing.show_port(number, spec, shown=shown))
