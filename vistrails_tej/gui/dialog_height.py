"""Give a dialog the height that its texts need: Qt reckons too little, or too much, for them."""

from __future__ import annotations

from PyQt5.QtWidgets import QApplication, QDialog, QFrame, QScrollArea, QWidget

# For the title and the frame around a dialog, which Qt knows only once it is shown.
_FRAME = 40


def fit_height(dialog: QDialog) -> None:
    """Make a dialog as high as it must be for the width that it has, or is going to have."""
    layout = dialog.layout()
    width = max(dialog.minimumWidth(), layout.totalMinimumSize().width())
    if dialog.isVisible():
        width = max(width, dialog.width())
    height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
    height = max(height, layout.totalMinimumSize().height())
    dialog.resize(width, min(height, _screen_height() - _FRAME))


def scrolled(content: QWidget, width: int, share: float) -> QWidget:
    """Return the same, or where it would take more than this share of the screen, what scrolls it.

    ``width`` is the one that it is going to have, if that is enough for it.
    """
    width = max(width, content.minimumSizeHint().width())
    height = max(content.heightForWidth(width), content.minimumSizeHint().height())
    most = int(_screen_height() * share)
    if height <= most:
        return content
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.setMinimumSize(width + area.verticalScrollBar().sizeHint().width(), most)
    return area


def _screen_height() -> int:
    return QApplication.primaryScreen().availableGeometry().height()
