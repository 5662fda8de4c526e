"""The scene draws the pipeline of its document, and follows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QApplication

from vistrails_tej.dataflow import (
    Direction,
    ModuleEvent,
    ModuleState,
    Registry,
    Vistrail,
    VistrailEditor,
    edit_vistrail,
    read_vistrail,
)
from vistrails_tej.gui.builder.canvas.box_paints import Mark
from vistrails_tej.gui.builder.canvas.clipboard import part_mime, pasted_part
from vistrails_tej.gui.builder.canvas.scene import PipelineScene, to_place, to_scene
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.port_visibility import SHOWN_PORTS
from vistrails_tej.gui.theme import DARK, LIGHT

TARGET, FORMAT, QUEUE, SUBMIT, DOWNLOAD, PRINT = 0, 2, 5, 6, 7, 8


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def scene(document: Document) -> PipelineScene:
    return PipelineScene(document, LIGHT)


def drawn(scene: PipelineScene) -> tuple[set[int], set[int]]:
    return set(scene.modules), set(scene.connections)


def inputs(scene: PipelineScene, module_id: int) -> list[str]:
    return [one.spec.name for one in scene.modules[module_id].box.inputs]


def test_every_module_is_where_the_file_has_it_upside_down(
    scene: PipelineScene, document: Document
) -> None:
    for number, module in document.pipeline.modules.items():
        assert module.location is not None
        assert scene.modules[number].pos() == QPointF(module.location[0], -module.location[1])
        assert to_place(to_scene(module.location)) == module.location


def test_every_connection_goes_from_port_to_port(scene: PipelineScene, document: Document) -> None:
    assert drawn(scene)[1] == set(document.pipeline.connections)
    for number, one in document.pipeline.connections.items():
        line = scene.connections[number].line
        source, target = (
            scene.modules[one.source.module_id],
            scene.modules[one.destination.module_id],
        )
        assert line.p1() == source.link_point(Direction.OUTPUT, one.source.port)
        assert line.p2() == target.link_point(Direction.INPUT, one.destination.port)
        assert target.port_at(line.p2() + QPointF(0, 8)) is not None


def test_only_what_an_edit_changes_is_drawn_anew(scene: PipelineScene, document: Document) -> None:
    before = dict(scene.modules), dict(scene.connections)
    scene.select([QUEUE])

    def change(editor: VistrailEditor) -> None:
        editor.delete(editor.module(PRINT))
        editor.add("StandardOutput", at=(300, 0))

    document.edit("Replaced", change)
    kept = set(before[0]) - {PRINT}
    assert all(scene.modules[number] is before[0][number] for number in kept)
    assert set(scene.connections) == set(document.pipeline.connections)
    assert all(scene.connections[number] is before[1][number] for number in scene.connections)
    assert len(scene.modules) == len(before[0])
    assert scene.selected_modules() == [QUEUE]
    assert len(scene.items()) == len(scene.modules) + len(scene.connections)


def test_undo_brings_back_modules_and_connections(scene: PipelineScene, document: Document) -> None:
    before = drawn(scene)
    document.edit("Deleted modules", lambda editor: editor.delete(editor.module(SUBMIT)))
    assert drawn(scene) != before
    document.undo()
    assert drawn(scene) == before


def test_optional_ports_are_drawn_when_asked_for_or_connected(
    scene: PipelineScene, document: Document
) -> None:
    assert inputs(scene, SUBMIT) == ["queue", "start.sh", "input"]
    document.edit(
        "Show port",
        lambda one: one.annotate(one.module(SUBMIT), SHOWN_PORTS, '{"input": ["script"]}'),
    )
    assert inputs(scene, SUBMIT) == ["queue", "start.sh", "input", "script"]

    def connect(editor: VistrailEditor) -> None:
        editor.connect(editor.find("script")["value"], editor.module(FORMAT)["format"])
        text = editor.add("Directory")
        editor.connect(text["value"], editor.module(SUBMIT)["job"])

    document.edit("Connected", connect)
    assert inputs(scene, SUBMIT) == ["queue", "start.sh", "input", "job", "script"]


def test_a_port_added_by_the_user_is_drawn_and_connections_keep_to_their_ports(
    scene: PipelineScene, document: Document
) -> None:
    document.edit("Added port", lambda one: one.add_port(one.module(QUEUE), "extra", output=True))
    (link,) = document.pipeline.outgoing(QUEUE, "queue")
    item = scene.modules[QUEUE]
    assert [one.spec.name for one in item.box.outputs] == ["queue", "extra"]
    assert scene.connections[link.id].line.p1() == item.link_point(Direction.OUTPUT, "queue")


def test_mandatory_and_used_ports_are_told_from_others(scene: PipelineScene) -> None:
    box = scene.modules[DOWNLOAD].box
    looks = {one.spec.name: (one.look.is_mandatory, one.look.is_filled) for one in box.inputs}
    assert looks == {"job": (True, True), "filename": (False, True)}
    (value, text) = scene.modules[TARGET].box.outputs
    assert (value.look.is_filled, text.look.is_filled) == (True, False)


def test_a_label_stands_above_the_name_of_the_kind(scene: PipelineScene) -> None:
    box = scene.modules[TARGET].box
    assert (box.label, box.subtitle) == ("Target number", "(Integer)")
    assert (scene.modules[QUEUE].box.label, scene.modules[QUEUE].box.subtitle) == ("Queue", "")


def test_modules_of_missing_packages_are_drawn_with_their_connections(
    qapp: QApplication, registry: Registry, document: Document
) -> None:
    bare = Registry()
    scene = PipelineScene(Document(document.vistrail, bare), LIGHT)
    assert drawn(scene) == (set(document.pipeline.modules), set(document.pipeline.connections))
    item = scene.modules[SUBMIT]
    assert not item.look.is_known
    assert "not loaded" in item.tooltip_at(item.pos())
    assert set(inputs(scene, SUBMIT)) == {"queue", "start.sh", "input"}


VISTRAILS = sorted((Path(__file__).parents[1] / "data" / "vt").glob("*.vt"))


@pytest.mark.parametrize("path", VISTRAILS, ids=lambda path: path.stem)
def test_every_vistrail_we_know_is_drawn_and_copied_as_a_whole(
    qapp: QApplication, registry: Registry, path: Path
) -> None:
    document = Document(read_vistrail(path), registry)
    pipeline = document.pipeline
    scene = PipelineScene(document, LIGHT)
    assert drawn(scene) == (set(pipeline.modules), set(pipeline.connections))
    for one in pipeline.connections.values():
        for end, way in ((one.source, Direction.OUTPUT), (one.destination, Direction.INPUT)):
            assert scene.modules[end.module_id].box.port(way, end.port) is not None
    mime = part_mime(pipeline, document.vistrail, registry)
    copy = pasted_part(mime, registry)
    assert [one.name for one in copy.modules.values()] == [
        one.name for _, one in sorted(pipeline.modules.items())
    ]
    assert len(copy.connections) == len(pipeline.connections)


def test_a_group_has_the_ports_of_what_is_inside(qapp: QApplication, registry: Registry) -> None:
    path = next(one for one in VISTRAILS if one.stem == "71_group_inputs")
    scene = PipelineScene(Document(read_vistrail(path), registry), LIGHT)
    (group,) = [one for one in scene.modules.values() if one.module.kind == "group"]
    assert group.box.inputs
    assert group.look.is_known


def test_modules_without_a_place_are_laid_out_below_the_others(
    qapp: QApplication, registry: Registry
) -> None:
    editor = edit_vistrail(Vistrail({}), registry)
    first, second = editor.add("String"), editor.add("StandardOutput")
    editor.connect(first["value"], second["value"])
    document = Document(editor.vistrail, registry)
    pipeline = document.pipeline
    scene = PipelineScene(document, LIGHT)
    lost = {number: replace(one, location=None) for number, one in pipeline.modules.items()}
    document.pipeline_changed.emit(pipeline, replace(pipeline, modules=lost))
    assert scene.modules[first.id].pos().y() < scene.modules[second.id].pos().y()


def test_states_and_messages_of_a_run_are_shown_until_an_edit(
    scene: PipelineScene, document: Document
) -> None:
    for number in scene.modules:
        scene.set_state(ModuleEvent(number, ModuleState.SUCCESS))
    scene.set_state(ModuleEvent(SUBMIT, ModuleState.ERROR, "no <such> queue\nand more"))
    item = scene.modules[SUBMIT]
    assert item.look.state is ModuleState.ERROR
    assert "no &lt;such&gt; queue" in item.tooltip_at(item.pos())
    assert item.boundingRect().bottom() > item.box.rect.bottom() + 10
    document.edit("Set", lambda editor: editor.set(editor.module(FORMAT), "format", "{number}"))
    stale = {number for number, one in scene.modules.items() if one.look.state is None}
    assert {FORMAT, SUBMIT, DOWNLOAD, PRINT} <= stale
    assert not stale & {TARGET, QUEUE}
    assert item.boundingRect().bottom() < item.box.rect.bottom() + 10


def test_events_inside_a_group_do_not_touch_modules_of_the_same_id(scene: PipelineScene) -> None:
    scene.set_state(ModuleEvent(SUBMIT, ModuleState.ERROR, "inside", path=(QUEUE,)))
    assert scene.modules[SUBMIT].look.state is None


def test_progress_is_shown_while_a_module_computes(scene: PipelineScene) -> None:
    scene.set_state(ModuleEvent(SUBMIT, ModuleState.COMPUTING, progress=0.4))
    assert scene.modules[SUBMIT].look.progress == 0.4
    scene.set_state(ModuleEvent(SUBMIT, ModuleState.SUCCESS, progress=1.0))
    assert scene.modules[SUBMIT].look.progress is None


def test_differences_are_drawn_and_taken_away(scene: PipelineScene, document: Document) -> None:
    before = document.pipeline

    def change(editor: VistrailEditor) -> None:
        editor.delete(editor.module(PRINT))
        editor.set(editor.module(QUEUE), "hostname", "elsewhere")

    document.edit("Changed", change)
    added = document.edit("Added module", lambda editor: editor.add("List").id)
    assert added is not None
    scene.show_differences(before, document.pipeline)
    marks = {number: one.look.mark for number, one in scene.modules.items() if one.look.mark}
    assert marks == {PRINT: Mark.REMOVED, QUEUE: Mark.CHANGED, added: Mark.ADDED}
    assert scene.is_comparing
    scene.show_differences(None)
    assert set(scene.modules) == set(document.pipeline.modules)
    assert not any(one.look.mark for one in scene.modules.values())


def test_another_document_takes_the_place_of_the_first(
    scene: PipelineScene, document: Document, registry: Registry
) -> None:
    other = Document(Vistrail({}), registry)
    scene.set_document(other)
    assert drawn(scene) == (set(), set())
    document.edit("Added module", lambda editor: editor.add("String"))
    assert drawn(scene) == (set(), set())
    other.edit("Added module", lambda editor: editor.add("String"))
    assert len(scene.modules) == 1


def test_another_theme_paints_with_other_colours(scene: PipelineScene) -> None:
    scene.set_theme(DARK)
    assert scene.paints.theme is DARK
