"""Notice the signals of the system while Qt waits for events."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PyQt5.QtCore import QObject, QSocketNotifier, pyqtSignal

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class SignalWatch(QObject):
    """Python's handlers run only between steps of Python: a socket wakes Qt up for them.

    ``came`` says that we are asked to end.
    """

    came = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(
            self._read.fileno(),  # type: ignore[arg-type]  # the stubs are wrong
            QSocketNotifier.Type.Read,
            self,
        )
        self._notifier.activated.connect(self._wake)
        self._handlers: dict[int, object] = {}
        self._wakeup = -1

    def start(self) -> None:
        """Watch from now on; a signal that is ignored stays so."""
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (*_SIGNALS, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._handlers[number] = before
                signal.signal(number, self._note)

    def stop(self) -> None:
        """Leave the handlers as they were."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._handlers.clear()
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        """Nothing is done inside a handler; the socket has been written to."""

    def _wake(self) -> None:
        self._read.recv(4096)
        self.came.emit()
