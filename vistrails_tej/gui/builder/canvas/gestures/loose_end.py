"""LooseEnd: a connection of which one end is held by the mouse, and snaps to where it may end."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QPen
from PyQt5.QtWidgets import QGraphicsPathItem

from .....dataflow import Pipeline
from ...joining import End, Joining, as_link, type_words
from ..curves import connection_curve
from ..module_item import ModuleItem
from ..scene import PipelineScene

_REACH = 36.0
_LEAST_SCALE = 0.2
_LAYER = 4.0


@dataclass(frozen=True, slots=True)
class Aim:
    """What is under the mouse: the end it snaps to, or the reason why it cannot end here."""

    end: End | None = None
    wrong: End | None = None
    refusal: str = ""


class LooseEnd:
    """Draws the connection from ``origin`` to the mouse, and rings the ports that fit.

    ``pipeline`` is what the connection would be added to: the one that is drawn, or that without
    the connection that is being moved. ``on_canvas`` says what a release on nothing would do.
    """

    def __init__(
        self, scene: PipelineScene, pipeline: Pipeline, origin: End, on_canvas: str
    ) -> None:
        self.origin = origin
        self._on_canvas = on_canvas
        self._scene = scene
        self._joining = Joining(pipeline, scene.document.registry, origin)
        self._targets: list[ModuleItem] = []
        self._curve = QGraphicsPathItem()
        self._curve.setZValue(_LAYER)
        self._show_targets()
        scene.addItem(self._curve)

    def follow(self, point: QPointF, scale: float) -> str:
        """Draw it to the mouse; returns what a release would do there, in words."""
        aim = self.aim(point, scale)
        self._draw(aim, point)
        return self._words(aim, is_on_canvas=self._scene.module_at(point) is None)

    def aim(self, point: QPointF, scale: float) -> Aim:
        """Where it would end if it was released at a point of the scene."""
        item = self._scene.module_at(point)
        if item is not None and item.module_id == self.origin.module_id:
            item = None
        place = item.port_at(point) if item is not None else None
        if item is not None and place is not None:
            end = End(item.module_id, place.spec)
            if self._joining.fits(end):
                return Aim(end)
            return Aim(wrong=end, refusal=self._joining.refusal(end) or "")
        # On a box only its own ports are meant.
        near = self._nearest(point, scale, self._targets if item is None else [item])
        if near is not None:
            return Aim(near)
        return Aim() if item is None else self._aim_at_box(item)

    def drop(self) -> None:
        """Take it from the canvas."""
        self._scene.update()
        for item in self._targets:
            item.emphasise(frozenset())
        self._targets = []
        self._scene.removeItem(self._curve)

    # -- inside ------------------------------------------------------------------------------

    def _show_targets(self) -> None:
        """Ring every port where the connection may end."""
        # All at once: thousands of small pieces take ten times as long to be drawn anew.
        self._scene.update()
        for item in self._scene.modules.values():
            places = item.box.inputs if self.origin.is_output else item.box.outputs
            ports = frozenset(
                place.key for place in places if self._joining.fits(End(item.module_id, place.spec))
            )
            if ports:
                item.emphasise(ports)
                self._targets.append(item)

    def _nearest(self, point: QPointF, scale: float, items: list[ModuleItem]) -> End | None:
        """The closest port in reach where it may end, so that nobody has to hit it exactly."""
        reach = _REACH / max(scale, _LEAST_SCALE)
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        found: list[tuple[float, End]] = []
        for item in items:
            if not item.box_rect.intersects(area):
                continue
            for direction, name in item.look.emphasis:
                place = item.box.port(direction, name)
                if place is not None:
                    way = item.pos() + place.rect.center() - point
                    found.append((way.manhattanLength(), End(item.module_id, place.spec)))
        length, end = min(found, key=lambda one: one[0], default=(reach + 1, None))
        return end if length <= reach else None

    def _aim_at_box(self, item: ModuleItem) -> Aim:
        """Anywhere on a box means its best port, also one that is not drawn."""
        finder = self._scene.document.ports
        ports = finder.inputs if self.origin.is_output else finder.outputs
        specs = [spec for name, spec in ports(item.module).items() if name != "self"]
        best = self._joining.best(item.module_id, specs)
        if best is not None:
            return Aim(End(item.module_id, best))
        if not specs:
            way = "inputs" if self.origin.is_output else "outputs"
            return Aim(refusal=f"{item.module.label} has no {way}")
        wrong = End(item.module_id, specs[0])
        return Aim(wrong=wrong, refusal=self._joining.refusal(wrong) or "")

    def _draw(self, aim: Aim, point: QPointF) -> None:
        start = self._link_point(self.origin)
        end = point if aim.end is None else self._link_point(aim.end)
        ends = (start, end) if self.origin.is_output else (end, start)
        pen = QPen(self._scene.paints.connection_selected)
        if aim.end is None:
            pen.setStyle(Qt.PenStyle.DashLine)
        self._curve.setPen(pen)
        self._curve.setPath(connection_curve(*ends))

    def _link_point(self, end: End) -> QPointF:
        return self._scene.modules[end.module_id].link_point(end.spec.direction, end.spec.name)

    def _words(self, aim: Aim, *, is_on_canvas: bool) -> str:
        if aim.end is not None:
            source, destination = as_link(self.origin, aim.end)
            return f"Connect {self._name(source)} to {self._name(destination)}"
        if aim.refusal:
            return f"{self._name(self.origin)} cannot be connected here: {aim.refusal}"
        name = self._name(self.origin)
        return f"{name}: {self._on_canvas}" if is_on_canvas else name

    def _name(self, end: End) -> str:
        label = self._scene.pipeline.modules[end.module_id].label
        return f"{label}.{end.spec.name} ({type_words(end.spec)})"
