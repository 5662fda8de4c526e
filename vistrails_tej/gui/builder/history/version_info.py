"""VersionInfo: who made the shown version and when, its tag and its notes."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PyQt5.QtWidgets import QFormLayout, QLabel, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from ....dataflow.vistrail import ROOT_VERSION
from ...theme import Theme
from ..document import Document


class VersionInfo(QWidget):
    """Follows the shown version. Tag and notes are kept when their field is left."""

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("version_info")
        self.setAccessibleName("Version Info")
        self._document = document
        self._version = document.version
        self._tag = QLineEdit(self)
        self._tag.setObjectName("version_tag")
        self._tag.setAccessibleName("Tag")
        self._tag.setPlaceholderText("A name for this version")
        self._notes = QTextEdit(self)
        self._notes.setObjectName("version_notes")
        self._notes.setAccessibleName("Notes")
        self._notes.setPlaceholderText("Notes on this version")
        self._number, self._made, self._what = QLabel(self), QLabel(self), QLabel(self)
        for label in (self._number, self._made, self._what):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
        self._lay_out()
        self._tag.editingFinished.connect(self._keep_tag)
        self._notes.installEventFilter(self)
        self._follow(document)
        self.set_theme(theme)

    def set_document(self, document: Document) -> None:
        """Show versions of another document."""
        self._document.version_changed.disconnect(self._leave_and_show)
        self._document.history_changed.disconnect(self._show)
        self._document = document
        self._version = document.version
        self._follow(document)

    def set_theme(self, theme: Theme) -> None:
        """Nothing has colours of its own here."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the notes when their field is left."""
        if watched is self._notes and event.type() == QEvent.Type.FocusOut:
            self._keep_notes()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Tag", self._tag)
        form.addRow("Version", self._number)
        form.addRow("Made", self._made)
        form.addRow("Change", self._what)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(QLabel("Notes", self))
        layout.addWidget(self._notes, 1)

    def _follow(self, document: Document) -> None:
        document.version_changed.connect(self._leave_and_show)
        document.history_changed.connect(self._show)
        self._show()

    def _leave_and_show(self) -> None:
        """What was being typed belongs to the version that is left."""
        self._keep_tag()
        self._keep_notes()
        self._version = self._document.version
        self._show()

    def _show(self) -> None:
        version = self._document.vistrail.versions.get(self._version)
        self.setEnabled(version is not None)
        with QSignalBlocker(self._tag):
            tag = version.tag if version is not None else ""
            if not self._tag.hasFocus() or not self._tag.isModified():
                self._tag.setText(tag)
                self._tag.setModified(False)
        if not self._notes.document().isModified():
            self._notes.setHtml(version.notes if version is not None else "")
            self._notes.document().setModified(False)
        is_root = self._version == ROOT_VERSION
        self._number.setText("the empty beginning" if is_root else str(self._version))
        made = "" if version is None else " by ".join(filter(None, (version.date, version.user)))
        self._made.setText(made or "unknown")
        self._what.setText((version.description if version is not None else "") or "unknown")

    def _keep_tag(self) -> None:
        if not self._tag.isModified():
            return
        text, version = self._tag.text().strip(), self._version
        self._tag.setModified(False)
        self._document.annotate(lambda editor: editor.tag(text, version))
        # A refused one goes back to what it was.
        self._show()

    def _keep_notes(self) -> None:
        notes = self._notes.document()
        if not notes.isModified():
            return
        notes.setModified(False)
        html = self._notes.toHtml() if self._notes.toPlainText().strip() else ""
        version = self._version
        self._document.annotate(lambda editor: editor.set_notes(html, version))
