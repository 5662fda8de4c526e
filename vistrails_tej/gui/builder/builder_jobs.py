"""BuilderJobs: the jobs of all windows, and what the monitor asks of the windows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Protocol

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QWidget

from ...modules.job_book import JobBook, JobEntry, JobKey, UnsavedJobs
from ...modules.job_book.known_files import absolute
from ...modules.job_book.records import FollowedMonitor
from ...modules.queue_reference import QueueReference
from ...modules.workers import in_thread
from ..front import bring_to_front
from ..host_key_alarm import show_alarms
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
from .file_names import FileNames, is_link, link_target
from .going_on import GoingOn
from .job_versions import JobVersions
from .message_log import MessageKind
from .version_requests import VersionDeed, VersionRequest, VersionRequests
from .window import BuilderWindow

logger = logging.getLogger(__name__)

_LOOK_MILLISECONDS = 2000


class OpenWanted(Protocol):
    """Opens a file in a window."""

    def __call__(self, wanted: Wanted, *, is_quiet: bool) -> object:
        """Return at once; quietly, it stays behind the other windows."""


class BuilderJobs(QObject):
    """One book of jobs for the whole program; each window has a view of it in its dock.

    ``open_file`` opens a file in a window, quietly if that is wished; ``windows`` are those that
    are open.
    """

    def __init__(
        self,
        windows: Callable[[], Sequence[BuilderWindow]],
        open_file: OpenWanted,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._windows = windows
        self._open_file = open_file
        self._theme = theme
        self.bridge = BookBridge(JobBook, self)
        self.checks = Checks(self.bridge, Settings())
        self._names = FileNames(self.bridge)
        self._requests = VersionRequests(windows, self._open, self._names, JobVersions(self.bridge))
        host = GoingOn(windows, self._requests, self._front_monitor)
        self.completion = Completion(host, Tray(self), self.checks, self)
        self.bridge.changed.connect(self._learn_names)
        self.bridge.changed.connect(self.completion.take)
        self.bridge.changed.connect(self._show_alarms)
        self.checks.changed.connect(self._show_pauses)
        self._views: list[MonitorView] = []
        self._window: MonitorWindow | None = None
        self._queues: QueueWindow | None = None
        # Runs that have not waited for a job yet.
        self._begun: set[BuilderWindow] = set()
        # The files of runs, and when the book has them.
        self._opening: dict[BuilderWindow, tuple[Path, Future[None]]] = {}
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
        window.closed.connect(lambda: self._follow_file(window))
        window.closed.connect(lambda: self._window_closed(window))
        running = window.running.controller
        # One question to a queue, for the monitor and for runs that wait.
        running.asking = self.bridge.book.asking
        running.jobs_opened.connect(partial(self._follow_run, window))
        running.started.connect(lambda: self._begin(window))
        running.waiting.connect(lambda _result: self._show_waiting(window))
        running.finished.connect(lambda _result: self._run_ended(window))

    def document_shown(self, window: BuilderWindow, wanted: Wanted) -> None:
        """A window shows another file: its jobs are shown, and what waited for it is done."""
        if wanted.is_copy and self.bridge.book.store.is_unsaved(wanted.path):
            self._take_over(window, wanted.path)
        elif window.document.path is not None:
            self.follow(window.document.path)
        self._requests.document_shown(window)

    def opening_ended(self, path: Path) -> None:
        """A file is not shown after all."""
        self._requests.opening_ended(path)

    def follow(self, path: Path) -> None:
        """Show the jobs of a file; for a link to a vistrail, those of the vistrail."""
        if is_link(path):
            target = in_thread("follow a link", partial(link_target, path))
            self.bridge.when_done(target, self._follow)
        else:
            self._follow(path)

    def show_window(self) -> MonitorWindow:
        """Show the jobs in a window of their own."""
        if self._window is None:
            self._window = MonitorWindow(self.bridge, self.checks, self._theme)
            self._connect(self._window.view)
            self._window.closed.connect(self._forget_window)
        bring_to_front(self._window)
        return self._window

    def show_queues(self, queue: QueueReference | None = None) -> QueueWindow:
        """Show a queue on its server; without one, that which is shown or the first there is."""
        if self._queues is None:
            self._queues = QueueWindow(self.bridge, self._theme)
            self._queues.closed.connect(self._forget_queues)
        bring_to_front(self._queues)
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
        self._request([key], VersionDeed.RUN)

    def run_again(self, keys: Sequence[JobKey]) -> None:
        """Run the version of some jobs, all of one, which are submitted anew."""
        self._request(keys, VersionDeed.RUN, again=frozenset(key.signature for key in keys))

    def open_pipeline(self, key: JobKey) -> None:
        """Show the version that a job belongs to."""
        self._request([key], VersionDeed.SHOW)

    # -- inside ------------------------------------------------------------------------------

    def _follow(self, path: Path) -> None:
        self._names.learn(path)
        self.bridge.when_done(self.bridge.book.open_file(path))

    def _learn_names(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """Before the jobs of a file end: then its disk may hang."""
        entries = (one for one in news.values() if one is not None and not one.is_over)
        for file in {one.key.file for one in entries}:
            if not self._names.is_known(file):
                self._names.learn(file)

    def _connect(self, view: MonitorView) -> None:
        self._views.append(view)
        view.resume_requested.connect(self.resume)
        view.run_again_requested.connect(self.run_again)
        view.pipeline_requested.connect(self.open_pipeline)
        view.queue_requested.connect(self.show_queues)

    def _show_alarms(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """A host key that cannot be trusted is a hard stop, whoever met it."""
        errors = [one.error for one in news.values() if one is not None and one.error is not None]
        window = self.completion.window()
        if errors and window is not None:
            show_alarms(errors, window, self._theme)

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

    def _request(
        self, keys: Sequence[JobKey], deed: VersionDeed, again: frozenset[str] = frozenset()
    ) -> None:
        found = (self.bridge.book.entry(key) for key in keys)
        jobs = tuple(entry for entry in found if entry is not None)
        version = jobs[0].workflow.version if jobs and jobs[0].workflow else None
        if isinstance(version, int):
            self._requests.ask(VersionRequest(keys[0].file, version, deed, again, jobs=jobs))

    def _open(self, path: Path, *, is_quiet: bool) -> None:
        """A vistrail that was never saved is one again: its file is none of the user's."""
        is_unsaved = self.bridge.book.store.is_unsaved(path)
        self._open_file(Wanted(path, is_copy=is_unsaved), is_quiet=is_quiet)

    def _take_over(self, window: BuilderWindow, path: Path) -> None:
        """What a program left that is gone is this window's from now on."""
        unsaved = UnsavedJobs.taken_over(path)
        if unsaved is None:
            text = "Another window or program has this vistrail; what is shown here is a copy."
            window.tell(text, MessageKind.WARNING)
            self._requests.opening_ended(path)
            return
        window.running.files.take_over(window.document, unsaved)
        window.document.mark_modified()
        self._follow_unsaved(path)

    def _begin(self, window: BuilderWindow) -> None:
        self._begun.add(window)
        self.completion.run_begun()

    def _front_monitor(self) -> QWidget | None:
        return self._window

    def _follow_run(self, window: BuilderWindow, path: Path, monitor: FollowedMonitor) -> None:
        """The jobs of a run are shown as they are recorded."""
        self._opening[window] = path, self.bridge.book.open_file(path, monitor)
        if self.bridge.book.store.is_unsaved(path):
            self._follow_unsaved(path)

    def _follow_unsaved(self, path: Path) -> None:
        self._unsaved.add(path)
        self._timer.start()

    def _show_waiting(self, window: BuilderWindow) -> None:
        """The dock comes to the front once in a run, when it begins to wait."""
        if window in self._begun:
            self._begun.discard(window)
            window.show_dock("jobs")
            view, file = window.docks["jobs"].widget(), window.running.files.run_file
            if isinstance(view, MonitorView) and file is not None:
                view.reveal(absolute(file))
        self._requests.run_waits(window)

    def _drop_moved(self) -> None:
        """The jobs of a vistrail that was saved are in its new file now."""
        for path in [one for one in self._unsaved if not one.exists()]:
            self._unsaved.discard(path)
            in_thread("drop a file", partial(self.bridge.book.close_file, path))

    def _run_ended(self, window: BuilderWindow) -> None:
        self._begun.discard(window)
        self._follow_file(window)
        self._requests.run_ended(window)
        self.completion.run_ended()

    def _window_closed(self, window: BuilderWindow) -> None:
        """Whatever ran in it tells nobody any more that it has ended."""
        self._begun.discard(window)
        self._requests.window_closed(window)
        self.completion.run_ended()

    def _follow_file(self, window: BuilderWindow) -> None:
        """The run of a window is over, or nobody's any more: its file itself is followed."""
        path, opening = self._opening.pop(window, (None, None))
        if path is not None and opening is not None:
            follow = partial(self._open_again, path)
            # One after the other, or the run might be followed for ever.
            self.bridge.when_done(opening, follow, follow)

    def _open_again(self, path: Path, _: object) -> None:
        self.bridge.book.open_file(path)
