"""One port in the panel: eye, link sign, name, type, and the editor of what it is set to."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QSize, pyqtSignal
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....dataflow import Registry
from ...theme import Theme
from ..glyphs import glyph_icon
from ..module_tooltip import type_name
from .edits import ModuleEdits
from .elided_label import ElidedLabel
from .port_facts import PortFacts
from .setting_editor import SettingEditor


class PortRow(QWidget):
    """Shows a port by its facts; ``show_facts`` again when they are others.

    ``script_wanted`` is emitted when the user wants to edit a script.
    """

    script_wanted = pyqtSignal()

    def __init__(
        self,
        facts: PortFacts,
        edits: ModuleEdits,
        registry: Registry,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        name = facts.spec.name
        self.setObjectName(f"port_{facts.spec.direction.value}_{name}")
        self.setAccessibleName(f"Port {name}")
        self._facts = facts
        self._edits = edits
        self._registry = registry
        self._theme = theme
        self._setting: SettingEditor | None = None
        self._is_retired = False
        self._eye = self._make_button("port_eye", self._toggle_eye)
        self._link = QLabel(self)
        self._link.setObjectName("port_link")
        self._name = ElidedLabel(name, self)
        self._type = ElidedLabel(type_name(facts.spec), self)
        self._note = QLabel(self)
        self._note.setObjectName("port_note")
        self._note.setWordWrap(True)
        self._change = self._make_button("port_change", self._change_setting)
        self._script = QPushButton("Edit script…", self)
        self._script.setObjectName("port_script")
        self._script.setAccessibleName(f"Edit the script of {name}")
        self._script.clicked.connect(self.script_wanted)
        self._lay_out()
        self.set_theme(theme)
        self._show(facts)

    @property
    def key(self) -> tuple[int, str, str]:
        """Rows with the same key can show each other's facts."""
        return row_key(self._facts)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._theme = theme
        self._link.setPixmap(glyph_icon("link", theme, "link").pixmap(QSize(16, 16)))
        for label in (self._type, self._note):
            label.setStyleSheet(f"color: {theme.faint_text};")
        if self._setting is not None:
            self._setting.set_theme(theme)
        self._show_signs()

    def show_facts(self, facts: PortFacts) -> None:
        """Show the port as it is now; what is being typed stays."""
        if facts != self._facts:
            self._show(facts)

    def commit(self) -> None:
        """Save what is typed, if it is right."""
        if self._setting is not None and self._setting.isVisibleTo(self):
            self._setting.commit(deliberate=False)

    def retire(self) -> None:
        """Go away; what is typed there is nobody's any more."""
        self._is_retired = True
        self.setParent(None)  # type: ignore[call-overload]
        self.deleteLater()

    # -- inside ------------------------------------------------------------------------------

    def _show(self, facts: PortFacts) -> None:
        self._facts = facts
        if facts.texts is not None and not facts.is_script:
            self._editor().show_values(facts.texts, facts.aliases)
        is_drafted = self._setting is not None and (
            self._setting.is_dirty or (self._is_open() and self._setting.is_draft)
        )
        self._show_setting(shown=not facts.is_script and (facts.texts is not None or is_drafted))
        self._show_signs()

    def _make_button(self, name: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(lambda: action())
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(4)
        for widget in (self._eye, self._name, self._link, self._type):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self._script)
        top.addWidget(self._change)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(2, 1, 2, 1)
        self._box.setSpacing(2)
        self._box.addLayout(top)
        self._note.setIndent(27)
        self._box.addWidget(self._note)

    def _editor(self) -> SettingEditor:
        """The editor of the constants, made when it is needed first."""
        if self._setting is None:
            setting = SettingEditor(self._facts.spec, self._registry, self._theme, self)
            setting.layout().setContentsMargins(24, 0, 0, 4)
            setting.committed.connect(self._commit)
            setting.abandoned.connect(lambda: self._show_setting(shown=False))
            setting.alias_given.connect(self._set_alias)
            self._box.addWidget(setting)
            self._setting = setting
        return self._setting

    def _show_setting(self, *, shown: bool) -> None:
        if self._setting is not None:
            self._setting.setVisible(shown)
        self._show_signs()

    def _is_open(self) -> bool:
        return self._setting is not None and not self._setting.isHidden()

    def _show_signs(self) -> None:
        facts, theme = self._facts, self._theme
        eye = "eye" if facts.is_visible else "eye_shut"
        self._eye.setIcon(glyph_icon(eye, theme, "text" if facts.can_be_hidden else "border"))
        self._eye.setEnabled(facts.can_be_hidden)
        self._eye.setToolTip(_eye_text(facts))
        self._eye.setAccessibleName(_eye_text(facts))
        self._link.setVisible(facts.is_connected)
        self._link.setToolTip("Connected to " + ", ".join(facts.neighbours))
        self._link.setAccessibleName("Connected to " + ", ".join(facts.neighbours))
        can_remove = facts.texts is not None or self._is_open()
        self._change.setVisible(facts.can_be_set and (can_remove or not facts.is_script))
        self._change.setIcon(glyph_icon("minus" if can_remove else "plus", theme, "text"))
        text = "Take away what is set" if can_remove else f"Set {facts.spec.name}"
        self._change.setToolTip(text)
        self._change.setAccessibleName(text)
        self._script.setVisible(facts.is_script and facts.can_be_set)
        self._note.setText(_note(facts))
        self._note.setVisible(bool(self._note.text()))

    def _toggle_eye(self) -> None:
        self._edits.show_port(self._facts.spec, shown=not self._facts.is_visible)

    def _change_setting(self) -> None:
        if self._facts.texts is not None:
            self._forget()
            self._edits.unset(self._facts.spec.name)
        elif self._is_open():
            self._forget()
        else:
            self._begin()

    def _forget(self) -> None:
        """Let go of the editor with what was typed there."""
        if self._setting is not None:
            self._box.removeWidget(self._setting)
            self._setting.setParent(None)  # type: ignore[call-overload]
            self._setting.deleteLater()
            self._setting = None
        self._show_signs()

    def _begin(self) -> None:
        items, defaults = self._facts.spec.items, self._facts.spec.defaults
        if len(items) == 1 and items[0].type.name == "Boolean" and not items[0].values:
            # There is nothing to type: what is wanted is what the default is not.
            is_true = bool(defaults) and str(defaults[0] if defaults else "").lower() == "true"
            self._edits.set_values(self._facts.spec.name, [str(not is_true)])
            return
        self._editor()
        self._show_setting(shown=True)
        self._editor().begin(_first_texts(self._facts))

    def _commit(self, texts: list[str]) -> None:
        name = self._facts.spec.name
        if self._is_retired:
            return
        if self._edits.set_values(name, texts) and self._facts.texts is None:
            # Equal to the default: nothing is set then.
            self._forget()

    def _set_alias(self, item: int, alias: str) -> None:
        self._edits.set_alias(self._facts.spec.name, item, alias)
        self._show(self._facts)


def row_key(facts: PortFacts) -> tuple[int, str, str]:
    """What has to be equal for a row to show other facts."""
    return facts.module_id, facts.spec.name, f"{facts.spec.type_text}{facts.spec.depth}"


def _first_texts(facts: PortFacts) -> list[str]:
    return [
        item.default if item.default is not None else (item.values[0] if item.values else "")
        for item in facts.spec.items
    ]


def _eye_text(facts: PortFacts) -> str:
    if facts.can_be_hidden:
        verb = "Hide" if facts.is_visible else "Show"
        return f"{verb} the port {facts.spec.name} on the module"
    reason = "it is connected" if facts.is_connected else "it is not optional"
    return f"Always shown: {reason}"


def _note(facts: PortFacts) -> str:
    if facts.other_settings:
        return f"Set {facts.other_settings + 1} times; a change here leaves this value only."
    if facts.is_script and facts.texts is None:
        return "No script yet"
    if facts.texts is None and facts.spec.defaults and not facts.is_connected:
        return "Default: " + ", ".join(facts.spec.defaults)
    return ""
