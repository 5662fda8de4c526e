"""The row above the jobs: check, how often, pause, what is shown."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import (
    QAction,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QToolBar,
    QToolButton,
    QWidget,
)

from ..calm_combo import CalmCombo
from ..icons import icon
from ..search_field import SearchField
from ..theme import Theme
from .checks import Checks
from .filters import JobFilter, JobKind
from .interval_combo import IntervalCombo
from .job_commands import JobCommands

_ICON = QSize(16, 16)
_SPACES = 36


class ToolRow(QWidget):
    """``filter_changed`` carries a JobFilter, ``check_all`` asks about all jobs.

    ``queues_requested`` wants to see the queues on servers.
    """

    filter_changed = pyqtSignal(object)
    check_all = pyqtSignal()
    queues_requested = pyqtSignal()
    told = pyqtSignal(str)

    def __init__(
        self, checks: Checks, commands: JobCommands, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checks = checks
        # The width with words on all buttons, as it was last.
        self._needed = 0
        self._bar = QToolBar(self)
        self._bar.setObjectName("job_tool_bar")
        self._bar.setAccessibleName("Jobs")
        self._bar.setIconSize(_ICON)
        self._bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._check_all = self._action("check_all", "Check &All", "Ask all servers now")
        self._check_all.triggered.connect(self.check_all)
        self._queues = self._action("queues", "&Queues…", "Show what is in the queues on servers")
        self._queues.triggered.connect(self.queues_requested)
        self._pause = self._action("pause", "Pa&use", "Ask nothing by itself until clicked again")
        self._pause.setCheckable(True)
        self._pause.toggled.connect(checks.set_paused)
        self._interval = IntervalCombo(checks.interval, self)
        self._interval.chosen.connect(checks.set_interval)
        self._interval.refused.connect(self.told)
        self._runs_on = QCheckBox("Automatic re-execution", self)
        self._runs_on.setObjectName("job_runs_on")
        self._runs_on.setToolTip("Run workflows on by themselves once their jobs have ended")
        self._runs_on.toggled.connect(checks.set_runs_on)
        self._runs_on.setVisible(checks.can_run_on)
        self.search = self._make_search()
        self._kind = self._make_kind()
        self._lay_out(commands)
        checks.changed.connect(self._show_checks)
        self._show_checks()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        self._check_all.setIcon(icon("check-all", theme))
        self._pause.setIcon(icon("pause", theme))
        self._queues.setIcon(icon("server", theme))

    def show_everything(self) -> None:
        """Search for nothing any more."""
        self.search.clear()
        self._kind.setCurrentIndex(0)
        self._tell_filter()

    # -- inside ------------------------------------------------------------------------------

    def _action(self, name: str, text: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"job_{name}")
        action.setIconText(text.replace("&", "").removesuffix("…"))
        action.setToolTip(tip)
        return action

    def _make_search(self) -> SearchField:
        search = SearchField("job_search", "jobs", self)
        search.limit_width()
        search.textChanged.connect(self._tell_filter)
        return search

    def _make_kind(self) -> CalmCombo:
        kind = CalmCombo(self)
        kind.setObjectName("job_kind")
        kind.setAccessibleName("Which jobs are shown")
        for one in JobKind:
            kind.addItem(one.value, one)
        kind.currentIndexChanged.connect(self._tell_filter)
        return kind

    def _lay_out(self, commands: JobCommands) -> None:
        bar = self._bar
        bar.addAction(commands["check"])
        bar.addAction(self._check_all)
        bar.addSeparator()
        label = QLabel("Interval", self)
        label.setContentsMargins(4, 0, 4, 0)
        label.setBuddy(self._interval)
        bar.addWidget(label)
        bar.addWidget(self._interval)
        bar.addAction(self._pause)
        bar.addSeparator()
        bar.addAction(commands["output"])
        bar.addAction(self._queues)
        for button in bar.findChildren(QToolButton):
            # Those of a tool bar are not reached by the keyboard otherwise.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(6)
        layout.addWidget(bar)
        layout.addStretch(1)
        layout.addWidget(self._runs_on)
        layout.addWidget(self.search, 2)
        layout.addWidget(self._kind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons have no words, so that all of them are seen."""
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle
        if self._bar.toolButtonStyle() == styles.ToolButtonTextBesideIcon:
            shown = [one for one in (self._bar, self._runs_on, self._kind) if not one.isHidden()]
            room = sum(one.sizeHint().width() for one in shown)
            room += self.search.minimumWidth()
            self._needed = room + _SPACES
        is_narrow = event.size().width() < self._needed
        wanted = styles.ToolButtonIconOnly if is_narrow else styles.ToolButtonTextBesideIcon
        if self._bar.toolButtonStyle() != wanted:
            self._bar.setToolButtonStyle(wanted)

    def _show_checks(self) -> None:
        checks = self._checks
        self._pause.setChecked(checks.is_paused)
        self._pause.setEnabled(checks.interval is not None)
        self._runs_on.setChecked(checks.runs_on)
        if checks.interval != self._interval.seconds:
            self._interval.show_seconds(checks.interval)

    def _tell_filter(self) -> None:
        self.filter_changed.emit(JobFilter(self.search.text(), self._kind.currentData()))
