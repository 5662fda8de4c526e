"""Lets the garbage collector of Python work in the thread of the windows alone."""

from __future__ import annotations

import gc
import time

from PyQt5.QtCore import QObject, QTimer

from ..dataflow.garbage import settle

_LOOK_MILLISECONDS = 250
_OLDEST = 2
# Looking through everything may take this share of the time, and no more.
_SHARE = 0.01


class GuiCollector(QObject):
    """Collects from ``start`` to ``stop`` in this thread, a step at a time.

    By itself Python collects in whichever thread makes the object that is one too many. A window
    that has become garbage would end there, while this thread may still be drawing it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = False
        self._whole_again_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.collect_due)

    def start(self) -> None:
        """Take over from Python."""
        if not self._timer.isActive():
            self._was_enabled = gc.isenabled()
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, as it was. May be called twice."""
        if self._timer.isActive():
            self._timer.stop()
            if self._was_enabled:
                gc.enable()

    def collect_due(self) -> None:
        """Collect the generations whose time has come, by Python's own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [
            generation
            for generation, (count, threshold) in enumerate(zip(counts, thresholds, strict=True))
            if threshold and count > threshold
        ]
        if not due or settle(counts[0]):
            return
        if due[-1] < _OLDEST or time.monotonic() < self._whole_again_at:
            gc.collect(min(due[-1], _OLDEST - 1))
            return
        begun = time.monotonic()
        gc.collect()
        now = time.monotonic()
        self._whole_again_at = now + (now - begun) / _SHARE
