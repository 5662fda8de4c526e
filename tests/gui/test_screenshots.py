"""The pictures of the windows: made in both themes, and nothing on them is cut or hidden.

With PICTURES_FOLDER in the environment they are written there, as scripts/screenshots does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QImage
from PyQt5.QtWidgets import QLabel, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.theme import DARK, LIGHT, Theme

from .picture_checks import is_blank, problems_of
from .picture_names import NAMES, SHARP

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
THEMES = ("light", "dark")
# Both pages and the README name pictures by their path.
_NAMED = re.compile(r"pictures/([\w-]+)\.png")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go."""
    wanted = os.environ.get("PICTURES_FOLDER")
    made = Path(wanted) if wanted else tmp_path_factory.mktemp("pictures")
    made.mkdir(parents=True, exist_ok=True)
    return made


def make(folder: Path, theme: str, *names: str, scale: int = 1) -> dict[str, list[str]]:
    """Make pictures in a program of its own: the size of everything is fixed when it starts."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(scale))
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.pictures", str(folder), theme, *names],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == set(names)
    return {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("half", [0, 1])
def test_nothing_is_clipped_hidden_or_blank(folder: Path, theme: str, half: int) -> None:
    names = NAMES[half::2]
    assert make(folder, theme, *names) == {}
    assert all((folder / f"{name}-{theme}.png").is_file() for name in names)


@pytest.mark.parametrize("theme", THEMES)
def test_pictures_for_dense_screens_have_twice_the_pixels(folder: Path, theme: str) -> None:
    name = SHARP[0]
    assert make(folder, theme, *SHARP, scale=2) == {}
    image = QImage(str(folder / f"{name}-{theme}-2x.png"))
    assert (image.width(), image.height()) == (2560, 1640)


def test_larger_letters_are_not_clipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICTURES_POINTS", "13")
    names = [name for name in NAMES if name.startswith(("module-info", "configure", "report"))]
    assert make(tmp_path, "light", "builder", "host-key", "trust", *names) == {}


def test_the_docs_show_only_pictures_that_are_made_and_kept() -> None:
    pages = [*DOCS.rglob("*.rst"), ROOT / "README.rst"]
    named = {name for page in pages for name in _NAMED.findall(page.read_text(encoding="utf-8"))}
    made = {f"{name}-{theme}" for name in NAMES for theme in THEMES}
    made |= {f"{name}-{theme}-2x" for name in SHARP for theme in THEMES}
    assert named
    assert named <= made
    kept = {path.stem for path in (DOCS / "pictures").glob("*.png")}
    assert named <= kept <= made


def luminance(color: QColor) -> float:
    """The relative luminance of WCAG 2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def text_pairs(theme: Theme) -> list[tuple[str, str]]:
    """Every colour of text with every colour that is behind it."""
    inks = ("text", "faint_text", "error", "warning", "success", "link")
    pairs = [
        (getattr(theme, ink), ground) for ink in inks for ground in (theme.window, theme.panel)
    ]
    pairs += [(theme.text, ground) for ground in (theme.button, theme.hover, theme.pressed)]
    pairs += [(theme.accent_text, ground) for ground in (theme.accent, theme.accent_hover)]
    pairs += [(ink, theme.canvas) for ink in (theme.text, theme.faint_text)]
    pairs += [(theme.box_text, theme.box), (theme.box_faint_text, theme.box)]
    fills = [look.fill for look in theme.states.values()]
    marks = (theme.added, theme.removed, theme.changed)
    versions = (theme.version_mine, theme.version_others)
    return pairs + [(theme.box_text, fill) for fill in (*fills, *marks, *versions)]


def line_pairs(theme: Theme) -> list[tuple[str, str]]:
    """What is drawn as lines, with what is behind it."""
    grounds = (theme.window, theme.panel)
    pairs = [(line, ground) for line in (theme.outline, theme.accent) for ground in grounds]
    lines = (theme.connection, theme.box_border, theme.selection)
    return pairs + [(line, theme.canvas) for line in lines]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=THEMES)
def test_texts_and_lines_can_be_told_from_what_is_behind_them(theme: Theme) -> None:
    faint = [(pair, contrast(*pair)) for pair in text_pairs(theme) if contrast(*pair) < 4.5]
    faint += [(pair, contrast(*pair)) for pair in line_pairs(theme) if contrast(*pair) < 3]
    assert faint == []


# -- the checks themselves -------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 200)
    return page


def test_a_text_that_is_cut_is_found(page: QWidget) -> None:
    label, button, wrapped = (
        QLabel("a long sentence", page),
        QPushButton("Save all", page),
        QLabel(page),
    )
    label.setGeometry(0, 0, 20, 30)
    button.setGeometry(170, 0, 30, 30)
    wrapped.setWordWrap(True)
    wrapped.setText("several words in several lines")
    wrapped.setGeometry(280, 0, 60, 10)
    page.show()
    assert len(problems_of(page)) == 3
    for one in (label, button, wrapped):
        one.resize(100, 90)
    label.resize(label.sizeHint())
    assert problems_of(page) == []


def test_a_tab_that_is_cut_is_found(page: QWidget) -> None:
    bar = QTabBar(page)
    bar.setElideMode(Qt.TextElideMode.ElideRight)
    bar.setUsesScrollButtons(False)
    for _ in range(3):
        bar.addTab("a name of some length")
    bar.setGeometry(0, 0, 150, 30)
    page.show()
    assert any("is cut" in line for line in problems_of(page))


def test_what_lies_on_something_else_or_outside_is_found(page: QWidget) -> None:
    one, other, outside = QWidget(page), QWidget(page), QWidget(page)
    one.setGeometry(0, 0, 50, 50)
    other.setGeometry(40, 40, 50, 50)
    outside.setGeometry(380, 150, 50, 20)
    page.show()
    found = problems_of(page)
    assert len(found) == 2
    assert any("overlap" in line for line in found)
    assert any("leaves its parent" in line for line in found)


def test_a_blank_picture_is_found(qapp: object) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#f3f4f6"))
    assert is_blank(image)
    for place in range(100):
        for row in range(40):
            image.setPixelColor(place, row, QColor(place, row, 200))
    assert not is_blank(image)
