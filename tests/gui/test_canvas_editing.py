"""Copy, paste, delete, align and the like, with their keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QMimeData, Qt
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Registry, Vistrail, VistrailEditor
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document

from .canvas_hand import open_canvas, places

SCRIPT, FORMAT, QUEUE, SUBMIT, DOWNLOAD, PRINT = 1, 2, 5, 6, 7, 8
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> CanvasView:
    QApplication.clipboard().clear()
    return open_canvas(qtbot, document)


def description(document: Document) -> str:
    return document.vistrail.versions[document.version].description


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_takes_the_selected_modules_in_one_version(
    qtbot: QtBot, view: CanvasView, document: Document, key: Qt.Key
) -> None:
    before = document.version
    view.select([SUBMIT, DOWNLOAD])
    qtbot.keyClick(view, key)
    assert document.pipeline.modules.keys().isdisjoint([SUBMIT, DOWNLOAD])
    assert document.vistrail.versions[document.version].parent == before
    assert description(document) == "Deleted modules"
    assert view.selected_modules() == []


def test_delete_takes_a_selected_connection(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    (link,) = document.pipeline.outgoing(QUEUE)
    view.pipeline_scene.select((), [link.id])
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert link.id not in document.pipeline.connections
    assert QUEUE in document.pipeline.modules
    assert description(document) == "Deleted connections"


def test_everything_can_be_selected_and_deleted(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    qtbot.keyClick(view, Qt.Key.Key_A, CTRL)
    assert view.selected_modules() == sorted(document.pipeline.modules)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not document.pipeline.modules
    document.undo()
    assert len(view.pipeline_scene.modules) == 9


def test_copies_are_pasted_with_values_labels_and_connections_and_selected(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([SUBMIT, DOWNLOAD, SCRIPT])
    qtbot.keyClick(view, Qt.Key.Key_C, CTRL)
    qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
    modules, pasted = document.pipeline.modules, view.selected_modules()
    assert [modules[one].label for one in pasted] == ["script", "SubmitJob", "DownloadFile"]
    assert [one.parameters[0].value for one in modules[pasted[0]].settings] == [
        one.parameters[0].value for one in modules[SCRIPT].settings
    ]
    (link,) = document.pipeline.outgoing(pasted[1])
    assert (link.destination.module_id, link.destination.port) == (pasted[2], "job")
    assert description(document) == "Pasted"


def test_each_paste_comes_a_bit_beside_the_last(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_C, CTRL)
    found = []
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
        found += places(document, view.selected_modules()).values()
    assert found == [(-170.0, 100.0), (-150.0, 80.0)]


def test_modules_are_pasted_into_another_window_where_they_are_seen(
    qtbot: QtBot, view: CanvasView, registry: Registry
) -> None:
    other = open_canvas(qtbot, Document(Vistrail({}), registry))
    other.pan(5000, 5000)
    view.select([QUEUE, SUBMIT])
    view.editing.copy()
    qtbot.keyClick(other, Qt.Key.Key_V, CTRL)
    names = [one.name for one in other.document.pipeline.modules.values()]
    assert names == ["Queue", "SubmitJob"]
    assert len(other.document.pipeline.connections) == 1
    for item in other.pipeline_scene.modules.values():
        assert other.navigator.visible.contains(item.box_rect)


def test_the_text_on_the_clipboard_is_a_vistrail_that_can_be_pasted_as_text(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.select([QUEUE])
    view.editing.copy()
    text = QApplication.clipboard().text()
    assert text.startswith("<vistrail ")
    mime = QMimeData()
    mime.setText(text)
    QApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
    (pasted,) = view.selected_modules()
    assert (pasted, document.pipeline.modules[pasted].name) == (9, "Queue")


def test_a_broken_text_is_refused_with_a_reason(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    version = document.version
    QApplication.clipboard().setText("<vistrail><action")
    with qtbot.waitSignal(document.refused):
        qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
    assert document.version == version


def test_nothing_is_pasted_of_other_texts(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    version = document.version
    QApplication.clipboard().setText("a shopping list")
    qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
    assert document.version == version


def test_what_is_cut_comes_back_where_it_was(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    place = places(document, [QUEUE])[QUEUE]
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_X, CTRL)
    assert QUEUE not in document.pipeline.modules
    qtbot.keyClick(view, Qt.Key.Key_V, CTRL)
    assert list(places(document, view.selected_modules()).values()) == [place]


def test_duplicates_come_beside_the_originals_and_leave_the_clipboard_alone(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    QApplication.clipboard().setText("kept")
    view.select([QUEUE])
    qtbot.keyClick(view, Qt.Key.Key_D, CTRL)
    assert list(places(document, view.selected_modules()).values()) == [(-170.0, 100.0)]
    assert QApplication.clipboard().text() == "kept"
    assert description(document) == "Duplicated"


def test_modules_are_aligned_in_one_version(view: CanvasView, document: Document) -> None:
    before = document.version
    view.select([QUEUE, SUBMIT, PRINT])
    view.actions_by_name["align_left"].trigger()
    boxes = [view.pipeline_scene.modules[one].box_rect for one in (QUEUE, SUBMIT, PRINT)]
    assert len({box.left() for box in boxes}) == 1
    assert document.vistrail.versions[document.version].parent == before


def test_the_layout_lets_data_flow_down_and_can_be_undone(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    before = places(document, document.pipeline.modules)
    qtbot.keyClick(view, Qt.Key.Key_L, CTRL)
    after = places(document, document.pipeline.modules)
    assert after != before
    for link in document.pipeline.connections.values():
        assert after[link.source.module_id][1] > after[link.destination.module_id][1]
    document.undo()
    assert view.pipeline_scene.modules[QUEUE].pos().x() == before[QUEUE][0]


def test_nothing_can_be_edited_while_versions_are_compared(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    before = document.pipeline
    document.edit("Added module", add_a_string)
    version = document.version
    view.show_differences(before, document.pipeline)
    qtbot.keyClick(view, Qt.Key.Key_A, CTRL)
    for key in (Qt.Key.Key_D, Qt.Key.Key_X, Qt.Key.Key_V, Qt.Key.Key_L):
        qtbot.keyClick(view, key, CTRL)
    for plain in (Qt.Key.Key_Delete, Qt.Key.Key_F2):
        qtbot.keyClick(view, plain)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert document.version == version


def add_a_string(editor: VistrailEditor) -> None:
    editor.add("String")
