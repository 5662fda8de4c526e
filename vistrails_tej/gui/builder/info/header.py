"""The head of the panel: name, kind and package of a module, and two buttons."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ....dataflow import PipelineModule, Registry
from ....dataflow.pipeline import LABEL_ANNOTATION
from ...theme import Theme
from .elided_label import ElidedLabel
from .text_fields import LineField


class Header(QWidget):
    """``label_given`` carries the name that the user typed."""

    label_given = pyqtSignal(str)
    configure_clicked = pyqtSignal()
    documentation_clicked = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_header")
        self._id = -1
        self._name = LineField(self)
        self._name.setObjectName("info_name")
        self._name.setAccessibleName("Name of the module")
        self._name.entered.connect(self._give)
        self._name.left.connect(self._give)
        self._facts = {text: self._make_fact(text) for text in ("Type", "Package", "Id")}
        self._note = QLabel(self)
        self._note.setObjectName("info_note")
        self._note.setWordWrap(True)
        self._configure = self._make_button("Configure…", "info_configure")
        self._configure.clicked.connect(self.configure_clicked)
        self._documentation = self._make_button("Documentation", "info_documentation_button")
        self._documentation.clicked.connect(self.documentation_clicked)
        self._lay_out()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._note.setStyleSheet(f"color: {theme.warning};")

    def show_module(
        self, module: PipelineModule, registry: Registry, *, note: str, can_configure: bool
    ) -> None:
        """Show a module; a name that is being typed stays as long as the module does."""
        if not self._name.is_dirty or self._id != module.id:
            self._name.give(module.annotation(LABEL_ANNOTATION) or "")
        self._id = module.id
        self._name.setPlaceholderText(module.name)
        package = registry.find_package(module.package)
        kind = f"{module.namespace}|{module.name}" if module.namespace else module.name
        self._facts["Type"].set_text(kind)
        shown = f"{package.name}  ({package.identifier})" if package else module.package
        self._facts["Package"].set_text(shown)
        self._facts["Id"].set_text(str(module.id))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._configure.setEnabled(can_configure)
        self._configure.setToolTip("" if can_configure else "Its ports below are all there is")

    def commit(self) -> None:
        """Save the name, if it was changed."""
        self._give()

    # -- inside ------------------------------------------------------------------------------

    def _make_fact(self, text: str) -> ElidedLabel:
        label = ElidedLabel(parent=self)
        label.setObjectName(f"info_{text.lower()}")
        label.setAccessibleName(text)
        return label

    def _make_button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text.rstrip("…"))
        return button

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(4)
        form.addRow("Name", self._name)
        for text, label in self._facts.items():
            form.addRow(text, label)
        buttons = QHBoxLayout()
        buttons.addWidget(self._configure)
        buttons.addWidget(self._documentation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self._note)
        layout.addLayout(buttons)

    def _give(self) -> None:
        if self._name.is_dirty:
            text = self._name.text().strip()
            self._name.give(text)
            self.label_given.emit(text)
