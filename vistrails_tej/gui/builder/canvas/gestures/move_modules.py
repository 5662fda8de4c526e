"""Pressing a module: a click selects it, a drag moves all that are selected."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, Qt

from ..module_item import ModuleItem
from .gesture import Gesture, Pointer, Surface


class MoveModules(Gesture):
    """Moves the selected modules; the release makes one version of it."""

    scrolls = True

    def __init__(self, surface: Surface, item: ModuleItem) -> None:
        super().__init__(surface)
        self._module_id = item.module_id
        self._was_selected = item.isSelected()
        self._pressed: Pointer | None = None
        self._offset = QPointF()
        self._moving: list[int] = []

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        self._pressed = pointer
        if self._was_selected:
            return
        selected = self.scene.selected_modules() if pointer.extends else []
        self.scene.select([*selected, self._module_id])

    def move(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._pressed is None or self.scene.is_comparing:
            return
        if not self._moving:
            if not pointer.is_dragged_from(self._pressed):
                return
            self._moving = self.scene.selected_modules()
        offset = pointer.scene - self._pressed.scene
        self.surface.draw_quickly()
        self.scene.shift(self._moving, offset - self._offset)
        self._offset = offset

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._moving:
            self.surface.editing.keep_places(self._moving)
        elif pointer.extends and self._was_selected:
            selected = self.scene.selected_modules()
            self.scene.select([one for one in selected if one != self._module_id])
        elif not pointer.extends:
            self.scene.select([self._module_id])

    def cancel(self) -> None:
        """See Gesture."""
        if self._moving:
            self.scene.put_back()


def start_move(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The move or click of the module under the mouse."""
    item = surface.pipeline_scene.module_at(pointer.scene)
    if item is None or pointer.button != Qt.MouseButton.LeftButton:
        return None
    return MoveModules(surface, item)
