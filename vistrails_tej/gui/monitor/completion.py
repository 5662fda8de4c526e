"""What happens when jobs end: news, and the question whether their workflows go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QApplication, QWidget

from ...modules.job_book import JobEntry, JobKey
from .checks import Checks
from .pending_jobs import PendingJobs, ReadyWorkflow, describe_endings
from .ready_dialog import ReadyDialog
from .tray import Tray


class CompletionHost(Protocol):
    """The windows, as far as the end of jobs concerns them."""

    def is_seen_to(self, ready: ReadyWorkflow) -> bool:
        """Whether a run of it waits by itself, or has dealt with the jobs already."""

    def can_run_on(self, ready: ReadyWorkflow) -> bool:
        """Whether it may go on unasked: without showing something else to the user."""

    def run_on(self, ready: ReadyWorkflow) -> None:
        """Run it on, showing it first if need be."""

    def show_news(self, jobs: Sequence[JobEntry], text: str) -> None:
        """Tell of jobs that have ended where the user sees it."""

    def dialog_parent(self) -> QWidget | None:
        """The window that a question belongs to."""


class Completion(QObject):
    """Hears of all changes in the book of jobs; ``checks`` has the wishes of the user."""

    def __init__(
        self,
        host: CompletionHost,
        tray: Tray,
        checks: Checks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._host = host
        self._tray = tray
        self._checks = checks
        self._pending = PendingJobs()
        self._dialog: ReadyDialog | None = None
        tray.clicked.connect(self._come_forward)

    @property
    def dialog(self) -> ReadyDialog | None:
        """The question that is shown."""
        return self._dialog

    def take(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """Take in entries of the book that are new, or None for those that are gone."""
        endings = self._pending.update(news)
        self._tray.set_pending(self._pending.count)
        if endings.jobs:
            self._tell(endings.jobs)
        left = [one for one in endings.ready if not self._host.is_seen_to(one)]
        by_itself = [one for one in left if self._checks.runs_on and self._host.can_run_on(one)]
        for one in by_itself:
            self._host.run_on(one)
        self._ask([one for one in left if one not in by_itself])

    def close(self) -> None:
        """Ask and tell nothing any more."""
        if self._dialog is not None:
            self._dialog.hide()
        self._tray.close()

    def _tell(self, jobs: Sequence[JobEntry]) -> None:
        text = describe_endings(jobs)
        is_away = QApplication.activeWindow() is None
        is_bad = any(one.has_failed for one in jobs)
        title = "A job has ended" if len(jobs) == 1 else "Jobs have ended"
        if not (is_away and self._tray.tell(title, text, is_bad=is_bad)):
            self._host.show_news(jobs, text)

    def _come_forward(self) -> None:
        window = self._host.dialog_parent()
        for one in filter(None, (window, self._dialog)):
            if one.isMinimized():
                one.showNormal()
            one.raise_()
            one.activateWindow()

    def _ask(self, ready: Sequence[ReadyWorkflow]) -> None:
        if not ready:
            return
        if self._dialog is None:
            self._dialog = self._make_dialog()
        self._dialog.add(ready)
        self._dialog.show()

    def _make_dialog(self) -> ReadyDialog:
        dialog = ReadyDialog(self._host.dialog_parent())
        dialog.always.connect(self._choose_always)
        dialog.go_on.connect(self._go_on)
        dialog.finished.connect(dialog.deleteLater)
        # Its window may be closed, and then it goes too.
        dialog.finished.connect(lambda: self._forget(dialog))
        dialog.destroyed.connect(lambda: self._forget(dialog))
        return dialog

    def _forget(self, dialog: ReadyDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def _choose_always(self) -> None:
        self._checks.set_runs_on(True)

    def _go_on(self, chosen: Sequence[ReadyWorkflow]) -> None:
        for one in chosen:
            self._host.run_on(one)
