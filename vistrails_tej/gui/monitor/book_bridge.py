"""BookBridge: carries what the book of jobs tells, from its threads to that of the windows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

from PyQt5 import sip
from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal

from ...dataflow import DataflowError
from ...engine import TejError
from ...modules.job_book import JobBook, JobEntry, JobKey

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# News come in hundreds at once: one repaint for all of them.
_BATCH_MILLISECONDS = 50


class BookBridge(QObject):
    """The one way of the windows to the book. Nothing here waits for anything.

    ``changed`` carries a mapping from the keys of jobs to their entries, None for those that are
    gone; it comes at most every 50 ms. ``problem`` carries a sentence on what was asked for and
    could not be done.
    """

    changed = pyqtSignal(object)
    problem = pyqtSignal(str)
    # Out of threads.
    _heard = pyqtSignal()
    _delivered = pyqtSignal(object)

    def __init__(
        self,
        make: Callable[[Callable[[frozenset[JobKey]], None]], JobBook],
        parent: QObject | None = None,
    ) -> None:
        """``make`` makes the book, given whom it is to tell of changes."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._keys: set[JobKey] = set()
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BATCH_MILLISECONDS)
        self._timer.timeout.connect(self._flush)
        self._heard.connect(self._timer.start)
        # Also what this thread delivers waits its turn: nothing overtakes what came before it.
        self._delivered.connect(self._make, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self.book = make(self._hear)

    def close(self) -> None:
        """Close the book; nothing is told any more."""
        with self._lock:
            self._is_closed = True
        self._timer.stop()
        self.book.close()

    def when_done(
        self,
        future: Future[Result],
        done: Callable[[Result], object] | None = None,
        failed: Callable[[str], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Call ``done`` with the result, or ``failed`` with a sentence, in this thread.

        Without ``failed`` the sentence is told as a ``problem``. Nothing is called once the
        ``owner``, such as a window that was closed meanwhile, is gone.
        """

        def take() -> None:
            problem = _problem_of(future)
            if problem:
                (failed or self.problem.emit)(problem)
            elif done is not None and not future.cancelled():
                done(future.result())

        future.add_done_callback(lambda _: self.deliver(take, owner=owner))

    def deliver(self, call: Callable[[], object], *, owner: QObject | None = None) -> None:
        """Make a call in the thread of the windows; any thread may ask for it.

        It is made later, after those that were asked for before; not once the ``owner`` is gone,
        nor after ``close``.
        """

        def made() -> None:
            if owner is None or not sip.isdeleted(owner):
                call()

        with self._lock:
            if not self._is_closed:
                self._delivered.emit(made)

    # -- inside ------------------------------------------------------------------------------

    def _make(self, call: Callable[[], object]) -> None:
        if not self._is_closed:
            call()

    def _hear(self, keys: frozenset[JobKey]) -> None:
        """Called in threads of the book."""
        with self._lock:
            is_first = not self._keys
            self._keys |= keys
            if is_first and self._keys and not self._is_closed:
                self._heard.emit()

    def _flush(self) -> None:
        with self._lock:
            keys, self._keys = self._keys, set()
        news: Mapping[JobKey, JobEntry | None] = {key: self.book.entry(key) for key in keys}
        self.changed.emit(news)


def _problem_of(future: Future[Any]) -> str:
    """Why something could not be done, as a sentence; blank if it could."""
    error = None if future.cancelled() else future.exception()
    if error is None:
        return ""
    if isinstance(error, (TejError, DataflowError, OSError)):
        return str(error)
    logger.error("The book of jobs made a mistake", exc_info=error)
    return f"That could not be done: {error}"
