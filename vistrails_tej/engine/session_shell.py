"""Run commands on the server: a long-lived shell, one round trip per request."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol

from .errors import DeadlinePassed, RemoteCommandFailed
from .shell_channel import Reply, ShellChannel, StreamReply
from .ssh_connection import SshConnection

__all__ = ["ByteReader", "Reply", "SessionShell"]

logger = logging.getLogger(__name__)

# How long a request waits for the one before, until it takes a shell of its own.
_PATIENCE = 1.0


class ByteReader(Protocol):
    """Something to read bytes from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, at least one; none at the end."""
        ...


class SessionShell:
    """Commands on the server, each in a subshell of its own, in the account's home directory.

    ``prelude`` is POSIX shell text, function definitions mostly, sent once. A command is a
    function of the prelude or a program, with arguments of any bytes but NUL. Threads may share
    a SessionShell: requests of ``run`` queue up for a second, ``stream`` and ``send`` run
    beside them. One shell is kept for whatever comes next, since a new one costs three round
    trips.
    """

    def __init__(self, ssh: SshConnection, *, prelude: str = "") -> None:
        """Nothing is sent before the first request; ``ssh`` must be open by then."""
        self._ssh = ssh
        self._prelude = prelude
        self._lock = threading.Lock()
        self._idle_lock = threading.Lock()
        self._idle: ShellChannel | None = None

    def __enter__(self) -> SessionShell:
        """Do nothing; the shell starts with the first request."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """End the shell on the server, after a ``run`` that is under way; the connection stays."""
        with self._lock, self._idle_lock:
            shell, self._idle = self._idle, None
        if shell is not None:
            shell.close()

    def run(
        self,
        command: Sequence[str],
        *,
        payload: Iterable[bytes] | None = None,
        timeout: float = 60.0,
    ) -> Reply:
        """Run a command and return its answer, whatever its exit code; one round trip.

        The command's stdin is ``payload``, or empty. A command that ends early stops the payload.
        ``timeout`` begins now, also while other requests are waited for; with a payload, what is
        left of it is for each piece and for the answer once all is sent. Raises DeadlinePassed or
        ConnectionLost; then the command may or may not have been carried out, and the next
        request begins with a new shell.
        """
        deadline = time.monotonic() + timeout
        if not self._lock.acquire(timeout=min(_PATIENCE, timeout)):
            if time.monotonic() >= deadline:
                raise DeadlinePassed(
                    self._ssh.destination, f"other requests were not done within {timeout:g} s"
                )
            # A slow request, perhaps of a slow disk, is not to make this one fail.
            return self._exchange(command, payload, deadline)
        try:
            return self._exchange(command, payload, deadline)
        finally:
            self._lock.release()

    def send(
        self, command: Sequence[str], payload: Iterable[bytes], *, timeout: float = 60.0
    ) -> Reply:
        """As ``run``, for what takes long: other requests go on meanwhile.

        ``timeout`` is for each step: to begin, each piece of the payload, and the answer.
        """
        logger.debug("Sending to %s", command)
        with self._borrowed(timeout) as shell:
            return shell.exchange(command, payload, timeout)

    def _exchange(
        self, command: Sequence[str], payload: Iterable[bytes] | None, deadline: float
    ) -> Reply:
        logger.debug("Running %s", command)
        with self._borrowed(_left(deadline)) as shell:
            return shell.exchange(command, payload, _left(deadline))

    @contextlib.contextmanager
    def stream(self, command: Sequence[str], *, timeout: float = 60.0) -> Iterator[ByteReader]:
        """Run a command and read its stdout as it comes; other requests go on meanwhile.

        The reader's end comes only if the command succeeded: where it failed, reading on
        raises RemoteCommandFailed with the last of its stderr. Leaving the context earlier stops
        the command. ``timeout`` is for each piece.
        """
        logger.debug("Reading from %s", command)
        shell = self._take(timeout)
        reply: StreamReply | None = None
        try:
            reply = shell.start_stream(command, timeout)
            yield _StreamReader(str(command[0]), reply)
        finally:
            if reply is None or reply.exit_code is None:
                shell.close(kill=True)
            else:
                self._give_back(shell)

    @contextlib.contextmanager
    def _borrowed(self, timeout: float) -> Iterator[ShellChannel]:
        """Give a shell that nobody else uses; after an error it ends, with what it was doing."""
        shell = self._take(timeout)
        try:
            yield shell
        except BaseException:
            shell.close(kill=True)
            raise
        else:
            self._give_back(shell)

    def _take(self, timeout: float) -> ShellChannel:
        with self._idle_lock:
            shell, self._idle = self._idle, None
        if shell is not None:
            if shell.is_open:
                return shell
            shell.close()
        return ShellChannel(self._ssh, self._prelude, timeout)

    def _give_back(self, shell: ShellChannel) -> None:
        with self._idle_lock:
            # No second one: a channel that waits for nothing is one less for others.
            if self._idle is None:
                self._idle = shell
                return
        shell.close()


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.1)


class _StreamReader:
    """The stdout of one command; its end comes only when the command said that it succeeded."""

    def __init__(self, name: str, reply: StreamReply) -> None:
        self._name = name
        self._reply = reply
        self._buffer = b""
        self._used = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, or all to the end if negative; none at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1024 * 1024), b""))
        if size == 0:
            return b""
        if self._used == len(self._buffer):
            self._buffer, self._used = self._reply.read(), 0
        if not self._buffer:
            self._check_end()
        data = self._buffer[self._used : self._used + size]
        self._used += len(data)
        return data

    def _check_end(self) -> None:
        code = self._reply.exit_code
        if code:
            text = self._reply.stderr.decode("utf-8", "replace")
            raise RemoteCommandFailed(self._name, code, text)
