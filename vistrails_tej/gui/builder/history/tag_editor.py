"""TagEditor: the line in which the tag of a version is typed, over the tree."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QObject, QRect, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QLineEdit, QWidget

from ..document import Document

_LEAST_WIDTH = 160


class TagEditor(QLineEdit):
    """Enter or leaving it keeps the tag, Escape does not."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tag_editor")
        self.setAccessibleName("Tag of the version")
        self.setPlaceholderText("Tag")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._document = document
        self._version: int | None = None
        self.returnPressed.connect(self.commit)
        self.installEventFilter(self)
        self.hide()

    def set_document(self, document: Document) -> None:
        """Tag versions of another document."""
        self.cancel()
        self._document = document

    def open(self, version: int, place: QRect, text: str | None = None) -> None:
        """Edit the tag of a version, drawn at ``place``; ``text`` takes the place of the old."""
        self._version = version
        tag = self._document.vistrail.versions[version].tag
        self.setText(tag if text is None else text)
        width = max(_LEAST_WIDTH, place.width())
        height = self.sizeHint().height()
        self.setGeometry(
            place.center().x() - width // 2, place.center().y() - height // 2, width, height
        )
        self.show()
        self.setFocus()
        if text is None:
            self.selectAll()

    def commit(self) -> None:
        """Keep the tag."""
        version, self._version = self._version, None
        if version is None:
            return
        text = self.text().strip()
        self._close()
        if text != self._document.vistrail.versions[version].tag:
            self._document.annotate(lambda editor: editor.tag(text, version))

    def cancel(self) -> None:
        """Leave the tag as it was."""
        if self._version is not None:
            self._version = None
            self._close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape and a lost focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.commit()
        elif _is_escape(event):
            self.cancel()
            return True
        return super().eventFilter(watched, event)

    def _close(self) -> None:
        had_focus = self.hasFocus()
        self.hide()
        parent = self.parentWidget()
        if had_focus and parent is not None and parent.parentWidget() is not None:
            parent.parentWidget().setFocus()


def _is_escape(event: QEvent) -> bool:
    is_press = event.type() == QEvent.Type.KeyPress
    return is_press and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
