"""While a run waits for jobs: the dialog that tells of them, and its sign in the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QMainWindow, QToolButton

from ....dataflow import RunResult
from ....modules.job_wait import WaitedJob
from ...monitor.running_dialog import RunningJobDialog
from ...theme import Theme
from .controller import RunController

# A job that is as good as done needs no window that comes and goes.
_PATIENCE_MILLISECONDS = 1000


class WaitingView(QObject):
    """Shows the jobs that the run of a window waits for.

    The dialog comes by itself once in a run; closed by the user, it stays away until the sign in
    the status bar is clicked.
    """

    def __init__(
        self,
        window: QMainWindow,
        theme: Theme,
        controller: RunController,
        stop: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._has_come = False
        self.dialog = RunningJobDialog(theme, window)
        self.dialog.check_requested.connect(controller.check_now)
        self.dialog.cancel_requested.connect(stop)
        self.dialog.cancel_requested.connect(self.dialog.show_suspending)
        self._sign = QToolButton(window)
        self._sign.setObjectName("status_waiting")
        self._sign.setAutoRaise(True)
        self._sign.setToolTip("Show the jobs that the run waits for")
        self._sign.clicked.connect(self.show)
        self._sign.hide()
        window.statusBar().insertPermanentWidget(0, self._sign)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PATIENCE_MILLISECONDS)
        self._timer.timeout.connect(self._come)
        controller.waiting.connect(self._wait)
        controller.jobs_changed.connect(self._show_jobs)
        controller.finished.connect(self._end)

    def begin(self, title: str) -> None:
        """A run begins, of what has this title."""
        self._has_come = False
        self.dialog.begin(title)

    def show(self) -> None:
        """Bring the dialog to the front."""
        self._has_come = True
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def show_pause(self) -> None:
        """Tell whether servers are asked only when the user says so."""
        self.dialog.set_paused(self._controller.is_paused)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in other colours."""
        self.dialog.set_theme(theme)

    def _wait(self, result: RunResult) -> None:
        if not self._has_come and not self._timer.isActive():
            self._timer.start()

    def _come(self) -> None:
        if self._controller.is_running and not self._controller.is_stopping:
            self._has_come = True
            self.dialog.show()

    def _show_jobs(self, jobs: Sequence[WaitedJob]) -> None:
        self.dialog.set_jobs(jobs)
        self.show_pause()
        count = sum(not one.is_over for one in jobs)
        words = "1 job" if count == 1 else f"{count:,} jobs"
        self._sign.setText(f"Waiting for {words}")
        self._sign.setAccessibleName(f"Waiting for {words}; show them")
        self._sign.setVisible(count > 0)

    def _end(self) -> None:
        self._timer.stop()
        self._sign.hide()
        self.dialog.hide()
