"""HistoryView: the version tree, to look at, to move in, to tag and to compare."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QShowEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QFrame, QGraphicsView, QWidget

from ....dataflow.vistrail import ROOT_VERSION
from ...theme import Theme
from ..canvas.navigation import Navigator
from ..document import Document
from .history_menu import HistoryCommands, history_menu
from .scene import HistoryScene
from .tag_editor import TagEditor

_NOTCH = 120.0


class HistoryView(QGraphicsView):
    """Shows the history of a document; a click on a version shows that version.

    ``version_chosen`` carries the version that was double-clicked or chosen with Enter, whose
    pipeline the user wants to see; ``compare_requested`` the one to compare the shown one with.
    """

    version_chosen = pyqtSignal(int)
    compare_requested = pyqtSignal(int)
    hint = pyqtSignal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        self._theme = theme
        self.history_scene = HistoryScene(document, theme, self)
        self.setScene(self.history_scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.navigator = Navigator(self)
        self._tag_editor = TagEditor(document, self.viewport())
        self._pan: QPoint | None = None
        self._is_fitted = False
        self._follow(document)
        self.set_theme(theme)

    # -- for the window ----------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The document whose history is shown."""
        return self.history_scene.document

    def set_document(self, document: Document) -> None:
        """Show another history."""
        self.document.history_changed.disconnect(self._refresh)
        self.document.version_changed.disconnect(self._refresh)
        self.history_scene.set_document(document)
        self._tag_editor.set_document(document)
        self._is_fitted = False
        self._follow(document)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.setBackgroundBrush(theme.color("canvas"))
        self.history_scene.set_theme(theme)

    def fit(self) -> None:
        """Show the whole tree, not larger than natural."""
        self.navigator.fit(self.history_scene.drawn_rect())

    def zoom_in(self) -> None:
        """Zoom in by a step."""
        self.navigator.zoom_in()

    def zoom_out(self) -> None:
        """Zoom out by a step."""
        self.navigator.zoom_out()

    def zoom_reset(self) -> None:
        """Draw everything at its natural size."""
        self.navigator.zoom_reset()

    def edit_tag(self, text: str | None = None) -> None:
        """Let the user type a tag for the shown version, perhaps beginning with ``text``."""
        version = self.document.version
        item = self.history_scene.versions.get(version)
        if version == ROOT_VERSION or item is None:
            self.hint.emit("The beginning cannot be tagged; make a change first")
            return
        place = self.mapFromScene(item.sceneBoundingRect()).boundingRect()
        self._tag_editor.open(version, place, text)

    def prune(self) -> None:
        """Hide the shown version with what follows, and go to the one before; or show it again."""
        version = self.document.version
        if version == ROOT_VERSION:
            return
        found = self.document.vistrail.versions[version]
        is_pruned = not found.pruned
        self.document.annotate(lambda editor: editor.prune(version, pruned=is_pruned))
        if is_pruned:
            self.document.go_to(found.parent)
            self.hint.emit(f"Version {version} is pruned; Show Pruned Versions brings it back")

    # -- events ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what changed while nobody looked."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave nothing half typed."""
        self._tag_editor.cancel()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        self.navigator.zoom(1.25 ** (event.angleDelta().y() / _NOTCH), event.pos())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a version, open a chain, or begin to move the view."""
        self._tag_editor.commit()
        point = self.mapToScene(event.pos())
        version = self.history_scene.version_at(point)
        chain = self.history_scene.chain_at(point)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and version is not None:
            self.document.go_to(version)
        elif is_left and chain is not None:
            self.history_scene.open_chain(chain)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan = event.pos()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the view."""
        if self._pan is not None:
            step = event.pos() - self._pan
            self._pan = event.pos()
            self.navigator.pan(step.x(), step.y())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Moving the view ends."""
        self._pan = None
        self.viewport().unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the pipeline of a version."""
        version = self.history_scene.version_at(self.mapToScene(event.pos()))
        if version is not None and event.button() == Qt.MouseButton.LeftButton:
            self.version_chosen.emit(version)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a version, or with the tree."""
        version = self.history_scene.version_at(self.mapToScene(event.pos()))
        commands = HistoryCommands(
            self.version_chosen.emit,
            self.compare_requested.emit,
            self.edit_tag,
            self.prune,
            self.fit,
        )
        menu = history_menu(self.history_scene, commands, version, self)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the tree; typing text begins a tag."""
        steps = {
            Qt.Key.Key_Up: self._go_up,
            Qt.Key.Key_Down: self._go_down,
            Qt.Key.Key_Left: lambda: self._go_beside(-1),
            Qt.Key.Key_Right: lambda: self._go_beside(1),
            Qt.Key.Key_Return: lambda: self.version_chosen.emit(self.document.version),
            Qt.Key.Key_Enter: lambda: self.version_chosen.emit(self.document.version),
            Qt.Key.Key_F2: self.edit_tag,
            Qt.Key.Key_Delete: self.prune,
        }
        step = steps.get(Qt.Key(event.key()))
        others = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        plain = not event.modifiers() & others
        if step is not None and plain:
            step()
        elif plain and event.text().strip() and event.text().isprintable():
            self.edit_tag(event.text())
        else:
            super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------

    def _follow(self, document: Document) -> None:
        document.history_changed.connect(self._refresh)
        document.version_changed.connect(self._refresh)

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        self.history_scene.refresh()
        if not self._is_fitted:
            self._is_fitted = True
            self.fit()
        item = self.history_scene.versions.get(self.document.version)
        if item is not None:
            self.navigator.reveal(item.sceneBoundingRect())

    def _go_up(self) -> None:
        shown = self.history_scene.tree.get(self.document.version)
        if shown is not None:
            self.document.go_to(shown.parent)

    def _go_down(self) -> None:
        below = self._children(self.document.version)
        if below:
            self.document.go_to(below[0])

    def _go_beside(self, step: int) -> None:
        """The next version to the side at the same height."""
        items = self.history_scene.versions
        here = items.get(self.document.version)
        if here is None:
            return
        beside = [
            one
            for one in items.values()
            if (one.x() - here.x()) * step > 1 and abs(one.y() - here.y()) < 40
        ]
        if beside:
            self.document.go_to(min(beside, key=lambda one: abs(one.x() - here.x())).version)

    def _children(self, version: int) -> list[int]:
        tree = self.history_scene.tree
        return [one.version for one in tree.values() if one.parent == version != one.version]

    def centre_of(self, version: int) -> QPointF:
        """The middle of a version in the scene."""
        return self.history_scene.versions[version].pos()
