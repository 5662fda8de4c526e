"""What must hold for a widget that is shown: nothing is clipped, nothing lies on something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from PyQt5.QtCore import QPoint, QRect
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QRubberBand,
    QSplitterHandle,
    QStyle,
    QStyleOptionButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from vistrails_tej.gui.builder.info.elided_label import ElidedLabel

# They lie on others by design: in a corner of the canvas, or on its empty middle.
OVERLAYS = ("minimap", "empty_state", "label_editor", "tag_editor")


def problems_of(root: QWidget) -> list[str]:
    """Everything wrong with the visible widgets in ``root``, one line each."""
    shown = [root, *(one for one in root.findChildren(QWidget) if one.isVisibleTo(root))]
    shown = [one for one in shown if not _is_behind(one)]
    found: list[str] = []
    for widget in shown:
        found += [f"{name_of(widget)}: {text}" for text in clipped_texts(widget)]
        found += [f"{name_of(widget)}: {text}" for text in overlaps(widget)]
    return found


def name_of(widget: QWidget) -> str:
    """A widget by its name and kind, with the names above it."""
    names = []
    above: QWidget | None = widget
    while above is not None and len(names) < 3:
        names.append(above.objectName() or type(above).__name__)
        above = above.parentWidget()
    return f"{'/'.join(reversed(names))} ({type(widget).__name__})"


def _is_behind(widget: QWidget) -> bool:
    """Whether it is in a dock behind another one, which gets its size when it comes forward."""
    above: QWidget | None = widget
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    return above is not None and above.visibleRegion().isEmpty()


def clipped_texts(widget: QWidget) -> Iterator[str]:
    """The texts of a widget that its rectangle cuts."""
    checks: tuple[tuple[type, Callable[..., Iterator[str]]], ...] = (
        (ElidedLabel, _elided),
        (QLabel, _label),
        (QTabBar, _tabs),
        (QToolButton, _tool_button),
        (QAbstractButton, _button),
        (QLineEdit, _field),
        (QComboBox, _combo),
        (QGroupBox, _title),
        (QDockWidget, _title),
    )
    check = next((check for kind, check in checks if isinstance(widget, kind)), None)
    if check is not None:
        yield from check(widget)
    yield from _cut_by_parent(widget)


def overlaps(parent: QWidget) -> Iterator[str]:
    """The children of a widget that lie on each other."""
    children = [
        one
        for one in parent.children()
        if isinstance(one, QWidget)
        and one.isVisibleTo(parent)
        and not one.isWindow()
        and one.objectName() not in OVERLAYS
        and not isinstance(one, (QRubberBand, QSplitterHandle))
        and not _is_empty(one)
    ]
    if isinstance(parent, (QLineEdit, QComboBox, QTabBar)):
        return
    for one, other in combinations(children, 2):
        # Docks behind another one are moved out of sight.
        common = one.geometry() & other.geometry() & parent.rect()
        if not common.isEmpty():
            yield f"{name_of(one)} and {name_of(other)} overlap"


def is_blank(image: QImage) -> bool:
    """Whether nearly all of a picture has one colour."""
    small = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = small.constBits()
    bits.setsize(small.byteCount())
    pixels = memoryview(bytes(bits)).cast("I")
    counts: dict[int, int] = {}
    for pixel in pixels[::7]:
        counts[pixel] = counts.get(pixel, 0) + 1
    return len(counts) < 12 or max(counts.values()) > 0.995 * sum(counts.values())


def _elided(label: ElidedLabel) -> Iterator[str]:
    if label.toolTip() != label.text():
        yield "it is elided without a tooltip"


def _field(field: QLineEdit) -> Iterator[str]:
    wanted = field.fontMetrics().horizontalAdvance(field.placeholderText())
    if not field.text() and wanted > field.width() - 10:
        yield f"{field.placeholderText()!r} is cut"


def _combo(combo: QComboBox) -> Iterator[str]:
    if combo.fontMetrics().horizontalAdvance(combo.currentText()) > combo.width() - 24:
        yield f"{combo.currentText()!r} is cut"


def _title(widget: QGroupBox | QDockWidget) -> Iterator[str]:
    text = widget.title() if isinstance(widget, QGroupBox) else widget.windowTitle()
    if widget.fontMetrics().horizontalAdvance(text) > widget.width():
        yield f"{text!r} is cut"


def _label(label: QLabel) -> Iterator[str]:
    if not label.text():
        return
    room = label.contentsRect().size()
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        if wanted > label.height() + 1:
            yield f"{label.text()[:40]!r} needs {wanted} of height, has {label.height()}"
        return
    wanted_size = label.sizeHint()
    if wanted_size.width() > label.width() + 1 or wanted_size.height() > label.height() + 2:
        yield f"{label.text()[:40]!r} needs {wanted_size}, has {label.size()} ({room})"


def _tabs(bar: QTabBar) -> Iterator[str]:
    metrics = bar.fontMetrics()
    for place in range(bar.count()):
        rect = bar.tabRect(place)
        text = bar.tabText(place).replace("&&", "&")
        if metrics.horizontalAdvance(text) > rect.width() and not _has_whole(bar, place):
            yield f"the tab {text!r} is cut"
        if rect.right() > bar.width() or rect.left() < 0:
            yield f"the tab {text!r} is not all seen"
    if any(one.isVisible() for one in bar.findChildren(QToolButton) if not one.text()):
        yield "it has to be scrolled"


def _has_whole(bar: QTabBar, place: int) -> bool:
    """Whether what is elided in a tab can be read in its tooltip."""
    whole = bar.tabText(place).partition(": ")[2] or bar.tabText(place)
    return whole.replace("&&", "&") in bar.tabToolTip(place).replace("&&", "&")


def _tool_button(button: QToolButton) -> Iterator[str]:
    hint = button.sizeHint()
    if button.text() and (hint.width() > button.width() + 1 or hint.height() > button.height() + 1):
        yield f"{button.text()!r} needs {hint}, has {button.size()}"


def _button(button: QAbstractButton) -> Iterator[str]:
    lines = button.text().replace("&", "").split("\n")
    metrics = button.fontMetrics()
    width = max(metrics.horizontalAdvance(line) for line in lines)
    if not any(lines):
        return
    if not button.icon().isNull():
        width += button.iconSize().width() + 4
    room = button.size()
    if isinstance(button, QPushButton):
        option = QStyleOptionButton()
        option.initFrom(button)
        inside = QStyle.SubElement.SE_PushButtonContents
        room = button.style().subElementRect(inside, option, button).size()
    if width > room.width() + 1 or metrics.height() * len(lines) > button.height():
        yield f"{button.text()!r} needs {width} of width, has {room}"


def _cut_by_parent(widget: QWidget) -> Iterator[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or _scrolls(widget) or _is_empty(widget):
        return
    if isinstance(parent, QMainWindow):
        # What lies behind another tab is kept outside.
        return
    if not parent.rect().contains(widget.geometry()):
        place = QRect(QPoint(0, 0), parent.size())
        yield f"{widget.geometry()} leaves its parent {place}"


def _scrolls(widget: QWidget) -> bool:
    """Whether it is what a scroll area moves, or lies in an item view."""
    parent = widget.parentWidget()
    above = parent.parentWidget() if parent is not None else None
    return isinstance(above, QAbstractScrollArea) and above.viewport() is parent


def _is_empty(widget: QWidget) -> bool:
    return widget.width() <= 1 or widget.height() <= 1
