"""The window in which a module is configured; it never loses text without asking."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QCloseEvent, QKeySequence
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QShortcut,
    QVBoxLayout,
    QWidget,
)

from ..theme import Theme
from .base import ConfigurationWidget


class ConfigurationDialog(QDialog):
    """Holds a configuration with Save, Reset and Close. Not modal: the canvas can be used."""

    def __init__(
        self, widget: ConfigurationWidget, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("configuration_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._widget = widget
        self._seen = widget.module
        self._message = QLabel(self)
        self._message.setObjectName("configuration_message")
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QDialogButtonBox(self)
        role = QDialogButtonBox.ButtonRole
        self._save = self._make_button("Save", role.ApplyRole, "Save these settings (Ctrl+S)")
        self._reset = self._make_button("Reset", role.ResetRole, "Go back to what is saved")
        self._close = self._make_button("Close", role.RejectRole, "")
        self._save.clicked.connect(self.save)
        self._reset.clicked.connect(self.reset)
        self._close.clicked.connect(self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._save.click)
        layout = QVBoxLayout(self)
        layout.addWidget(widget, 1)
        layout.addWidget(self._message)
        layout.addWidget(self._buttons)
        widget.modified_changed.connect(self._show_state)
        widget.problem_changed.connect(self._show_problem)
        widget.document.pipeline_changed.connect(self._follow)
        self.set_theme(theme)
        self._show_problem(widget.problem)
        self._show_state()
        widget.setFocus()

    @property
    def widget(self) -> ConfigurationWidget:
        """The configuration that it holds."""
        return self._widget

    def sizeHint(self) -> QSize:
        """Large enough for a script."""
        return QSize(620, 480)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        self._widget.set_theme(theme)
        self._message.setStyleSheet(f"color: {theme.error};")

    def save(self) -> bool:
        """Save, if there is something to save; False if that was refused."""
        if not self._widget.is_modified:
            return True
        return self._widget.save()

    def reset(self) -> None:
        """Go back to what is saved."""
        self._widget.reset()

    def may_close(self) -> bool:
        """Ask what is to become of text that is not saved; False if the user stays."""
        if not self._widget.is_modified or self._widget.module is None:
            return True
        answer = self._ask()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def reject(self) -> None:
        """Escape closes it like any other way does."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """See Qt."""
        if not self.may_close():
            event.ignore()
            return
        self._widget.document.pipeline_changed.disconnect(self._follow)
        event.accept()
        self.done(QDialog.DialogCode.Accepted)

    # -- inside ------------------------------------------------------------------------------

    def _make_button(self, text: str, role: QDialogButtonBox.ButtonRole, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"configuration_{text.lower()}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        self._buttons.addButton(button, role)
        return button

    def _ask(self) -> QMessageBox.StandardButton:
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self)
        box.setObjectName("configuration_question")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved settings")
        box.setText("These settings are not saved.")
        box.setInformativeText("Save them in the module?")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        return QMessageBox.StandardButton(box.exec())

    def _show_state(self) -> None:
        module, is_modified = self._widget.module, self._widget.is_modified
        name = module.label if module is not None else "a module that is gone"
        self.setWindowTitle(f"Configure {name}[*]")
        self.setWindowModified(is_modified)
        self._save.setEnabled(is_modified and not self._widget.problem and module is not None)
        self._reset.setEnabled(is_modified)

    def _show_problem(self, problem: str) -> None:
        self._message.setText(problem)
        self._message.setVisible(bool(problem))
        self._show_state()

    def _follow(self) -> None:
        """The pipeline is another one: show the module as it is, unless text would be lost."""
        module = self._widget.module
        if module is self._seen:
            return
        self._seen = module
        if module is None:
            self._show_problem("The module is not in this version of the pipeline.")
        elif self._widget.is_modified:
            self._show_problem("The module was changed meanwhile. Reset shows it as it is now.")
        else:
            self._widget.reset()
        self._show_state()
