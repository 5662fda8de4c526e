"""The script of SubmitShellJob."""

from __future__ import annotations

from urllib.parse import unquote

from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...dataflow import PipelineModule, VistrailEditor
from ..theme import Theme
from .base import ConfigurationWidget, EditedDocument, set_text
from .code_editor import CodeEditor
from .highlighting import ShellHighlighter

_SOURCE = "source"


class ShellScriptConfiguration(ConfigurationWidget):
    """Edits the script; it is stored encoded, as the module decodes it."""

    def __init__(
        self,
        document: EditedDocument,
        module_id: int,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, module_id, theme, parent)
        self.setObjectName("shell_script_configuration")
        self._saved = ""
        self._editor = CodeEditor(theme, ShellHighlighter, indent="\t", parent=self)
        self._editor.setObjectName("script_editor")
        self._editor.setAccessibleName("Shell script")
        self._editor.setPlaceholderText("#!/bin/sh\nhostname")
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(self._editor, 1)
        self.setFocusProxy(self._editor)
        self._editor.textChanged.connect(self._look_again)
        self.set_theme(theme)
        self.reset()

    def set_theme(self, theme: Theme) -> None:
        """See ConfigurationWidget."""
        super().set_theme(theme)
        self._editor.set_theme(theme)
        self._hint.setStyleSheet(f"color: {theme.faint_text};")

    def _load(self, module: PipelineModule) -> None:
        text = unquote(set_text(module, _SOURCE) or "")
        is_connected = bool(self.document.pipeline.incoming(module.id, _SOURCE))
        self._hint.setText(
            "The input “source” is connected: what comes from there is run, not this text."
            if is_connected
            else "Runs on the server in an empty directory. Without a #! line it is run by /bin/sh."
        )
        if self._editor.toPlainText() != text:
            self._editor.setPlainText(text)
        # As the editor has it, which knows one kind of line end only.
        self._saved = self._editor.toPlainText()

    def _is_changed(self) -> bool:
        return self._editor.toPlainText() != self._saved

    def _change(self, editor: VistrailEditor) -> None:
        save_script(editor, self.module_id, self._editor.toPlainText())


def save_script(editor: VistrailEditor, module_id: int, text: str) -> None:
    """Store a script on the port ``source``; a blank one is taken away."""
    module = editor.module(module_id)
    if text:
        module.set_script(_SOURCE, text)
    elif set_text(module.module, _SOURCE) is not None:
        module.unset(_SOURCE)
