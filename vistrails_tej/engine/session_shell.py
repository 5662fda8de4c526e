"""Run commands on the server: one long-lived shell, one round trip per request."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol

import paramiko

from .errors import DeadlinePassed, RemoteCommandFailed
from .shell_channel import Reply, ShellChannel, explain_end
from .ssh_connection import SshConnection

__all__ = ["ByteReader", "Reply", "SessionShell"]

logger = logging.getLogger(__name__)

_RECEIVE = 4 * 1024 * 1024
_MOST_STDERR = 64 * 1024
_POLL = 0.1


class ByteReader(Protocol):
    """Something to read bytes from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, at least one; none at the end."""
        ...


class SessionShell:
    """Commands on the server, each in a subshell of its own, in the account's home directory.

    ``prelude`` is POSIX shell text, function definitions mostly, sent once. A command is a
    function of the prelude or a program, with arguments of any bytes but NUL. Threads may share
    a SessionShell: requests of ``run`` queue up, ``stream`` and ``send`` use other channels.
    """

    def __init__(self, ssh: SshConnection, *, prelude: str = "") -> None:
        """Nothing is sent before the first request; ``ssh`` must be open by then."""
        self._ssh = ssh
        self._prelude = prelude
        self._lock = threading.Lock()
        self._shell: ShellChannel | None = None

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
        """End the shell on the server; the connection stays open."""
        with self._lock:
            self._throw_away()

    def run(
        self,
        command: Sequence[str],
        *,
        payload: Iterable[bytes] | None = None,
        timeout: float = 60.0,
    ) -> Reply:
        """Run a command and return its answer, whatever its exit code; one round trip.

        The command's stdin is ``payload``, or empty. A command that ends early stops the payload.
        ``timeout`` is for the answer once all is sent, and for each piece of the payload. Raises
        DeadlinePassed or ConnectionLost; then the command may or may not have been carried out,
        and the next request begins with a new shell.
        """
        started = time.monotonic()
        if not self._lock.acquire(timeout=timeout):
            raise DeadlinePassed(
                self._ssh.destination, f"other requests were not done within {timeout:g} s"
            )
        try:
            logger.debug("Running %s", command)
            shell = self._ready_shell(max(timeout - (time.monotonic() - started), 0.1))
            try:
                return shell.exchange(command, payload, timeout)
            except BaseException:
                self._throw_away(kill=True)
                raise
        finally:
            self._lock.release()

    def send(
        self, command: Sequence[str], payload: Iterable[bytes], *, timeout: float = 60.0
    ) -> Reply:
        """Run a command with a large payload on a channel of its own; otherwise as ``run``."""
        logger.debug("Sending to %s", command)
        shell = ShellChannel(self._ssh, self._prelude, timeout)
        done = False
        try:
            reply = shell.exchange(command, payload, timeout)
            done = True
        finally:
            shell.close(kill=not done)
        return reply

    @contextlib.contextmanager
    def stream(self, command: Sequence[str], *, timeout: float = 60.0) -> Iterator[ByteReader]:
        """Run a command on a channel of its own and read its stdout as it comes.

        The reader's end comes only if the command succeeded: where it failed, reading on
        raises RemoteCommandFailed with the last of its stderr. Leaving the context earlier stops
        the command. ``timeout`` is for each piece.
        """
        logger.debug("Reading from %s", command)
        shell = ShellChannel(self._ssh, self._prelude, timeout)
        finished = False
        try:
            reader = _StreamReader(self._ssh, shell, command, timeout)
            yield reader
            finished = reader.finished
        finally:
            shell.close(kill=not finished)

    def _ready_shell(self, timeout: float) -> ShellChannel:
        if self._shell is not None and not self._shell.is_open:
            self._throw_away()
        if self._shell is None:
            self._shell = ShellChannel(self._ssh, self._prelude, timeout)
        return self._shell

    def _throw_away(self, *, kill: bool = False) -> None:
        shell, self._shell = self._shell, None
        if shell is not None:
            shell.close(kill=kill)


class _StreamReader:
    """The stdout of one command, from behind its marker to the end of the channel."""

    def __init__(
        self, ssh: SshConnection, shell: ShellChannel, command: Sequence[str], timeout: float
    ) -> None:
        self._ssh = ssh
        self._shell = shell
        self._channel = shell.channel
        self._name = str(command[0])
        self._timeout = timeout
        self._errors = bytearray()
        self.finished = False
        try:
            self._mark = shell.start_stream(command, timeout)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ssh.failure(error) from error
        self._buffer: bytes | None = None
        self._used = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, or all to the end if negative; none at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_RECEIVE), b""))
        if self.finished or size == 0:
            return b""
        if self._buffer is None:
            self._buffer = self._skip_to_mark()
        if self._used == len(self._buffer):
            # Much at once: paramiko moves all that it holds at each read.
            self._buffer, self._used = self._receive(_RECEIVE), 0
        if not self._buffer:
            self._check_end()
            self.finished = True
        data = self._buffer[self._used : self._used + size]
        self._used += len(data)
        return data

    def _skip_to_mark(self) -> bytes:
        seen = bytearray()
        while True:
            data = self._receive(_RECEIVE)
            if not data:
                raise explain_end(self._ssh, self._channel, begun=False, told=bytes(seen))
            seen += data
            pid, line_end, rest = seen.partition(self._mark)[2].partition(b"\n")
            if line_end:
                self._shell.note_pid(int(pid))
                return bytes(rest)

    def _receive(self, size: int) -> bytes:
        """Wait for the next bytes, and keep stderr from filling up meanwhile."""
        deadline = time.monotonic() + self._timeout
        self._channel.settimeout(min(_POLL, self._timeout))
        while True:
            data: bytes | None = None
            try:
                data = self._channel.recv(size)
            except TimeoutError:
                pass
            except (paramiko.SSHException, OSError, EOFError) as error:
                raise self._ssh.failure(error) from error
            self._take_errors()
            if data is not None:
                return data
            if time.monotonic() >= deadline:
                raise DeadlinePassed(
                    self._ssh.destination, f"{self._name} sent nothing for {self._timeout:g} s"
                )

    def _take_errors(self) -> None:
        while self._channel.recv_stderr_ready():
            try:
                data = self._channel.recv_stderr(_RECEIVE)
            except (paramiko.SSHException, OSError, EOFError) as error:
                raise self._ssh.failure(error) from error
            if not data:
                return
            self._errors += data
            del self._errors[:-_MOST_STDERR]

    def _check_end(self) -> None:
        """Raise unless the command said that it succeeded."""
        channel = self._channel
        if not channel.status_event.wait(self._timeout) or channel.exit_status < 0:
            raise self._ssh.failure(EOFError("the transfer was cut off"))
        self._take_errors()
        if channel.exit_status != 0:
            _, mark, told = bytes(self._errors).partition(self._mark)
            told = told.partition(b"\n")[2] if mark else bytes(self._errors)
            text = told.decode("utf-8", "replace")
            raise RemoteCommandFailed(self._name, channel.exit_status, text)
