"""How the cells of the monitor look: icons, colours and fonts, for one theme."""

from __future__ import annotations

from PyQt5.QtGui import QColor, QFont, QIcon

from ...modules.job_book import JobBookState
from ..theme import Theme
from .filters import Column, is_refused
from .job_tree import JobNode
from .state_looks import LOOKS, state_icons


class CellLooks:
    """Made once for all cells, as Qt asks for them thousands of times."""

    def __init__(self, theme: Theme) -> None:
        self._icons = state_icons(theme)
        self._inks = {state: theme.color(look.ink) for state, look in LOOKS.items()}
        self._faint = theme.color("faint_text")
        self._offline = theme.color("warning")
        self._refused = theme.color("error")
        self._bold = QFont()
        self._bold.setBold(True)

    def icon(self, node: JobNode, column: int) -> QIcon | None:
        """The drawing of a state."""
        return self._icons[node.entry.state] if column == Column.STATE and node.entry else None

    def ink(self, node: JobNode, column: int) -> QColor | None:
        """The colour of the words; None for the usual one."""
        entry = node.entry
        if entry is None:
            return None
        if column == Column.STATE:
            return self._inks[entry.state]
        if column == Column.CHECKED:
            if is_refused(entry):
                return self._refused
            return self._offline if entry.offline_since is not None else self._faint
        is_faint = entry.state is JobBookState.DELETED
        return self._faint if is_faint or column not in (Column.JOB, Column.EXIT_CODE) else None

    def font(self, node: JobNode, column: int) -> QFont | None:
        """Bold for vistrails; None for the usual one."""
        is_title = column == Column.JOB and node.entry is None and not node.is_workflow
        return self._bold if is_title else None
