"""The constants of one port: an editor for each item, their aliases, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAction, QApplication, QGridLayout, QLabel, QToolButton, QWidget

from ....dataflow import PortItem, PortSpec, Registry
from ...theme import Theme
from ..glyphs import glyph_icon
from .port_facts import problem_of
from .text_fields import LineField
from .value_editors import ValueEditor, editor_for


class SettingEditor(QWidget):
    """Edits what a port is set to.

    ``committed`` carries all texts, once they are right; ``abandoned`` says that a setting which
    was begun was left untouched; ``alias_given`` carries the place of an item and a name.
    """

    committed = pyqtSignal(object)
    abandoned = pyqtSignal()
    alias_given = pyqtSignal(int, str)

    def __init__(
        self, spec: PortSpec, registry: Registry, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._theme = theme
        self._is_draft = False
        self._is_committing = False
        self._editors: list[ValueEditor] = []
        self._aliases: list[LineField] = []
        self._buttons: list[QToolButton] = []
        self._signs: list[QAction] = []
        self._problem = QLabel(self)
        self._problem.setObjectName("value_problem")
        self._problem.setAccessibleName("What is wrong with the value")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        for place, item in enumerate(spec.items):
            self._add_item(place, item, many=len(spec.items) > 1)
        self._grid.addWidget(self._problem, self._grid.rowCount(), 0, 1, 3)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self._problem.setStyleSheet(f"color: {theme.error};")
        icon = glyph_icon("tag", theme)
        for button in self._buttons:
            button.setIcon(icon)
        for sign in self._signs:
            sign.setIcon(icon)
        for editor in self._editors:
            editor.set_theme(theme)
        self._check(mark_blank=not self._is_draft)

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that was not committed."""
        return any(one.is_dirty for one in self._editors)

    @property
    def is_draft(self) -> bool:
        """Whether it is a setting that was begun and is not saved yet."""
        return self._is_draft

    def show_values(self, texts: Sequence[str], aliases: Sequence[str]) -> None:
        """Show what is saved; what is being typed stays."""
        self._is_draft = False
        for place, editor in enumerate(self._editors):
            if not editor.is_dirty or self._is_committing:
                editor.give(texts[place] if place < len(texts) else "")
            alias = aliases[place] if place < len(aliases) else ""
            if not self._aliases[place].is_dirty:
                self._aliases[place].give(alias)
            self._buttons[place].show()
            self._show_alias(place, shown=bool(alias) or self._buttons[place].isChecked())
        self._check()

    def begin(self, texts: Sequence[str]) -> None:
        """Let the user type a setting that is not there yet, from the defaults on."""
        self._is_draft = True
        for place, editor in enumerate(self._editors):
            editor.give(texts[place] if place < len(texts) else "")
            self._buttons[place].hide()
            self._show_alias(place, shown=False)
        self._check(mark_blank=False)
        if self._editors:
            self._editors[0].start()

    def commit(self, *, deliberate: bool) -> None:
        """Save what is typed if it is right; ``deliberate``: Enter was pressed."""
        if self._is_committing or not (self.is_dirty or (self._is_draft and deliberate)):
            return
        if not self._check():
            return
        self._is_committing = True
        try:
            self.committed.emit([editor.text() for editor in self._editors])
        finally:
            self._is_committing = False

    # -- inside ------------------------------------------------------------------------------

    def _add_item(self, place: int, item: PortItem, *, many: bool) -> None:
        row = 2 * place
        if many or item.label:
            self._grid.addWidget(QLabel(item.label or item.type.name, self), row, 0)
        editor = editor_for(item, self._theme, self)
        editor.entered.connect(lambda: self.commit(deliberate=True))
        editor.left.connect(self._left)
        self._editors.append(editor)
        self._grid.addWidget(editor, row, 1)
        self._grid.addWidget(self._make_button(place), row, 2, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self._make_alias(place), row + 1, 1)

    def _make_button(self, place: int) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("value_alias_button")
        button.setAccessibleName("Name this value")
        button.setToolTip("Alias: a name by which this value can be set from outside")
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.clicked.connect(lambda: self._toggle_alias(place))
        self._buttons.append(button)
        return button

    def _make_alias(self, place: int) -> LineField:
        alias = LineField(self)
        alias.setObjectName("value_alias")
        alias.setAccessibleName("Alias")
        alias.setPlaceholderText("Alias")
        alias.setToolTip("Alias: a name by which this value can be set from outside")
        sign = alias.addAction(
            glyph_icon("tag", self._theme), LineField.ActionPosition.LeadingPosition
        )
        self._signs.append(sign)
        alias.hide()
        alias.entered.connect(lambda: self._name(place))
        alias.left.connect(lambda: self._name(place))
        self._aliases.append(alias)
        return alias

    def _toggle_alias(self, place: int) -> None:
        shown = self._buttons[place].isChecked() or bool(self._aliases[place].text())
        self._show_alias(place, shown=shown)
        if shown:
            self._aliases[place].setFocus()

    def _show_alias(self, place: int, *, shown: bool) -> None:
        self._aliases[place].setVisible(shown)
        self._buttons[place].setChecked(shown)

    def _name(self, place: int) -> None:
        alias = self._aliases[place]
        if alias.is_dirty:
            text = alias.text().strip()
            # Given back by what is saved: a name that is refused goes.
            alias.give(text)
            self.alias_given.emit(place, text)

    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            return
        if self._is_draft and not self.is_dirty:
            self.abandoned.emit()
        else:
            self.commit(deliberate=False)

    def _check(self, *, mark_blank: bool = True) -> bool:
        """Mark what is wrong, tell the first reason; whether all is right."""
        first = ""
        for editor in self._editors:
            problem = problem_of(self._registry, editor.item, editor.text())
            if not mark_blank and not editor.text():
                problem = ""
            editor.mark(wrong=bool(problem))
            first = first or problem
        self._problem.setText(first)
        self._problem.setVisible(bool(first))
        return not first
