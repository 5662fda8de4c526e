"""CleanUp: what would go is looked up and shown first; what the user agreed to goes then."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QPushButton, QWidget

from ....engine import JobId
from ....modules.job_book import CleanupPreview
from ....modules.queue_reference import QueueReference
from ...theme import Theme
from ..book_bridge import BookBridge
from ..job_count import job_count
from .cleanup_dialog import CleanupChoice, CleanupDialog
from .queue_chooser import queue_title
from .queue_commands import reasons


class CleanUp(QPushButton):
    """The button for it. Each queue is cleaned up once at a time.

    ``told`` carries a sentence, ``withdrawn`` one that was told and is not so any more;
    ``changed`` carries the queue that is not as it was, and what could not be done, or nothing.
    """

    told = pyqtSignal(str)
    withdrawn = pyqtSignal(str)
    changed = pyqtSignal(object, str)

    def __init__(self, bridge: BookBridge, theme: Theme, parent: QWidget) -> None:
        super().__init__("Clean &Up Queue…", parent)
        self.setObjectName("queue_clean_up")
        self.setToolTip("See what would go before anything does")
        self.setAutoDefault(False)
        self.setEnabled(False)
        self._bridge = bridge
        self._theme = theme
        self._queue: QueueReference | None = None
        self._is_known = False
        # Those of which a preview is made, or something is removed.
        self._busy: set[QueueReference] = set()
        self.clicked.connect(self._preview)

    def show_queue(self, queue: QueueReference | None, *, is_known: bool) -> None:
        """Which queue it is about, and whether that can be cleaned up: it was seen just now."""
        self._queue, self._is_known = queue, is_known
        self.setEnabled(queue is not None and is_known and queue not in self._busy)

    def set_theme(self, theme: Theme) -> None:
        """Ask in other colours."""
        self._theme = theme

    # -- inside ------------------------------------------------------------------------------

    def _preview(self) -> None:
        queue = self._queue
        if queue is None:
            return
        told = "Looking at what a clean-up would remove"
        self._begin(queue, told)

        def done(preview: CleanupPreview) -> None:
            self._end(queue, told)
            if queue == self._queue:
                self._ask(preview)

        def failed(problem: str) -> None:
            self._end(queue, told)
            if queue == self._queue:
                self.told.emit(problem)

        self._bridge.when_done(self._bridge.book.cleanup_preview(queue), done, failed, owner=self)

    def _ask(self, preview: CleanupPreview) -> None:
        known = self._bridge.book.recorded_jobs(preview.queue)
        dialog = CleanupDialog(preview, known, self._theme, self.window())
        dialog.finished.connect(lambda: self._do(preview, dialog))
        dialog.open()

    def _do(self, preview: CleanupPreview, dialog: CleanupDialog) -> None:
        choice, job_ids = dialog.choice, dialog.job_ids
        dialog.deleteLater()
        if choice in (CleanupChoice.QUEUE, CleanupChoice.FORCE):
            self._remove(preview.queue, is_forced=choice is CleanupChoice.FORCE)
        elif choice is not None:
            self._delete(preview, job_ids)

    def _remove(self, queue: QueueReference, *, is_forced: bool) -> None:
        told = f"Removing {queue_title(queue)}"
        self._begin(queue, told)
        self._bridge.when_done(
            self._bridge.book.remove_queue(queue, force=is_forced),
            lambda _: self._end_change(queue, told),
            lambda problem: self._end_change(queue, told, problem),
            owner=self,
        )

    def _delete(self, preview: CleanupPreview, job_ids: Sequence[JobId]) -> None:
        queue, told = preview.queue, f"Deleting {job_count(len(job_ids))}"
        self._begin(queue, told)
        self._bridge.when_done(
            self._bridge.book.delete_server_jobs(queue, job_ids),
            lambda failures: self._end_change(queue, told, reasons(failures)),
            lambda problem: self._end_change(queue, told, problem),
            owner=self,
        )

    def _begin(self, queue: QueueReference, told: str) -> None:
        self._busy.add(queue)
        self.show_queue(self._queue, is_known=self._is_known)
        self.told.emit(told)

    def _end(self, queue: QueueReference, told: str) -> None:
        self._busy.discard(queue)
        self.show_queue(self._queue, is_known=self._is_known)
        self.withdrawn.emit(told)

    def _end_change(self, queue: QueueReference, told: str, problem: str = "") -> None:
        self._end(queue, told)
        self.changed.emit(queue, problem)
