"""Editors of one value, by its type: texts, numbers, truth, paths, colours, choices."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QIcon, QPixmap
from PyQt5.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QFileDialog,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from ....dataflow import PortItem
from ...calm_combo import CalmCombo
from ...theme import Theme
from ..glyphs import glyph_icon
from .text_fields import Field, LineField, TextBox, mark_wrong

_PATHS = ("File", "Directory", "Path", "OutputPath")


class ValueEditor(QWidget):
    """Edits the text of a value. ``entered``: commit this now; ``left``: the focus has gone."""

    entered = pyqtSignal()
    left = pyqtSignal()

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    @property
    def is_dirty(self) -> bool:
        """Whether the user changed what was given."""
        raise NotImplementedError

    def text(self) -> str:
        """The text as it stands in the editor."""
        raise NotImplementedError

    def give(self, text: str) -> None:
        """Show a text that is saved."""
        raise NotImplementedError

    def mark(self, *, wrong: bool) -> None:
        """Show that the text is no value of the type, or that it is one."""

    def start(self) -> None:
        """Put the cursor in it, all selected."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme

    def _name(self, widget: QWidget, kind: str) -> None:
        label = self.item.label or self.item.type.name
        widget.setObjectName(f"value_{kind}")
        widget.setAccessibleName(f"Value ({label})")


class FieldEditor(ValueEditor):
    """A value that is typed: a String in a box that grows, anything else in a line."""

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(item, theme, parent)
        self._field: Field = TextBox(self) if item.type.name == "String" else LineField(self)
        self._name(self._field, "field")
        self._field.entered.connect(self.entered)
        self._field.left.connect(self.left)
        self._row.addWidget(self._field, 1)
        self.setFocusProxy(self._field)

    @property
    def is_dirty(self) -> bool:
        """See ValueEditor."""
        return self._field.is_dirty

    def text(self) -> str:
        """See ValueEditor."""
        return self._field.text()

    def give(self, text: str) -> None:
        """See ValueEditor."""
        self._field.give(text)

    def mark(self, *, wrong: bool) -> None:
        """See ValueEditor."""
        mark_wrong(self._field, self._theme.error if wrong else "")

    def start(self) -> None:
        """See ValueEditor."""
        super().start()
        self._field.selectAll()

    def _replace(self, text: str) -> None:
        """Take a text that was chosen in a dialog, and commit it."""
        if isinstance(self._field, LineField):
            self._field.setText(text)
        self.entered.emit()


class PathEditor(FieldEditor):
    """A path, with a button that lets the user choose one."""

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(item, theme, parent)
        self._button = QToolButton(self)
        self._button.setObjectName("value_choose")
        self._button.setAccessibleName(f"Choose the {item.type.name.lower()}")
        self._button.setToolTip("Choose…")
        self._button.setIcon(glyph_icon("folder", theme))
        self._button.clicked.connect(self.choose)
        self._row.addWidget(self._button)

    def choose(self) -> None:
        """Ask for a path with the dialog of the system."""
        here, name = self.text(), self.item.type.name
        if name == "Directory":
            path = QFileDialog.getExistingDirectory(self, "Choose a directory", here)
        elif name == "OutputPath":
            path = QFileDialog.getSaveFileName(self, "Choose where to write", here)[0]
        else:
            path = QFileDialog.getOpenFileName(self, "Choose a file", here)[0]
        if path:
            self._replace(path)

    def set_theme(self, theme: Theme) -> None:
        """See ValueEditor."""
        super().set_theme(theme)
        self._button.setIcon(glyph_icon("folder", theme))


class ColorEditor(FieldEditor):
    """A colour as ``red,green,blue`` from 0 to 1, with a button that shows and chooses it."""

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(item, theme, parent)
        self._button = QToolButton(self)
        self._button.setObjectName("value_color")
        self._button.setAccessibleName("Choose the colour")
        self._button.setToolTip("Choose…")
        self._button.clicked.connect(self.choose)
        self._row.insertWidget(0, self._button)
        if isinstance(self._field, LineField):
            self._field.textChanged.connect(self._show_color)
        self._show_color()

    def choose(self) -> None:
        """Ask for a colour."""
        color = QColorDialog.getColor(self._color() or QColor("white"), self, "Choose a colour")
        if color.isValid():
            parts = (color.redF(), color.greenF(), color.blueF())
            self._replace(",".join(f"{part:.4g}" for part in parts))

    def _color(self) -> QColor | None:
        try:
            red, green, blue = (float(part) for part in self.text().split(","))
        except ValueError:
            return None
        if not all(0 <= part <= 1 for part in (red, green, blue)):
            return None
        return QColor.fromRgbF(red, green, blue)

    def _show_color(self) -> None:
        pixmap = QPixmap(32, 32)
        pixmap.fill(self._color() or QColor(Qt.GlobalColor.transparent))
        self._button.setIcon(QIcon(pixmap))


class BooleanEditor(ValueEditor):
    """True or False."""

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(item, theme, parent)
        self._given = self._text = ""
        self._box = QCheckBox(self)
        self._name(self._box, "check")
        self._box.clicked.connect(self._clicked)
        self._row.addWidget(self._box)
        self._row.addStretch()
        self.setFocusProxy(self._box)

    @property
    def is_dirty(self) -> bool:
        """See ValueEditor."""
        return self._text != self._given

    def text(self) -> str:
        """See ValueEditor."""
        return self._text

    def give(self, text: str) -> None:
        """See ValueEditor."""
        self._given = self._text = text
        self._box.setChecked(text.strip().lower() == "true")
        self._box.setText(text)

    def _clicked(self, checked: bool) -> None:
        self._text = str(checked)
        self.entered.emit()


class ChoiceEditor(ValueEditor):
    """One of the values that the port declares; any text where the declaration allows it."""

    def __init__(self, item: PortItem, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(item, theme, parent)
        self._combo = CalmCombo(self)
        self._combo.addItems(item.values)
        self._combo.setEditable(item.entry_type in ("enumFree", "enumNonEmpty", "enumEmpty"))
        self._given = self._combo.currentText()
        self._name(self._combo, "choice")
        self._combo.activated.connect(self.entered)
        line = self._combo.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.entered)
            line.installEventFilter(self)
        self._row.addWidget(self._combo, 1)
        self.setFocusProxy(self._combo)

    @property
    def is_dirty(self) -> bool:
        """See ValueEditor."""
        return self.text() != self._given

    def text(self) -> str:
        """See ValueEditor."""
        return self._combo.currentText()

    def give(self, text: str) -> None:
        """See ValueEditor; a value that is not declared is shown nevertheless."""
        self._given = text
        if self._combo.isEditable():
            self._combo.setEditText(text)
            return
        if self._combo.findText(text) < 0:
            self._combo.addItem(text)
        self._combo.setCurrentIndex(self._combo.findText(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See Qt: the line of an editable choice says when it is left."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)


def editor_for(item: PortItem, theme: Theme, parent: QWidget | None = None) -> ValueEditor:
    """The editor that fits an item of a port."""
    kind: type[ValueEditor] = FieldEditor
    if item.values:
        kind = ChoiceEditor
    elif item.type.name == "Boolean":
        kind = BooleanEditor
    elif item.type.name in _PATHS:
        kind = PathEditor
    elif item.type.name == "Color":
        kind = ColorEditor
    return kind(item, theme, parent)
