"""The tabs of the panel: their names are shorter where the panel is narrow."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QTabWidget, QWidget

from ...theme import Theme

_SPARE = 8
_LEAST_PAGE = 96


class PanelTabs(QTabWidget):
    """Tabs with a long and a short name each, so that all of them can be seen at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("info_tabs")
        self.setAccessibleName("Parts of the module")
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self._names: list[tuple[str, str]] = []

    def set_theme(self, theme: Theme) -> None:
        """Flat tabs, a line under the one that is shown."""
        self.setStyleSheet(
            "QTabWidget::pane { border: none; }"
            f"QTabBar {{ border-bottom: 1px solid {theme.border}; }}"
            f"QTabBar::tab {{ padding: 5px 4px 4px 4px; color: {theme.faint_text};"
            " border: none; border-bottom: 2px solid transparent; background: transparent; }"
            f"QTabBar::tab:hover {{ color: {theme.text}; }}"
            f"QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}"
            f"QTabBar::tab:focus {{ color: {theme.link}; }}"
        )
        self._choose_names()

    def add_page(self, page: QWidget, name: str, short: str) -> None:
        """Add a page; the long name is always its tooltip."""
        self._names.append((name, short))
        self.setTabToolTip(self.addTab(page, name), name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._choose_names()

    def minimumSizeHint(self) -> QSize:
        """All short names must be seen; the pages scroll, or give way in a very low window."""
        width = self._width([short for _, short in self._names])
        height = self.tabBar().sizeHint().height() + _LEAST_PAGE
        return QSize(width, min(height, super().minimumSizeHint().height()))

    def _width(self, names: list[str]) -> int:
        """How wide the tabs are with these names."""
        bar = self.tabBar()
        metrics = bar.fontMetrics()
        if not bar.count():
            return 0
        # What a tab needs beside its text is a matter of the style: learn it from a tab.
        margin = bar.tabRect(0).width() - metrics.horizontalAdvance(bar.tabText(0))
        return sum(metrics.horizontalAdvance(name) + margin for name in names) + _SPARE

    def _choose_names(self) -> None:
        if not self._names:
            return
        is_short = self._width([name for name, _ in self._names]) > self.width()
        for place, (name, short) in enumerate(self._names):
            text = short if is_short else name
            if self.tabText(place) != text:
                self.setTabText(place, text)
