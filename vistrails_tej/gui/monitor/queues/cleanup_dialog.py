"""CleanupDialog: what a clean-up of a queue would remove, job by job, before anything goes."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ....engine import JobId, JobStatus
from ....modules.job_book import CleanupPreview, JobEntry, state_of
from ...fonts import bold
from ...foreign_text import short_name, wrapped
from ...theme import Theme
from ..job_count import job_count
from ..state_looks import state_icons
from .queue_chooser import queue_title

_WIDTH, _HEIGHT = 660, 520
# So many files are named in the window, and so many where the mouse rests.
_NAMED, _TOLD = 3, 30


class CleanupChoice(enum.Enum):
    """How much goes."""

    UNKNOWN = "unknown"
    """Jobs that have ended and that no record here is about, nor one of a file that is away."""
    OVER = "over"
    """All jobs that have ended."""
    QUEUE = "queue"
    """The whole queue; nothing runs in it."""
    FORCE = "force"
    """The whole queue; what runs is killed."""


class CleanupDialog(QDialog):
    """Shows for each job whether it would go; ``choice`` is None unless the user agreed."""

    def __init__(
        self,
        preview: CleanupPreview,
        known: Mapping[JobId, Sequence[JobEntry]],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("cleanup_dialog")
        self.setWindowTitle("Clean Up Queue")
        self.resize(_WIDTH, _HEIGHT)
        self.choice: CleanupChoice | None = None
        self._preview = preview
        self._known = known
        self._theme = theme
        self._faint = theme.color("faint_text")
        self._box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._do = self._box.addButton("Clean &Up", QDialogButtonBox.ButtonRole.AcceptRole)
        self._do.setObjectName("cleanup_do")
        # Enter means it while it has the focus, else Cancel.
        self._do.setAutoDefault(True)
        self._group = QButtonGroup(self)
        self._buttons = {choice: self._radio(choice) for choice in CleanupChoice}
        self._items: list[QTreeWidgetItem] = []
        self._list = self._make_list()
        self._warning = self._label("", "cleanup_warning")
        self._warning.setStyleSheet(f"color: {theme.warning};")
        self._group.buttonToggled.connect(self._show_choice)
        self._lay_out()
        self._show_choice()

    @property
    def job_ids(self) -> list[JobId]:
        """The jobs that go with what is chosen."""
        return [one.job_id for one in self._going()]

    def accept(self) -> None:
        """Agree to what is chosen."""
        self.choice = self._chosen()
        super().accept()

    # -- inside ------------------------------------------------------------------------------

    def _chosen(self) -> CleanupChoice | None:
        return next((one for one, button in self._buttons.items() if button.isChecked()), None)

    def _going(self) -> list[JobStatus]:
        preview, choice = self._preview, self._chosen()
        if choice is None:
            return []
        if choice is CleanupChoice.UNKNOWN:
            return self._unknown()
        if choice is CleanupChoice.OVER:
            return list(preview.over)
        return [*preview.over, *preview.active]

    def _unknown(self) -> list[JobStatus]:
        known = self._preview.known | self._preview.away
        return [one for one in self._preview.over if one.job_id not in known]

    def _radio(self, choice: CleanupChoice) -> QRadioButton:
        over, active = len(self._preview.over), len(self._preview.active)
        unknown = len(self._unknown())
        text, is_possible = {
            CleanupChoice.UNKNOWN: (
                f"&Delete {job_count(unknown)} that ended and that nobody here knows",
                unknown > 0,
            ),
            CleanupChoice.OVER: (
                f"Delete &all {job_count(over)} that ended"
                if over > 1
                else "Delete &all that ended",
                over > unknown,
            ),
            CleanupChoice.QUEUE: ("Remove the &whole queue", active == 0),
            CleanupChoice.FORCE: (
                f"&Kill {job_count(active)} that did not end, and remove the whole queue",
                active > 0,
            ),
        }[choice]
        button = QRadioButton(text, self)
        button.setObjectName(f"cleanup_{choice.value}")
        button.setEnabled(is_possible)
        # Nothing worse than the least is ever chosen beforehand, nor what may be a mistake.
        is_harmless = choice is CleanupChoice.UNKNOWN and not self._preview.unread
        button.setChecked(is_harmless and is_possible)
        self._group.addButton(button)
        return button

    def _make_list(self) -> QTreeWidget:
        shown = QTreeWidget(self)
        shown.setObjectName("cleanup_jobs")
        shown.setAccessibleName("What would happen to each job")
        shown.setHeaderLabels(["Job", "State", "Known here as", "What happens"])
        shown.setRootIsDecorated(False)
        shown.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        shown.setUniformRowHeights(True)
        shown.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        icons = state_icons(self._theme)
        for job in (*self._preview.active, *self._preview.over):
            state = state_of(job)
            names = ", ".join(short_name(one.name) for one in self._known.get(job.job_id, ()))
            if job.job_id in self._preview.away:
                names = "its file is away"
            item = QTreeWidgetItem(shown, [str(job.job_id), state.value, names, ""])
            item.setIcon(1, icons[state])
            item.setToolTip(0, str(job.job_id))
            item.setData(0, Qt.ItemDataRole.UserRole, job.job_id)
            self._items.append(item)
        header = shown.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 110), (2, 150), (3, 130)):
            shown.setColumnWidth(column, width)
        return shown

    def _show_choice(self) -> None:
        choice, going = self._chosen(), set(self.job_ids)
        active = {one.job_id for one in self._preview.active}
        for item in self._items:
            job_id = item.data(0, Qt.ItemDataRole.UserRole)
            goes = job_id in going
            word = ("killed, deleted" if job_id in active else "deleted") if goes else "stays"
            item.setText(3, word)
            item.setForeground(3, self._theme.color("error") if goes else self._faint)
        self._warning.setText(" ".join(self._warnings(going)))
        self._do.setEnabled(choice is not None)

    def _warnings(self, going: set[JobId]) -> Iterator[str]:
        lost = [one for one in self._preview.known if one in going and self._is_uncollected(one)]
        if lost:
            told = "among them ended with results that no run here has collected"
            yield f"{job_count(len(lost))} {told}."
        away = self._preview.away & going
        if away:
            yield f"{job_count(len(away))} among them may be on record in a file that is away."

    def _unread_text(self) -> str:
        """Which files cannot be asked whether the jobs are theirs."""
        names = [short_name(one.name) for one in self._preview.unread]
        if not names:
            return ""
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        verb, whose, them = ("is", "its", "it") if len(names) == 1 else ("are", "their", "them")
        return (
            f"{', '.join(names[:_NAMED])}{more} {verb} not there just now, or cannot be read:"
            f" {whose} jobs may be among these. Bring {them} back first, or choose with care."
        )

    def _is_uncollected(self, job_id: JobId) -> bool:
        return any(not one.is_collected for one in self._known.get(job_id, ()))

    def _lay_out(self) -> None:
        cancel = self._box.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        self._box.accepted.connect(self.accept)
        self._box.rejected.connect(self.reject)
        heading = self._label(f"Clean up {queue_title(self._preview.queue)}?", "cleanup_heading")
        heading.setFont(bold(heading.font()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(
            self._label(f"The directory there is {self._preview.directory}.", "cleanup_directory")
        )
        for button in self._buttons.values():
            layout.addWidget(button)
        layout.addWidget(self._list, 1)
        unread = self._label(self._unread_text(), "cleanup_unread")
        unread.setStyleSheet(f"color: {self._theme.warning};")
        unread.setToolTip(wrapped("\n".join(map(str, self._preview.unread[:_TOLD]))))
        unread.setVisible(bool(self._preview.unread))
        layout.addWidget(unread)
        layout.addWidget(self._warning)
        layout.addWidget(self._label("What goes cannot be brought back.", "cleanup_meaning"))
        layout.addWidget(self._box)
        cancel.setFocus()

    def _label(self, text: str, name: str) -> QLabel:
        label = QLabel(wrapped(text), self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label
