"""A queue on a server: submit, follow, fetch, kill, delete. The main class of the engine."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType

from .connection_pool import ConnectionPool
from .destination import Destination, parse_destination
from .errors import (
    NotAQueue,
    QueueLinkBroken,
    QueueNotFound,
    RemoteFileNotFound,
    RuntimeNotAllowed,
)
from .failed_uploads import failed_uploads
from .host_keys import DecideHostKey
from .job import JobId, JobStatus, make_job_id, parse_job_id
from .job_files import Directory
from .job_submission import JobSubmission
from .login import Login
from .payload import Start, check_relative, read_payload
from .protocol import (
    Request,
    parse_files,
    parse_queue,
    parse_status,
    parse_statuses,
    parse_usage,
)
from .queue_facts import JobFile, QueueFacts, QueueUsage
from .queue_layout import DEFAULT_QUEUE, STDERR
from .queue_session import Access, QueueSession
from .runtime import RUNTIMES
from .ssh_connection import SshConnection
from .transfer import Progress, download_file, unpack_stream

__all__ = ["RemoteQueue"]

logger = logging.getLogger(__name__)

# A kill waits for the job to end by itself, a cleanup does so for every job.
_KILL_SECONDS = 60.0
_CLEANUP_SECONDS = 1800.0
_USAGE_SECONDS = 300.0


def _seen(status: JobStatus) -> JobStatus:
    """Note an end that is known from now on: who submits ``again`` wants another attempt."""
    if status.is_over and status.nonce is not None:
        failed_uploads().settle(status.job_id, status.nonce)
    return status


class RemoteQueue:
    """The jobs of one queue. Use it in a ``with`` statement, or call ``close``.

    ``destination`` is a Destination or a text for ``parse_destination``; ``queue`` a path on the
    server: absolute, with ``~`` or ``~user``, or relative to the home directory; it may be a
    link to the queue. The queue is made by the first submit. Connecting waits for the first
    request. With ``connection`` that is used, with ``pool`` one of its connections; else the
    queue has its own, which ``close`` ends. ``setup_runtime`` is for a queue that must be made;
    a queue of another runtime than those of ``need_runtime`` is refused.

    Every method may raise a ConnectionFailed and, for what is found at the path, a QueueError.
    """

    def __init__(  # noqa: PLR0913  (all but two by keyword, each with a default)
        self,
        destination: str | Destination,
        queue: str | PurePosixPath = DEFAULT_QUEUE,
        *,
        login: Login | None = None,
        decide_host_key: DecideHostKey | None = None,
        ssh_directory: Path | None = None,
        pool: ConnectionPool | None = None,
        connection: SshConnection | None = None,
        setup_runtime: str | None = None,
        need_runtime: Sequence[str] = (),
    ) -> None:
        """Nothing is sent yet."""
        if isinstance(destination, str):
            destination = parse_destination(destination)
        self.destination = destination
        self.queue = str(queue)
        if not self.queue or "\n" in self.queue or "\0" in self.queue:
            raise NotAQueue(repr(self.queue), "it is no path")
        self._setup_runtime = setup_runtime
        self._need_runtime = tuple(need_runtime)
        self._session = QueueSession(
            Access(destination, login, decide_host_key, ssh_directory, pool, connection)
        )

    def __enter__(self) -> RemoteQueue:
        """Do nothing; the first request connects."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def __str__(self) -> str:
        """Print as the destination and the path."""
        return f"{self.destination} {self.queue}"

    def close(self) -> None:
        """End what this object opened; jobs go on. May be called twice."""
        self._session.close()

    def connect(self) -> None:
        """Connect and log in now; otherwise the first request does."""
        self._session.connect()

    def submit(
        self,
        job_id: str | None,
        directory: Directory,
        *,
        script: str = "start.sh",
        command: str | None = None,
        again: bool = False,
        progress: Progress | None = None,
    ) -> JobId:
        """Upload a directory and run its file ``script`` there, or the shell text ``command``.

        With ``again`` a job of that id that has ended, was lost or purged is run anew, as its
        next attempt; files and results of the attempt before are kept on the server, in
        ``.vt/attempt-N/stage`` of the job's directory. Without, it raises JobExists. Instead of
        one directory there may be several sources: what they are is packed from where it lies.
        ``progress`` hears how many bytes of how many were sent.

        Returns the id, a new one for None. Raises InvalidJobId, JobExists (also while somebody
        else uploads it), ScriptNotFound, UnsafeName, NotEnoughSpace, JobDeleted or TransferFailed,
        with ``again`` JobStillRunning; then nothing was started.
        """
        wanted = make_job_id() if job_id is None else parse_job_id(job_id)
        start = Start("script", script) if command is None else Start("command", command)
        payload = read_payload(wanted, directory, start)
        self._check_runtime()
        with failed_uploads().trying(wanted, payload.nonce) as failed:
            stale = ",".join(failed) or "-"
            work = JobSubmission(self._session, self.queue, wanted, payload, start, stale, again)
            work.progress = progress
            submitted = work.run()
        failed_uploads().settle(wanted, submitted.nonce)
        logger.info("Submitted %s to %s", wanted, self)
        return wanted

    def status(self, job_id: str) -> JobStatus:
        """Return what is known of a job, one round trip. Raises JobNotFound."""
        wanted = parse_job_id(job_id)
        answer = self._session.ask(self._request("job_status", wanted), [self.queue, wanted])
        return _seen(parse_status(answer, wanted))

    def statuses(self, job_ids: Iterable[str] | None = None) -> dict[JobId, JobStatus]:
        """Return what is known of all jobs, or of those asked for, one round trip.

        Jobs that are not there are left out. Raises QueueNotFound.
        """
        words = [self.queue]
        if job_ids is not None:
            words += [parse_job_id(job_id) for job_id in job_ids]
            if len(words) == 1:
                return {}
        found = parse_statuses(self._session.ask(self._request("job_statuses"), words))
        return {job_id: _seen(status) for job_id, status in found.items()}

    def download(
        self, job_id: str, name: str, *, into: Path, progress: Progress | None = None
    ) -> Path:
        """Copy the file ``name`` of the job's directory and return where it is now.

        ``into`` is a directory or the name to give it; a file of that name is replaced. Raises
        JobNotFound, RemoteFileNotFound, UnsafeName or TransferFailed; then nothing was written.
        """
        wanted = parse_job_id(job_id)
        check_relative(name)
        # Asked each time, as links may lead elsewhere since, and the job may be gone.
        remote = self.status(wanted).directory / name
        try:
            return download_file(self._session.connect(), remote, into, progress=progress)
        except RemoteFileNotFound as error:
            raise RemoteFileNotFound(name) from error

    def download_directory(self, job_id: str, name: str, *, into: Path) -> Path:
        """Copy the directory ``name`` of the job's directory, as ``into``, and return that.

        ``into`` is new or empty, and complete or not there afterwards; ``name`` may be ``.``.
        Raises as ``download`` does.
        """
        wanted = parse_job_id(job_id)
        if name != ".":
            check_relative(name)
        request = self._request("job_pack", wanted, name)
        with self._session.stream(request, [self.queue, wanted, name]) as reader:
            unpack_stream(reader, into)
        return into

    def files(self, job_id: str, *, limit: int = 1000) -> list[JobFile]:
        """Return the files in the job's directory and below, sorted by name, at most ``limit``.

        One round trip, also while it runs. Links to directories are not followed, names of
        several lines left out. Raises JobNotFound.
        """
        wanted = parse_job_id(job_id)
        request = self._request("job_files", wanted)
        answer = self._session.ask(request, [self.queue, wanted, str(limit)])
        return sorted(parse_files(answer), key=lambda one: one.name)

    def read_tail(self, job_id: str, name: str = STDERR, *, size: int = 64 * 1024) -> bytes:
        """Return the last ``size`` bytes of a file of the job, also while it runs.

        Raises JobNotFound or RemoteFileNotFound.
        """
        wanted = parse_job_id(job_id)
        words = [self.queue, wanted, check_relative(name), str(size)]
        return self._session.ask(self._request("job_tail", wanted, name), words).stdout

    def read_from(self, job_id: str, name: str, offset: int, *, size: int = 1024 * 1024) -> bytes:
        """Return at most ``size`` bytes of a file of the job, those behind the first ``offset``.

        One round trip; nothing where the file is not that long. Raises as ``read_tail`` does.
        """
        wanted = parse_job_id(job_id)
        words = [self.queue, wanted, check_relative(name), str(offset + 1), str(size)]
        return self._session.ask(self._request("job_read", wanted, name), words).stdout

    def read_text(self, job_id: str, name: str = STDERR, *, size: int = 64 * 1024) -> str:
        """As ``read_tail``, as text; what is no UTF-8 is replaced."""
        return self.read_tail(job_id, name, size=size).decode("utf-8", "replace")

    def kill(self, job_id: str) -> JobStatus:
        """End a job with all it started; one that has ended is left as it is.

        Returns what it is then: CANCELLING when it runs on another machine, which has to see
        the request first. Raises JobNotFound.
        """
        wanted = parse_job_id(job_id)
        answer = self._session.ask_apart(
            self._request("job_kill", wanted), [self.queue, wanted], timeout=_KILL_SECONDS
        )
        logger.info("Killed %s of %s", wanted, self)
        return parse_status(answer, wanted)

    def delete(self, job_id: str) -> None:
        """Remove a job and its files. Raises JobNotFound or JobStillRunning."""
        wanted = parse_job_id(job_id)
        request = self._request("job_delete", wanted)
        # It waits for what the job left running.
        self._session.ask_apart(request, [self.queue, wanted], timeout=_KILL_SECONDS)
        logger.info("Deleted %s of %s", wanted, self)

    def setup(
        self,
        *,
        links: Iterable[str] = (),
        force: bool = False,
        only_links: bool = False,
        runtime: str | None = None,
    ) -> None:
        """Make the queue, and links to it; with ``only_links`` the queue must be there.

        With ``force`` a queue that is there gets our commands again, its jobs stay, and links in
        the way are replaced. Raises QueueExists, NotAQueue or RuntimeNotAllowed.
        """
        mode = "links" if only_links else "queue"
        wanted = runtime or self._setup_runtime or RUNTIMES[0]
        words = [self.queue, wanted, mode, "yes" if force else "no", *links]
        self._session.ask(self._request("queue_setup"), words)

    def cleanup(self, *, force: bool = False) -> None:
        """Remove the queue with all its jobs, and the links that led to it.

        Raises JobStillRunning, and nothing was removed; with ``force`` jobs are killed.
        """
        words = [self.queue, "yes" if force else "no"]
        request = self._request("queue_cleanup")
        self._session.ask_apart(request, words, timeout=_CLEANUP_SECONDS)
        logger.info("Removed %s", self)

    def usage(self) -> QueueUsage:
        """Return how much room the jobs take, which is counted. Raises QueueNotFound."""
        request = self._request("queue_usage")
        answer = self._session.ask_apart(request, [self.queue], timeout=_USAGE_SECONDS)
        return parse_usage(answer)

    def resolve(self) -> QueueFacts:
        """Return where the queue is, once links are followed. Raises QueueNotFound."""
        answer = self._session.ask(self._request("queue_resolve"), [self.queue])
        return parse_queue(answer)

    def _request(self, command: str, job_id: JobId | None = None, name: str = "") -> Request:
        return Request(command, self.queue, job_id, name)

    def _check_runtime(self) -> None:
        """Refuse a queue whose runtime is not the wanted one; asks only when one is."""
        needed = self._need_runtime
        if not needed and self._setup_runtime in (None, *RUNTIMES):
            return
        try:
            runtime = self.resolve().runtime
        except QueueLinkBroken:
            raise
        except QueueNotFound:
            runtime = self._setup_runtime or RUNTIMES[0]
            if runtime not in RUNTIMES:
                raise RuntimeNotAllowed(self.queue, runtime, RUNTIMES) from None
        if needed and runtime not in needed:
            raise RuntimeNotAllowed(self.queue, runtime, needed)
