"""DrawnCanvas: a view of a pipeline, with everything on it that is drawn."""

from __future__ import annotations

from collections.abc import Collection

from PyQt5.QtCore import QPoint, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QFrame, QGraphicsView, QWidget

from ....dataflow import ModuleEvent, Pipeline
from ...theme import Theme
from ..document import Document
from .backdrop import Backdrop
from .empty_state import EmptyState
from .minimap import MiniMap
from .navigation import Navigator
from .overview import Overview
from .scene import PipelineScene

_CORNER = 12


class DrawnCanvas(QGraphicsView):
    """Shows the pipeline of a document, its states, and differences; what edits it is above.

    ``selection_changed`` carries the ids of the selected modules, ``hint`` a line for the status
    bar.
    """

    selection_changed = pyqtSignal(object)
    hint = pyqtSignal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName("Pipeline")
        self._theme = theme
        self._backdrop = Backdrop(theme)
        self._scene = PipelineScene(document, theme, self)
        self.setScene(self._scene)
        self._set_up()
        self.navigator = Navigator(self)
        self._minimap = MiniMap(self._scene, self.navigator, theme, self)
        self._empty = EmptyState(self._scene, theme, self)
        self._overview = Overview(self._scene)
        self._band: QRectF | None = None
        self._is_fitted = False
        self._scene.selectionChanged.connect(self._tell_selection)
        self._scene.picture_changed.connect(self._redraw_overview)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        # Boxes are hit by their rectangles; margins for smoothing are part of them.
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)

    # -- what is shown -----------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self._scene.document

    @property
    def pipeline_scene(self) -> PipelineScene:
        """The boxes and connections."""
        return self._scene

    @property
    def scale_factor(self) -> float:
        """How large everything is drawn; 1 is its natural size."""
        return self.navigator.scale

    def set_document(self, document: Document) -> None:
        """Show another document, as a whole."""
        self._scene.set_document(document)
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._backdrop = Backdrop(theme)
        self._scene.set_theme(theme)
        self._minimap.set_theme(theme)
        self._empty.set_theme(theme)
        self.viewport().update()

    def fit(self) -> None:
        """Show the whole pipeline, not larger than natural."""
        self.navigator.fit(self._scene.boxes_rect())

    def zoom_in(self) -> None:
        """Zoom in by a step."""
        self.navigator.zoom_in()

    def zoom_out(self) -> None:
        """Zoom out by a step."""
        self.navigator.zoom_out()

    def zoom_reset(self) -> None:
        """Draw everything at its natural size."""
        self.navigator.zoom_reset()

    def select(self, module_ids: Collection[int]) -> None:
        """Select these modules and nothing else."""
        self._scene.select(module_ids)

    def selected_modules(self) -> list[int]:
        """The ids of the selected modules."""
        return self._scene.selected_modules()

    def set_state(self, event: ModuleEvent) -> None:
        """Show how far a module is in a run."""
        self._scene.set_state(event)

    def clear_states(self) -> None:
        """Show every module as idle."""
        self._scene.clear_states()

    def show_differences(self, before: Pipeline | None, after: Pipeline | None = None) -> None:
        """Show two versions in one, coloured; None shows the document again."""
        self._scene.show_differences(before, after)

    def pan(self, across: int, down: int) -> None:
        """Move the view by pixels."""
        self.navigator.pan(across, down)

    def draw_quickly(self) -> None:
        """Draw without smoothing for a moment."""
        self.navigator.draw_quickly()
        self._redraw_overview()

    def show_band(self, band: QRectF | None) -> None:
        """Draw the rectangle of a selection."""
        self._band = band
        self.viewport().update()

    def say(self, text: str) -> None:
        """Show a line in the status bar."""
        self.hint.emit(text)

    # -- Qt ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything; from far away the items are not asked."""
        if not self._overview.is_for(self.scale_factor):
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        painter.setRenderHints(self.renderHints())
        painter.setWorldTransform(self.viewportTransform())
        area = self.mapToScene(event.rect()).boundingRect()
        self.drawBackground(painter, area)
        self._overview.paint(painter)
        self.drawForeground(painter, area)
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the dots."""
        area = self.mapFromScene(rect).boundingRect().adjusted(-1, -1, 1, 1)
        self._backdrop.paint(painter, area, self.mapFromScene(QPointF()), self.scale_factor)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the rectangle of a selection."""
        if self._band is not None:
            tint = self._theme.color("accent")
            painter.setPen(QPen(tint, 0))
            tint.setAlpha(40)
            painter.setBrush(tint)
            painter.drawRect(self._band)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies above the canvas in its place."""
        super().resizeEvent(event)
        corner = self.rect().bottomRight() - QPoint(_CORNER, _CORNER)
        self._minimap.move(corner - QPoint(self._minimap.width(), self._minimap.height()))
        self._empty.refresh()
        self._minimap.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the whole pipeline at first."""
        super().showEvent(event)
        if not self._is_fitted:
            self._is_fitted = True
            self.fit()

    # -- inside ------------------------------------------------------------------------------

    def _redraw_overview(self) -> None:
        """Qt does not know what the overview has drawn where."""
        if self._overview.is_for(self.scale_factor):
            self.viewport().update()

    def _tell_selection(self) -> None:
        self._redraw_overview()
        selected = self.selected_modules()
        links = self._scene.selected_connections()
        words = ""
        if len(selected) == 1:
            words = self._scene.modules[selected[0]].words
        elif selected:
            words = f"{len(selected)} modules selected"
        elif len(links) == 1:
            words = f"Connection from {self._scene.connections[links[0]].words}"
        elif links:
            words = f"{len(links)} connections selected"
        self.setAccessibleDescription(words)
        self.selection_changed.emit(selected)
        self.hint.emit(words)
