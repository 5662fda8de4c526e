"""What news of the book mean for queues, at the cost of what is new: thousands are on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ....engine import JobId
from ....modules.job_asking import asked_queue
from ....modules.job_book import JobEntry, JobKey
from ....modules.queue_reference import QueueReference, RemoteJob

News = Mapping[JobKey, JobEntry | None]


class RecordsHere:
    """The records that are about the jobs of one queue; ``known`` are those of the beginning."""

    def __init__(self, queue: QueueReference, known: Mapping[JobId, Sequence[JobEntry]]) -> None:
        self._queue = asked_queue(queue)
        self._entries = {job_id: {one.key: one for one in them} for job_id, them in known.items()}
        # Where each record says that its job is; the same object until it says something else.
        self._places = {one.key: one.place for them in known.values() for one in them}

    def of(self, job_id: JobId) -> tuple[JobEntry, ...]:
        """The records of a job, in the order of their keys."""
        entries = self._entries.get(job_id, {})
        return tuple(entries[key] for key in sorted(entries))

    def take(self, news: News) -> set[JobId]:
        """Return the jobs of which there are more records now, or fewer."""
        touched: set[JobId] = set()
        for key, entry in news.items():
            before, place = self._places.get(key), None if entry is None else entry.place
            if place is before:
                continue
            touched |= self._drop(key, before)
            if entry is not None:
                touched |= self._add(entry)
        return touched

    # -- inside ------------------------------------------------------------------------------

    def _drop(self, key: JobKey, place: RemoteJob | None) -> set[JobId]:
        self._places.pop(key, None)
        entries = {} if place is None else self._entries.get(place.job_id, {})
        return set() if place is None or entries.pop(key, None) is None else {place.job_id}

    def _add(self, entry: JobEntry) -> set[JobId]:
        place = self._places[entry.key] = entry.place
        if place is None or asked_queue(place.queue) != self._queue:
            return set()
        self._entries.setdefault(place.job_id, {})[entry.key] = entry
        return {place.job_id}


class RecordedQueues:
    """Notices that jobs of another queue are on record, or the last ones of a queue are not."""

    def __init__(self, entries: Iterable[JobEntry]) -> None:
        self._places: dict[JobKey, RemoteJob | None] = {}
        self._counts: Counter[QueueReference] = Counter()
        self.take({one.key: one for one in entries})

    def take(self, news: News) -> bool:
        """Whether the queues are others now."""
        is_other = False
        for key, entry in news.items():
            before, place = self._places.get(key), None if entry is None else entry.place
            if place is before:
                continue
            is_other |= self._count(place, 1) | self._count(before, -1)
            self._places[key] = place
            if entry is None:
                del self._places[key]
        return is_other

    def _count(self, place: RemoteJob | None, more: int) -> bool:
        """Whether the queue of the job came or went with it."""
        if place is None:
            return False
        queue = asked_queue(place.queue)
        before = self._counts[queue]
        self._counts[queue] += more
        return 0 in (before, self._counts[queue])
