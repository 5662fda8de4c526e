"""The canvas as a whole: zoom, overview, drops, menus, tooltips and what an empty one says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt5.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent, QHelpEvent, QImage, QPainter, QWheelEvent
from PyQt5.QtWidgets import QAction, QApplication, QLineEdit, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import Direction, ModuleEvent, ModuleState, Registry
from vistrails_tej.gui.builder.canvas.glyphs import glyph_path
from vistrails_tej.gui.builder.canvas.navigation import LEAST_SCALE, MOST_SCALE
from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.module_mime import module_mime
from vistrails_tej.gui.theme import DARK, LIGHT, Glyph

from .canvas_hand import Hand, open_canvas

QUEUE, SUBMIT, DOWNLOAD = 5, 6, 7


@pytest.fixture
def document(open_document: Callable[[str], Document]) -> Document:
    return open_document("tej-primes.vt")


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> CanvasView:
    return open_canvas(qtbot, document)


def wheel(view: CanvasView, place: QPoint, turn: int) -> None:
    where = QPointF(place)
    event = QWheelEvent(
        where,
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def widget(view: CanvasView, name: str) -> QWidget:
    found = view.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


# -- zoom --------------------------------------------------------------------------------------


def test_the_wheel_zooms_and_what_is_under_the_mouse_stays_there(view: CanvasView) -> None:
    place = QPoint(620, 200)
    before = view.mapToScene(place)
    for _ in range(4):
        wheel(view, place, 120)
    assert view.scale_factor == pytest.approx(1.2**4)
    assert (view.mapToScene(place) - before).manhattanLength() < 4


def test_zoom_stays_within_its_limits(view: CanvasView) -> None:
    for _ in range(60):
        view.zoom_in()
    assert view.scale_factor == MOST_SCALE
    for _ in range(90):
        view.zoom_out()
    assert view.scale_factor == LEAST_SCALE
    view.zoom_reset()
    assert view.scale_factor == pytest.approx(1.0)


def test_fit_shows_every_module(view: CanvasView) -> None:
    view.resize(300, 200)
    view.pan(4000, 900)
    view.fit()
    assert view.scale_factor < 1
    assert view.navigator.visible.contains(view.pipeline_scene.boxes_rect())


def test_drawing_is_smooth_again_after_moving(qtbot: QtBot, view: CanvasView) -> None:
    smooth = QPainter.RenderHint.Antialiasing
    view.pan(5, 5)
    assert not view.renderHints() & smooth
    qtbot.waitUntil(lambda: bool(view.renderHints() & smooth))


# -- what is drawn -----------------------------------------------------------------------------


def picture(view: CanvasView) -> QImage:
    return view.grab().toImage()


@pytest.mark.parametrize("scale", [1.0, 0.2], ids=["near", "far"])
def test_boxes_are_filled_by_state_near_and_far(
    qtbot: QtBot, view: CanvasView, scale: float
) -> None:
    view.navigator.zoom(scale / view.scale_factor)
    view.navigator.draw_smoothly()
    view.set_state(ModuleEvent(SUBMIT, ModuleState.SUCCESS))
    item = view.pipeline_scene.modules[SUBMIT]
    place = view.mapFromScene(item.pos() + QPointF(0, -18))
    assert picture(view).pixelColor(place).name() == LIGHT.states[ModuleState.SUCCESS].fill
    view.clear_states()
    assert picture(view).pixelColor(place).name() == LIGHT.box


def test_far_away_connections_and_moved_boxes_are_drawn_too(view: CanvasView) -> None:
    view.navigator.zoom(0.3 / view.scale_factor)
    view.navigator.draw_smoothly()
    before = picture(view)
    view.document.edit(
        "Moved modules",
        lambda editor: editor.move({editor.module(QUEUE): (-400.0, 300.0)}),
    )
    after = picture(view)
    box = view.mapFromScene(QPointF(-400, -300))
    assert before.pixelColor(box).name() != LIGHT.box
    assert after.pixelColor(box).name() == LIGHT.box
    view.document.edit("Deleted modules", lambda editor: editor.delete(editor.module(QUEUE)))
    assert picture(view).pixelColor(box).name() != LIGHT.box


def test_another_theme_changes_all_colours(view: CanvasView) -> None:
    view.set_theme(DARK)
    item = view.pipeline_scene.modules[SUBMIT]
    found = picture(view).pixelColor(view.mapFromScene(item.pos() + QPointF(0, -18)))
    assert found.name() == DARK.box
    assert picture(view).pixelColor(11, 11).name() in (DARK.canvas, DARK.canvas_dots)


@pytest.mark.parametrize("glyph", Glyph)
def test_every_sign_is_drawn_within_its_square(glyph: Glyph) -> None:
    rect = glyph_path(glyph).boundingRect()
    assert 0 <= rect.left() <= rect.right() <= 16
    assert 0 <= rect.top() <= rect.bottom() <= 16
    assert max(rect.width(), rect.height()) > 8


def test_an_empty_canvas_says_what_to_do_first(qtbot: QtBot, empty_document: Document) -> None:
    view = open_canvas(qtbot, empty_document)
    words = widget(view, "empty_state")
    assert words.isVisible()
    empty_document.edit("Added module", lambda editor: editor.add("String"))
    qtbot.waitUntil(words.isHidden)
    empty_document.undo()
    qtbot.waitUntil(words.isVisible)


# -- the overview ------------------------------------------------------------------------------


def test_the_minimap_is_there_when_something_is_out_of_sight(
    qtbot: QtBot, view: CanvasView
) -> None:
    minimap = widget(view, "minimap")
    assert minimap.isHidden()
    view.navigator.zoom(3)
    assert minimap.isVisible()
    assert view.rect().contains(minimap.geometry())
    view.fit()
    assert minimap.isHidden()


def test_a_click_in_the_minimap_goes_there(qtbot: QtBot, view: CanvasView) -> None:
    view.navigator.zoom(3)
    minimap = widget(view, "minimap")
    whole = view.pipeline_scene.sceneRect()
    qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(90, 6))
    middle = view.navigator.visible.center()
    assert abs(middle.x() - whole.center().x()) < 10
    assert abs(middle.y() - whole.top()) < 10


# -- drops -------------------------------------------------------------------------------------


def drop(view: CanvasView, mime: QMimeData, place: QPoint) -> bool:
    action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, action, mime, left, keys)
    QApplication.sendEvent(view.viewport(), enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(place), action, mime, left, keys)
        QApplication.sendEvent(view.viewport(), event)
    return enter.isAccepted()


def test_a_module_of_the_palette_is_added_where_it_is_dropped_and_selected(
    view: CanvasView, registry: Registry
) -> None:
    descriptor = registry.descriptor("org.vistrails.extra.tej", "DownloadFile")
    place = QPoint(100, 120)
    assert drop(view, module_mime(descriptor), place)
    (added,) = view.selected_modules()
    assert view.document.pipeline.modules[added].name == "DownloadFile"
    item = view.pipeline_scene.modules[added]
    assert (view.mapFromScene(item.pos()) - place).manhattanLength() <= 2


def test_other_things_are_left_to_the_window(view: CanvasView) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/somewhere/else.vt")])
    assert not drop(view, mime, QPoint(100, 120))


# -- menus and tooltips ------------------------------------------------------------------------


def entry(menu: QMenu, name: str) -> QAction:
    found = menu.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("module.documentation", "documentation_requested"),
        ("module.error", "error_requested"),
        ("module.run", "run_requested"),
    ],
)
def test_the_menu_of_a_module_asks_the_window(
    qtbot: QtBot, view: CanvasView, name: str, signal: str
) -> None:
    view.set_state(ModuleEvent(SUBMIT, ModuleState.ERROR, "why"))
    menu = view.module_menu(SUBMIT)
    with qtbot.waitSignal(getattr(view, signal)) as told:
        entry(menu, name).trigger()
    assert told.args == [SUBMIT]
    assert view.selected_modules() == [SUBMIT]


def test_only_a_failed_module_has_an_error_to_show(view: CanvasView) -> None:
    assert not entry(view.module_menu(SUBMIT), "module.error").isEnabled()


def test_the_menu_shows_and_hides_optional_ports(view: CanvasView) -> None:
    box = view.pipeline_scene.modules[SUBMIT]
    entry(view.module_menu(SUBMIT), "port.input.script").trigger()
    assert box.box.port(Direction.INPUT, "script") is not None
    shown = entry(view.module_menu(SUBMIT), "port.input.script")
    assert shown.isChecked()
    shown.trigger()
    assert box.box.port(Direction.INPUT, "script") is None


def test_the_menu_renames_deletes_and_configures(view: CanvasView) -> None:
    texts = [one.text().replace("&", "") for one in view.module_menu(SUBMIT).actions()]
    for wanted in ("Edit Configuration…", "Rename", "View Documentation", "Delete"):
        assert wanted in texts


def tooltip(view: CanvasView, point: QPointF) -> str:
    place = view.mapFromScene(point)
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    return QToolTip.text()


def test_tooltips_tell_ports_modules_and_connections(view: CanvasView) -> None:
    hand, scene = Hand(view), view.pipeline_scene
    text = tooltip(view, hand.port(DOWNLOAD, Direction.INPUT, "job"))
    assert "<b>job</b> (Job)" in text
    assert "must be connected" in text
    assert "Set to: output" in tooltip(view, hand.port(DOWNLOAD, Direction.INPUT, "filename"))
    view.set_state(ModuleEvent(SUBMIT, ModuleState.ERROR, "the job died"))
    assert "Failed: the job died" in tooltip(view, scene.modules[SUBMIT].pos())
    (link,) = view.document.pipeline.outgoing(QUEUE)
    curve = scene.connections[link.id].path()
    assert "Queue.queue to SubmitJob.queue" in tooltip(view, curve.pointAtPercent(0.5))


def test_everything_has_a_name_for_screen_readers(view: CanvasView) -> None:
    assert view.accessibleName() == "Pipeline"
    view.select([SUBMIT])
    assert view.accessibleDescription() == "SubmitJob: 3 inputs, 2 outputs"
    view.select([SUBMIT, QUEUE])
    assert view.accessibleDescription() == "2 modules selected"
    for name in ("minimap", "empty_state"):
        assert widget(view, name).accessibleName()


def test_a_canvas_that_is_gone_does_not_listen_any_more(
    qtbot: QtBot, document: Document, registry: Registry
) -> None:
    view = CanvasView(document, LIGHT)
    view.show()
    with qtbot.waitSignal(view.destroyed):
        view.deleteLater()
    assert document.edit("Added module", lambda editor: editor.add("String")) is not None


def test_another_document_is_shown_as_a_whole(
    view: CanvasView, empty_document: Document, document: Document
) -> None:
    view.set_document(empty_document)
    assert view.document is empty_document
    assert not view.pipeline_scene.modules
    view.set_document(document)
    assert view.navigator.visible.contains(view.pipeline_scene.boxes_rect())


def test_a_label_that_is_edited_is_kept_when_the_view_moves(
    qtbot: QtBot, view: CanvasView, document: Document
) -> None:
    view.rename(QUEUE)
    line = view.findChild(QLineEdit, "label_editor")
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "Cluster")
    wheel(view, QPoint(100, 100), 120)
    assert document.pipeline.modules[QUEUE].label == "Cluster"


def test_commands_that_would_do_nothing_are_turned_off(view: CanvasView) -> None:
    actions = view.actions_by_name
    view.select([])
    assert not any(actions[name].isEnabled() for name in ("copy", "delete", "align_left"))
    view.select([QUEUE])
    assert all(actions[name].isEnabled() for name in ("copy", "delete", "rename"))
    assert not actions["align_left"].isEnabled()
    view.select([QUEUE, SUBMIT])
    assert actions["align_left"].isEnabled()
    assert not actions["rename"].isEnabled()
