"""A queue as a whole: where it is, how many jobs it has, how much room they take."""

from __future__ import annotations

from collections import Counter

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ....engine import QueueUsage
from ....modules.job_book import QueueLook, state_of
from ....modules.queue_reference import QueueReference
from ...foreign_text import wrapped
from ...theme import Theme
from ..book_bridge import BookBridge
from ..time_text import clock_text
from ..traffic_text import size_text

_NOT_COUNTED = "not counted yet"


class QueueFactsView(QWidget):
    """Three lines, and a button to count the room: that may take long on a large queue."""

    told = pyqtSignal(str)

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._queue: QueueReference | None = None
        # The count that is under way; what another one finds is not wanted any more.
        self._counted: object = None
        self._titles: list[QLabel] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(2, 0, 0, 0)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(3)
        self._place = self._line("Directory", "queue_directory")
        self._jobs = self._line("Jobs", "queue_counts")
        self._room = self._line("Disk use", "queue_room")
        self._count = QPushButton("&Count", self)
        self._count.setObjectName("queue_count")
        self._count.setToolTip("Count how much room the jobs take; that may take long")
        self._count.setAutoDefault(False)
        self._count.clicked.connect(self.count)
        self._layout.addWidget(self._count, 2, 2)
        self._layout.setColumnStretch(1, 1)
        self.set_theme(theme)
        self._clear()

    def show_queue(self, queue: QueueReference) -> None:
        """Another queue is looked at; nothing is known of it yet."""
        self._queue = queue
        self._clear()

    def show_look(self, look: QueueLook) -> None:
        """Tell what its server said."""
        facts = look.facts
        count = len(facts.links)
        links = f", through {count} link{'s' if count > 1 else ''}" if count else ""
        self._place.setText(wrapped(f"{facts.path}{links}, runtime {facts.runtime}"))
        counts = Counter(state_of(one).value for one in look.jobs)
        told = ", ".join(f"{count:,} {word}" for word, count in counts.most_common())
        at = clock_text(look.at, look.at)
        self._jobs.setText(f"{told or 'none'}, as seen at {at}")
        self._count.setEnabled(self._counted is None)

    def show_problem(self, problem: str) -> None:
        """Nothing could be found out."""
        self._clear()
        self._place.setText(wrapped(problem))

    def count(self) -> None:
        """Ask how much room the jobs take."""
        queue = self._queue
        if queue is None:
            return
        counted = self._counted = object()
        self._count.setEnabled(False)
        self._room.setText("counting…")

        def done(usage: QueueUsage) -> None:
            if counted is self._counted:
                free = "" if usage.free is None else f"; {size_text(usage.free)} are free"
                self._end_count(f"{size_text(usage.used)}{free}")

        def failed(problem: str) -> None:
            if counted is self._counted:
                self._end_count(_NOT_COUNTED)
                self.told.emit(problem)

        self._bridge.when_done(self._bridge.book.queue_usage(queue), done, failed, owner=self)

    def set_theme(self, theme: Theme) -> None:
        """Show it in other colours."""
        for title in self._titles:
            title.setStyleSheet(f"color: {theme.faint_text};")

    def _end_count(self, text: str) -> None:
        self._counted = None
        self._room.setText(text)
        self._count.setEnabled(True)

    def _clear(self) -> None:
        for line in (self._place, self._jobs):
            line.setText("")
        self._counted = None
        self._room.setText(_NOT_COUNTED)
        self._count.setEnabled(False)

    def _line(self, title: str, name: str) -> QLabel:
        row = len(self._titles)
        heading = QLabel(title, self)
        self._titles.append(heading)
        text = QLabel(self)
        text.setObjectName(name)
        text.setAccessibleName(title)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layout.addWidget(heading, row, 0)
        self._layout.addWidget(text, row, 1)
        return text
