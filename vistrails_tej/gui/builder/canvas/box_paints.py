"""The pens and brushes of a theme, made once for all boxes and connections."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QBrush, QColor, QPen

from ....dataflow import ModuleState
from ...theme import Theme


class Mark(enum.Enum):
    """What a module or connection is, where two versions are compared; a field of the theme."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class BoxPaints:
    """What to paint boxes and connections with, in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.outline = _pen(theme.box_border, 2)
        self.unknown_outline = _pen(theme.box_border, 2, Qt.PenStyle.DashLine)
        self.selected_outline = _pen(theme.selection, 3)
        self.port_outline = _pen(theme.box_border, 1)
        self.mandatory_outline = _pen(theme.box_border, 2.2)
        self.emphasis = _pen(theme.accent, 2.5)
        self.text = QPen(QColor(theme.box_text))
        self.faint_text = QPen(QColor(theme.box_faint_text))
        self.glyph = _pen(theme.box_text, 1.9)
        self.box = QBrush(QColor(theme.box))
        self.port = QBrush(QColor(theme.port))
        self.filled_port = QBrush(QColor(theme.port_connected))
        self.menu = QBrush(QColor(theme.box_border))
        self.progress = QBrush(QColor(theme.accent))
        self.progress_track = QBrush(QColor(theme.border))
        self.message = QBrush(QColor(theme.panel))
        self.message_outline = _pen(theme.border, 1)
        self.error_text = QPen(QColor(theme.error))
        self.warning_text = QPen(QColor(theme.warning))
        self.fills: Mapping[ModuleState, QBrush] = {
            state: QBrush(QColor(look.fill)) for state, look in theme.states.items()
        }
        self.marks: Mapping[Mark, QBrush] = {mark: QBrush(theme.color(mark.value)) for mark in Mark}
        self.connection = _pen(theme.connection, 2)
        self.connection_hovered = _pen(theme.accent, 3)
        self.connection_selected = _pen(theme.selection, 3)
        self.marked_connections: Mapping[Mark, QPen] = {
            mark: _pen(ink, 3)
            for mark, ink in (
                # The fills of the boxes would hardly be seen as lines.
                (Mark.ADDED, theme.success),
                (Mark.REMOVED, theme.error),
                (Mark.CHANGED, theme.warning),
            )
        }

    def fill(self, state: ModuleState | None, mark: Mark | None) -> QBrush:
        """What a box is filled with; a mark wins over a state."""
        if mark is not None:
            return self.marks[mark]
        return self.box if state is None else self.fills[state]


def _pen(color: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    return QPen(QColor(color), width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
