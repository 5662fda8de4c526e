"""The open queues of the package: one connection for each server, from enabling to disabling."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..engine import (
    ConnectionPool,
    DecideHostKey,
    Destination,
    Doctor,
    Login,
    RemoteQueue,
    Traffic,
)
from .queue_reference import QueueReference, RemoteJob
from .run_again import Again


class JobNews(enum.Enum):
    """What a module found out about its job on the server."""

    SUBMITTED = "submitted"
    FOUND = "found"
    UPLOADING = "being uploaded by somebody else"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How servers are reached, and who wants to know what was done there.

    ``again`` says which jobs that have ended are run anew instead of being reused; those of the
    signatures in ``again_only`` are in any case.
    """

    login: Login = field(default_factory=Login)
    decide_host_key: DecideHostKey | None = None
    ssh_directory: Path | None = None
    again: Again = Again.NONE
    again_only: frozenset[str] = frozenset()
    tell: Callable[[JobNews, RemoteJob, str], None] | None = None

    @property
    def runs_any_again(self) -> bool:
        """Whether any job at all may have to be run anew."""
        return self.again is not Again.NONE or bool(self.again_only)

    def runs_again(self, signature: str, *, is_ok: bool) -> bool:
        """Whether the job of the module with this signature, which has ended, is run anew."""
        return signature in self.again_only or self.again.includes(is_ok=is_ok)


class QueueSessions:
    """Queues by reference, opened when first asked for. Safe to share between threads."""

    def __init__(self, options: SessionOptions) -> None:
        self.options = options
        self._pool = ConnectionPool(ssh_directory=options.ssh_directory)
        # By the text of the destination, as records have it: that leaves out port 22.
        self._passwords: dict[str, str] = {}
        self._queues: dict[QueueReference, RemoteQueue] = {}
        self._seen: set[str] = set()
        self._waited: set[str] = set()
        self._lock = threading.Lock()

    def remember_password(self, destination: Destination, password: str) -> None:
        """Use a password for a server, for as long as the package is enabled or until another.

        Where the server refused one, another one is tried.
        """
        name = str(destination)
        with self._lock:
            if self._passwords.get(name) == password:
                return
            self._passwords[name] = password
            # They would go on with the old one; the connection is that of the pool.
            for reference in [one for one in self._queues if str(one.destination) == name]:
                del self._queues[reference]

    def ask_with(self, options: SessionOptions) -> None:
        """Put questions as these options say from now on; nothing else changes.

        A person can be asked now, so servers that refused are tried once more.
        """
        with self._lock:
            self.options = replace(
                self.options, login=options.login, decide_host_key=options.decide_host_key
            )
            # They would go on asking as before; the connections are those of the pool.
            self._queues.clear()
        self.try_again()

    def try_again(self) -> None:
        """Have servers tried and questions asked that were refused: a person wishes so.

        For the program that a person works with, when told to run; never call it by itself.
        """
        self._pool.try_again()

    def traffic(self) -> dict[Destination, Traffic]:
        """What each server was bothered with since these sessions began."""
        return self._pool.traffic()

    def queue(self, reference: QueueReference) -> RemoteQueue:
        """The queue, over the one connection to its server; made when it is first used."""
        with self._lock:
            queue = self._queues.get(reference)
            if queue is None:
                queue = self._queues[reference] = self._open(reference)
            return queue

    def doctor(self, reference: QueueReference) -> Doctor:
        """What checks the server of a queue, over connections of its own, logging in as we do."""
        with self._lock:
            return Doctor(
                reference.destination,
                reference.queue,
                login=self._login(reference),
                decide_host_key=self.options.decide_host_key,
                ssh_directory=self.options.ssh_directory,
            )

    def tell(self, news: JobNews, job: RemoteJob, detail: str = "") -> None:
        """Pass on what was done, to whoever asked for it."""
        if self.options.tell is not None:
            self.options.tell(news, job, detail)

    def run_again(self, signatures: Collection[str]) -> None:
        """Have the next run submit these jobs anew, once, where they have ended."""
        with self._lock:
            wanted = self.options.again_only.union(signatures)
            self.options = replace(self.options, again_only=wanted)
            self._seen.difference_update(signatures)

    def first_sight(self, signature: str) -> bool:
        """Whether a job is looked at for the first time: it is run anew once only."""
        with self._lock:
            if signature in self._seen:
                return False
            self._seen.add(signature)
            return True

    def was_seen(self, signature: str) -> bool:
        """Whether a job was looked at already, so that it is not run anew any more."""
        with self._lock:
            return signature in self._seen

    def waits_for(self, signature: str) -> None:
        """Note that a job is being waited for."""
        with self._lock:
            self._waited.add(signature)

    def has_waited(self, signature: str) -> bool:
        """Whether a job was being waited for, so that its server was there."""
        with self._lock:
            return signature in self._waited

    def close(self) -> None:
        """Close every connection. It may be called twice."""
        with self._lock:
            self._queues.clear()
            self._pool.close_all()

    def _login(self, reference: QueueReference) -> Login:
        password = self._passwords.get(str(reference.destination))
        login = self.options.login
        return login if password is None else replace(login, password=password)

    def _open(self, reference: QueueReference) -> RemoteQueue:
        return RemoteQueue(
            reference.destination,
            queue=reference.queue,
            login=self._login(reference),
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
