"""Run workflows on once their jobs have ended, in the windows that show them or in new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtWidgets import QApplication, QWidget

from ...modules.job_book import JobEntry
from ..monitor.pending_jobs import ReadyWorkflow
from .version_requests import VersionDeed, VersionRequest, VersionRequests
from .window import BuilderWindow


class GoingOn:
    """The windows of the builder as a ``CompletionHost``.

    ``windows`` are those that are open; ``requests`` have versions run; ``monitor`` is the window
    of the monitor, if there is one.
    """

    def __init__(
        self,
        windows: Callable[[], Sequence[BuilderWindow]],
        requests: VersionRequests,
        monitor: Callable[[], QWidget | None],
    ) -> None:
        self._windows = windows
        self._requests = requests
        self._monitor = monitor

    def is_running(self, ready: ReadyWorkflow) -> bool:
        """See CompletionHost."""
        window = self._window_of(ready.file)
        return window is not None and window.running.is_going_on(ready.version)

    def has_seen(self, ready: ReadyWorkflow) -> bool:
        """See CompletionHost."""
        window = self._window_of(ready.file)
        return window is not None and all(
            window.running.has_seen(ready.version, one.ended or 0.0) for one in ready.jobs
        )

    def can_run_on(self, ready: ReadyWorkflow) -> bool:
        """Not where the user is at work: nobody wants things to change under their hands."""
        if not isinstance(ready.version, int) or QApplication.activeModalWidget() is not None:
            return False
        window = self._window_of(ready.file)
        if window is None:
            return True
        if window.is_busy or window.running.is_running or window.views.is_typing:
            return False
        return ready.version == window.document.version

    def run_on(self, ready: ReadyWorkflow, *, is_quiet: bool) -> None:
        """Run it on; show it first if need be, quietly behind what the user looks at."""
        if isinstance(ready.version, int):
            deed = VersionDeed.RUN
            request = VersionRequest(
                ready.file, ready.version, deed, is_quiet=is_quiet, jobs=ready.jobs
            )
            self._requests.ask(request)

    def show_news(self, jobs: Sequence[JobEntry], text: str) -> None:
        """In the window of the first one; not where the user is watching the run just now."""
        window = self._window_of(jobs[0].key.file)
        if window is not None and window.running.is_running and window.isActiveWindow():
            return
        target = window or self._front()
        if target is not None:
            target.notice.tell(text, "Show Jobs" if "jobs" in target.docks else "")

    def dialog_parent(self) -> QWidget | None:
        """The window in front."""
        return self._front() or self._monitor()

    # -- inside ------------------------------------------------------------------------------

    def _front(self) -> BuilderWindow | None:
        active = QApplication.activeWindow()
        windows = list(self._windows())
        for window in windows:
            if window is active:
                return window
        return windows[0] if windows else None

    def _window_of(self, file: Path) -> BuilderWindow | None:
        return self._requests.window_of(file)
