"""Give a dialog the height that its texts need: Qt reckons too little, or too much, for them."""

from __future__ import annotations

from PyQt5.QtWidgets import QDialog


def fit_height(dialog: QDialog) -> None:
    """Make a dialog as high as it must be for the width that it has, or is going to have."""
    layout = dialog.layout()
    width = max(dialog.minimumWidth(), layout.totalMinimumSize().width())
    if dialog.isVisible():
        width = max(width, dialog.width())
    height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
    dialog.resize(width, max(height, layout.totalMinimumSize().height()))
