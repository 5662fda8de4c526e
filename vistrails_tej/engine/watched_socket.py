"""A socket that notices when the other side has fallen silent."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from typing import Protocol

from .connection_facts import Traffic

__all__ = ["SocketLike", "WatchedSocket", "hang_up"]


class SocketLike(Protocol):
    """What paramiko asks of a socket; a channel or a proxy command has it too."""

    def send(self, data: bytes, /) -> int:
        """Write some of ``data``; return how much."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes; empty at the end."""
        ...

    def settimeout(self, timeout: float, /) -> None:
        """Set how long the other two may take."""
        ...

    def close(self) -> None:
        """Close."""
        ...


class WatchedSocket:
    """Passes everything on, and breaks the connection after a silence that means it is dead.

    paramiko reads in a loop with a short timeout and sends sign-of-life requests, but waits for
    the answers for ever; a cable that was pulled would go unnoticed for hours. So each timeout is
    held against the time of the last byte. The watch starts with ``expect_answers``, since
    before that a person may be typing a password.
    """

    def __init__(self, inner: SocketLike, silence: float, traffic: Traffic | None = None) -> None:
        """``silence``: seconds without a byte, though one was asked for, that are too long.

        ``traffic`` counts what passes.
        """
        self._inner = inner
        self._silence = silence
        self._traffic = Traffic() if traffic is None else traffic
        self._watching = False
        self._heard_at = time.monotonic()
        self._asked_at: float | None = None
        self._sent_at = self._heard_at
        # paramiko looks at this name while it ends its thread.
        self._closed = False

    def expect_answers(self) -> None:
        """Start the watch."""
        self._heard_at = self._sent_at = time.monotonic()
        self._watching = True

    def note_question(self) -> None:
        """Remember that something was sent which the other side must answer."""
        if self._asked_at is None:
            self._asked_at = time.monotonic()

    def recv(self, size: int) -> bytes:
        """Read; raises TimeoutError when nothing came, ConnectionAbortedError when all is dead."""
        try:
            data = self._inner.recv(size)
        except TimeoutError:
            self._check(self._asked_at)
            raise
        self._heard_at = time.monotonic()
        self._asked_at = None
        self._traffic.bytes_received += len(data)
        return data

    def send(self, data: bytes) -> int:
        """Write; raises as ``recv`` does."""
        try:
            count = self._inner.send(data)
        except TimeoutError:
            self._check(self._sent_at)
            raise
        self._sent_at = time.monotonic()
        self._traffic.bytes_sent += count
        return count

    def _check(self, since: float | None) -> None:
        if not self._watching or since is None:
            return
        if time.monotonic() - max(since, self._heard_at) > self._silence:
            # Not ETIMEDOUT: that would be a TimeoutError, which means "try again" to paramiko.
            raise ConnectionAbortedError(
                errno.ECONNABORTED, f"nothing was heard for {self._silence:g} s"
            )

    def settimeout(self, timeout: float) -> None:
        """Pass on."""
        self._inner.settimeout(timeout)

    def getpeername(self) -> object:
        """Return the address of the other side, where the socket has one."""
        return getattr(self._inner, "getpeername", lambda: ("", 0))()

    def close(self) -> None:
        """Close at once, waking up whoever is reading."""
        self._closed = True
        if isinstance(self._inner, socket.socket):
            hang_up(self._inner)
        else:
            self._inner.close()


def hang_up(stream: socket.socket) -> None:
    """Close a socket at once, waking up whoever waits for it; also one that still connects."""
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
    stream.close()
