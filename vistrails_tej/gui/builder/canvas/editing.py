"""CanvasEditing: what the canvas does to the pipeline, each time as one version."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QClipboard

from ....dataflow import (
    DataflowError,
    ModuleDescriptor,
    ModuleHandle,
    Pipeline,
    PortSpec,
    VistrailEditor,
    cut_out,
)
from ..document import Document
from ..port_visibility import SHOWN_PORTS, shown_ports_note
from .alignment import Alignment, aligned
from .clipboard import has_part, part_mime, pasted_part
from .layered import layered_places
from .scene import PipelineScene, to_place

_STEP = 20.0


class CanvasEditing:
    """Edits the document of a scene, and selects what came of it.

    While a comparison of versions is drawn there is nothing to edit, and nothing happens.
    """

    def __init__(self, scene: PipelineScene, clipboard: QClipboard) -> None:
        self.scene = scene
        self._clipboard = clipboard
        self._pasted = 0

    @property
    def _document(self) -> Document:
        return self.scene.document

    @property
    def can_edit(self) -> bool:
        """Whether the pipeline that is drawn can be changed."""
        return not self.scene.is_comparing

    # -- modules -----------------------------------------------------------------------------

    def add_module(self, descriptor: ModuleDescriptor, point: QPointF) -> int | None:
        """Add a module around a point of the scene and select it; returns its id."""
        if not self.can_edit:
            return None

        added = self._document.edit(
            "Added module", lambda editor: add_kind(editor, descriptor, point).id
        )
        if added is not None:
            self.scene.select([added])
        return added

    def rename(self, module_id: int, label: str) -> None:
        """Give a module a label; a blank one, or the name of its kind, takes the label away."""
        module = self.scene.pipeline.modules.get(module_id)
        if module is None or not self.can_edit or label.strip() == module.label:
            return
        new = "" if label.strip() == module.name else label
        self._document.edit(
            "Set label", lambda editor: editor.set_label(editor.module(module_id), new)
        )

    def delete_selected(self) -> None:
        """Delete the selected modules, with their connections, and the selected connections."""
        modules = self.scene.selected_modules()
        connections = self.scene.selected_connections()
        if not self.can_edit or not (modules or connections):
            return

        def change(editor: VistrailEditor) -> None:
            for number in connections:
                editor.disconnect(number)
            editor.delete(*map(editor.module, modules))

        self._document.edit("Deleted modules" if modules else "Deleted connections", change)

    def show_port(self, module_id: int, spec: PortSpec, *, shown: bool) -> None:
        """Draw an optional port, or not."""

        def change(editor: VistrailEditor) -> None:
            handle = editor.module(module_id)
            note = shown_ports_note(handle.module, spec, shown=shown)
            editor.annotate(handle, SHOWN_PORTS, note)

        if self.can_edit:
            self._document.edit(f"{'Show' if shown else 'Hide'} port {spec.name}", change)

    # -- places ------------------------------------------------------------------------------

    def keep_places(self, module_ids: Collection[int]) -> None:
        """Let modules be where they are drawn now."""
        self.move_to({number: self.scene.modules[number].pos() for number in module_ids})

    def move_to(self, points: Mapping[int, QPointF], description: str = "Moved modules") -> None:
        """Put modules at other points of the scene."""
        if not self.can_edit:
            return

        def change(editor: VistrailEditor) -> None:
            editor.move({editor.module(one): to_place(point) for one, point in points.items()})

        self._document.edit(description, change)
        # What was not moved, or moved by less than a pixel, has to be drawn where it is.
        self.scene.put_back()

    def align(self, how: Alignment) -> None:
        """Put the selected modules in line."""
        boxes = {one: self.scene.modules[one].box_rect for one in self.scene.selected_modules()}
        if len(boxes) > 1:
            self.move_to(aligned(boxes, how), "Aligned modules")

    def lay_out(self) -> None:
        """Give the selected modules, or all if less than two are, places that data flows down."""
        chosen = self.scene.selected_modules()
        if len(chosen) < 2:
            chosen = list(self.scene.modules)
        if not chosen:
            return
        rects = {number: self.scene.modules[number].box_rect for number in chosen}
        sizes = {number: (rect.width(), rect.height()) for number, rect in rects.items()}
        middle = to_place(self.scene.boxes_rect(chosen).center())
        ports = {
            number: (item.line.x1() - item.source.pos().x(), item.line.x2() - item.target.pos().x())
            for number, item in self.scene.connections.items()
        }
        places = layered_places(self.scene.pipeline, sizes, middle=middle, ports=ports)
        points = {number: QPointF(x, -y) for number, (x, y) in places.items()}
        self.move_to(points, "Laid out modules")

    # -- clipboard ---------------------------------------------------------------------------

    @property
    def can_paste(self) -> bool:
        """Whether there are modules on the clipboard."""
        return self.can_edit and has_part(self._clipboard.mimeData())

    def copy(self) -> bool:
        """Put the selected modules on the clipboard; False if there are none."""
        selected = self.scene.selected_modules()
        if not selected:
            return False
        part = cut_out(self.scene.pipeline, selected)
        try:
            mime = part_mime(part, self._document.vistrail, self._document.registry)
        except DataflowError as error:
            self._document.refused.emit(str(error))
            return False
        self._clipboard.setMimeData(mime)
        self._pasted = 0
        return True

    def cut(self) -> None:
        """Put the selected modules on the clipboard and delete them."""
        if self.can_edit and self.copy():
            self.delete_selected()
            # Pasted again, they are where they were.
            self._pasted = -1

    def paste(self, visible: QRectF) -> None:
        """Add copies of what is on the clipboard, a bit beside the originals, and select them.

        They come into the middle of ``visible`` if they would be outside it.
        """
        mime = self._clipboard.mimeData()
        if mime is None or not self.can_paste:
            return
        self._pasted += 1
        step = _STEP * self._pasted

        def change(editor: VistrailEditor) -> list[int]:
            part = pasted_part(mime, self._document.registry)
            offset = _offset_into(visible, part, step)
            return [handle.id for handle in editor.paste(part, offset).values()]

        self._select_new(self._document.edit("Pasted", change))

    def duplicate(self) -> None:
        """Add copies of the selected modules beside them, and select the copies."""
        part = cut_out(self.scene.pipeline, self.scene.selected_modules())
        if not self.can_edit or not part.modules:
            return

        def change(editor: VistrailEditor) -> list[int]:
            return [handle.id for handle in editor.paste(part, (_STEP, -_STEP)).values()]

        self._select_new(self._document.edit("Duplicated", change))

    def select_all(self) -> None:
        """Select everything."""
        self.scene.select(self.scene.modules.keys(), self.scene.connections.keys())

    def _select_new(self, module_ids: list[int] | None) -> None:
        if module_ids is not None:
            self.scene.select(module_ids)


def add_kind(editor: VistrailEditor, kind: ModuleDescriptor, point: QPointF) -> ModuleHandle:
    """Add a module of a kind, around a point of the scene."""
    return editor.add(kind.name, package=kind.package, namespace=kind.namespace, at=to_place(point))


def _offset_into(visible: QRectF, part: Pipeline, step: float) -> tuple[float, float]:
    """How far copies are moved from their originals, y growing upwards."""
    places = [module.location or (0.0, 0.0) for module in part.modules.values()]
    if not places:
        return step, -step
    xs, ys = [x for x, _ in places], [-y for _, y in places]
    middle = QPointF((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    if visible.contains(middle + QPointF(step, step)):
        return step, -step
    x, y = to_place(visible.center() - middle)
    return x + step, y - step
