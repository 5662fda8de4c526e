"""Bring together what several places know of jobs: a file, this program, and others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .job_format import JobRecord, JobRecords, WorkflowRecord

__all__ = ["difference", "joined", "merged"]


def merged(
    before: JobRecords, mine: JobRecords, theirs: JobRecords, lasting: Collection[str] = ()
) -> JobRecords:
    """What others have now, with what happened here since all had ``before``.

    What others dropped is gone, except the ``lasting`` jobs that are still here.
    """
    result = replace(theirs, jobs=dict(theirs.jobs), workflows=dict(theirs.workflows))
    for signature in {**before.jobs, **mine.jobs}:
        job = mine.jobs.get(signature)
        is_lost = signature in lasting and signature not in result.jobs
        if is_lost or job != before.jobs.get(signature):
            _merge_job(signature, job, before.jobs.get(signature), result)
    for name in {**before.workflows, **mine.workflows}:
        workflow = mine.workflows.get(name)
        is_lost = not _known(name, result).issuperset(_known(name, mine).intersection(lasting))
        if is_lost or workflow != before.workflows.get(name):
            _merge_workflow(name, workflow, result)
    return result


def joined(one: JobRecords, other: JobRecords) -> JobRecords:
    """What either has; of a job in both the ``other`` record, unless that of ``one`` knows more."""
    return merged(JobRecords(), other, one)


def difference(there: JobRecords, wanted: JobRecords) -> JobRecords:
    """What is to be joined to the records that are there to have those that are wanted."""
    jobs = {
        signature: job for signature, job in wanted.jobs.items() if job != there.jobs.get(signature)
    }
    workflows = {
        name: workflow
        for name, workflow in wanted.workflows.items()
        if not _known(name, there).issuperset(workflow.jobs)
        or not jobs.keys().isdisjoint(workflow.jobs)
    }
    return JobRecords(jobs, workflows)


def _known(workflow: str, records: JobRecords) -> set[str]:
    """The jobs that a workflow has in some records."""
    found = records.workflows.get(workflow)
    return set() if found is None else set(found.jobs)


def _merge_job(
    signature: str, job: JobRecord | None, before: JobRecord | None, into: JobRecords
) -> None:
    """Carry over what happened to a job here, unless others know more of it."""
    theirs = into.jobs.get(signature)
    if job is None:
        into.jobs.pop(signature, None)
    elif theirs is None or theirs == before or not _knows_more(theirs, job):
        into.jobs[signature] = job


def _knows_more(one: JobRecord, other: JobRecord) -> bool:
    """Whether one record is of a later attempt, or of the same one and saw it finish.

    A job that is run again has a new record, which begins later: an old end says nothing of it.
    """
    return (one.start, one.finished) > (other.start, other.finished)


def _merge_workflow(name: str, workflow: WorkflowRecord | None, into: JobRecords) -> None:
    """Carry over what happened to a workflow here; jobs that others added to it stay."""
    theirs = into.workflows.pop(name, None)
    if workflow is not None:
        known = theirs.jobs if theirs is not None else ()
        jobs = dict.fromkeys((*known, *workflow.jobs))
        present = tuple(job for job in jobs if job in into.jobs)
        into.workflows[name] = replace(workflow, jobs=present)
