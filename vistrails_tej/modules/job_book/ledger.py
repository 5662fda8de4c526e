"""All that is known of the recorded jobs, kept in one place. Threads may share it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...dataflow import JobRecord, WorkflowRecord
from ...engine import JobId, JobSighting, TejError
from ...engine.job_sighting import next_sighting
from ..job_asking import Heard, asked_place, asked_queue
from ..queue_reference import QueueReference, RemoteJob, job_of_record
from .entry import JobEntry, JobKey
from .records import FileRecords

__all__ = ["Changes", "Ledger", "Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a job on a server, and since when, on this machine's clock."""

    sighting: JobSighting
    checked: float | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What came of new records: entries that changed, and jobs to ask about, or not any more."""

    keys: frozenset[JobKey]
    watch: tuple[RemoteJob, ...] = ()
    leave: tuple[RemoteJob, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """A record, and where its job is: the place, or what is wrong with the record."""

    record: JobRecord
    workflow: WorkflowRecord | None
    place: RemoteJob | None
    problem: str


class Ledger:
    """Brings records and answers of servers together; one job may be in several files.

    ``recall`` knows what was seen of a job in an earlier session.
    """

    def __init__(self, recall: Callable[[RemoteJob], Seen | None]) -> None:
        self._recall = recall
        self._lock = threading.RLock()
        self._lines: dict[Path, dict[str, _Line]] = {}
        self._entries: dict[JobKey, JobEntry] = {}
        self._keys: dict[RemoteJob, set[JobKey]] = {}
        self._seen: dict[RemoteJob, Seen] = {}
        # Of jobs that no record is about any more: their file may come back.
        self._left: dict[RemoteJob, Seen] = {}
        # When each was heard of last, on the monotonic clock.
        self._heard: dict[RemoteJob, float] = {}

    # -- reading -----------------------------------------------------------------------------

    def entries(self) -> list[JobEntry]:
        """All entries, in the order in which their files were opened and the jobs recorded."""
        with self._lock:
            return list(self._entries.values())

    def entry(self, key: JobKey) -> JobEntry | None:
        """One entry; None when there is none."""
        with self._lock:
            return self._entries.get(key)

    def places(self, keys: Iterable[JobKey] | None = None) -> dict[RemoteJob, JobKey]:
        """Where jobs are, each with one of its keys; by default of those that are not over."""
        with self._lock:
            if keys is None:
                found = [one for one in self._entries.values() if not one.is_over]
            else:
                found = [self._entries[key] for key in keys if key in self._entries]
            return {asked_place(one.place): one.key for one in found if one.place is not None}

    def known_ids(self, queue: QueueReference) -> set[JobId]:
        """The jobs of a queue that there are records of."""
        with self._lock:
            return {place.job_id for place in self._keys if place.queue == queue}

    def recorded(self, queue: QueueReference) -> dict[JobId, list[JobEntry]]:
        """The jobs of a queue that there are records of, with their entries."""
        with self._lock:
            return {
                place.job_id: [self._entries[key] for key in sorted(keys)]
                for place, keys in self._keys.items()
                if place.queue == queue
            }

    def queues(self) -> list[QueueReference]:
        """The queues of all jobs, each once, in the order of their records."""
        with self._lock:
            places = (one.place for one in self._entries.values())
            return list(dict.fromkeys(asked_queue(one.queue) for one in places if one is not None))

    def seen(self) -> dict[RemoteJob, Seen]:
        """What is known of the jobs of all servers, also of those that were on record before."""
        with self._lock:
            return {**self._left, **self._seen}

    # -- records -----------------------------------------------------------------------------

    def set_records(self, path: Path, records: FileRecords) -> Changes:
        """Take in the records of a file, as they are now: none, once it is gone or closed."""
        with self._lock:
            before = self._lines.get(path, {})
            lines = {
                signature: _line(record, records.workflows.get(signature), before.get(signature))
                for signature, record in records.jobs.items()
            }
            changed = [
                JobKey(path, one)
                for one in {**before, **lines}
                if lines.get(one) != before.get(one)
            ]
            if lines:
                self._lines[path] = lines
            else:
                self._lines.pop(path, None)
            left = self._move(changed, before, lines)
            watch = [
                asked_place(line.place)
                for key in changed
                if (line := lines.get(key.signature)) is not None
                and line.place is not None
                and not line.record.finished
                and not _is_same(line, before.get(key.signature))
            ]
            self._rebuild(changed)
            return Changes(frozenset(changed), tuple(watch), tuple(left))

    def _move(
        self, changed: Iterable[JobKey], before: Mapping[str, _Line], lines: Mapping[str, _Line]
    ) -> list[RemoteJob]:
        """Note which records are about which job; return the jobs that no record is about."""
        left = []
        for key in changed:
            old, new = before.get(key.signature), lines.get(key.signature)
            if new is not None and new.place is not None:
                self._keys.setdefault(asked_place(new.place), set()).add(key)
            if old is None or old.place is None:
                continue
            place = asked_place(old.place)
            if new is None or new.place is None or asked_place(new.place) != place:
                keys = self._keys[place]
                keys.discard(key)
                if not keys:
                    del self._keys[place]
                    seen = self._seen.pop(place, None)
                    if seen is not None:
                        self._left[place] = seen
                    self._heard.pop(place, None)
                    left.append(place)
        return left

    # -- answers -----------------------------------------------------------------------------

    def hear(self, heard: Heard, now: float) -> frozenset[JobKey]:
        """Take in what a queue said; return the entries that changed, if only in their age.

        ``now`` is in epoch seconds. What was heard of a job since the question was put, such as
        that it was killed, is newer.
        """
        with self._lock:
            changed: set[JobKey] = set()
            for job_id in heard.job_ids:
                place = RemoteJob(heard.queue, job_id)
                if place in self._keys and heard.asked >= self._heard.get(place, heard.asked):
                    self._heard[place] = time.monotonic()
                    self._seen[place] = self._next(place, heard, now)
                    changed |= self._keys[place]
            return self._rebuild(changed)

    def _next(self, place: RemoteJob, heard: Heard, now: float) -> Seen:
        before = self._seen.get(place) or self._recall(place) or Seen(JobSighting())
        found = next_sighting(before.sighting, place.job_id, heard.answer, heard.restarts, now)
        return Seen(found, before.checked if isinstance(heard.answer, TejError) else now)

    # -- entries -----------------------------------------------------------------------------

    def _rebuild(self, keys: Iterable[JobKey]) -> frozenset[JobKey]:
        """Make the entries anew; return the keys of those that are different."""
        changed = set()
        for key in keys:
            line = self._lines.get(key.file, {}).get(key.signature)
            entry = None if line is None else self._make(key, line)
            before = self._entries.get(key)
            if entry == before and not _is_refused_again(entry, before):
                continue
            changed.add(key)
            if entry is None:
                del self._entries[key]
            else:
                self._entries[key] = entry
        return frozenset(changed)

    def _make(self, key: JobKey, line: _Line) -> JobEntry:
        entry = JobEntry(key, line.record, line.workflow, line.place, problem=line.problem)
        if line.place is None:
            return entry
        place = asked_place(line.place)
        seen = self._seen.get(place)
        if seen is None:
            seen = self._recall(place)
            if seen is None:
                return entry
            self._seen[place] = seen
        sighting = seen.sighting
        return replace(
            entry,
            status=sighting.status,
            checked=seen.checked,
            is_gone=sighting.is_gone,
            offline_since=sighting.offline_since,
            problem="" if sighting.error is None else str(sighting.error),
            error=sighting.error,
        )


def _is_refused_again(entry: JobEntry | None, before: JobEntry | None) -> bool:
    """Whether a server refused once more: whoever asked again has to be told again."""
    if entry is None or before is None or entry.error is before.error:
        return False
    return entry.error is not None and not entry.error.retryable


def _is_same(line: _Line, before: _Line | None) -> bool:
    """Whether only the workflow is another one."""
    return before is not None and before.record == line.record


def _line(record: JobRecord, workflow: WorkflowRecord | None, before: _Line | None) -> _Line:
    if before is not None and before.record == record:
        return _Line(record, workflow, before.place, before.problem)
    if record.is_broken:
        told = (
            "The record says that the job has finished, but not where it ran or how it ended."
            " Forget it; the next run of the workflow makes a new one."
        )
        return _Line(record, workflow, None, told)
    try:
        return _Line(record, workflow, job_of_record(record.parameters), "")
    except TejError as error:
        return _Line(record, workflow, None, f"The record cannot be understood: {error}")
