"""The icons: sharp at every size, in the colour of the theme, named as the program names them."""

from __future__ import annotations

import re
from array import array
from pathlib import Path

import pytest
from PyQt5.QtCore import QSize
from PyQt5.QtGui import QColor, QIcon, QImage

from vistrails_tej.gui.builder.window_actions import LOOKS
from vistrails_tej.gui.icons import SIZES, app_icon, icon, icon_names, pixmap
from vistrails_tej.gui.theme import DARK, LIGHT, Theme

FOLDER = Path(__file__).parents[2] / "vistrails_tej" / "gui" / "resources" / "icons"
WANTED = [
    "new",
    "open",
    "save",
    "undo",
    "redo",
    "pipeline",
    "history",
    "execute",
    "stop",
    "fit",
    "zoom",
    "search",
    "add",
    "remove",
    "eye",
    "link",
    "tick",
    "cross",
    "clock",
    "pause",
    "gear",
    "file",
    "folder",
    "settings",
    "app",
]
DRAWN = [name for name in icon_names() if name != "app"]


def inks(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    pixels = image.convertToFormat(QImage.Format.Format_ARGB32)
    bits = pixels.constBits()
    assert bits is not None
    bits.setsize(pixels.sizeInBytes())
    covered = {one for one in array("I", bytes(bits)) if one >> 24 == 255}
    return {QColor(one).name() for one in covered}


def far_from(wanted: str, image: QImage) -> set[str]:
    """The colours that are not the wanted one; mixing with nothing may round by one or two."""
    ink = QColor(wanted)

    def distance(name: str) -> int:
        other = QColor(name)
        parts = zip(ink.getRgb(), other.getRgb(), strict=True)
        return max(abs((a or 0) - (b or 0)) for a, b in parts)

    return {name for name in inks(image) if distance(name) > 2}


def image_of(drawn: QIcon, size: int, mode: QIcon.Mode = QIcon.Mode.Normal) -> QImage:
    return drawn.pixmap(QSize(size, size), mode).toImage()


def test_every_icon_that_is_needed_is_there() -> None:
    assert set(WANTED) <= set(icon_names())
    assert {look.icon for look in LOOKS.values() if look.icon} <= set(icon_names())


@pytest.mark.parametrize("name", DRAWN)
def test_an_icon_is_a_drawing_of_lines_in_one_colour(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text(encoding="ascii")
    assert 'viewBox="0 0 16 16"' in text
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"none", "currentColor"}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", DRAWN)
def test_an_icon_has_the_colour_of_the_theme(qapp: object, name: str, theme: Theme) -> None:
    drawn = icon(name, theme)
    assert image_of(drawn, 64).pixelColor(0, 0).alpha() == 0
    assert far_from(theme.text, image_of(drawn, 32)) == set()
    assert far_from(theme.disabled_text, image_of(drawn, 32, QIcon.Mode.Disabled)) == set()


@pytest.mark.parametrize("size", SIZES)
def test_an_icon_is_drawn_for_each_size_and_not_scaled(qapp: object, size: int) -> None:
    assert image_of(icon("stop", LIGHT), size).width() == size


@pytest.mark.parametrize("size", [16, 32, 48, 64])
def test_straight_lines_fill_whole_pixels(qapp: object, size: int) -> None:
    """A sharp line: crossing the square of "stop" we meet full ink or none at all."""
    image = image_of(icon("stop", LIGHT), size)
    alphas = {image.pixelColor(x, size // 2).alpha() for x in range(size)}
    assert alphas == {0, 255}


def test_a_picture_for_a_dense_screen_has_twice_the_pixels(qapp: object) -> None:
    drawn = pixmap("warning", LIGHT.warning, 32, 2.0)
    assert (drawn.width(), drawn.devicePixelRatio()) == (64, 2.0)
    assert inks(drawn.toImage()) == {LIGHT.warning}


def test_the_program_has_an_icon_of_its_own(qapp: object) -> None:
    assert len(inks(image_of(app_icon(), 64))) >= 3


def test_an_unknown_icon_is_refused(qapp: object) -> None:
    with pytest.raises(FileNotFoundError):
        icon("nonsense", LIGHT)
