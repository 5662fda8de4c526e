"""Navigator: zooms and moves a view, smoothly drawn only while it stands still."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QPoint, QPointF, QRectF, QTimer, pyqtSignal
from PyQt5.QtGui import QPainter, QTransform
from PyQt5.QtWidgets import QGraphicsView

LEAST_SCALE = 0.05
MOST_SCALE = 4.0
_STEP = 1.25
_REST = 150
_FIT_MARGIN = 30.0
_FAR = 100_000.0


class Navigator(QObject):
    """Zoom, pan and fit of one view. ``moved`` says that another part of the scene is seen."""

    moved = pyqtSignal()

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        # There is room on all sides, so that any place can be brought to the middle.
        view.setSceneRect(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)
        view.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self.draw_smoothly)

    @property
    def scale(self) -> float:
        """How large everything is drawn; 1 is its natural size."""
        return self._view.transform().m11()

    @property
    def visible(self) -> QRectF:
        """The part of the scene that is seen."""
        return self._view.mapToScene(self._view.viewport().rect()).boundingRect()

    def draw_quickly(self) -> None:
        """Draw without smoothing until nothing has moved for a moment."""
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._rest.start()

    def draw_smoothly(self) -> None:
        """Draw with smoothing again."""
        self._rest.stop()
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._view.viewport().update()

    def zoom(self, factor: float, anchor: QPoint | None = None) -> None:
        """Zoom within the limits; what is at ``anchor``, by default the middle, stays there."""
        scale = min(MOST_SCALE, max(LEAST_SCALE, self.scale * factor))
        if scale == self.scale:
            return
        self.draw_quickly()
        anchor = self._view.viewport().rect().center() if anchor is None else anchor
        point = self._view.mapToScene(anchor)
        self._view.setTransform(QTransform.fromScale(scale, scale))
        step = self._view.mapFromScene(point) - anchor
        self._scroll(step.x(), step.y())
        self.moved.emit()

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom(_STEP)

    def zoom_out(self) -> None:
        """One step away."""
        self.zoom(1 / _STEP)

    def zoom_reset(self) -> None:
        """Draw everything at its natural size."""
        self.zoom(1 / self.scale)

    def pan(self, across: int, down: int) -> None:
        """Move what is seen by pixels, to the right and down."""
        self.draw_quickly()
        self._scroll(-across, -down)
        self.moved.emit()

    def centre_on(self, point: QPointF) -> None:
        """Bring a point of the scene to the middle."""
        self.draw_quickly()
        self._view.centerOn(point)
        self.moved.emit()

    def fit(self, rect: QRectF) -> None:
        """Show a rectangle of the scene as a whole, not larger than natural."""
        if rect.isEmpty():
            self._view.setTransform(QTransform())
            self.centre_on(QPointF(0, 0))
            return
        room = rect.adjusted(-_FIT_MARGIN, -_FIT_MARGIN, _FIT_MARGIN, _FIT_MARGIN)
        size = self._view.viewport().size()
        scale = min(size.width() / room.width(), size.height() / room.height(), 1.0)
        scale = max(LEAST_SCALE, scale)
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self.centre_on(rect.center())
        self.draw_smoothly()

    def reveal(self, rect: QRectF) -> None:
        """Move as little as is needed to show a rectangle of the scene."""
        seen = self.visible
        if not seen.contains(rect):
            self._view.ensureVisible(rect, 30, 30)
            self.moved.emit()

    def _scroll(self, across: int, down: int) -> None:
        horizontal, vertical = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        horizontal.setValue(horizontal.value() + across)
        vertical.setValue(vertical.value() + down)
