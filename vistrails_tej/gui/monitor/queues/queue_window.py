"""QueueWindow: a queue on a server, its jobs and its doctor, in a window of its own."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeySequence
from PyQt5.QtWidgets import (
    QLabel,
    QMainWindow,
    QShortcut,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ....modules.queue_reference import QueueReference
from ...foreign_text import wrapped
from ...settings import Settings
from ...theme import Theme
from ..book_bridge import BookBridge
from .doctor_page import DoctorPage
from .queue_chooser import QueueChooser
from .queue_page import QueuePage
from .records_here import News, RecordedQueues

_SIZE = QSize(1080, 600)
_SMALLEST = QSize(560, 340)


class QueueWindow(QMainWindow):
    """Shows one queue at a time; ``closed`` comes when the user has closed it."""

    closed = pyqtSignal()

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Queues on Servers - vistrails_tej")
        self.setMinimumSize(_SMALLEST)
        self._bridge = bridge
        self._recorded = RecordedQueues(bridge.book.entries())
        self._told = ""
        self.chooser = QueueChooser(Settings(), self)
        self.page = QueuePage(bridge, theme, self)
        self.doctor = DoctorPage(bridge, theme, self)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("queue_tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.page, "&Jobs")
        self.tabs.addTab(self.doctor, "&Doctor")
        self._note = QLabel(self)
        self._note.setObjectName("queue_note")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self._offer()
        self.resize(_SIZE)
        self.tabs.setEnabled(False)
        self.tell("Choose a queue, or name another one.")

    def show_queue(self, queue: QueueReference) -> None:
        """Look at a queue."""
        self.chooser.choose(queue)

    @property
    def first_choice(self) -> QueueReference | None:
        """The queue to look at when none is named, unless one is shown already."""
        return None if self.chooser.current is not None else self.chooser.first

    def tell(self, text: str) -> None:
        """Show a sentence at the bottom, until there is another one."""
        self._told = text
        self._note.setText(wrapped(text))

    def withdraw(self, text: str) -> None:
        """Take away a sentence that is not so any more; what was told since stays."""
        if text == self._told:
            self.tell("")

    def note(self) -> str:
        """What the line at the bottom says."""
        return self._note.text()

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.page.set_theme(theme)
        self.doctor.set_theme(theme)
        self._note.setStyleSheet(f"color: {theme.faint_text};")

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is under way ends by itself."""
        event.accept()
        self.closed.emit()

    # -- inside ------------------------------------------------------------------------------

    def _choose(self, queue: QueueReference) -> None:
        self.tabs.setEnabled(True)
        self.doctor.show_queue(queue)
        self.page.show_queue(queue)

    def _take_news(self, news: News) -> None:
        if self._recorded.take(news):
            self._offer()

    def _offer(self) -> None:
        self.chooser.offer(self._bridge.book.recorded_queues())

    def _connect(self) -> None:
        self.chooser.chosen.connect(self._choose)
        self.chooser.look_again.connect(self.page.look)
        self.page.busy.connect(self.chooser.set_busy)
        self.page.told.connect(self.tell)
        self.page.withdrawn.connect(self.withdraw)
        self._bridge.changed.connect(self._take_news)
        for keys in ("Ctrl+W", "Ctrl+Q"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        QShortcut(QKeySequence("F5"), self).activated.connect(self.page.look)

    def _lay_out(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.chooser)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self._note)
        self.setCentralWidget(centre)
