"""Clicking the triangle of a module: opens its menu."""

from __future__ import annotations

from PyQt5.QtCore import Qt

from ..box_painter import TEXT_SCALE
from ..module_item import ModuleItem
from .gesture import Gesture, Pointer, Surface


class OpenMenu(Gesture):
    """Opens the menu on release, as buttons do, if the mouse is still there."""

    def __init__(self, surface: Surface, item: ModuleItem) -> None:
        super().__init__(surface)
        self._module_id = item.module_id

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._module_id not in self.scene.selected_modules():
            self.scene.select([self._module_id])

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        item = self.scene.modules.get(self._module_id)
        if item is not None and item.is_menu_at(pointer.scene):
            self.surface.open_module_menu(self._module_id)


def start_open_menu(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The click of a triangle, where triangles are drawn at all."""
    item = surface.pipeline_scene.module_at(pointer.scene)
    if item is None or pointer.button != Qt.MouseButton.LeftButton:
        return None
    if surface.scale_factor < TEXT_SCALE or not item.is_menu_at(pointer.scene):
        return None
    return OpenMenu(surface, item)
