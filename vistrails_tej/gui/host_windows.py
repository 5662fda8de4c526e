"""The monitor and the queues in a VisTrails that is not ours, beside its own windows."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, QObject
from PyQt5.QtWidgets import QApplication

from ..modules.job_book import JobBook
from ..modules.queue_reference import QueueReference
from ..modules.sessions import current_sessions
from .calls import GuiCalls
from .front import bring_to_front
from .monitor.book_bridge import BookBridge
from .monitor.checks import Checks
from .monitor.monitor_window import MonitorWindow
from .monitor.queues.queue_window import QueueWindow
from .questions import Questions
from .settings import Settings, choose_theme

_NAME = "vistrails_tej_windows"
_ELSEWHERE = "Open the vistrail in VisTrails and execute it: what has run is not run again."


def show_jobs() -> None:
    """Show the jobs of all files that are known to have some."""
    _windows().show_jobs()


def show_queues() -> None:
    """Show what is in the queues on servers."""
    _windows().show_queues()


def close() -> None:
    """Close everything; jobs go on."""
    application = QCoreApplication.instance()
    shown = application.findChild(HostWindows, _NAME) if application is not None else None
    if shown is not None:
        shown.close()


class HostWindows(QObject):
    """One book of jobs and its windows; from now on servers ask their questions in windows too.

    What concerns pipelines is the host's own: it is only told where that is done.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_NAME)
        self._theme = choose_theme(Settings().theme, application.palette())
        self._calls = GuiCalls(self)
        self._questions = Questions(self._calls, application.activeWindow)
        # Those that are there: the host may have runs that use them.
        current_sessions().ask_with(self._questions.session_options())
        self.bridge = BookBridge(JobBook, self)
        self._checks = Checks(self.bridge, Settings(), can_run_on=False)
        self._monitor: MonitorWindow | None = None
        self._queues: QueueWindow | None = None
        self.bridge.when_done(self.bridge.book.open_known_files())

    def show_jobs(self) -> MonitorWindow:
        """Show the monitor."""
        if self._monitor is None:
            self._monitor = MonitorWindow(self.bridge, self._checks, self._theme)
            self._monitor.closed.connect(self._forget_monitor)
            view = self._monitor.view
            view.queue_requested.connect(self.show_queues)
            for asked in (
                view.resume_requested,
                view.run_again_requested,
                view.pipeline_requested,
            ):
                asked.connect(lambda _keys: view.tell(_ELSEWHERE))
        bring_to_front(self._monitor)
        return self._monitor

    def show_queues(self, queue: QueueReference | None = None) -> QueueWindow:
        """Show a queue on its server; without one, the first there is."""
        if self._queues is None:
            self._queues = QueueWindow(self.bridge, self._theme)
            self._queues.closed.connect(self._forget_queues)
        bring_to_front(self._queues)
        wanted = queue or self._queues.first_choice
        if wanted is not None:
            self._queues.show_queue(wanted)
        return self._queues

    def close(self) -> None:
        """Close the windows and the book, and answer questions no more."""
        self._calls.close()
        for window in (self._monitor, self._queues):
            if window is not None:
                window.close()
        self.bridge.close()
        # Whoever enables the package again gets new ones.
        self.setObjectName("")
        self.deleteLater()

    # -- inside ------------------------------------------------------------------------------

    def _forget_monitor(self) -> None:
        self._monitor = None

    def _forget_queues(self) -> None:
        self._queues = None


def _windows() -> HostWindows:
    application = QCoreApplication.instance()
    if isinstance(application, QApplication):
        return application.findChild(HostWindows, _NAME) or HostWindows(application)
    raise RuntimeError("there are no windows here: start VisTrails with its builder")
