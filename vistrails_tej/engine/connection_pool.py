"""One connection per server, shared by all threads; no server is bothered after it refused."""

from __future__ import annotations

import datetime
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .destination import Destination
from .errors import ConnectionRefused, HostKeyError, LoginFailed
from .host_keys import DecideHostKey
from .login import Login
from .session_shell import SessionShell
from .ssh_connection import SshConnection
from .watch_pace import PAUSE_AFTER_REFUSAL

__all__ = ["ConnectionPool"]

_PAUSE_AFTER_REFUSAL = PAUSE_AFTER_REFUSAL

_Refusal = ConnectionRefused | LoginFailed | HostKeyError


@dataclass(slots=True)
class _Place:
    """What is known of one destination; ``lock`` is held while connecting."""

    lock: threading.Lock
    ssh: SshConnection | None = None
    shell: SessionShell | None = None
    refusal: _Refusal | None = None
    refused_at: float = 0.0
    decide_host_key: DecideHostKey | None = None


class ConnectionPool:
    """Keeps connections open; close it, or use it in a ``with`` statement.

    ``connects`` counts, per destination, how often a connection was made.
    """

    def __init__(self, *, ssh_directory: Path | None = None, timeout: float = 20.0) -> None:
        """See SshConnection for the arguments."""
        self.connects: dict[Destination, int] = {}
        self._ssh_directory = ssh_directory
        self._timeout = timeout
        self._lock = threading.Lock()
        self._places: dict[Destination, _Place] = {}

    def __enter__(self) -> ConnectionPool:
        """Nothing is opened before ``get``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all."""
        self.close_all()

    def get(
        self,
        destination: Destination,
        *,
        login: Login | None = None,
        decide_host_key: DecideHostKey | None = None,
        retry: bool = False,
    ) -> SshConnection:
        """Return the open connection to a destination, made or renewed if need be.

        ``login`` and ``decide_host_key`` count when a connection is made. After a
        ConnectionRefused nothing is sent for five minutes, after a LoginFailed never, after a
        HostKeyError not before another ``decide_host_key`` comes, and the same error is raised
        again; ``retry``, for a wish of the user, tries at once.
        """
        with self._lock:
            place = self._places.setdefault(destination, _Place(threading.Lock()))
        with place.lock:
            if place.ssh is not None and place.ssh.is_open:
                return place.ssh
            if not retry:
                _check_refusal(place, decide_host_key)
            place.decide_host_key = decide_host_key
            if place.ssh is None or login is not None or decide_host_key is not None:
                _close(place)
                place.ssh = SshConnection(
                    destination,
                    login=login,
                    decide_host_key=decide_host_key,
                    ssh_directory=self._ssh_directory,
                    timeout=self._timeout,
                )
            self._open(place, place.ssh)
            return place.ssh

    def get_shell(self, ssh: SshConnection, prelude: str) -> SessionShell:
        """Return the one shell that all users of a connection share; ``ssh`` came from ``get``.

        The prelude is that of whoever asks first: all of them must mean the same one.
        """
        with self._lock:
            place = self._places[ssh.destination]
        with place.lock:
            if place.ssh is not ssh:
                # Closed in the meantime: its shell fails at the first request, as it should.
                return SessionShell(ssh, prelude=prelude)
            if place.shell is None:
                place.shell = SessionShell(ssh, prelude=prelude)
            return place.shell

    def close_all(self) -> None:
        """Close every connection; the pool may be used again."""
        with self._lock:
            places = list(self._places.values())
        for place in places:
            with place.lock:
                _close(place)

    def _open(self, place: _Place, ssh: SshConnection) -> None:
        # It may be a new object for a server that was connected to before.
        ssh.connects = self.connects.get(ssh.destination, 0)
        try:
            ssh.open()
        except (ConnectionRefused, LoginFailed, HostKeyError) as error:
            place.refusal, place.refused_at = error, time.monotonic()
            place.ssh = None
            raise _explained(error, place) from error
        except BaseException:
            place.ssh = None
            raise
        place.refusal = None
        with self._lock:
            self.connects[ssh.destination] = ssh.connects


def _close(place: _Place) -> None:
    # The connection first: a request that is under way then ends, instead of being waited for.
    if place.ssh is not None:
        place.ssh.close()
        place.ssh = None
    if place.shell is not None:
        place.shell.close()
        place.shell = None


def _check_refusal(place: _Place, decide_host_key: DecideHostKey | None) -> None:
    """Raise what the server, or its key, was refused with, while that still counts."""
    refusal = place.refusal
    if refusal is None:
        return
    if isinstance(refusal, HostKeyError):
        counts = decide_host_key is None or decide_host_key == place.decide_host_key
    elif isinstance(refusal, LoginFailed):
        counts = True
    else:
        counts = time.monotonic() < place.refused_at + _PAUSE_AFTER_REFUSAL
    if counts:
        raise _explained(refusal, place) from refusal
    place.refusal = None


def _explained(error: _Refusal, place: _Place) -> _Refusal:
    """Return a copy of the error with the time of the next try."""
    if isinstance(error, LoginFailed):
        when = "no further try is made unless you ask for it"
    elif isinstance(error, HostKeyError):
        when = "nothing more is sent there until this is settled"
    else:
        left = place.refused_at + _PAUSE_AFTER_REFUSAL - time.monotonic()
        moment = datetime.datetime.now() + datetime.timedelta(seconds=max(left, 0.0))
        when = f"wait until {moment:%H:%M:%S} before you try again"
    return error.with_addition(when)
