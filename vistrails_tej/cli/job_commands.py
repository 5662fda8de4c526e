"""jobs: what became of the jobs that files remember."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..dataflow import JobRecord, VistrailJobs
from ..engine import JobNotFound, JobStatus, TejError
from ..modules.queue_reference import job_of_record
from ..modules.sessions import current_sessions, start_sessions, stop_sessions
from .exit_codes import ExitCode, exit_code_of
from .output import tell, write_json, write_table
from .questions import session_options
from .queue_options import accept_host_key_option, json_option
from .status_text import describe_status, format_age


@dataclass(frozen=True, slots=True)
class _KnownJob:
    """A record, the file that holds it, and what the server says of it if it was asked."""

    file: Path
    record: JobRecord
    state: str

    def to_row(self) -> list[str]:
        """The cells of the table."""
        parameters = self.record.parameters
        place = f"{parameters.get('destination', '?')} {parameters.get('queue', '')}".rstrip()
        return [
            self.record.name or "?",
            self.state,
            _age(self.record.start),
            place,
            str(parameters.get("job_id") or self.record.id),
            str(self.file),
        ]

    def to_json(self) -> dict[str, Any]:
        """The record, for programs."""
        return {
            "file": str(self.file),
            "signature": self.record.id,
            "name": self.record.name,
            "start": self.record.start,
            "finished": self.record.finished,
            "state": self.state,
            "parameters": dict(self.record.parameters),
        }


@click.command(epilog="Example: vistrails-tej jobs primes.vt --check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Ask the servers.")
@click.option("--kill", metavar="ID", help="End this job on its server.")
@click.option("--forget", metavar="ID", help="Drop the record of this job; the job itself stays.")
@accept_host_key_option
@json_option
def jobs(
    file: Path | None,
    check: bool,
    kill: str | None,
    forget: str | None,
    accept_host_key: Sequence[str],
    as_json: bool,
) -> int:
    """List the jobs that a file remembers, or every .vt file of the current directory."""
    files = [file] if file is not None else sorted(Path().glob("*.vt"))
    start_sessions(session_options(accept_host_key))
    try:
        if kill is not None:
            _kill(files, kill)
        if forget is not None:
            _forget(files, forget)
        found, code = _look(files, check=check or kill is not None)
    finally:
        stop_sessions()
    if as_json:
        write_json([one.to_json() for one in found])
    else:
        write_table(("job", "state", "age", "queue", "id", "file"), [one.to_row() for one in found])
    return int(code)


def _look(files: Sequence[Path], *, check: bool) -> tuple[list[_KnownJob], ExitCode]:
    found = []
    code = ExitCode.DONE
    for file in files:
        for record in VistrailJobs(file).monitor.jobs():
            state = _recorded_state(record)
            if check:
                try:
                    state = _state_on_server(record)
                except TejError as error:
                    tell(f"vistrails-tej: {error}")
                    state, code = f"{state} (not checked)", exit_code_of(error)
            found.append(_KnownJob(file, record, state))
    return found, code


def _recorded_state(record: JobRecord) -> str:
    if record.is_broken:
        return "unknown"
    if not record.finished:
        return "running"
    code = record.parameters.get("exitcode")
    return "done" if code == 0 else f"failed, exit code {code}"


def _state_on_server(record: JobRecord) -> str:
    job = job_of_record(record.parameters)
    try:
        status: JobStatus = current_sessions().queue(job.queue).status(job.job_id)
    except JobNotFound:
        return "deleted"
    return describe_status(status)


def _kill(files: Sequence[Path], job_id: str) -> None:
    """End a job on its server. Raise JobNotFound when no file knows it."""
    for _, record in _matching(files, job_id):
        job = job_of_record(record.parameters)
        current_sessions().queue(job.queue).kill(job.job_id)
        return
    raise JobNotFound(job_id)


def _forget(files: Sequence[Path], job_id: str) -> None:
    """Drop a job's record from every file. Raise JobNotFound when no file knows it."""
    known = list(_matching(files, job_id))
    if not known:
        raise JobNotFound(job_id)
    for jobs_of_file, record in known:
        jobs_of_file.forget({record.id})


def _matching(files: Sequence[Path], job_id: str) -> Iterator[tuple[VistrailJobs, JobRecord]]:
    for file in files:
        known = VistrailJobs(file)
        for record in known.monitor.jobs():
            if job_id in (record.id, record.parameters.get("job_id")):
                yield known, record


def _age(start: str) -> str:
    try:
        # Records hold local time without a zone, so that VisTrails 2.2 can read them.
        return format_age((datetime.now() - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return "?"
