"""Checks: how often the servers are asked, the same for all windows, remembered."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from ..settings import Settings
from .book_bridge import BookBridge
from .summary import Checking


class Checks(QObject):
    """The wishes of the user: interval, pause, automatic re-execution; ``changed`` if they do.

    Paused by hand lasts until the program ends; Off is remembered. ``can_run_on`` says whether
    workflows can run on by themselves here at all.
    """

    changed = pyqtSignal()

    def __init__(self, bridge: BookBridge, settings: Settings, *, can_run_on: bool = True) -> None:
        super().__init__(bridge)
        self.can_run_on = can_run_on
        self._bridge = bridge
        self._settings = settings
        self._interval = settings.job_interval
        self._is_paused = False
        self._apply()

    @property
    def interval(self) -> float | None:
        """The pause between two questions to a server, in seconds; None is Off, 0 as needed."""
        return self._interval

    @property
    def is_paused(self) -> bool:
        """Whether nothing is asked for now."""
        return self._is_paused

    @property
    def runs_on(self) -> bool:
        """Whether a workflow runs on by itself once its jobs have ended."""
        return self._settings.runs_on

    def set_interval(self, seconds: float | None) -> None:
        """Ask so often from now on; a pause ends."""
        self._interval = self._settings.job_interval = seconds
        self._is_paused = False
        self._apply()
        self.changed.emit()

    def set_paused(self, is_paused: bool) -> None:
        """Ask nothing for now, or go on."""
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._apply()
            self.changed.emit()

    def set_runs_on(self, is_wanted: bool) -> None:
        """Let workflows run on by themselves, or ask."""
        if is_wanted != self._settings.runs_on:
            self._settings.runs_on = is_wanted
            self.changed.emit()

    def state(self) -> Checking:
        """For the summary."""
        is_paused = self._is_paused or self._interval is None
        return Checking(None if is_paused else self._bridge.book.next_check, self._is_paused)

    def _apply(self) -> None:
        book = self._bridge.book
        book.set_interval(self._interval or None)
        if self._is_paused or self._interval is None:
            book.pause()
        else:
            book.resume()
