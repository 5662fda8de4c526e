"""One connection per server, shared by all threads; no server is bothered after it refused."""

from __future__ import annotations

import dataclasses
import datetime
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from .connection_facts import Traffic
from .destination import Destination
from .errors import ConnectionLost, ConnectionRefused, HostKeyError, LoginFailed
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
    """What is known of one destination.

    ``dialling`` is held while connecting. ``ssh`` and ``shell`` change under the lock of the
    pool, so that they can be taken away meanwhile. ``login`` and ``decide_host_key`` are the
    last that were given, ``refused`` the logins that failed.
    """

    dialling: threading.Lock = field(default_factory=threading.Lock)
    ssh: SshConnection | None = None
    shell: SessionShell | None = None
    refusal: _Refusal | None = None
    refused_at: float = 0.0
    login: Login = field(default_factory=Login)
    decide_host_key: DecideHostKey | None = None
    refused: list[tuple[Login, LoginFailed]] = field(default_factory=list)


class ConnectionPool:
    """Keeps connections open; close it, or use it in a ``with`` statement.

    ``connects`` counts, per destination, how often a connection was made.
    """

    def __init__(self, *, ssh_directory: Path | None = None, timeout: float = 20.0) -> None:
        """See SshConnection for the arguments."""
        self.connects: dict[Destination, int] = {}
        self._traffic: dict[Destination, Traffic] = {}
        self._ssh_directory = ssh_directory
        self._timeout = timeout
        self._lock = threading.Lock()
        self._closings = 0
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
    ) -> SshConnection:
        """Return the open connection to a destination, made or renewed if need be.

        ``login`` and ``decide_host_key`` count when a connection is made. After a
        ConnectionRefused nothing is sent for five minutes, after a LoginFailed not before another
        ``login`` comes, after a HostKeyError not before another ``decide_host_key``, and the same
        error is raised again; see ``try_again``.
        """
        with self._lock:
            closings = self._closings
            place = self._places.setdefault(destination, _Place())
        with place.dialling:
            if place.ssh is not None and place.ssh.is_open:
                return place.ssh
            _check_refusal(place, login, decide_host_key)
            if login is not None:
                place.login = login
            if decide_host_key is not None:
                place.decide_host_key = decide_host_key
            ssh = self._take_place(place, destination, closings)
            self._open(place, ssh)
            return ssh

    def traffic(self) -> dict[Destination, Traffic]:
        """Return what each server was bothered with so far."""
        with self._lock:
            return {one: dataclasses.replace(seen) for one, seen in self._traffic.items()}

    def get_shell(self, ssh: SshConnection, prelude: str) -> SessionShell:
        """Return the one shell that all users of a connection share; ``ssh`` came from ``get``.

        The prelude is that of whoever asks first: all of them must mean the same one.
        """
        with self._lock:
            place = self._places[ssh.destination]
            if place.ssh is not ssh:
                # Closed in the meantime: its shell fails at the first request, as it should.
                return SessionShell(ssh, prelude=prelude)
            if place.shell is None:
                place.shell = SessionShell(ssh, prelude=prelude)
            return place.shell

    def try_again(self, destination: Destination | None = None) -> None:
        """Have the next ``get`` try, though the server refused: a person wishes so.

        Without a ``destination`` that goes for all. Questions that nobody answered are asked
        again. Never call it by itself: a login that is repeated locks accounts.
        """
        with self._lock:
            places = self._places
            chosen = [place for name, place in places.items() if destination in (None, name)]
        for place in chosen:
            place.refusal = None
            for login, _ in place.refused:
                login.memory.ask_again()
            place.refused.clear()

    def close_all(self) -> None:
        """Close every connection, at once; the pool may be used again.

        A ``get`` that is under way raises ConnectionLost, whether or not the server answers.
        """
        with self._lock:
            self._closings += 1
            places = list(self._places.values())
        for place in places:
            self._close(place)

    def _take_place(self, place: _Place, destination: Destination, closings: int) -> SshConnection:
        """Put a new connection where the old one was; it is not open yet."""
        self._close(place)
        ssh = SshConnection(
            destination,
            login=place.login,
            decide_host_key=place.decide_host_key,
            ssh_directory=self._ssh_directory,
            timeout=self._timeout,
        )
        # It may be a new object for a server that was connected to before.
        ssh.connects = self.connects.get(destination, 0)
        with self._lock:
            ssh.traffic = self._traffic.setdefault(destination, ssh.traffic)
            if self._closings != closings:
                raise ConnectionLost(destination, "all connections were closed meanwhile")
            place.ssh = ssh
        return ssh

    def _open(self, place: _Place, ssh: SshConnection) -> None:
        try:
            ssh.open()
        except (ConnectionRefused, LoginFailed, HostKeyError) as error:
            place.refusal, place.refused_at = error, time.monotonic()
            if isinstance(error, LoginFailed):
                place.refused.append((place.login, error))
            raise _explained(error, place) from error
        place.refusal = None
        with self._lock:
            self.connects[ssh.destination] = ssh.connects

    def _close(self, place: _Place) -> None:
        with self._lock:
            ssh, place.ssh = place.ssh, None
            shell, place.shell = place.shell, None
        # The connection first: a request that is under way then ends, instead of being waited for.
        if ssh is not None:
            ssh.close()
        if shell is not None:
            shell.close()


def _check_refusal(
    place: _Place, login: Login | None, decide_host_key: DecideHostKey | None
) -> None:
    """Raise what the server, or its key, was refused with, while that still counts."""
    known = [error for one, error in place.refused if one == login]
    refusal = known[0] if known else place.refusal
    if refusal is None:
        return
    if isinstance(refusal, HostKeyError):
        counts = decide_host_key is None or decide_host_key == place.decide_host_key
    elif isinstance(refusal, LoginFailed):
        counts = login is None or bool(known)
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
        when = f"it is not tried again by itself before {moment:%H:%M:%S}"
    return error.with_addition(when)
