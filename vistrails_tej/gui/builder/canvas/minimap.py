"""MiniMap: the whole pipeline in a corner of the canvas, and which part of it is seen."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PyQt5.QtWidgets import QWidget

from ...theme import Theme
from .navigation import Navigator
from .scene import PipelineScene

_SIZE = QSize(180, 120)
_MARGIN = 6.0
_LEAST_BOX = 2.0


class MiniMap(QWidget):
    """A small picture of all boxes. Pressing or dragging in it brings that place to the middle.

    It is hidden while everything is seen anyway.
    """

    def __init__(
        self, scene: PipelineScene, navigator: Navigator, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("minimap")
        self.setAccessibleName("Overview of the pipeline")
        self.setToolTip("Click or drag to move the view")
        self.setFixedSize(_SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._scene = scene
        self._navigator = navigator
        self._theme = theme
        self._boxes: QPixmap | None = None
        self._whole = QRectF()
        scene.picture_changed.connect(self._forget)
        navigator.moved.connect(self.refresh)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._forget()

    def refresh(self) -> None:
        """Show the part of the scene that is seen now."""
        whole = self._scene.sceneRect()
        is_needed = bool(self._scene.modules) and not self._navigator.visible.contains(
            whole.adjusted(40, 40, -40, -40)
        )
        self.setVisible(is_needed)
        self.update()

    # -- Qt ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes, as they were drawn last, and the frame of what is seen."""
        if self._boxes is None:
            self._boxes = self._draw_boxes()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._boxes)
        seen = self._from_scene(self._navigator.visible).intersected(QRectF(self.rect()))
        painter.setPen(QPen(self._theme.color("accent"), 1.5))
        tint = self._theme.color("accent")
        tint.setAlpha(30)
        painter.setBrush(tint)
        painter.drawRect(seen.adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._navigator.centre_on(self._to_scene(QPointF(event.pos())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._navigator.centre_on(self._to_scene(QPointF(event.pos())))

    # -- inside ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._boxes = None
        self.refresh()

    def _scale(self) -> float:
        room_x, room_y = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        whole = self._scene.sceneRect()
        return min(room_x / max(1.0, whole.width()), room_y / max(1.0, whole.height()))

    def _from_scene(self, rect: QRectF) -> QRectF:
        scale, middle = self._scale(), self._scene.sceneRect().center()
        x = (rect.x() - middle.x()) * scale + self.width() / 2
        y = (rect.y() - middle.y()) * scale + self.height() / 2
        return QRectF(x, y, rect.width() * scale, rect.height() * scale)

    def _to_scene(self, point: QPointF) -> QPointF:
        middle = QPointF(self.width() / 2, self.height() / 2)
        return (point - middle) / self._scale() + self._scene.sceneRect().center()

    def _draw_boxes(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._theme.color("panel"))
        painter = QPainter(picture)
        idle, states = self._theme.color("port_connected"), self._scene.paints.fills
        for item in self._scene.modules.values():
            rect = self._from_scene(item.box_rect)
            rect.setSize(rect.size().expandedTo(QRectF(0, 0, _LEAST_BOX, _LEAST_BOX).size()))
            state = item.look.state
            painter.fillRect(rect, idle if state is None else states[state])
        painter.setPen(self._theme.color("border"))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1))
        painter.end()
        return picture
