"""Ask the servers about jobs: one question per queue, over the sessions of the package."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future

from ...engine import JobId, JobStatus, JobWatcher, RemoteQueue, TejError, WatchedJob
from ..queue_reference import QueueReference, RemoteJob
from ..sessions import QueueSessions
from .ledger import Answer
from .workers import in_thread

__all__ = ["Asking", "Hear"]

logger = logging.getLogger(__name__)

Hear = Callable[[QueueReference, list[JobId], Answer, float], None]
"""Takes what a queue said: the queue, the jobs it was asked about, the answer, and when it was
asked, on the monotonic clock."""


class _AskedQueue(RemoteQueue):
    """Hands each question to the queue that the sessions have at that moment.

    They give another one after a password was changed, or when they were begun anew.
    """

    def __init__(
        self,
        reference: QueueReference,
        sessions: Callable[[], QueueSessions],
        hear: Hear,
        done: Callable[[QueueReference, list[JobId]], None],
    ) -> None:
        """``done`` is called behind every question, whatever became of it."""
        super().__init__(reference.destination, reference.queue)
        self.reference = reference
        self._sessions = sessions
        self._hear = hear
        self._done = done
        self._turn = threading.Lock()

    def statuses(self, job_ids: Iterable[str] | None = None) -> dict[JobId, JobStatus]:
        """See RemoteQueue; one question at a time, so that no answer overtakes another."""
        wanted = [JobId(one) for one in job_ids or ()]
        try:
            with self._turn:
                return self._ask(wanted)
        finally:
            self._done(self.reference, wanted)

    def _ask(self, wanted: list[JobId]) -> dict[JobId, JobStatus]:
        asked = time.monotonic()
        try:
            found = self._sessions().queue(self.reference).statuses(wanted)
        except TejError as error:
            self._hear(self.reference, wanted, error, asked)
            raise
        self._hear(self.reference, wanted, found, asked)
        return found


class Asking:
    """Follows jobs until they are over, in threads of its own, from ``start`` to ``close``."""

    def __init__(self, sessions: Callable[[], QueueSessions], hear: Hear) -> None:
        self._sessions = sessions
        self._hear = hear
        self.watcher = JobWatcher()
        self._heard = threading.Condition()
        self._queues: dict[QueueReference, _AskedQueue] = {}
        self._waiting: list[set[RemoteJob]] = []
        self._closed = False

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="job book", daemon=True).start()

    def close(self) -> None:
        """Ask no more; checks that are under way end."""
        self.watcher.close()
        with self._heard:
            self._closed = True
            self._heard.notify_all()

    def follow(self, places: Iterable[RemoteJob]) -> None:
        """Ask about these jobs until they are over."""
        for place in places:
            self.watcher.watch(self._queue(place.queue), place.job_id)

    def leave(self, places: Iterable[RemoteJob]) -> None:
        """Ask no more about these."""
        for place in places:
            self.watcher.forget(WatchedJob(self._queue(place.queue), place.job_id))
        with self._heard:
            for waiting in self._waiting:
                waiting.difference_update(places)
            self._heard.notify_all()

    def check(self, places: Collection[RemoteJob]) -> Future[None]:
        """Ask about these jobs now; done when every server has answered, or failed to."""
        return in_thread("check jobs", lambda: self._check(set(places)))

    def _check(self, waiting: set[RemoteJob]) -> None:
        # Somebody who wants to know now also wants servers tried again that refused.
        self._sessions().try_again()
        with self._heard:
            self._waiting.append(waiting)
        self.follow(tuple(waiting))
        try:
            with self._heard:
                while waiting and not self._closed:
                    queues = [self._queue(place.queue) for place in waiting]
                    self.watcher.check_now(queues)
                    # Again after every answer: one that was on its way knows nothing of new jobs.
                    self._heard.wait()
        finally:
            with self._heard:
                self._waiting = [one for one in self._waiting if one is not waiting]

    def _queue(self, reference: QueueReference) -> _AskedQueue:
        with self._heard:
            queue = self._queues.get(reference)
            if queue is None:
                queue = _AskedQueue(reference, self._sessions, self._hear, self._done)
                self._queues[reference] = queue
            return queue

    def _done(self, queue: QueueReference, job_ids: list[JobId]) -> None:
        told = {RemoteJob(queue, one) for one in job_ids}
        with self._heard:
            for waiting in self._waiting:
                waiting -= told
            self._heard.notify_all()

    def _run(self) -> None:
        while not self._closed:
            try:
                self.watcher.run()
            except Exception:
                # A mistake with one queue is no reason to follow none any more.
                logger.exception("Jobs could not be followed")
