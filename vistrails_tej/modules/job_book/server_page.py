"""A queue as its server has it: jobs that no record here knows, and what a clean-up would do."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...dataflow import VistrailJobs, WorkflowRecord
from ...engine import JobId, JobNotFound, JobStatus, QueueUsage, RemoteQueue, TejError
from ..queue_reference import QueueReference
from ..sessions import QueueSessions
from .entry import JobKey
from .ledger import Answer, Ledger, asked_queue
from .workers import in_thread

__all__ = ["CleanupPreview", "QueueFailures", "ServerPages", "adopt_jobs"]

# What our modules call their jobs; the rest is the signature.
_PREFIX = "vistrails_module_"

QueueFailures = dict[JobId, TejError]
"""The jobs for which something could not be done, and why."""


@dataclass(frozen=True, slots=True)
class CleanupPreview:
    """What a clean-up of a queue would remove, and what keeps it from doing so.

    ``known`` are the ids, of those over, that records here are about: their results could not be
    fetched any more.
    """

    queue: QueueReference
    directory: PurePosixPath
    over: tuple[JobStatus, ...]
    active: tuple[JobStatus, ...]
    known: frozenset[JobId]

    @property
    def is_free(self) -> bool:
        """Whether the whole queue can be removed without killing a job."""
        return not self.active


class ServerPages:
    """What a book does with whole queues: list them, look at their use, clean them up."""

    def __init__(self, sessions: Callable[[], QueueSessions], ledger: Ledger) -> None:
        self._sessions = sessions
        self._ledger = ledger

    def server_jobs(self, queue: QueueReference) -> Future[list[JobStatus]]:
        """The jobs of a queue that no record in the book knows. Raises TejError."""

        def work() -> list[JobStatus]:
            found = self._queue(queue).statuses()
            known = self._known_ids(queue)
            return [status for job_id, status in found.items() if job_id not in known]

        return in_thread("list jobs", work)

    def queue_usage(self, queue: QueueReference) -> Future[QueueUsage]:
        """How much room the jobs of a queue take; counting may last. Raises TejError."""
        return in_thread("disk use", lambda: self._queue(queue).usage())

    def cleanup_preview(self, queue: QueueReference) -> Future[CleanupPreview]:
        """What a clean-up of a queue would remove. Raises TejError."""

        def work() -> CleanupPreview:
            remote = self._queue(queue)
            directory = remote.resolve().path
            found = remote.statuses().values()
            over = tuple(one for one in found if one.is_over or one.is_abandoned)
            active = tuple(one for one in found if one not in over)
            ids = self._known_ids(queue).intersection(one.job_id for one in over)
            return CleanupPreview(queue, directory, over, active, frozenset(ids))

        return in_thread("look at queue", work)

    def delete_server_jobs(
        self, queue: QueueReference, job_ids: Collection[JobId]
    ) -> Future[QueueFailures]:
        """Remove jobs of a queue that have ended, with their files, recorded or not.

        The future has those that are still there, and why.
        """

        def work() -> QueueFailures:
            failures: QueueFailures = {}
            for job_id in job_ids:
                try:
                    self._queue(queue).delete(job_id)
                except TejError as error:
                    if not isinstance(error, JobNotFound):
                        failures[job_id] = error
                        continue
                self._hear(asked_queue(queue), [job_id], {}, time.monotonic())
            return failures

        return in_thread("delete jobs", work)

    def remove_queue(self, queue: QueueReference, *, force: bool = False) -> Future[None]:
        """Remove a queue with all jobs; ``force`` kills what runs. Raises TejError."""

        def work() -> None:
            self._queue(queue).cleanup(force=force)
            self._hear(asked_queue(queue), self._known_ids(queue), {}, time.monotonic())

        return in_thread("remove queue", work)

    def _known_ids(self, queue: QueueReference) -> set[JobId]:
        return self._ledger.known_ids(asked_queue(queue))

    def _queue(self, queue: QueueReference) -> RemoteQueue:
        """The queue, for something that a person wishes: servers that refused are tried again."""
        sessions = self._sessions()
        sessions.try_again()
        return sessions.queue(queue)

    def _hear(
        self, queue: QueueReference, job_ids: Collection[JobId], answer: Answer, asked: float
    ) -> None:
        """Take in what is known now of jobs; see ``Ledger.hear``."""
        raise NotImplementedError


def adopt_jobs(path: Path, queue: QueueReference, jobs: Iterable[JobStatus]) -> list[JobKey]:
    """Record jobs of a server in a file. Raise VistrailError.

    Where a job was made by one of our modules, a run of the same module in that file finds it.
    """
    kept = VistrailJobs(path)
    known = [one for one in kept.monitor.workflows() if one.version == _ADOPTED]
    kept.monitor.start_workflow(known[0] if known else WorkflowRecord(_ADOPTED, _ADOPTED))
    keys = []
    with kept.gathered():
        for job in jobs:
            signature = job.job_id.removeprefix(_PREFIX)
            parameters = {**queue.to_parameters(), "job_id": job.job_id}
            kept.monitor.add_job(signature, parameters, job.job_id)
            keys.append(JobKey(path, signature))
    kept.monitor.finish_workflow()
    return keys


_ADOPTED = "found on servers"
