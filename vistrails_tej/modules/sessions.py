"""The open queues of the package: one connection for each server, from enabling to disabling."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..engine import (
    ConnectionPool,
    DecideHostKey,
    Destination,
    Login,
    RemoteQueue,
)
from .queue_reference import QueueReference, RemoteJob


class JobNews(enum.Enum):
    """What a module found out about its job on the server."""

    SUBMITTED = "submitted"
    FOUND = "found"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How servers are reached, and who wants to know what was done there.

    With ``again`` a job that has ended is run anew instead of being reused; ``again_only`` names
    the signatures of the only ones for which that holds.
    """

    login: Login = field(default_factory=Login)
    decide_host_key: DecideHostKey | None = None
    ssh_directory: Path | None = None
    again: bool = False
    again_only: frozenset[str] = frozenset()
    tell: Callable[[JobNews, RemoteJob], None] | None = None

    def runs_again(self, signature: str) -> bool:
        """Whether the ended job of the module with this signature is run anew."""
        return self.again or signature in self.again_only


class QueueSessions:
    """Queues by reference, opened when first asked for. Safe to share between threads."""

    def __init__(self, options: SessionOptions) -> None:
        self.options = options
        self._pool = ConnectionPool(ssh_directory=options.ssh_directory)
        # By the text of the destination, as records have it: that leaves out port 22.
        self._passwords: dict[str, str] = {}
        self._queues: dict[QueueReference, RemoteQueue] = {}
        self._lock = threading.Lock()

    def remember_password(self, destination: Destination, password: str) -> None:
        """Use a password for a server, for as long as the package is enabled."""
        with self._lock:
            self._passwords[str(destination)] = password

    def queue(self, reference: QueueReference) -> RemoteQueue:
        """The queue, over the one connection to its server; made when it is first used."""
        with self._lock:
            queue = self._queues.get(reference)
            if queue is None:
                queue = self._queues[reference] = self._open(reference)
            return queue

    def tell(self, news: JobNews, job: RemoteJob) -> None:
        """Pass on what was done, to whoever asked for it."""
        if self.options.tell is not None:
            self.options.tell(news, job)

    def close(self) -> None:
        """Close every connection. It may be called twice."""
        with self._lock:
            self._queues.clear()
            self._pool.close_all()

    def _open(self, reference: QueueReference) -> RemoteQueue:
        login = self.options.login
        password = self._passwords.get(str(reference.destination))
        if password is not None:
            login = replace(login, password=password)
        return RemoteQueue(
            reference.destination,
            queue=reference.queue,
            login=login,
            decide_host_key=self.options.decide_host_key,
            pool=self._pool,
            setup_runtime=reference.setup_runtime or None,
            need_runtime=(reference.need_runtime,) if reference.need_runtime else (),
        )


# VisTrails calls initialize() and finalize() without arguments and makes the modules itself, so
# the state between the two can only live here.
_open_sessions: list[QueueSessions] = []


def start_sessions(options: SessionOptions | None = None) -> QueueSessions:
    """Begin with these options; what was open before is closed."""
    stop_sessions()
    sessions = QueueSessions(options or SessionOptions())
    _open_sessions.append(sessions)
    return sessions


def current_sessions() -> QueueSessions:
    """The sessions of this package, begun with default options if nobody has yet."""
    return _open_sessions[-1] if _open_sessions else start_sessions()


def stop_sessions() -> None:
    """Close everything. It may be called twice."""
    while _open_sessions:
        _open_sessions.pop().close()
