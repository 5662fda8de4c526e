"""Jobs as the book gives them, made up: for what only shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from vistrails_tej.dataflow import JobRecord, WorkflowRecord
from vistrails_tej.engine import ExitReason, JobId, JobState, JobStatus, parse_destination
from vistrails_tej.modules.job_book import JobEntry, JobKey
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob

NOW = 1_700_000_000.0
HOME = Path("/home/ada")
SERVERS = ("ada@cluster.example.org", "ssh://ada@far.example.org:2222")
# A state of the server, the exit code, the reason.
STATES: Sequence[tuple[JobState, int | None, ExitReason | None]] = (
    (JobState.RUNNING, None, None),
    (JobState.EXITED, 0, ExitReason.OK),
    (JobState.QUEUED, None, None),
    (JobState.EXITED, 3, ExitReason.FAILED),
    (JobState.LOST, None, ExitReason.LOST),
    (JobState.EXITED, 143, ExitReason.KILLED),
    (JobState.UPLOADING, None, None),
)


def entry(
    name: str,
    state: JobState | None = JobState.RUNNING,
    *,
    file: str = "primes.vt",
    version: int | None = 7,
    code: int | None = None,
    server: str = SERVERS[0],
) -> JobEntry:
    """A job that its server was asked about a minute ago; never yet, without a state."""
    queue = QueueReference(parse_destination(server))
    place = RemoteJob(queue, JobId(f"id_{name.replace(' ', '_')}"))
    record = JobRecord(name, {**queue.to_parameters(), "job_id": place.job_id}, name, "")
    workflow = None
    if version is not None:
        workflow = WorkflowRecord(version, id=f"{file} {version}", jobs=(name,))
    made = JobEntry(JobKey(HOME / file, name), record, workflow, place)
    return made if state is None else with_state(made, state, code)


def with_state(
    before: JobEntry,
    state: JobState,
    code: int | None = None,
    reason: ExitReason | None = None,
    now: float = NOW,
) -> JobEntry:
    """The same job as its server tells of it later; it began an hour before it was asked."""
    assert before.place is not None
    checked = int(now - 60)
    is_over = state.is_final
    began = checked - 3600 if is_over or state is JobState.RUNNING else None
    status = JobStatus(
        before.place.job_id,
        state,
        PurePosixPath("/queue/jobs") / before.place.job_id,
        exit_code=code,
        reason=reason,
        submitted=checked - 7200,
        started=began,
        ended=checked - 600 if is_over else None,
        checked=checked,
    )
    return replace(before, status=status, checked=float(checked))


def broken(name: str, file: str = "primes.vt") -> JobEntry:
    """What VisTrails leaves of a job that was lost."""
    record = JobRecord(name, {}, name, "", finished=True)
    workflow = WorkflowRecord(7, id=f"{file} 7", jobs=(name,))
    problem = "The record says that the job has finished, but not how it ended."
    return JobEntry(JobKey(HOME / file, name), record, workflow, problem=problem)


def many(count: int) -> list[JobEntry]:
    """Jobs in all states, of several workflows in two files, on two servers."""
    made = []
    per_workflow = max(5, count // 40)
    for number in range(count):
        state, code, reason = STATES[number % len(STATES)]
        one = entry(
            f"Job {number}",
            None,
            file=("primes.vt", "climate.vt")[number * 2 // count],
            version=number // per_workflow,
            server=SERVERS[number % 3 % 2],
        )
        made.append(with_state(one, state, code, reason))
    return made
