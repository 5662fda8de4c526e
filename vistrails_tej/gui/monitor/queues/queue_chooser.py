"""QueueChooser: which queue is looked at, of those that jobs here are in, or any other."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ....modules.queue_reference import QueueReference
from ...calm_combo import CalmCombo
from ...foreign_text import short_name
from ...settings import Settings
from .other_queue_dialog import ask_queue

_MOST_REMEMBERED = 12


class QueueChooser(QWidget):
    """A list of queues, and a button for one that is not in it.

    ``chosen`` carries the QueueReference, ``look_again`` asks for a new look at it.
    """

    chosen = pyqtSignal(object)
    look_again = pyqtSignal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._queues: list[QueueReference] = []
        self._is_busy = False
        self._combo = CalmCombo(self)
        self._combo.setObjectName("queue_choice")
        self._combo.setAccessibleName("Queue")
        self._combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._combo.setMinimumContentsLength(24)
        self._combo.activated.connect(self._choose)
        label = QLabel("&Queue", self)
        label.setBuddy(self._combo)
        self._look = self._button("queue_look", "&Look Again", "Ask the server now")
        self._look.clicked.connect(self.look_again)
        other = self._button("queue_other", "&Other Queue…", "Look at a queue that is not listed")
        other.clicked.connect(self.ask)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (label, self._combo, self._look, other):
            layout.addWidget(part)

    @property
    def current(self) -> QueueReference | None:
        """The queue that is chosen."""
        index = self._combo.currentIndex()
        return self._queues[index] if 0 <= index < len(self._queues) else None

    @property
    def first(self) -> QueueReference | None:
        """The first queue of the list."""
        return self._queues[0] if self._queues else None

    def offer(self, recorded: Iterable[QueueReference]) -> None:
        """Offer these, and those that were looked at before; what is chosen stays chosen."""
        current = self.current
        before = [] if current is None else [current]
        queues = list(dict.fromkeys([*recorded, *before, *self._settings.queues]))
        if queues == self._queues:
            return
        self._queues = queues
        self._combo.clear()
        for queue in queues:
            self._combo.addItem(queue_title(queue))
        self._combo.setCurrentIndex(queues.index(current) if current is not None else -1)
        self._show_look()

    def choose(self, queue: QueueReference) -> None:
        """Look at this one from now on."""
        if queue not in self._queues:
            self._queues.append(queue)
            self._combo.addItem(queue_title(queue))
        self._combo.setCurrentIndex(self._queues.index(queue))
        self._show_look()
        self.chosen.emit(queue)

    def ask(self) -> None:
        """Let the user name a queue."""
        queue = ask_queue(self)
        if queue is not None:
            others = [one for one in self._settings.queues if one != queue]
            self._settings.queues = [queue, *others][:_MOST_REMEMBERED]
            self.choose(queue)

    def set_busy(self, is_busy: bool) -> None:
        """While the server is asked, it is not asked again."""
        self._is_busy = is_busy
        self._show_look()

    def _show_look(self) -> None:
        self._look.setEnabled(not self._is_busy and self.current is not None)

    def _choose(self) -> None:
        current = self.current
        if current is not None:
            self.choose(current)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button


def queue_title(queue: QueueReference) -> str:
    """What to call a queue: its path, and its server."""
    return short_name(f"{queue.queue} on {str(queue.destination).removeprefix('ssh://')}")
