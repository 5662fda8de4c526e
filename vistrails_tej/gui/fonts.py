"""The fonts of the windows: the system's own, and one whose letters are equally wide."""

from __future__ import annotations

from PyQt5.QtGui import QFont, QFontDatabase, QFontInfo


def fixed_font() -> QFont:
    """The system's font for code; where none is set, one whose letters are equally wide."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if not QFontInfo(font).fixedPitch():
        font.setFamily("monospace")
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFixedPitch(True)
    return font


def bold(font: QFont) -> QFont:
    """The same font in bold, for titles."""
    made = QFont(font)
    made.setBold(True)
    return made
