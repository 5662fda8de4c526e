"""Dragging from a port: draws a connection, which snaps to the ports where it may end."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QPen
from PyQt5.QtWidgets import QGraphicsPathItem

from .....dataflow import Direction, PortSpec
from ...joining import End, Joining, as_link
from ..curves import connection_curve
from ..module_item import ModuleItem
from .gesture import Gesture, Pointer, Surface

_REACH = 36.0
_LAYER = 4.0


@dataclass(frozen=True, slots=True)
class _Aim:
    """What is under the mouse: the end it snaps to, or the reason why it cannot end here."""

    end: End | None = None
    wrong: End | None = None
    refusal: str = ""


class Connect(Gesture):
    """From one port to another. On empty canvas it asks for a module to go on with."""

    cursor = Qt.CursorShape.CrossCursor
    scrolls = True

    def __init__(self, surface: Surface, item: ModuleItem, spec: PortSpec) -> None:
        super().__init__(surface)
        self._origin = End(item.module_id, spec)
        document = self.scene.document
        self._joining = Joining(document.pipeline, document.registry, self._origin)
        self._start = item.link_point(spec.direction, spec.name)
        self._curve: QGraphicsPathItem | None = None
        self._pressed: Pointer | None = None
        self._targets: list[ModuleItem] = []

    def begin(self, pointer: Pointer) -> None:
        """See Gesture."""
        self._pressed = pointer

    def move(self, pointer: Pointer) -> None:
        """See Gesture."""
        if self._pressed is None:
            return
        if self._curve is None:
            if not pointer.is_dragged_from(self._pressed):
                return
            self._show_targets()
            self._curve = QGraphicsPathItem()
            self._curve.setZValue(_LAYER)
            self.scene.addItem(self._curve)
        aim = self._aim(pointer.scene)
        self._draw(aim, pointer.scene)
        self.surface.say(self._words(aim))

    def end(self, pointer: Pointer) -> None:
        """See Gesture."""
        was_dragged = self._curve is not None
        self._clear()
        if not was_dragged:
            return
        aim = self._aim(pointer.scene)
        if aim.end is not None:
            self.surface.linking.connect(*as_link(self._origin, aim.end))
        elif aim.wrong is not None:
            self.surface.offers.converters(
                self._origin, aim.wrong, aim.refusal, self.surface.on_screen(pointer.view)
            )
        elif self.scene.module_at(pointer.scene) is None:
            self.surface.offers.modules_for(
                self._origin, pointer.scene, self.surface.on_screen(pointer.view)
            )

    def cancel(self) -> None:
        """See Gesture."""
        self._clear()

    # -- inside ------------------------------------------------------------------------------

    def _show_targets(self) -> None:
        """Ring every port where the connection may end."""
        wanted = Direction.INPUT if self._origin.is_output else Direction.OUTPUT
        for item in self.scene.modules.values():
            places = item.box.inputs if wanted is Direction.INPUT else item.box.outputs
            ports = frozenset(
                place.key for place in places if self._joining.fits(End(item.module_id, place.spec))
            )
            if ports:
                item.emphasise(ports)
                self._targets.append(item)

    def _aim(self, point: QPointF) -> _Aim:
        item = self.scene.module_at(point)
        place = item.port_at(point) if item is not None else None
        if item is not None and place is not None and item.module_id != self._origin.module_id:
            end = End(item.module_id, place.spec)
            if self._joining.fits(end):
                return _Aim(end)
            return _Aim(wrong=end, refusal=self._joining.refusal(end) or "")
        near = self._nearest(point)
        if near is not None:
            return _Aim(near)
        if item is None or item.module_id == self._origin.module_id:
            return _Aim()
        return self._aim_at_box(item)

    def _nearest(self, point: QPointF) -> End | None:
        """The closest port in reach where it may end, so that nobody has to hit it exactly."""
        reach = _REACH / max(self.surface.scale_factor, 0.2)
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        found: list[tuple[float, End]] = []
        for item in self._targets:
            if not item.box_rect.intersects(area):
                continue
            for direction, name in item.look.emphasis:
                place = item.box.port(direction, name)
                if place is not None:
                    way = item.pos() + place.rect.center() - point
                    found.append((way.manhattanLength(), End(item.module_id, place.spec)))
        length, end = min(found, key=lambda one: one[0], default=(reach + 1, None))
        return end if length <= reach else None

    def _aim_at_box(self, item: ModuleItem) -> _Aim:
        """Anywhere on a box means its best port, also one that is not drawn."""
        finder = self.scene.document.ports
        ports = finder.inputs if self._origin.is_output else finder.outputs
        specs = [spec for name, spec in ports(item.module).items() if name != "self"]
        best = self._joining.best(item.module_id, specs)
        if best is not None:
            return _Aim(End(item.module_id, best))
        if not specs:
            return _Aim(refusal=f"{item.module.label} has no port that it could end at")
        wrong = End(item.module_id, specs[0])
        return _Aim(wrong=wrong, refusal=self._joining.refusal(wrong) or "")

    def _draw(self, aim: _Aim, point: QPointF) -> None:
        if self._curve is None:
            return
        end = point
        if aim.end is not None:
            item = self.scene.modules[aim.end.module_id]
            end = item.link_point(aim.end.spec.direction, aim.end.spec.name)
        is_output = self._origin.is_output
        ends = (self._start, end) if is_output else (end, self._start)
        path = connection_curve(*ends)
        pen = QPen(self.scene.paints.connection_selected)
        if aim.end is None:
            pen.setStyle(Qt.PenStyle.DashLine)
        self._curve.setPen(pen)
        self._curve.setPath(path)

    def _words(self, aim: _Aim) -> str:
        mine = self._name(self._origin)
        if aim.end is not None:
            source, destination = as_link(self._origin, aim.end)
            return f"Connect {self._name(source)} to {self._name(destination)}"
        if aim.refusal:
            return f"{mine} cannot be connected here: {aim.refusal}"
        return f"{mine}: release it on a port, or on the canvas to add a module"

    def _name(self, end: End) -> str:
        label = self.scene.pipeline.modules[end.module_id].label
        types = ", ".join(item.type.name for item in end.spec.items)
        return f"{label}.{end.spec.name} ({types})"

    def _clear(self) -> None:
        for item in self._targets:
            item.emphasise(frozenset())
        self._targets = []
        if self._curve is not None:
            self.scene.removeItem(self._curve)
            self._curve = None
        self.surface.say("")


def start_connect(surface: Surface, pointer: Pointer) -> Gesture | None:
    """The connection that begins at the port under the mouse."""
    scene = surface.pipeline_scene
    item = scene.module_at(pointer.scene)
    if item is None or pointer.button != Qt.MouseButton.LeftButton or scene.is_comparing:
        return None
    place = item.port_at(pointer.scene)
    return None if place is None else Connect(surface, item, place.spec)
