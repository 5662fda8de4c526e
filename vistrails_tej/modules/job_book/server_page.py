"""A queue as its server has it: all its jobs, which records here know them, and its clean-up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...dataflow import JobMonitor, VistrailJobs, WorkflowRecord
from ...engine import (
    Check,
    JobId,
    JobNotFound,
    JobStatus,
    QueueFacts,
    QueueUsage,
    RemoteQueue,
    TejError,
)
from ..job_asking import Answer, Heard, asked_queue
from ..queue_reference import QueueReference, job_of_record
from ..sessions import QueueSessions
from ..workers import in_thread
from .deeds_under_way import DeedsUnderWay
from .entry import JobEntry, JobKey
from .ledger import Ledger

__all__ = ["CleanupPreview", "QueueFailures", "QueueLook", "ServerPages", "adopt_jobs"]

# What our modules call their jobs; the rest is the signature.
_PREFIX = "vistrails_module_"

# For so many jobs that no record knows, the newest, the server is asked who submitted them.
_DESCRIBED = 1000

QueueFailures = dict[JobId, TejError]
"""The jobs for which something could not be done, and why."""


@dataclass(frozen=True, slots=True)
class QueueLook:
    """A queue as its server had it when it was looked at, in epoch seconds of this machine."""

    queue: QueueReference
    facts: QueueFacts
    jobs: tuple[JobStatus, ...]
    at: float


@dataclass(frozen=True, slots=True)
class CleanupPreview:
    """What a clean-up of a queue would remove, and what keeps it from doing so.

    ``known`` are the ids, of those over, that records here are about: their results could not be
    fetched any more. ``unread`` are known files whose records cannot be read just now, as they are
    not there; while there are some, ``away`` are other ids that were followed here at some time.
    """

    queue: QueueReference
    directory: PurePosixPath
    over: tuple[JobStatus, ...]
    active: tuple[JobStatus, ...]
    known: frozenset[JobId]
    away: frozenset[JobId] = frozenset()
    unread: tuple[Path, ...] = ()

    @property
    def is_free(self) -> bool:
        """Whether the whole queue can be removed without killing a job."""
        return not self.active


class ServerPages:
    """What a book does with whole queues: list them, look at their use, clean them up."""

    def __init__(self, sessions: Callable[[], QueueSessions], ledger: Ledger) -> None:
        self._sessions = sessions
        self._ledger = ledger
        self._deeds = DeedsUnderWay()

    def look_at_queue(self, queue: QueueReference) -> Future[QueueLook]:
        """All jobs of a queue, recorded here or not. Raises TejError.

        What it says of recorded jobs is taken in, as by a check.
        """
        return in_thread("look at queue", lambda: self._look(queue))

    def recorded_jobs(self, queue: QueueReference) -> dict[JobId, list[JobEntry]]:
        """The jobs of a queue that there are records of, by their ids, without asking."""
        return self._ledger.recorded(asked_queue(queue))

    def recorded_queues(self) -> list[QueueReference]:
        """The queues that jobs on record are in, without asking."""
        return self._ledger.queues()

    def queue_usage(self, queue: QueueReference) -> Future[QueueUsage]:
        """How much room the jobs of a queue take; counting may last. Raises TejError."""
        return in_thread("disk use", lambda: self._queue(queue).usage())

    def cleanup_preview(self, queue: QueueReference) -> Future[CleanupPreview]:
        """What a clean-up of a queue would remove, asked for now. Raises TejError."""

        def work() -> CleanupPreview:
            look = self._look(queue)
            over = tuple(one for one in look.jobs if one.is_over or one.is_abandoned)
            active = tuple(one for one in look.jobs if not (one.is_over or one.is_abandoned))
            ids, known = frozenset(one.job_id for one in over), self._known_ids(queue)
            unread = self._unread_files()
            away = ids & (self._seen_ids(asked_queue(queue)) - known) if unread else frozenset()
            directory = look.facts.path
            return CleanupPreview(queue, directory, over, active, ids & known, away, unread)

        return in_thread("preview", work)

    def kill_server_jobs(
        self, queue: QueueReference, job_ids: Collection[JobId]
    ) -> Future[QueueFailures]:
        """End jobs of a queue, recorded or not; the future has those that could not be, and why."""

        def kill(job_id: JobId) -> Answer:
            return {job_id: self._queue(queue).kill(job_id)}

        return self._deeds.begin("kill jobs", lambda: self._each(queue, job_ids, kill))

    def delete_server_jobs(
        self, queue: QueueReference, job_ids: Collection[JobId]
    ) -> Future[QueueFailures]:
        """Remove jobs of a queue that have ended, with their files, recorded or not.

        The future has those that are still there, and why.
        """

        def delete(job_id: JobId) -> Answer:
            self._queue(queue).delete(job_id)
            return {}

        return self._deeds.begin("delete jobs", lambda: self._each(queue, job_ids, delete))

    def remove_queue(self, queue: QueueReference, *, force: bool = False) -> Future[None]:
        """Remove a queue with all jobs; ``force`` kills what runs. Raises TejError."""

        def work() -> None:
            self._queue(queue).cleanup(force=force)
            self._take_in(queue, self._known_ids(queue), {})

        return self._deeds.begin("remove queue", work)

    def examine(
        self, queue: QueueReference, tell: Callable[[Check], None], stop: threading.Event
    ) -> Future[None]:
        """Check a destination step by step, over connections of its own; see ``Doctor``.

        ``tell`` is called with each check, in a thread, until ``stop`` is set.
        """

        def work() -> None:
            for check in self._sessions().doctor(queue).run():
                if stop.is_set():
                    return
                tell(check)

        return in_thread("doctor", work)

    def _look(self, queue: QueueReference) -> QueueLook:
        asked, now = time.monotonic(), time.time()
        remote = self._queue(queue)
        facts = remote.resolve()
        found = remote.statuses()
        known = self._known_ids(queue)
        self._hear(Heard(asked_queue(queue), tuple(known), found, asked))
        # The list of all leaves out who submitted a job that has ended.
        strangers = sorted(
            (one for one in found.values() if one.job_id not in known),
            key=lambda one: one.submitted or 0,
        )
        found |= remote.statuses(one.job_id for one in strangers[-_DESCRIBED:])
        return QueueLook(queue, facts, tuple(found.values()), now)

    def _each(
        self,
        queue: QueueReference,
        job_ids: Collection[JobId],
        act: Callable[[JobId], Answer],
    ) -> QueueFailures:
        """Do something with one job after the other; one that is gone already is no failure."""
        failures: QueueFailures = {}
        for job_id in job_ids:
            try:
                answer = act(job_id)
            except JobNotFound:
                answer = {}
            except TejError as error:
                failures[job_id] = error
                continue
            self._take_in(queue, [job_id], answer)
        return failures

    def _known_ids(self, queue: QueueReference) -> set[JobId]:
        return self._ledger.known_ids(asked_queue(queue))

    def _queue(self, queue: QueueReference) -> RemoteQueue:
        """The queue, for something that a person wishes: servers that refused are tried again."""
        sessions = self._sessions()
        sessions.try_again()
        return sessions.queue(queue)

    def _take_in(self, queue: QueueReference, job_ids: Collection[JobId], answer: Answer) -> None:
        """Take in what was just done to jobs; an answer to an earlier question is older."""
        self._hear(Heard(asked_queue(queue), tuple(job_ids), answer, time.monotonic()))

    def _unread_files(self) -> tuple[Path, ...]:
        """The known files whose records cannot be read just now."""
        raise NotImplementedError

    def _seen_ids(self, queue: QueueReference) -> set[JobId]:
        """The jobs of a queue that were followed here at some time, as far as it is known."""
        raise NotImplementedError

    def _hear(self, heard: Heard) -> None:
        """Have all who follow jobs take in what is known now of some; see ``Asking.tell``."""
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
            signature = _free_signature(kept.monitor, queue, job.job_id)
            parameters = {**queue.to_parameters(), "job_id": job.job_id}
            kept.monitor.add_job(signature, parameters, job.job_id)
            keys.append(JobKey(path, signature))
    kept.monitor.finish_workflow()
    if kept.problem is not None:
        raise kept.problem
    return keys


_ADOPTED = "found on servers"


def _free_signature(monitor: JobMonitor, queue: QueueReference, job_id: JobId) -> str:
    """The signature in a job id, unless that is on record for a job of another queue."""
    signature = job_id.removeprefix(_PREFIX)
    record = monitor.get_job(signature)
    if record is None or record.is_broken:
        return signature
    try:
        place = job_of_record(record.parameters)
    except TejError:
        return signature
    is_same = (asked_queue(place.queue), place.job_id) == (asked_queue(queue), job_id)
    return signature if is_same else f"{signature} {queue.destination} {queue.queue}"
