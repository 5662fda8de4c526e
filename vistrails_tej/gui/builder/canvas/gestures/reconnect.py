"""Dragging an end of the selected connection: puts it elsewhere, or takes the connection away."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, Qt

from .....dataflow import Direction, Endpoint
from .....dataflow.editing.connection_edits import without_connection
from ...joining import End, as_link
from ..box_painter import TEXT_SCALE
from ..connection_item import ConnectionItem
from ..module_item import ModuleItem
from .gesture import Gesture, Pointer, Surface
from .loose_end import LooseEnd

_REACH = 14.0
_FAINT = 0.3
_ON_CANVAS = "release it on a port, or on the canvas to delete the connection"


class Reconnect(Gesture):
    """Detaches one end of a connection; ``fixed`` is the other one, which stays.

    Where it cannot end, it stays as it was. On empty canvas it is deleted.
    """

    cursor = Qt.CursorShape.CrossCursor
    scrolls = True

    def __init__(self, surface: Surface, item: ConnectionItem, fixed: End) -> None:
        super().__init__(surface)
        self._item = item
        self._fixed = fixed
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
            rest = without_connection(self.scene.pipeline, self._item.connection_id)
            self._loose = LooseEnd(self.scene, rest, self._fixed, _ON_CANVAS)
            self._item.setOpacity(_FAINT)
        self.surface.say(self._loose.follow(pointer.scene, self.surface.scale_factor))

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._loose is None:
            self._click(pointer)
            return
        aim = self._loose.aim(pointer.scene, self.surface.scale_factor)
        self.cancel()
        if aim.end is not None:
            self._put(aim.end)
        elif aim.refusal:
            self.surface.offers.refuse(aim.refusal)
        elif self.scene.module_at(pointer.scene) is None:
            self.surface.linking.disconnect(self._item.connection_id)

    def cancel(self) -> None:
        """See Gesture."""
        if self._loose is not None:
            self._loose.drop()
            self._loose = None
            self._item.setOpacity(1.0)
            self.surface.say("")

    def _put(self, end: End) -> None:
        """Let it end there, if that is not where it ended before."""
        source, destination = as_link(self._fixed, end)
        connection = self._item.connection
        before = [(one.module_id, one.port) for one in (connection.source, connection.destination)]
        if before != [(one.module_id, one.spec.name) for one in (source, destination)]:
            self.surface.linking.move(connection.id, source, destination)

    def _click(self, pointer: Pointer) -> None:
        """A click on a port means its module."""
        found = self.scene.module_at(pointer.scene)
        if found is not None:
            self.scene.select([found.module_id])


def start_reconnect(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The end of the only selected connection, if it is under the mouse."""
    scene = surface.pipeline_scene
    chosen = scene.selected_connections()
    if len(chosen) != 1 or scene.selected_modules() or scene.is_comparing:
        return None
    scale = surface.scale_factor
    if pointer.button != Qt.MouseButton.LeftButton or scale < TEXT_SCALE or pointer.extends:
        return None
    item = scene.connections[chosen[0]]
    connection = item.connection
    ends = (
        (item.source, Direction.OUTPUT, connection.source, connection.destination),
        (item.target, Direction.INPUT, connection.destination, connection.source),
    )
    for box, direction, held, other in ends:
        if _is_near(pointer.scene, box, direction, held.port, _REACH / scale):
            fixed = _find_end(surface, other, is_output=direction is Direction.INPUT)
            return None if fixed is None else Reconnect(surface, item, fixed)
    return None


def _is_near(
    point: QPointF, box: ModuleItem, direction: Direction, port: str, reach: float
) -> bool:
    """Whether a point is at a port, or at the place where its connections meet the box."""
    place = box.port_at(point)
    if place is not None:
        return place.key == (direction, port)
    return (box.link_point(direction, port) - point).manhattanLength() <= reach


def _find_end(surface: Surface, end: Endpoint, *, is_output: bool) -> End | None:
    """An end of a connection with its port; None for one that its module does not have."""
    scene = surface.pipeline_scene
    module = scene.pipeline.modules[end.module_id]
    ports = scene.document.ports
    found = (ports.outputs(module) if is_output else ports.inputs(module)).get(end.port)
    return None if found is None else End(end.module_id, found)
