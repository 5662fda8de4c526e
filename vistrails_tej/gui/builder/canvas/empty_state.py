"""What an empty canvas says to do first."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QWidget

from ...theme import Theme
from .scene import PipelineScene

_TEXT = (
    "<p style='font-size: 15pt; color: {text}'>Nothing here yet</p>"
    "<p style='color: {faint}'>Drag a module from the list on the left to this place,<br>"
    "or double-click here to find one by its name.</p>"
    "<p style='color: {faint}'>Then draw connections from outputs to inputs.</p>"
)


class EmptyState(QLabel):
    """Stands in the middle of the canvas while the pipeline has no modules."""

    def __init__(self, scene: PipelineScene, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        self.setAccessibleName("How to begin")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._scene = scene
        self.set_theme(theme)
        scene.picture_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Write in other colours."""
        self.setText(_TEXT.format(text=theme.text, faint=theme.faint_text))
        self.adjustSize()

    def refresh(self) -> None:
        """Be seen or not, in the middle of the canvas."""
        self.setVisible(not self._scene.modules)
        parent = self.parentWidget()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
