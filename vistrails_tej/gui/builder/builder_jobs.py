"""BuilderJobs: the jobs of all windows, and what the monitor asks of the windows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer

from ...modules.job_book import JobBook, JobEntry, JobKey
from ...modules.job_book.records import FollowedMonitor
from ...modules.queue_reference import QueueReference
from ...modules.sessions import current_sessions
from ...modules.workers import in_thread
from ..monitor.book_bridge import BookBridge
from ..monitor.checks import Checks
from ..monitor.completion import Completion
from ..monitor.monitor_view import MonitorView
from ..monitor.monitor_window import MonitorWindow
from ..monitor.queues.queue_window import QueueWindow
from ..monitor.tray import Tray
from ..settings import Settings
from ..theme import Theme
from .file_loading import Wanted
from .going_on import GoingOn
from .message_log import MessageKind
from .window import BuilderWindow

logger = logging.getLogger(__name__)

_LOOK_MILLISECONDS = 2000

# What is to be done with a window once it shows a version.
_Then = Callable[[BuilderWindow], object]


class BuilderJobs(QObject):
    """One book of jobs for the whole program; each window has a view of it in its dock.

    ``open_file`` opens a file in a window; ``windows`` are those that are open.
    """

    def __init__(
        self,
        windows: Callable[[], Sequence[BuilderWindow]],
        open_file: Callable[[Wanted], object],
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._windows = windows
        self._open_file = open_file
        self._theme = theme
        self.bridge = BookBridge(JobBook, self)
        self.checks = Checks(self.bridge, Settings())
        host = GoingOn(windows, self.resume)
        self.completion = Completion(host, Tray(self), self.checks, self)
        self.bridge.changed.connect(self.completion.take)
        self.checks.changed.connect(self._show_pauses)
        self._views: list[MonitorView] = []
        self._window: MonitorWindow | None = None
        self._queues: QueueWindow | None = None
        # By file: what waits for it to be shown.
        self._waiting: dict[Path, tuple[int, _Then]] = {}
        # Runs that have not waited for a job yet.
        self._begun: set[BuilderWindow] = set()
        self._opening: dict[Path, Future[None]] = {}
        # Files of vistrails that were never saved: they go when these are.
        self._unsaved: set[Path] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._drop_moved)

    def start(self) -> None:
        """Look up the jobs of all files that are known to have some."""
        self.bridge.when_done(self.bridge.book.open_known_files())

    def close(self) -> None:
        """Follow no jobs any more; they go on."""
        self.completion.close()
        self.bridge.close()

    def attach(self, window: BuilderWindow) -> None:
        """Fill the dock of a window, and follow the jobs of its runs."""
        view = MonitorView(self.bridge, self.checks, self._theme, window)
        window.docks["jobs"].setWidget(view)
        self._connect(view)
        window.monitor_requested.connect(self.show_window)
        window.queues_requested.connect(self.show_queues)
        window.closed.connect(lambda: self._forget(view))
        running = window.running.controller
        # One question to a queue, for the monitor and for runs that wait.
        running.asking = self.bridge.book.asking
        running.jobs_opened.connect(self._follow_run)
        running.started.connect(lambda: self._begun.add(window))
        running.waiting.connect(lambda _result: self._show_waiting(window))
        running.finished.connect(lambda _result: self._run_ended(window))

    def document_shown(self, window: BuilderWindow) -> None:
        """A window shows another file: its jobs are shown, and what waited for it is done."""
        path = window.document.path
        if path is None:
            return
        self.follow(path)
        waiting = self._waiting.pop(_same(path), None)
        if waiting is not None:
            self._go_on(window, *waiting)

    def follow(self, path: Path) -> None:
        """Show the jobs of a file."""
        self.bridge.when_done(self.bridge.book.open_file(path))

    def show_window(self) -> MonitorWindow:
        """Show the jobs in a window of their own."""
        if self._window is None:
            self._window = MonitorWindow(self.bridge, self.checks, self._theme)
            self._connect(self._window.view)
            self._window.closed.connect(self._forget_window)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        return self._window

    def show_queues(self, queue: QueueReference | None = None) -> QueueWindow:
        """Show a queue on its server; without one, that which is shown or the first there is."""
        if self._queues is None:
            self._queues = QueueWindow(self.bridge, self._theme)
            self._queues.closed.connect(self._forget_queues)
        self._queues.show()
        self._queues.raise_()
        self._queues.activateWindow()
        wanted = queue or self._queues.first_choice
        if wanted is not None:
            self._queues.show_queue(wanted)
        return self._queues

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self._theme = theme
        for view in self._views:
            view.set_theme(theme)
        if self._queues is not None:
            self._queues.set_theme(theme)

    # -- what the monitor asks for -----------------------------------------------------------

    def resume(self, key: JobKey) -> None:
        """Run on the version that a job belongs to; what is on record is not submitted again."""
        self._with_version(key, lambda window: self._execute(window))

    def run_again(self, keys: Sequence[JobKey]) -> None:
        """Run the version of some jobs, which are submitted anew."""

        def then(window: BuilderWindow) -> None:
            if not window.running.is_running:
                current_sessions().run_again({key.signature for key in keys})
            self._execute(window)

        if keys:
            self._with_version(keys[0], then)

    def open_pipeline(self, key: JobKey) -> None:
        """Show the version that a job belongs to."""
        self._with_version(key, lambda window: window.views.show_pipeline())

    # -- inside ------------------------------------------------------------------------------

    def _connect(self, view: MonitorView) -> None:
        self._views.append(view)
        view.resume_requested.connect(self.resume)
        view.run_again_requested.connect(self.run_again)
        view.pipeline_requested.connect(self.open_pipeline)
        view.queue_requested.connect(self.show_queues)

    def _show_pauses(self) -> None:
        for window in self._windows():
            window.running.waiting.show_pause()

    def _forget(self, view: MonitorView) -> None:
        if view in self._views:
            self._views.remove(view)

    def _forget_queues(self) -> None:
        self._queues = None

    def _forget_window(self) -> None:
        window, self._window = self._window, None
        if window is not None:
            self._forget(window.view)

    def _with_version(self, key: JobKey, then: _Then) -> None:
        entry = self.bridge.book.entry(key)
        version = _version_of(entry)
        if version is None:
            return
        for window in self._windows():
            shown = window.running.jobs_file
            if shown is not None and _same(shown) == _same(key.file):
                self._go_on(window, version, then)
                return
        self._waiting[_same(key.file)] = (version, then)
        self._open_file(Wanted(key.file))

    def _go_on(self, window: BuilderWindow, version: int, then: _Then) -> None:
        if window.isMinimized():
            window.showNormal()
        window.raise_()
        window.activateWindow()
        if window.document.version != version:
            if window.running.is_running:
                window.tell("Another version is running here; stop it first.", MessageKind.WARNING)
                return
            window.document.go_to(version)
        if window.document.version == version:
            then(window)

    def _execute(self, window: BuilderWindow) -> None:
        if window.running.is_running:
            text = "The workflow is running; it goes on by itself once its jobs have ended."
            window.tell(text, MessageKind.WARNING)
            return
        window.running.execute()

    def _follow_run(self, path: Path, monitor: FollowedMonitor) -> None:
        """The jobs of a run are shown as they are recorded."""
        self._opening[path] = self.bridge.book.open_file(path, monitor)
        if any(
            one.document.path is None and one.running.jobs_file == path for one in self._windows()
        ):
            self._unsaved.add(path)
            self._timer.start()

    def _show_waiting(self, window: BuilderWindow) -> None:
        """The dock comes to the front once in a run, when it begins to wait."""
        if window in self._begun:
            self._begun.discard(window)
            window.show_dock("jobs")

    def _drop_moved(self) -> None:
        """The jobs of a vistrail that was saved are in its new file now."""
        for path in [one for one in self._unsaved if not one.exists()]:
            self._unsaved.discard(path)
            in_thread("drop a file", partial(self.bridge.book.close_file, path))

    def _run_ended(self, window: BuilderWindow) -> None:
        """From now on the file itself is followed."""
        self._begun.discard(window)
        path = window.running.jobs_file
        opening = self._opening.pop(path, None) if path is not None else None
        if path is None or opening is None:
            return
        file = path

        def follow(_: object) -> None:
            self.bridge.book.open_file(file)

        # One after the other, or the run might be followed for ever.
        self.bridge.when_done(opening, follow, follow)


def _version_of(entry: JobEntry | None) -> int | None:
    if entry is None or entry.workflow is None:
        return None
    version = entry.workflow.version
    return version if isinstance(version, int) else None


def _same(path: Path) -> Path:
    return path.resolve()
