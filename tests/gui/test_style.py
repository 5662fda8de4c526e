"""The style of all widgets: outlines that are seen, focus that is seen, in both themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QImage
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QStyleFactory,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.style import AppStyle, use_style
from vistrails_tej.gui.theme import DARK, LIGHT, Theme

KINDS: tuple[Callable[[], QWidget], ...] = (
    QLineEdit,
    QPlainTextEdit,
    QComboBox,
    QSpinBox,
    QCheckBox,
    QRadioButton,
    QPushButton,
)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The application, whose style and colours are given back afterwards."""
    before = qapp.palette()
    yield qapp
    qapp.setStyleSheet("")
    qapp.setProperty("app_style", None)
    qapp.setStyle(QStyleFactory.create("Fusion"))
    qapp.setPalette(before)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def theme(request: pytest.FixtureRequest, application: QApplication) -> Theme:
    use_style(application, request.param)
    return request.param


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A window with one other field, which takes the focus first."""
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(QLineEdit(page))
    return page


def shown(page: QWidget, widget: QWidget, qtbot: QtBot) -> QImage:
    page.layout().addWidget(widget)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return widget.grab().toImage()


def has(image: QImage, color: str) -> bool:
    """Whether more than a few pixels have a colour, or nearly so where it is smoothed."""
    wanted = QColor(color)

    def is_near(pixel: QColor) -> bool:
        pairs = zip(pixel.getRgb(), wanted.getRgb(), strict=True)
        return all(abs((one or 0) - (other or 0)) <= 16 for one, other in pairs)

    width, height = image.width(), image.height()
    pixels = (image.pixelColor(x, y) for x in range(width) for y in range(height))
    return sum(map(is_near, pixels)) >= 6


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_can_be_used_has_an_outline(
    theme: Theme, page: QWidget, qtbot: QtBot, kind: Callable[[], QWidget]
) -> None:
    assert has(shown(page, kind(), qtbot), theme.outline)


@pytest.mark.parametrize("kind", [*KINDS, QToolButton], ids=lambda kind: kind.__name__)
def test_the_focus_is_seen(
    theme: Theme, page: QWidget, qtbot: QtBot, kind: Callable[[], QWidget]
) -> None:
    widget = kind()
    before = shown(page, widget, qtbot)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)
    after = widget.grab().toImage()
    assert not has(before, theme.accent)
    assert has(after, theme.accent)


def test_a_tick_is_seen_and_a_disabled_box_is_faint(
    theme: Theme, page: QWidget, qtbot: QtBot
) -> None:
    box = QCheckBox()
    off = shown(page, box, qtbot)
    box.setChecked(True)
    on = box.grab().toImage()
    box.setEnabled(False)
    assert has(on, theme.accent)
    assert not has(off, theme.accent)
    assert not has(box.grab().toImage(), theme.accent)


def test_another_theme_changes_widgets_that_are_shown(
    application: QApplication, page: QWidget, qtbot: QtBot
) -> None:
    use_style(application, LIGHT)
    field = QLineEdit()
    assert has(shown(page, field, qtbot), LIGHT.panel)
    use_style(application, DARK)
    assert has(field.grab().toImage(), DARK.panel)
    style = application.property("app_style")
    assert isinstance(style, AppStyle)
    assert style.theme is DARK


def test_a_placeholder_can_be_read(theme: Theme, page: QWidget, qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setPlaceholderText("█████")
    assert has(shown(page, field, qtbot), theme.faint_text)
