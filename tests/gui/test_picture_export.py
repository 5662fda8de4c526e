"""Pipeline and history as pictures: all of them, in text that stays text, on a light ground too."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt5.QtGui import QColor, QImage
from PyQt5.QtWidgets import QFileDialog, QGraphicsView
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.builder.canvas.view import CanvasView
from vistrails_tej.gui.builder.document import Document
from vistrails_tej.gui.builder.history.view import HistoryView
from vistrails_tej.gui.builder.picture_export import PictureGround, ask_picture, export_scene
from vistrails_tej.gui.theme import DARK

from .dialogs import Answers

_SVG = "{http://www.w3.org/2000/svg}"
VIEWS = (CanvasView, HistoryView)
WORDS = {
    CanvasView: {"SubmitJob", "Target number", "(Integer)", "StandardOutput"},
    HistoryView: {"primes", "Start"},
}


@pytest.fixture(params=VIEWS, ids=["pipeline", "history"])
def view(
    request: pytest.FixtureRequest, open_document: Callable[[str], Document], qtbot: QtBot
) -> QGraphicsView:
    """A small window in the dark theme that shows little of it, zoomed in."""
    view = request.param(open_document("tej-primes.vt"), DARK)
    qtbot.addWidget(view)
    view.resize(200, 150)
    view.show()
    qtbot.waitExposed(view)
    for _ in range(4):
        view.zoom_in()
    return view


def texts(path: Path) -> set[str]:
    return {"".join(one.itertext()).strip() for one in ET.parse(path).iter(f"{_SVG}text")}


@pytest.mark.parametrize("ground", PictureGround)
def test_an_svg_has_all_there_is_and_its_texts_as_text(
    view: QGraphicsView, tmp_path: Path, ground: PictureGround
) -> None:
    path = tmp_path / "picture.svg"
    export_scene(view.scene(), path, "primes", DARK, ground)
    assert WORDS[type(view)] <= texts(path)
    root = ET.parse(path).getroot()
    assert root.findtext(f"{_SVG}title") == "primes"
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    whole = view.scene().itemsBoundingRect()
    assert width >= whole.width()
    assert height >= whole.height()


@pytest.mark.parametrize(
    ("ground", "color"), [(PictureGround.WHITE, "#ffffff"), (PictureGround.SCREEN, DARK.canvas)]
)
def test_a_png_has_all_there_is_on_the_ground_that_was_chosen(
    view: QGraphicsView, tmp_path: Path, ground: PictureGround, color: str
) -> None:
    path = tmp_path / "picture.png"
    export_scene(view.scene(), path, "primes", DARK, ground)
    image = QImage(str(path))
    whole = view.scene().itemsBoundingRect()
    assert image.width() >= 2 * whole.width()
    assert image.height() >= 2 * whole.height()
    corners = [(0, 0), (image.width() - 1, image.height() - 1)]
    assert {image.pixelColor(*corner).name() for corner in corners} == {color}
    assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 3


def test_a_picture_leaves_the_view_as_it_was(
    view: QGraphicsView, tmp_path: Path, qtbot: QtBot
) -> None:
    before = view.grab().toImage()
    selected = view.scene().selectedItems()
    with qtbot.assertNotEmitted(view.scene().selectionChanged):
        export_scene(view.scene(), tmp_path / "one.svg", "one", DARK, PictureGround.WHITE)
    assert view.scene().selectedItems() == selected
    assert view.grab().toImage() == before


def test_boxes_are_light_on_white_whatever_the_theme_is(
    open_document: Callable[[str], Document], qtbot: QtBot, tmp_path: Path
) -> None:
    view = CanvasView(open_document("tej-primes.vt"), DARK)
    qtbot.addWidget(view)
    path = tmp_path / "picture.png"
    export_scene(view.scene(), path, "primes", DARK, PictureGround.WHITE)
    image = QImage(str(path))
    dark = QColor(DARK.box).rgb()
    assert all(
        image.pixel(x, y) != dark
        for x in range(0, image.width(), 7)
        for y in range(0, image.height(), 7)
    )


def test_the_dialog_asks_for_format_and_ground(view: QGraphicsView, tmp_path: Path) -> None:
    answers = Answers(view)
    answers.choose_file("export_dialog", tmp_path / "a.png")
    chosen = ask_picture(view, tmp_path, "a")
    assert chosen == (tmp_path / "a.png", PictureGround.WHITE)
    dialog = view.findChild(QFileDialog, "export_dialog")
    seen = dialog.nameFilters()
    assert seen[0] == "SVG, on white (*.svg)"
    assert "PNG, as on the screen (*.png)" in seen
    dialog.filterSelected.emit(seen[-1])
    assert dialog.defaultSuffix() == "png"
