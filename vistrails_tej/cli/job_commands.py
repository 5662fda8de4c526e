"""jobs: what became of the jobs that files remember, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ..modules.job_book import JobStore, forget_recorded
from ..modules.queue_reference import job_of_record
from ..modules.sessions import current_sessions, start_sessions, stop_sessions
from .exit_codes import ExitCode
from .job_runs import JobRuns
from .known_jobs import JobListing, matching, readable_files
from .output import write_json, write_table
from .questions import session_options
from .queue_options import accept_host_key_option, json_option

_COLUMNS = ("job", "state", "age", "queue", "id", "file")


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What is to be done before the jobs are listed."""

    check: bool
    resume: Sequence[Path]
    kill: Sequence[str]
    forget: Sequence[str]
    again: Sequence[str]


@click.command(epilog="Example: vistrails-tej jobs primes.vt --check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Ask the servers.")
@click.option("--resume", is_flag=True, help="Run on what waits for jobs, here or in FILE.")
@click.option("--kill", metavar="ID", multiple=True, help="End this job on its server.")
@click.option("--again", metavar="ID", multiple=True, help="Run this job anew, and wait for it.")
@click.option(
    "--forget",
    metavar="ID",
    multiple=True,
    help="Drop the record of this job; the job itself stays.",
)
@click.option(
    "--forget-all",
    is_flag=True,
    help="Drop all records of FILE, also damaged ones; the jobs themselves stay.",
)
@accept_host_key_option
@json_option
def jobs(
    file: Path | None,
    check: bool,
    resume: bool,
    kill: Sequence[str],
    again: Sequence[str],
    forget: Sequence[str],
    forget_all: bool,
    accept_host_key: Sequence[str],
    as_json: bool,
) -> int:
    """List the jobs that a file remembers; without FILE, those of all that are known to have any.

    Files that were run are known, and those of the current directory.

    --kill, --again and --forget may be repeated, for several jobs.
    """
    files, broken = _files(file, forget_all=forget_all)
    runs = JobRuns(silent=as_json)
    options = session_options(accept_host_key, runs.paused)
    anew = frozenset(record.id for one in again for _, record, _ in matching(files, one))
    start_sessions(replace(options, again_only=anew, tell=runs.tell))
    try:
        code = _act(
            files,
            runs,
            _Wishes(check, _to_resume(file, files) if resume else (), kill, forget, again),
        )
        listing = JobListing(files)
        if check or kill:
            code = listing.check() or code
    finally:
        stop_sessions()
    found = listing.jobs()
    if as_json:
        write_json([one.to_json() for one in found])
    else:
        write_table(_COLUMNS, [one.to_row() for one in found], whole=("id",))
    return int(code or broken)


def _files(file: Path | None, *, forget_all: bool) -> tuple[list[Path], ExitCode]:
    """What to look into; of several files those that can be read, the others are told about."""
    if file is None:
        if forget_all:
            raise click.UsageError("--forget-all wants a FILE")
        return readable_files(_known_files())
    if forget_all:
        forget_recorded(file)
    return [file], ExitCode.DONE


def _known_files() -> list[Path]:
    """The .vt files here, by their names, and the others that were run before."""
    here = sorted(Path().glob("*.vt"))
    return [*here, *(path for path in JobStore().files() if path.parent != Path.cwd())]


def _to_resume(file: Path | None, files: Sequence[Path]) -> Sequence[Path]:
    """What runs on: not everything that was ever run, unless a person is there to name it."""
    return files if file is not None else [one for one in files if not one.is_absolute()]


def _act(files: Sequence[Path], runs: JobRuns, wishes: _Wishes) -> ExitCode:
    """Do what is wished; nothing, but JobNotRecorded, if one of the jobs is in no file."""
    for job_id in (*wishes.kill, *wishes.forget):
        next(matching(files, job_id))
    for job_id in wishes.kill:
        _, record, _ = next(matching(files, job_id))
        job = job_of_record(record.parameters)
        current_sessions().queue(job.queue).kill(job.job_id)
    for job_id in wishes.forget:
        for jobs_of_file, record, _ in matching(files, job_id):
            jobs_of_file.forget({record.id})
    code = ExitCode.DONE
    if wishes.again:
        code = runs.again(files, wishes.again)
    if wishes.resume:
        code = runs.resume(wishes.resume) or code
    return code
