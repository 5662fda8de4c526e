"""What happens when jobs end: news, and the question whether their workflows go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QApplication, QWidget

from ...modules.job_book import JobEntry, JobKey
from .checks import Checks
from .pending_jobs import PendingJobs, ReadyWorkflow, describe_endings, still_ready
from .ready_dialog import ReadyDialog
from .tray import Tray

# So long after the end of a run all that it recorded is known.
_RECORDED_MILLISECONDS = 1500


class CompletionHost(Protocol):
    """The windows, as far as the end of jobs concerns them."""

    def is_running(self, ready: ReadyWorkflow) -> bool:
        """Whether a run of it is under way, which may go on with the jobs by itself."""

    def has_seen(self, ready: ReadyWorkflow) -> bool:
        """Whether a run of it knew how the jobs ended, whatever it made of that."""

    def can_run_on(self, ready: ReadyWorkflow) -> bool:
        """Whether it may go on unasked: without showing something else to the user."""

    def run_on(self, ready: ReadyWorkflow, *, is_quiet: bool) -> None:
        """Run it on, showing it first if need be; quietly, nothing comes to the front."""

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
        # What is asked for: a dialog may go with its window, unanswered.
        self._asked: list[ReadyWorkflow] = []
        # What runs that are under way may see to.
        self._left_to_runs: list[ReadyWorkflow] = []
        self._run_over = self._make_timer(_RECORDED_MILLISECONDS, self._look_behind_runs)
        self._again = self._make_timer(0, self._ask_again)
        tray.clicked.connect(self._come_forward)

    @property
    def dialog(self) -> ReadyDialog | None:
        """The question that is shown."""
        return self._dialog

    def window(self) -> QWidget | None:
        """The window that news and questions belong to just now."""
        return self._host.dialog_parent()

    def take(self, news: Mapping[JobKey, JobEntry | None]) -> None:
        """Take in entries of the book that are new, or None for those that are gone."""
        self._show_asked(_left(self._asked, news))
        self._left_to_runs = _left(self._left_to_runs, news)
        endings = self._pending.update(news)
        self._tray.set_pending(self._pending.count)
        if endings.jobs:
            self._tell(endings.jobs)
        self._see_to(endings.ready)

    def run_begun(self) -> None:
        """What a run may see to is not asked for while it is under way."""
        running = [one for one in self._asked if self._host.is_running(one)]
        self._left_to_runs += running
        self._show_asked([one for one in self._asked if one not in running])

    def run_ended(self) -> None:
        """What the run has not seen to is asked for, once its records are known."""
        self._run_over.start()

    def close(self) -> None:
        """Ask and tell nothing any more."""
        self._again.stop()
        self._run_over.stop()
        self._asked, self._left_to_runs = [], []
        if self._dialog is not None:
            self._dialog.hide()
        self._tray.close()

    def _see_to(self, found: Sequence[ReadyWorkflow]) -> None:
        # Of what no version waits for it is only told that it has ended.
        ready = [one for one in found if one.can_go_on]
        running = [one for one in ready if self._host.is_running(one)]
        self._left_to_runs += running
        left = [one for one in ready if one not in running and not self._host.has_seen(one)]
        by_itself = [one for one in left if self._checks.runs_on and self._host.can_run_on(one)]
        for one in by_itself:
            self._host.run_on(one, is_quiet=True)
        self._ask([one for one in left if one not in by_itself])

    def _look_behind_runs(self) -> None:
        ready, self._left_to_runs = self._left_to_runs, []
        self._see_to(ready)

    def _make_timer(self, milliseconds: int, slot: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(lambda: slot())
        return timer

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
        self._asked = list(self._dialog.ready)
        self._dialog.show()

    def _show_asked(self, asked: list[ReadyWorkflow]) -> None:
        self._asked = asked
        if self._dialog is not None and self._dialog.ready:
            self._dialog.show_ready(asked)

    def _make_dialog(self) -> ReadyDialog:
        dialog = ReadyDialog(self._host.dialog_parent())
        dialog.always.connect(self._choose_always)
        dialog.go_on.connect(self._go_on)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda: self._answered(dialog))
        dialog.destroyed.connect(lambda: self._lose(dialog))
        return dialog

    def _answered(self, dialog: ReadyDialog) -> None:
        if self._dialog is dialog:
            self._dialog, self._asked = None, []

    def _lose(self, dialog: ReadyDialog) -> None:
        """Its window was closed, and nobody has answered: another window asks, once it is gone."""
        if self._dialog is dialog:
            self._dialog = None
            self._again.start()

    def _ask_again(self) -> None:
        if self._dialog is None and self._host.dialog_parent() is not None:
            self._ask(self._asked)

    def _choose_always(self) -> None:
        self._checks.set_runs_on(True)

    def _go_on(self, chosen: Sequence[ReadyWorkflow]) -> None:
        for one in chosen:
            self._host.run_on(one, is_quiet=False)


def _left(
    ready: Sequence[ReadyWorkflow], news: Mapping[JobKey, JobEntry | None]
) -> list[ReadyWorkflow]:
    left = (still_ready(one, news) for one in ready)
    return [one for one in left if one is not None]
