"""PipelineScene: keeps the drawn modules and connections like those of the pipeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PyQt5.QtCore import QObject, QPointF, QRectF, QTimer, pyqtSignal
from PyQt5.QtGui import QFont, QTransform
from PyQt5.QtWidgets import QApplication, QGraphicsScene, QGraphicsSceneHelpEvent, QToolTip

from ....dataflow import Connection, ModuleEvent, Pipeline
from ...theme import Theme
from ..document import Document
from .box_content import BoxContents
from .box_layout import BoxLayouts
from .box_paints import BoxPaints, Mark
from .connection_item import ConnectionItem
from .differences import compared
from .layered import layered_places
from .module_item import ModuleItem
from .stale import stale_modules

_DRAG_PAUSE = 100


def to_scene(place: tuple[float, float]) -> QPointF:
    """A place in a vistrail, where y grows upwards, as one in the scene, where it grows down."""
    return QPointF(place[0], -place[1])


def to_place(point: QPointF) -> tuple[float, float]:
    """A point of the scene as a place in a vistrail, on a whole pixel."""
    return float(round(point.x())), float(round(-point.y()))


class PipelineScene(QGraphicsScene):
    """Draws the pipeline of a document, and follows it: only what changed is drawn anew.

    ``picture_changed`` says, once for many changes, that boxes came, went, moved or changed
    colour; ``revision`` grows with each change.
    """

    picture_changed = pyqtSignal()

    def __init__(self, document: Document, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paints = BoxPaints(theme)
        self._layouts = BoxLayouts(QFont(QApplication.font()))
        self._modules: dict[int, ModuleItem] = {}
        self._connections: dict[int, ConnectionItem] = {}
        self._ends: dict[int, set[int]] = {}
        self._found: dict[int, QPointF] = {}
        self._shown = Pipeline({}, {})
        self._is_comparing = False
        self.revision = 0
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self.picture_changed)
        self.selectionChanged.connect(self._count)
        self._document = document
        self._listen(document)

    # -- what there is -----------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The document that is drawn."""
        return self._document

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline that is drawn: the document's, or two versions of it in one."""
        return self._shown

    @property
    def is_comparing(self) -> bool:
        """Whether a comparison is drawn, which nobody can edit."""
        return self._is_comparing

    @property
    def paints(self) -> BoxPaints:
        """The pens and brushes of the theme."""
        return self._paints

    @property
    def modules(self) -> Mapping[int, ModuleItem]:
        """The boxes by the ids of their modules."""
        return self._modules

    @property
    def connections(self) -> Mapping[int, ConnectionItem]:
        """The curves by the ids of their connections."""
        return self._connections

    def module_at(self, point: QPointF) -> ModuleItem | None:
        """The box at a point, the uppermost."""
        return next((one for one in self.items(point) if isinstance(one, ModuleItem)), None)

    def connection_at(self, point: QPointF) -> ConnectionItem | None:
        """The connection at a point, if no box hides it."""
        found = self.items(point)
        first = found[0] if found else None
        return first if isinstance(first, ConnectionItem) else None

    def boxes_rect(self, module_ids: Iterable[int] | None = None) -> QRectF:
        """What the boxes cover, all of them or some."""
        wanted = self._modules if module_ids is None else module_ids
        rect = QRectF()
        for number in wanted:
            rect = rect.united(self._modules[number].box_rect)
        return rect

    # -- selection ---------------------------------------------------------------------------

    def selected_modules(self) -> list[int]:
        """The ids of the selected modules, in ascending order."""
        return sorted(one.module_id for one in self.selectedItems() if isinstance(one, ModuleItem))

    def selected_connections(self) -> list[int]:
        """The ids of the selected connections, in ascending order."""
        return sorted(
            one.connection_id for one in self.selectedItems() if isinstance(one, ConnectionItem)
        )

    def select(self, module_ids: Collection[int], connection_ids: Collection[int] = ()) -> None:
        """Select these and nothing else; ids that are not there are passed over."""
        before = self.selected_modules(), self.selected_connections()
        was_blocked = self.blockSignals(True)
        for module in self._modules.values():
            module.setSelected(module.module_id in module_ids)
        for connection in self._connections.values():
            connection.setSelected(connection.connection_id in connection_ids)
        self.blockSignals(was_blocked)
        if before != (self.selected_modules(), self.selected_connections()):
            self.selectionChanged.emit()

    # -- what is shown -----------------------------------------------------------------------

    def set_document(self, document: Document) -> None:
        """Draw another document."""
        self._document.pipeline_changed.disconnect(self._follow)
        self._is_comparing = False
        self._found.clear()
        self._show(Pipeline({}, {}))
        self._listen(document)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._paints = BoxPaints(theme)
        for module in self._modules.values():
            module.set_paints(self._paints)
        for connection in self._connections.values():
            connection.set_paints(self._paints)
        self.update()
        self._tell()

    def show_differences(self, before: Pipeline | None, after: Pipeline | None = None) -> None:
        """Draw what two versions have in common and what not; None draws the document again."""
        self._is_comparing = before is not None and after is not None
        self.clear_states()
        if before is not None and after is not None:
            both, modules, connections = compared(before, after)
            self._show(both)
        else:
            modules, connections = {}, {}
            self._show(self._document.pipeline)
        self._mark(modules, connections)

    def set_state(self, event: ModuleEvent) -> None:
        """Show what a run says of a module; what happens inside groups is theirs to sum up."""
        item = self._modules.get(event.module_id)
        if event.path or item is None or self._is_comparing:
            return
        state = item.look.state
        item.set_state(event)
        if event.state is not state:
            self._tell()

    def clear_states(self) -> None:
        """Show every module as idle."""
        for item in self._modules.values():
            item.clear_state()
        self._tell()

    def shift(self, module_ids: Collection[int], offset: QPointF) -> None:
        """Draw some modules elsewhere, with their connections; the pipeline stays as it is."""
        moved = set(module_ids)
        for number in moved:
            self._modules[number].setPos(self._modules[number].pos() + offset)
        self._route(moved)
        # More is about to come.
        self._tell(_DRAG_PAUSE)

    def put_back(self) -> None:
        """Draw every module where the pipeline has it."""
        self._route(self._put(self._modules))
        self._tell()

    # -- inside ------------------------------------------------------------------------------

    def _listen(self, document: Document) -> None:
        self._document = document
        document.pipeline_changed.connect(self._follow)
        self._show(document.pipeline)

    def _follow(self, before: Pipeline, after: Pipeline) -> None:
        if self._is_comparing:
            self._is_comparing = False
            self._mark({}, {})
        for number in stale_modules(before, after) & self._modules.keys():
            self._modules[number].clear_state()
        self._show(after)

    def _show(self, after: Pipeline) -> None:
        """Draw a pipeline by changing what differs from the one that is drawn."""
        before, self._shown = self._shown, after
        renewed = {
            number
            for number, one in after.connections.items()
            if (known := before.connections.get(number)) is not one and known != one
        }
        gone = self._connections.keys() - after.connections.keys()
        touched = self._remove_connections(gone | (renewed & self._connections.keys()))
        lost = self._modules.keys() - after.modules.keys()
        for number in lost:
            self.removeItem(self._modules.pop(number))
        touched |= {
            number
            for number, module in after.modules.items()
            if before.modules.get(number) is not module
        }
        for number in renewed:
            touched |= _ends(after.connections[number])
        moved = self._show_modules(touched & after.modules.keys())
        self._route(moved)
        self._add_connections(renewed)
        if moved or lost:
            self.setSceneRect(self.boxes_rect().adjusted(-50, -50, 50, 50))
        self._tell()

    def _show_modules(self, module_ids: Collection[int]) -> set[int]:
        """Draw these modules as they are now; returns those whose ports moved."""
        contents = BoxContents(self._shown, self._document.registry)
        added: dict[int, ModuleItem] = {}
        moved = set()
        for number in sorted(module_ids):
            module = self._shown.modules[number]
            content = contents.content(module)
            item = self._modules.get(number)
            if item is None:
                item = ModuleItem(module, content, self._layouts, self._paints)
                added[number] = item
            elif item.show_module(module, content):
                moved.add(number)
            self._modules[number] = item
        self._find_places()
        moved |= self._put(module_ids)
        for item in added.values():
            self.addItem(item)
        return moved

    def _put(self, module_ids: Iterable[int]) -> set[int]:
        """Put boxes where the pipeline has them; returns those that were elsewhere."""
        moved = set()
        for number in module_ids:
            item, location = self._modules[number], self._shown.modules[number].location
            point = self._found[number] if location is None else to_scene(location)
            if item.pos() != point:
                item.setPos(point)
                moved.add(number)
        return moved

    def _find_places(self) -> None:
        """Lay out modules that have no place, below the others; those laid out before stay."""
        modules = self._shown.modules.items()
        lost = [one for one, module in modules if module.location is None]
        if self._found.keys() >= set(lost):
            return
        sizes = {one: (self._modules[one].box.rect.width(), 50.0) for one in lost}
        found = {one: to_scene(place) for one, place in layered_places(self._shown, sizes).items()}
        lowest = max(
            (-module.location[1] for _, module in modules if module.location), default=-100
        )
        down = lowest + 100 - min(point.y() for point in found.values())
        for number, point in found.items():
            self._found.setdefault(number, point + QPointF(0, down))

    def _add_connections(self, connection_ids: Iterable[int]) -> None:
        for number in sorted(connection_ids):
            connection = self._shown.connections[number]
            source = self._modules.get(connection.source.module_id)
            destination = self._modules.get(connection.destination.module_id)
            if source is None or destination is None:
                continue
            item = ConnectionItem(connection, source, destination, self._paints)
            self._connections[number] = item
            for end in _ends(connection):
                self._ends.setdefault(end, set()).add(number)
            self.addItem(item)

    def _remove_connections(self, connection_ids: Iterable[int]) -> set[int]:
        touched = set()
        for number in connection_ids:
            item = self._connections.pop(number)
            for end in _ends(item.connection):
                self._ends[end].discard(number)
                touched.add(end)
            self.removeItem(item)
        return touched

    def _count(self) -> None:
        self.revision += 1

    def _tell(self, pause: int = 0) -> None:
        """Let others know of a change, when all that belongs to it is done."""
        self.revision += 1
        self._telling.start(pause)

    def _route(self, module_ids: Iterable[int]) -> None:
        wanted = {one for number in module_ids for one in self._ends.get(number, ())}
        for number in wanted:
            self._connections[number].route()

    def _mark(self, modules: Mapping[int, Mark], connections: Mapping[int, Mark]) -> None:
        for number, module in self._modules.items():
            module.set_mark(modules.get(number))
        for number, connection in self._connections.items():
            connection.set_mark(connections.get(number))
        self._tell()

    # -- Qt ----------------------------------------------------------------------------------

    def helpEvent(self, event: QGraphicsSceneHelpEvent) -> None:
        """Say what is under the mouse."""
        found = self.itemAt(event.scenePos(), QTransform())
        text = ""
        if isinstance(found, (ModuleItem, ConnectionItem)):
            text = found.tooltip_at(event.scenePos())
        QToolTip.showText(event.screenPos(), text, event.widget())
        event.setAccepted(bool(text))


def _ends(connection: Connection) -> set[int]:
    return {connection.source.module_id, connection.destination.module_id}
