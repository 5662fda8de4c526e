"""Ask the servers about jobs: one question per queue, however many wait for the answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType

from ..engine import (
    ConnectionRefused,
    JobId,
    JobStatus,
    JobWatcher,
    RemoteQueue,
    TejError,
    WatchedJob,
)
from .queue_reference import QueueReference, RemoteJob
from .sessions import QueueSessions
from .workers import in_thread

__all__ = ["Answer", "Asking", "Heard", "JobFollower", "asked_place", "asked_queue"]

logger = logging.getLogger(__name__)

Answer = dict[JobId, JobStatus] | TejError
"""What a queue said of some jobs, those that are not there left out; or why it said nothing."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a queue answered to a question about some jobs.

    ``asked`` is when the question was put, on the monotonic clock. ``restarts`` says that the
    server, which has answered before, refuses as it does while it starts again.
    """

    queue: QueueReference
    job_ids: tuple[JobId, ...]
    answer: Answer
    asked: float
    restarts: bool = False


@dataclass(eq=False, slots=True)
class _Check:
    """The jobs that are still to be asked about, since a moment of the monotonic clock."""

    waiting: set[RemoteJob]
    begun: float


def asked_queue(queue: QueueReference) -> QueueReference:
    """The queue without what counts only when it is made."""
    return QueueReference(queue.destination, queue.queue)


def asked_place(job: RemoteJob) -> RemoteJob:
    """The job without what counts only when a queue is made: it is the same one."""
    return RemoteJob(asked_queue(job.queue), job.job_id, job.attempt)


class Asking:
    """Follows jobs until they are over, in threads of its own, from ``start`` to ``close``.

    Each question goes to the queue that the sessions have at that moment: they give another one
    after a password was changed, or when they were begun anew.
    """

    def __init__(self, sessions: Callable[[], QueueSessions]) -> None:
        self._sessions = sessions
        self.watcher = JobWatcher()
        self._news = threading.Condition()
        self._queues: dict[QueueReference, _AskedQueue] = {}
        self._answered: set[QueueReference] = set()
        self._followers: list[JobFollower] = []
        self._closed = False

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="asking", daemon=True).start()

    def close(self) -> None:
        """Ask no more; checks that are under way end. May be called twice."""
        self.watcher.close()
        with self._news:
            self._closed = True
            self._news.notify_all()

    def follower(self, hear: Callable[[Heard], None]) -> JobFollower:
        """Somebody who follows jobs; ``hear`` is called with every answer, in a thread."""
        follower = JobFollower(self, hear)
        with self._news:
            self._followers.append(follower)
        return follower

    def try_again(self) -> None:
        """Have servers tried again that refused: a person wishes so."""
        self._sessions().try_again()

    # -- what followers wish -----------------------------------------------------------------

    def follow(self, follower: JobFollower, places: Iterable[RemoteJob]) -> None:
        """See JobFollower."""
        wanted = [asked_place(one) for one in places]
        with self._news:
            if follower not in self._followers:
                return
            follower.places.update(wanted)
            # Under the lock, so that nobody leaves a job while somebody begins to follow it.
            for place in wanted:
                self.watcher.watch(self._queue(place.queue), place.job_id, anew=True)

    def leave(self, follower: JobFollower, places: Iterable[RemoteJob]) -> None:
        """See JobFollower; what somebody else follows is asked about as before."""
        unwanted = {asked_place(one) for one in places}
        with self._news:
            follower.places -= unwanted
            for check in follower.checks:
                check.waiting -= unwanted
            self._news.notify_all()
            for place in unwanted.difference(*(one.places for one in self._followers)):
                self.watcher.forget(WatchedJob(self._queue(place.queue), place.job_id))

    def check(self, follower: JobFollower, places: Iterable[RemoteJob]) -> None:
        """Ask about these jobs now, and wait until every server has answered, or failed to."""
        wanted = {asked_place(one) for one in places}
        check = _Check(set(wanted), time.monotonic())
        with self._news:
            if follower not in self._followers:
                # It was closed meanwhile: nobody would end its check.
                return
            follower.checks.append(check)
            self.follow(follower, wanted)
        with self._news:
            left = {one.queue for one in check.waiting}
        # Those that are answered already were asked because they are followed.
        self.watcher.check_now([self._queue(one) for one in left])
        with self._news:
            self._news.wait_for(lambda: self._closed or not check.waiting)
            follower.checks.remove(check)

    def dismiss(self, follower: JobFollower) -> None:
        """Tell a follower nothing any more."""
        with self._news:
            self._followers = [one for one in self._followers if one is not follower]
            self.leave(follower, tuple(follower.places))

    def tell(self, heard: Heard) -> None:
        """Tell all followers what was found out in another way than by a question of theirs.

        What was done to jobs is told as an answer to a question that was put just then.
        """
        # Outside the lock: who hears of a change may ask for something.
        with self._news:
            followers = list(self._followers)
        for one in followers:
            one.hear(heard)

    # -- inside ------------------------------------------------------------------------------

    def _queue(self, reference: QueueReference) -> _AskedQueue:
        with self._news:
            queue = self._queues.get(reference)
            if queue is None:
                queue = self._queues[reference] = _AskedQueue(reference, self._put)
            return queue

    def _put(self, queue: QueueReference, wanted: list[JobId]) -> dict[JobId, JobStatus]:
        """Put a question, and tell everybody what came of it."""
        asked = time.monotonic()
        try:
            found = self._sessions().queue(queue).statuses(wanted)
        except TejError as error:
            restarts = isinstance(error, ConnectionRefused) and queue in self._answered
            self.tell(Heard(queue, tuple(wanted), error, asked, restarts))
            raise
        else:
            self._answered.add(queue)
            self.tell(Heard(queue, tuple(wanted), found, asked))
            return found
        finally:
            self._strike(queue, wanted, asked)

    def _strike(self, queue: QueueReference, job_ids: list[JobId], asked: float) -> None:
        """Whatever became of the question, checks that it was put for wait no more."""
        told = {RemoteJob(queue, one) for one in job_ids}
        with self._news:
            for follower in self._followers:
                for check in follower.checks:
                    if asked >= check.begun:
                        check.waiting -= told
            self._news.notify_all()

    def _run(self) -> None:
        while not self._closed:
            try:
                self.watcher.run()
            except Exception:
                # A mistake with one queue is no reason to follow none any more.
                logger.exception("Jobs could not be followed")


class JobFollower:
    """Somebody who wants to know about some jobs; made by ``Asking.follower``, closed at the end.

    Other followers change nothing about it, but for this: what is asked for one is told to all, and
    so is what was done to a job. An answer may come after one to a later question.
    """

    def __init__(self, asking: Asking, hear: Callable[[Heard], None]) -> None:
        self._asking = asking
        self.hear = hear
        # Both change under the lock of what asks.
        self.places: set[RemoteJob] = set()
        self.checks: list[_Check] = []

    def __enter__(self) -> JobFollower:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hear nothing and follow nothing any more; checks that are under way end."""
        self._asking.dismiss(self)

    def follow(self, places: Iterable[RemoteJob]) -> None:
        """Have these jobs asked about until they are over; again for one that goes on anew."""
        self._asking.follow(self, places)

    def leave(self, places: Iterable[RemoteJob]) -> None:
        """Have these asked about no more."""
        self._asking.leave(self, places)

    def check(self, places: Collection[RemoteJob]) -> Future[None]:
        """Have these asked about now, also while nothing is asked by itself.

        Done when every server has answered, or failed to; it raises nothing on their account.
        """
        wanted = tuple(places)
        return in_thread("check jobs", lambda: self._asking.check(self, wanted))


class _AskedQueue(RemoteQueue):
    """What the watcher asks in place of the queue; see ``Asking``."""

    def __init__(
        self,
        reference: QueueReference,
        put: Callable[[QueueReference, list[JobId]], dict[JobId, JobStatus]],
    ) -> None:
        super().__init__(reference.destination, reference.queue)
        self._reference = reference
        self._put = put
        self._turn = threading.Lock()

    def statuses(self, job_ids: Iterable[str] | None = None) -> dict[JobId, JobStatus]:
        """See RemoteQueue; one question at a time, so that no answer overtakes another."""
        with self._turn:
            return self._put(self._reference, [JobId(one) for one in job_ids or ()])
