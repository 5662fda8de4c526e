"""LabelEditor: renames a module where its name stands."""

from __future__ import annotations

from PyQt5.QtCore import QRect, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QFont, QKeyEvent
from PyQt5.QtWidgets import QLineEdit, QWidget

_LEAST_WIDTH = 140
_LEAST_PIXELS = 11


class LabelEditor(QLineEdit):
    """A line over the label of a box. Return and leaving it keep the text, Escape does not.

    ``renamed`` carries the id of the module and the text. It deletes itself in the end.
    """

    renamed = pyqtSignal(int, str)

    def __init__(self, module_id: int, text: str, place: QRect, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName("label_editor")
        self.setAccessibleName("Name of the module")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._module_id = module_id
        self._is_done = False
        font = QFont(self.font())
        font.setPixelSize(max(_LEAST_PIXELS, min(28, place.height() - 4)))
        self.setFont(font)
        wide = place.adjusted(-8, -4, 8, 4)
        missing = max(0, _LEAST_WIDTH - wide.width()) // 2
        self.setGeometry(wide.adjusted(-missing, 0, missing, 0))
        self.setMinimumHeight(self.sizeHint().height())
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return keeps the text, Escape leaves the old one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving it keeps the text."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish(keep=True)

    def keep(self) -> None:
        """Close it and keep the text, as the box it belongs to goes elsewhere."""
        self.finish(keep=True)

    def finish(self, *, keep: bool) -> None:
        """Close it, once."""
        if self._is_done:
            return
        self._is_done = True
        parent = self.parentWidget()
        if self.hasFocus() and parent is not None:
            parent.setFocus()
        self.hide()
        self.deleteLater()
        if keep:
            self.renamed.emit(self._module_id, self.text())
