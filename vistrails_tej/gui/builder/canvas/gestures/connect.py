"""Dragging from a port: draws a connection, which snaps to the ports where it may end."""

from __future__ import annotations

from PyQt5.QtCore import Qt

from .....dataflow import PortSpec
from ...joining import End, as_link
from ..box_painter import TEXT_SCALE
from ..module_item import ModuleItem
from .gesture import Gesture, Pointer, Surface
from .loose_end import LooseEnd

_ON_CANVAS = "release it on a port, or on the canvas to add a module"


class Connect(Gesture):
    """From one port to another. On empty canvas it asks for a module to go on with.

    A click on a port means its module.
    """

    cursor = Qt.CursorShape.CrossCursor
    scrolls = True

    def __init__(self, surface: Surface, item: ModuleItem, spec: PortSpec) -> None:
        super().__init__(surface)
        self._origin = End(item.module_id, spec)
        self._loose: LooseEnd | None = None
        self._pressed: Pointer | None = None

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        self._pressed = pointer

    def move(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._loose is None:
            if self._pressed is None or not pointer.is_dragged_from(self._pressed):
                return
            self._loose = LooseEnd(self.scene, self.scene.pipeline, self._origin, _ON_CANVAS)
        self.surface.say(self._loose.follow(pointer.scene, self.surface.scale_factor))

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._loose is None:
            self._click(pointer)
            return
        aim = self._loose.aim(pointer.scene, self.surface.scale_factor)
        self.cancel()
        place = self.surface.on_screen(pointer.view)
        if aim.end is not None:
            self.surface.linking.connect(*as_link(self._origin, aim.end))
        elif aim.wrong is not None:
            self.surface.offers.converters(self._origin, aim.wrong, aim.refusal, place)
        elif aim.refusal:
            self.surface.offers.refuse(aim.refusal)
        elif self.scene.module_at(pointer.scene) is None:
            self.surface.offers.modules_for(self._origin, pointer.scene, place)

    def cancel(self) -> None:
        """See Gesture."""
        if self._loose is not None:
            self._loose.drop()
            self._loose = None
            self.surface.say("")

    def _click(self, pointer: Pointer) -> None:
        selected = set(self.scene.selected_modules()) if pointer.extends else set()
        self.scene.select(selected ^ {self._origin.module_id})


def start_connect(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The connection that begins at the port under the mouse, where ports are drawn at all."""
    scene = surface.pipeline_scene
    item = scene.module_at(pointer.scene)
    if item is None or pointer.button != Qt.MouseButton.LeftButton or scene.is_comparing:
        return None
    place = item.port_at(pointer.scene)
    if place is None or surface.scale_factor < TEXT_SCALE:
        return None
    return Connect(surface, item, place.spec)
