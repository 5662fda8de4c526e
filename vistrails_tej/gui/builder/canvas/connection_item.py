"""ConnectionItem: a connection on the canvas."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PyQt5.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsSceneHoverEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ....dataflow import Connection, Direction
from .box_paints import BoxPaints, Mark
from .curves import connection_curve
from .module_item import ModuleItem

_LAYER = 0.0
_SELECTED_LAYER = 2.0
_REACH = 10.0
_EDGE = 2.0


class ConnectionItem(QGraphicsPathItem):
    """Draws a connection from an output of one module to an input of another."""

    def __init__(
        self,
        connection: Connection,
        source: ModuleItem,
        target: ModuleItem,
        paints: BoxPaints,
    ) -> None:
        super().__init__()
        self.connection = connection
        self.source = source
        self.target = target
        self._paints = paints
        self._mark: Mark | None = None
        self._is_hovered = False
        self._is_aimed_at = False
        self._bounds = QRectF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setAcceptHoverEvents(True)
        self.setZValue(_LAYER)
        self.route()

    @property
    def connection_id(self) -> int:
        """The connection it draws."""
        return self.connection.id

    @property
    def pen_now(self) -> QPen:
        """What it is drawn with."""
        if self.isSelected():
            return self._paints.connection_selected
        if self._is_hovered or self._is_aimed_at:
            return self._paints.connection_hovered
        if self._mark is not None:
            return self._paints.marked_connections[self._mark]
        return self._paints.connection

    @property
    def line(self) -> QLineF:
        """The straight way from port to port."""
        return self._line

    def route(self) -> None:
        """Go from port to port as they are now."""
        source, destination = self.connection.source, self.connection.destination
        start = self.source.link_point(Direction.OUTPUT, source.port)
        end = self.target.link_point(Direction.INPUT, destination.port)
        path = connection_curve(start, end)
        self.prepareGeometryChange()
        self._line = QLineF(start, end)
        self._bounds = path.controlPointRect().adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        self.setPath(path)

    def set_paints(self, paints: BoxPaints) -> None:
        """Use the colours of another theme."""
        self._paints = paints
        self.update()

    def set_mark(self, mark: Mark | None) -> None:
        """Show what it is in a comparison of two versions."""
        self._mark = mark
        self.update()

    def aim_at(self, is_aimed_at: bool) -> None:
        """Show, or do not, that what is dragged would be put into it."""
        self._is_aimed_at = is_aimed_at
        self.setZValue(_SELECTED_LAYER if is_aimed_at else _LAYER)
        self.update()

    def tooltip_at(self, point: QPointF) -> str:
        """What to say of it, as HTML."""
        return f"<p>{escape(self.words)}</p>"

    @property
    def words(self) -> str:
        """The same in one plain line."""
        source, destination = self.connection.source, self.connection.destination
        first = f"{self.source.module.label}.{source.port}"
        second = f"{self.target.module.label}.{destination.port}"
        return f"{first} to {second}"

    # -- Qt ----------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """See QGraphicsItem; the rectangle of the control points is quick to find."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """A wide band along the curve, easy to hit."""
        stroker = QPainterPathStroker()
        stroker.setWidth(_REACH)
        return stroker.createStroke(self.path())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """See QGraphicsItem."""
        painter.setPen(self.pen_now)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.path())

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The mouse is on it."""
        self._is_hovered = True
        self.setZValue(_SELECTED_LAYER)

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """The mouse has left it."""
        self._is_hovered = False
        self.setZValue(_LAYER)
