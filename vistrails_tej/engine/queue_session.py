"""The way to one queue's server: opened when first needed, renewed after it broke."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .connection_pool import ConnectionPool
from .destination import Destination
from .errors import RemoteCommandFailed
from .host_keys import DecideHostKey
from .login import Login
from .protocol import Answer, Request, find_error
from .runtime import load_runtime
from .session_shell import ByteReader, SessionShell
from .ssh_connection import SshConnection

__all__ = ["Access", "QueueSession"]

_ANSWER_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """How a server is reached. Only one of ``pool`` and ``connection`` is used; both may be None.

    A connection that was handed in is used as it is and never closed.
    """

    destination: Destination
    login: Login | None = None
    decide_host_key: DecideHostKey | None = None
    ssh_directory: Path | None = None
    pool: ConnectionPool | None = None
    connection: SshConnection | None = None


@dataclass(frozen=True, slots=True)
class _Failure:
    """The answer of a stream that failed, as far as it is known."""

    exit_code: int
    stderr: bytes
    stdout: bytes = b""


class QueueSession:
    """Sends requests to the functions of the runtime. Threads may share it."""

    def __init__(self, access: Access) -> None:
        """Nothing is opened yet."""
        self._access = access
        self._lock = threading.Lock()
        self._shell: tuple[SshConnection, SessionShell] | None = None
        self._own: SshConnection | None = None
        self._prelude = load_runtime().prelude

    def close(self) -> None:
        """End the shell, and the connection if it was made here; a later request opens anew."""
        own = self._own
        if own is not None:
            # First, so that what the shell is doing ends instead of being waited for.
            own.close()
        with self._lock:
            self._drop_shell()

    def connect(self) -> SshConnection:
        """Return the connection, open. Raises a ConnectionFailed."""
        return self._ready()[0]

    def ask(
        self,
        request: Request,
        arguments: Sequence[str],
        *,
        payload: Iterable[bytes] | None = None,
        timeout: float = _ANSWER_SECONDS,
    ) -> Answer:
        """Send a request, one round trip, and return its answer; raises what it tells."""
        return _checked(self.try_ask(request, arguments, payload=payload, timeout=timeout), request)

    def try_ask(
        self,
        request: Request,
        arguments: Sequence[str],
        *,
        payload: Iterable[bytes] | None = None,
        timeout: float = _ANSWER_SECONDS,
    ) -> Answer:
        """As ``ask``, for a caller that looks at the exit code itself."""
        _, shell = self._ready()
        return shell.run([request.command, *arguments], payload=payload, timeout=timeout)

    def ask_apart(
        self,
        request: Request,
        arguments: Sequence[str],
        *,
        payload: Iterable[bytes] = (),
        timeout: float = _ANSWER_SECONDS,
    ) -> Answer:
        """As ``ask``, on a channel of its own, for what takes long and must not hold up others."""
        _, shell = self._ready()
        reply = shell.send([request.command, *arguments], payload, timeout=timeout)
        return _checked(reply, request)

    @contextmanager
    def stream(self, request: Request, arguments: Sequence[str]) -> Iterator[ByteReader]:
        """Read the stdout of a request as it comes; raises what its exit code tells."""
        _, shell = self._ready()
        try:
            with shell.stream([request.command, *arguments]) as reader:
                yield reader
        except RemoteCommandFailed as error:
            failure = _Failure(error.exit_code, error.stderr.encode("utf-8", "replace"))
            raise (find_error(failure, request) or error) from error

    def _ready(self) -> tuple[SshConnection, SessionShell]:
        # Without the lock: a person may be typing a password, and ``close`` waits for nobody.
        ssh = self._open_connection()
        if self._access.connection is None and self._access.pool is not None:
            # A channel for each queue would soon be more than a server allows.
            return ssh, self._access.pool.get_shell(ssh, self._prelude)
        with self._lock:
            if self._shell is None or self._shell[0] is not ssh:
                self._drop_shell()
                self._shell = (ssh, SessionShell(ssh, prelude=self._prelude))
            return self._shell

    def _open_connection(self) -> SshConnection:
        access = self._access
        if access.connection is not None:
            return access.connection
        if access.pool is not None:
            return access.pool.get(
                access.destination, login=access.login, decide_host_key=access.decide_host_key
            )
        with self._lock:
            if self._own is None:
                self._own = SshConnection(
                    access.destination,
                    login=access.login,
                    decide_host_key=access.decide_host_key,
                    ssh_directory=access.ssh_directory,
                )
            own = self._own
        own.open()
        return own

    def _drop_shell(self) -> None:
        shell, self._shell = self._shell, None
        if shell is not None:
            shell[1].close()


def _checked(answer: Answer, request: Request) -> Answer:
    error = find_error(answer, request)
    if error is not None:
        raise error
    return answer
