"""The jobs that files remember, what is known of them, and what their servers say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..dataflow import DataflowError, JobNotRecorded, JobRecord, VistrailJobs
from ..engine import ConnectionFailed, JobId, TejError
from ..modules.job_asking import Answer, Heard
from ..modules.job_book import JobBookState, JobEntry, JobStore, recorded_jobs
from ..modules.job_book.ledger import Ledger
from ..modules.job_book.records import FileRecords
from ..modules.queue_reference import QueueReference
from ..modules.sessions import current_sessions
from .exit_codes import ExitCode, exit_code_of
from .output import tell
from .status_text import format_age, state_text


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A job on record, and what is known of it; ``is_news`` if its server said so just now."""

    entry: JobEntry
    is_news: bool = False

    @property
    def is_offline(self) -> bool:
        """Whether its server could not be asked, so that what is known is old."""
        return isinstance(self.entry.error, ConnectionFailed)

    def to_row(self) -> list[str]:
        """The cells of the table."""
        record = self.entry.record
        place = f"{record.parameters.get('destination', '?')} {record.parameters.get('queue', '')}"
        state = state_text(self.entry.state, self.entry.exit_code)
        notes = ", ".join(self._notes())
        return [
            record.name or "?",
            f"{state} ({notes})" if notes else state,
            _age(record.start),
            place.rstrip(),
            self.entry.job_id,
            str(self.entry.key.file),
        ]

    def _notes(self) -> Iterator[str]:
        """How old the state is, and why there is no newer one."""
        if not self.is_news and self.entry.checked is not None:
            yield f"seen {format_age(time.time() - self.entry.checked)} ago"
        elif self.entry.checked is None and self.entry.state is JobBookState.UNKNOWN:
            yield "never asked"
        if self.is_offline:
            yield "offline"
        elif self.entry.error is not None and not self.entry.is_gone:
            yield "not checked"

    def to_json(self) -> dict[str, Any]:
        """All that is known, for programs."""
        record = self.entry.record
        return {
            "file": str(self.entry.key.file),
            "signature": record.id,
            "name": record.name,
            "start": record.start,
            "finished": record.finished,
            "state": self.entry.state.value,
            "exit_code": self.entry.exit_code,
            "checked": self.entry.checked,
            "offline": self.is_offline,
            "parameters": dict(record.parameters),
        }


class JobListing:
    """The jobs of some files, each in the state that its server last told this user."""

    def __init__(self, files: Iterable[Path], store: JobStore | None = None) -> None:
        """Read the files. ``store`` is the user's by default. Raise VistrailError."""
        self._last_seen = (store or JobStore()).last_seen
        self._ledger = Ledger(self._last_seen.find)
        self._asked_at: float | None = None
        for file in files:
            records = {one.id: one for one in recorded_jobs(file).monitor.jobs()}
            self._ledger.set_records(file, FileRecords(records))

    def jobs(self) -> list[KnownJob]:
        """All of them, as they are known now."""
        return [self._known(entry) for entry in self._ledger.entries()]

    def check(self) -> ExitCode:
        """Ask the servers, each queue once; one that cannot be asked is told about.

        What they say is remembered for the next time.
        """
        self._asked_at = time.time()
        code = ExitCode.DONE
        for entry in self._ledger.entries():
            if entry.place is None:
                tell(f"vistrails-tej: {entry.key.file}: {entry.problem}")
                code = ExitCode.FAILED
        for queue in self._ledger.queues():
            ids = tuple(self._ledger.known_ids(queue))
            asked = time.monotonic()
            answer = _ask(queue, ids)
            if isinstance(answer, TejError):
                tell(f"vistrails-tej: {answer}")
                code = exit_code_of(answer)
            self._ledger.hear(Heard(queue, ids, answer, asked), time.time())
        news = {
            job: seen for job, seen in self._ledger.seen().items() if self._is_news(seen.checked)
        }
        self._last_seen.keep(news)
        return code

    def _known(self, entry: JobEntry) -> KnownJob:
        if self._is_news(entry.checked):
            return KnownJob(entry, is_news=True)
        return KnownJob(entry if _still_counts(entry) else _never_seen(entry))

    def _is_news(self, checked: float | None) -> bool:
        return checked is not None and self._asked_at is not None and checked >= self._asked_at


def readable_files(files: Iterable[Path]) -> tuple[list[Path], ExitCode]:
    """Those whose jobs can be read; each of the others is told about, and makes a failure."""
    readable, code = [], ExitCode.DONE
    for file in files:
        try:
            recorded_jobs(file)
        except (DataflowError, OSError) as error:
            place = "" if str(file) in str(error) else f"{file}: "
            tell(f"vistrails-tej: {place}{error}")
            code = ExitCode.FAILED
        else:
            readable.append(file)
    return readable, code


def matching(files: Iterable[Path], job_id: str) -> Iterator[tuple[VistrailJobs, JobRecord, Path]]:
    """The records of a job, by its id or its signature. Raise JobNotRecorded if there is none."""
    files, found = list(files), False
    for file in files:
        jobs = recorded_jobs(file)
        for record in jobs.monitor.jobs():
            if job_id in (record.id, record.parameters.get("job_id")):
                found = True
                yield jobs, record, file
    if not found:
        raise JobNotRecorded(job_id, str(files[0]) if len(files) == 1 else "")


def _ask(queue: QueueReference, ids: Sequence[JobId]) -> Answer:
    try:
        return current_sessions().queue(queue).statuses(ids)
    except TejError as error:
        return error


def _still_counts(entry: JobEntry) -> bool:
    """Whether what was seen of a job is newer than its record."""
    record, status = entry.record, entry.status
    if record.finished:
        # A run has collected it since, in this attempt or a later one.
        return status is None or status.exit_code == record.parameters.get("exitcode")
    started = _moment(record.start)
    # A job that is run anew has a new record, and records count whole seconds.
    return entry.checked is None or started is None or entry.checked >= started.timestamp() - 1


def _never_seen(entry: JobEntry) -> JobEntry:
    return replace(entry, status=None, checked=None, is_gone=False)


def _age(start: str) -> str:
    started = _moment(start)
    return "?" if started is None else format_age((datetime.now() - started).total_seconds())


def _moment(start: str) -> datetime | None:
    """When a job was started. Records hold local time without a zone, as VisTrails 2.2 reads it."""
    try:
        return datetime.fromisoformat(start).replace(tzinfo=None)
    except ValueError:
        return None
