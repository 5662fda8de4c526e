"""ModuleItem: the box of a module on the canvas."""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QPainter, QPainterPath
from PyQt5.QtWidgets import (
    QGraphicsItem,
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ....dataflow import Direction, ModuleEvent, ModuleState, PipelineModule
from .box_layout import BoxContent, BoxLayout, BoxLayouts, PortPlace
from .box_painter import TEXT_SCALE, BoxLook, BoxPainter
from .box_paints import BoxPaints, Mark
from .tooltips import module_tooltip, module_words, port_tooltip

MODULE_LAYER = 1.0
_MESSAGE_LAYER = 3.0
_EDGE = 2.0


class ModuleItem(QGraphicsObject):
    """Draws a module; it knows the module as it is in the pipeline, and changes nothing.

    Its position is the middle of the box.
    """

    def __init__(
        self, module: PipelineModule, content: BoxContent, fonts: BoxLayouts, paints: BoxPaints
    ) -> None:
        super().__init__()
        self._fonts = fonts
        self._paints = paints
        self._look = BoxLook(is_known=content.is_known)
        self._message = ""
        self._message_rect = QRectF()
        self.module = module
        self.box: BoxLayout = fonts.layout(content)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)
        self.setZValue(MODULE_LAYER)

    @property
    def module_id(self) -> int:
        """The module it draws."""
        return self.module.id

    @property
    def look(self) -> BoxLook:
        """How it looks now."""
        return self._look

    @property
    def box_rect(self) -> QRectF:
        """The box in the coordinates of the scene."""
        return self.box.rect.translated(self.pos())

    # -- what it shows -----------------------------------------------------------------------

    def show_module(self, module: PipelineModule, content: BoxContent) -> bool:
        """Show the module as it is now; True if ports may be at other places than before."""
        self.module = module
        box = self._fonts.layout(content)
        self._set_look(replace(self._look, is_known=content.is_known))
        if box is self.box:
            return False
        self.prepareGeometryChange()
        self.box = box
        self._lay_out_message()
        return True

    def set_paints(self, paints: BoxPaints) -> None:
        """Use the colours of another theme."""
        self._paints = paints
        self.update()

    def set_state(self, event: ModuleEvent) -> None:
        """Show how far the module is in a run."""
        progress = event.progress if event.state is ModuleState.COMPUTING else None
        look = replace(self._look, state=event.state, progress=progress, message=event.message)
        self._set_look(look)

    def clear_state(self) -> None:
        """Show it as idle."""
        self._set_look(replace(self._look, state=None, progress=None, message=""))

    def set_mark(self, mark: Mark | None) -> None:
        """Show what it is in a comparison of two versions."""
        self._set_look(replace(self._look, mark=mark))

    def emphasise(self, ports: frozenset[tuple[Direction, str]]) -> None:
        """Ring some ports, by direction and name, such as those a connection may end at."""
        self._set_look(replace(self._look, emphasis=ports))

    # -- where things are --------------------------------------------------------------------

    def port_at(self, point: QPointF) -> PortPlace | None:
        """The port at a point of the scene."""
        return self.box.port_at(self.mapFromScene(point))

    def link_point(self, direction: Direction, port: str) -> QPointF:
        """Where connections of a port end, in the coordinates of the scene."""
        return self.pos() + self.box.link_point(direction, port)

    def is_menu_at(self, point: QPointF) -> bool:
        """Whether the triangle that opens the menu is at a point of the scene."""
        return self.box.menu.adjusted(-2, -3, 2, 3).contains(self.mapFromScene(point))

    def tooltip_at(self, point: QPointF) -> str:
        """What to say of the place, as HTML."""
        place = self.port_at(point)
        if place is not None:
            return port_tooltip(place.spec, self.module)
        return module_tooltip(self.module, self._look)

    @property
    def words(self) -> str:
        """The same in one plain line."""
        return module_words(self.module, self.box, self._look)

    # -- Qt ----------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """See QGraphicsItem."""
        rect = self.box.rect.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        return rect if self._message_rect.isNull() else rect.united(self._message_rect)

    def shape(self) -> QPainterPath:
        """Only the box can be hit, not the words below it."""
        path = QPainterPath()
        path.addRect(self.box.rect)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """See QGraphicsItem."""
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        box = BoxPainter(painter, self.box, self._paints, self._fonts)
        look = self._look
        box.paint(replace(look, is_selected=True) if self.isSelected() else look, scale)
        if self._message and scale >= TEXT_SCALE:
            is_error = look.state is ModuleState.ERROR
            box.paint_message(self._message, self._message_rect, is_error=is_error)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Show which port the mouse is at."""
        place = self.box.port_at(event.pos())
        self._set_look(replace(self._look, hovered=place.key if place else None))

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The mouse is at no port any more."""
        self._set_look(replace(self._look, hovered=None))

    # -- inside ------------------------------------------------------------------------------

    def _set_look(self, look: BoxLook) -> None:
        before, self._look = self._look, look
        if (look.state, look.message) != (before.state, before.message):
            self.prepareGeometryChange()
            self._lay_out_message()
        if look != before:
            self.update()

    def _lay_out_message(self) -> None:
        """Find the words below the box: only trouble and waiting for a job are worth some."""
        words = {ModuleState.ERROR: "Failed", ModuleState.SUSPENDED: "Waiting for its job"}
        word = words.get(self._look.state) if self._look.state else None
        if word is None:
            self._message, self._message_rect = "", QRectF()
        else:
            text = self._look.message.strip() or word
            self._message, self._message_rect = self._fonts.message(self.box, text)
        self.setZValue(_MESSAGE_LAYER if self._message else MODULE_LAYER)
