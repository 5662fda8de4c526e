"""The jobs that files remember, what is known of them, and what their servers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..dataflow import DataflowError, JobNotRecorded, JobRecord, VistrailJobs
from ..engine import ConnectionFailed, JobId, JobStatus, TejError
from ..modules.job_book import recorded_jobs
from ..modules.queue_reference import QueueReference, RemoteJob, job_of_record
from ..modules.sessions import current_sessions
from .exit_codes import ExitCode, exit_code_of
from .output import tell
from .status_text import describe_status, format_age


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A record, the file that holds it, and what is known of the job.

    ``offline`` says that its server could not be asked, so that ``state`` is as old as the record.
    """

    file: Path
    record: JobRecord
    state: str
    offline: bool = False

    def to_row(self) -> list[str]:
        """The cells of the table."""
        parameters = self.record.parameters
        place = f"{parameters.get('destination', '?')} {parameters.get('queue', '')}".rstrip()
        age = _age(self.record.start)
        state = self.state
        if self.offline:
            known = "offline" if self.record.finished else f"{age} ago, offline"
            state = f"{state} ({known})"
        job_id = str(parameters.get("job_id") or self.record.id)
        return [self.record.name or "?", state, age, place, job_id, str(self.file)]

    def to_json(self) -> dict[str, Any]:
        """The record, for programs."""
        return {
            "file": str(self.file),
            "signature": self.record.id,
            "name": self.record.name,
            "start": self.record.start,
            "finished": self.record.finished,
            "state": self.state,
            "offline": self.offline,
            "parameters": dict(self.record.parameters),
        }


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


def read_jobs(files: Iterable[Path]) -> list[KnownJob]:
    """The jobs of some files, as they were recorded."""
    return [
        KnownJob(file, record, _recorded_state(record))
        for file in files
        for record in recorded_jobs(file).monitor.jobs()
    ]


def check_jobs(known: Sequence[KnownJob]) -> tuple[list[KnownJob], ExitCode]:
    """Ask the servers, each queue once; one that cannot be asked is told about."""
    places: list[RemoteJob | TejError] = [_place(job.record) for job in known]
    told: dict[QueueReference, dict[JobId, JobStatus] | TejError] = {}
    code = ExitCode.DONE
    for queue in dict.fromkeys(place.queue for place in places if isinstance(place, RemoteJob)):
        ids = [one.job_id for one in places if isinstance(one, RemoteJob) and one.queue == queue]
        told[queue] = found = _ask(queue, ids)
        if isinstance(found, TejError):
            tell(f"vistrails-tej: {found}")
            code = exit_code_of(found)
    checked = []
    for job, place in zip(known, places, strict=True):
        if isinstance(place, TejError):
            tell(f"vistrails-tej: {place}")
            code = exit_code_of(place)
            checked.append(replace(job, state=f"{job.state} (not checked)"))
        else:
            checked.append(_with_answer(job, place, told[place.queue]))
    return checked, code


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


def _place(record: JobRecord) -> RemoteJob | TejError:
    try:
        return job_of_record(record.parameters)
    except TejError as error:
        return error


def _ask(queue: QueueReference, ids: Sequence[JobId]) -> dict[JobId, JobStatus] | TejError:
    try:
        return current_sessions().queue(queue).statuses(ids)
    except TejError as error:
        return error


def _with_answer(
    job: KnownJob, place: RemoteJob, told: dict[JobId, JobStatus] | TejError
) -> KnownJob:
    if isinstance(told, ConnectionFailed):
        return replace(job, offline=True)
    if isinstance(told, TejError):
        return replace(job, state=f"{job.state} (not checked)")
    status = told.get(place.job_id)
    return replace(job, state="deleted" if status is None else describe_status(status))


def _recorded_state(record: JobRecord) -> str:
    if record.is_broken:
        return "unknown"
    if not record.finished:
        return "running"
    code = record.parameters.get("exitcode")
    return "done" if code == 0 else f"failed, exit code {code}"


def _age(start: str) -> str:
    try:
        # Records hold local time without a zone, so that VisTrails 2.2 can read them.
        return format_age((datetime.now() - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return "?"
