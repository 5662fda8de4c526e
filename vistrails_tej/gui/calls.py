"""Let other threads ask something of the thread of the windows, and wait for the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PyQt5.QtCore import QObject, QThread, pyqtSignal

_Result = TypeVar("_Result")


class _Call:
    """A function that is to run in the thread of the windows, and what became of it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self._function()
        except BaseException as error:  # noqa: BLE001  (raised again where it was asked for)
            self.error = error
        finally:
            self.done.set()


class GuiCalls(QObject):
    """Runs functions in the thread it was made in, which is that of the windows.

    After ``close`` nothing runs any more: who waits, and whoever asks later, gets None. So a
    program that ends is held up by no question that is still open.
    """

    _posted = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._open: set[_Call] = set()
        self._is_closed = False
        self._posted.connect(self._run)

    def call(self, function: Callable[[], _Result]) -> _Result | None:
        """Run a function over there and return its result, or raise its error."""
        if QThread.currentThread() is self.thread():
            return function()
        call = _Call(function)
        with self._lock:
            if self._is_closed:
                return None
            self._open.add(call)
        self._posted.emit(call)
        call.done.wait()
        if call.error is not None:
            raise call.error
        result: _Result | None = call.result
        return result

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._lock:
            self._is_closed = True
            left, self._open = self._open, set()
        for call in left:
            call.done.set()

    def _run(self, call: _Call) -> None:
        with self._lock:
            is_wanted = call in self._open
        if is_wanted:
            call.run()
            with self._lock:
                self._open.discard(call)
