"""Run workflows on once their jobs have ended, in the windows that show them or in new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtWidgets import QApplication, QWidget

from ...modules.job_book import JobEntry, JobKey
from ..monitor.pending_jobs import ReadyWorkflow
from .window import BuilderWindow


class GoingOn:
    """The windows of the builder as a ``CompletionHost``.

    ``windows`` are those that are open; ``resume`` runs the version that a job belongs to, in a
    window that shows it from then on.
    """

    def __init__(
        self,
        windows: Callable[[], Sequence[BuilderWindow]],
        resume: Callable[[JobKey], object],
    ) -> None:
        self._windows = windows
        self._resume = resume

    def is_seen_to(self, ready: ReadyWorkflow) -> bool:
        """A run that is under way goes on by itself; one that has ended knows how they did."""
        window = self._window_of(ready.file)
        if window is None:
            return False
        running = window.running
        return running.is_going_on(ready.version) or running.has_finished(ready.version)

    def can_run_on(self, ready: ReadyWorkflow) -> bool:
        """Only where it is shown: nobody wants windows to open, or to change, under their hands."""
        window = self._window_of(ready.file)
        if window is None or window.is_busy or window.running.is_running:
            return False
        if QApplication.activeModalWidget() is not None:
            return False
        return ready.version in (None, window.document.version)

    def run_on(self, ready: ReadyWorkflow) -> None:
        """Show it, if it is not shown, and run it on."""
        self._resume(ready.jobs[-1].key)

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
        return self._front()

    # -- inside ------------------------------------------------------------------------------

    def _front(self) -> BuilderWindow | None:
        active = QApplication.activeWindow()
        windows = list(self._windows())
        for window in windows:
            if window is active:
                return window
        return windows[0] if windows else None

    def _window_of(self, file: Path) -> BuilderWindow | None:
        wanted = file.resolve()
        for window in self._windows():
            shown = window.running.jobs_file
            if shown is not None and shown.resolve() == wanted:
                return window
        return None
