"""What a run would do with its jobs, found out without running or submitting anything."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..dataflow import JobMonitor, JobRecord
from ..engine import (
    InvalidDestination,
    InvalidJobId,
    JobStatus,
    QueueNotFound,
    TejError,
)
from .job_modules import JobModule, find_job_modules
from .queue_reference import QueueReference, queue_of_record
from .run_again import Again
from .sessions import current_sessions
from .workflow import Workflow


class JobPlan(enum.Enum):
    """What a run would do with a job; the value is said of the job."""

    RECORDED = "has its result in the file"
    FINISHED = "has ended on the server; its result would be fetched"
    RUNNING = "is on the server; it would be waited for"
    SUBMIT = "would be submitted"
    AGAIN = "has ended and would be run again"
    GONE = "is in the file but not on the server; the run would fail, unless with --again"
    LOOPED = "is run in a loop, a job for each round; their ids are known when it runs"
    NOT_NEEDED = "is not needed, as the results that it is for are in the file"
    COMPUTED_QUEUE = "has a queue that is known only when it runs"
    NOT_ASKED = "cannot be looked up, as its server was not reached"


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job, what would be done with it, what the file and the server say of it.

    ``after`` are the labels of the jobs it depends on. ``error`` is why the server did not answer.
    """

    job: JobModule
    plan: JobPlan
    queue: QueueReference | None = None
    after: tuple[str, ...] = ()
    record: JobRecord | None = None
    status: JobStatus | None = None
    error: TejError | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server says of the jobs of one queue."""

    statuses: Mapping[str, JobStatus]
    error: TejError | None = None


def plan_runs(
    workflows: Sequence[Workflow], monitor: JobMonitor, *, again: Again = Again.NONE
) -> list[list[PlannedJob]]:
    """The jobs of each workflow. Each queue is asked once, for all of them.

    ``again`` says which jobs that have ended are run anew. Raise PipelineHasCycle.
    """

    def is_known(signature: str) -> bool:
        record = monitor.get_job(signature)
        return record is not None and not _may_run_again(record, again)

    found = [find_job_modules(workflow, is_known) for workflow in workflows]
    asked: dict[QueueReference, set[str]] = {}
    for job in (job for jobs in found for job in jobs):
        queue = _queue_of(job, _record_of(job, monitor))
        if queue is not None and job.is_needed and not job.is_looped:
            asked.setdefault(queue, set()).add(job.job_id)
    answers = {queue: _ask(queue, sorted(job_ids)) for queue, job_ids in asked.items()}
    return [_plan(jobs, monitor, answers, again=again) for jobs in found]


def _plan(
    jobs: Sequence[JobModule],
    monitor: JobMonitor,
    answers: Mapping[QueueReference, _Answer],
    *,
    again: Again,
) -> list[PlannedJob]:
    labels = {job.path: job.label for job in jobs}
    planned = []
    for job in jobs:
        record = _record_of(job, monitor)
        queue = _queue_of(job, record)
        answer = answers.get(queue) if queue is not None else None
        planned.append(
            PlannedJob(
                job,
                _decide(job, record, answer, again=again),
                queue,
                tuple(labels[path] for path in job.upstream),
                record,
                answer.statuses.get(job.job_id) if answer else None,
                answer.error if answer else None,
            )
        )
    return planned


def _decide(
    job: JobModule, record: JobRecord | None, answer: _Answer | None, *, again: Again
) -> JobPlan:
    if not job.is_needed and (record is None or job.is_looped):
        return JobPlan.NOT_NEEDED
    if job.is_looped:
        return JobPlan.LOOPED
    if record is not None and record.finished and not _may_run_again(record, again):
        # The run would not even ask.
        return JobPlan.RECORDED
    return _decide_by_server(job, record, answer, again=again)


def _decide_by_server(
    job: JobModule, record: JobRecord | None, answer: _Answer | None, *, again: Again
) -> JobPlan:
    if not job.is_needed:
        return JobPlan.NOT_NEEDED
    if answer is None:
        return JobPlan.COMPUTED_QUEUE
    if answer.error is not None:
        return JobPlan.NOT_ASKED
    status = answer.statuses.get(job.job_id)
    if status is None or not status.state.is_started:
        is_wanted = record is None or again is not Again.NONE
        return JobPlan.SUBMIT if is_wanted else JobPlan.GONE
    if status.can_run_again and again.includes(is_ok=status.is_ok):
        return JobPlan.AGAIN
    return JobPlan.FINISHED if status.is_over else JobPlan.RUNNING


def _may_run_again(record: JobRecord, again: Again) -> bool:
    """Whether a job that the file has as finished has to be looked at on its server."""
    return again.includes(is_ok=record.parameters.get("exitcode") == 0)


def _record_of(job: JobModule, monitor: JobMonitor) -> JobRecord | None:
    return monitor.get_job(job.signature)


def _queue_of(job: JobModule, record: JobRecord | None) -> QueueReference | None:
    """Where the job is, or will be; a record knows it even where the workflow computes it."""
    if job.queue is not None or record is None:
        return job.queue
    try:
        return queue_of_record(record.parameters)
    except (InvalidDestination, InvalidJobId):
        return None


def _ask(queue: QueueReference, job_ids: Iterable[str]) -> _Answer:
    try:
        statuses = current_sessions().queue(queue).statuses(job_ids)
    except QueueNotFound:
        # It would be made by the first job.
        return _Answer({})
    except TejError as error:
        return _Answer({}, error)
    return _Answer({str(job_id): status for job_id, status in statuses.items()})
