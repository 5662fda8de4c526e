"""Why a job has the id it has: the jobs of one workflow beside those of another, or a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..dataflow import (
    Difference,
    Explanation,
    FileDigests,
    JobMonitor,
    JobNotRecorded,
    JobRecord,
    PipelineHasCycle,
    VistrailError,
    explain,
    find_differences,
)
from ..dataflow.loop_jobs import LOOPED_MODULE
from .job_modules import JobModule, find_job_modules
from .submission import JOB_ID_PREFIX
from .workflow import Workflow, workflow_at

# How many versions are replayed to find the one that a recorded job was made from.
MOST_SEARCHED = 300
_VERSION = re.compile(r"version (\d{1,18})\b")


@dataclass(frozen=True, slots=True)
class ExplainedJob:
    """A job, and everything that enters its id."""

    job: JobModule
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class JobPair:
    """A job here and the one it corresponds to there; one of them is None if there is none."""

    here: ExplainedJob | None
    there: ExplainedJob | None

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Nothing when both have the same id, or one is missing."""
        if self.here is None or self.there is None:
            return ()
        return find_differences(self.here.explanation, self.there.explanation)


@dataclass(frozen=True, slots=True)
class RecordedJob:
    """A job that the file remembers, and what it was made from, as far as that can be found.

    ``versions`` are those it was run for, as recorded. ``source`` is the job of the version
    ``version`` that has this id; None when values were set for that run, or the loop that it was
    part of is not known: the record does not hold them.
    """

    record: JobRecord
    versions: tuple[int | str, ...]
    version: int | None = None
    source: ExplainedJob | None = None


def explain_jobs(workflow: Workflow) -> list[ExplainedJob]:
    """Every job of a workflow with what enters its id. Raise PipelineHasCycle."""
    digests = FileDigests()
    return [
        ExplainedJob(
            job,
            explain(
                workflow.pipeline,
                job.path,
                workflow.registry,
                workflow.signatures,
                digests=digests,
            ),
        )
        for job in find_job_modules(workflow)
    ]


def pair_jobs(here: Sequence[ExplainedJob], there: Sequence[ExplainedJob]) -> list[JobPair]:
    """Which job corresponds to which: by id, else by module, label or kind."""
    left, right = list(here), list(there)
    found: dict[int, ExplainedJob] = {}
    for alike in _LIKENESSES:
        for one in here:
            if id(one) in found:
                continue
            other = next((candidate for candidate in right if alike(one, candidate)), None)
            if other is not None:
                found[id(one)] = other
                right.remove(other)
    pairs = [JobPair(one, found.get(id(one))) for one in left]
    return [*pairs, *(JobPair(None, one) for one in right)]


def find_recorded(workflow: Workflow, monitor: JobMonitor, job_id: str) -> RecordedJob:
    """A job that the file remembers, by its id or signature. Raise JobNotRecorded.

    For a round of a loop the source is the job of the module that looped.
    """
    signature = job_id.removeprefix(JOB_ID_PREFIX)
    record = monitor.get_job(signature)
    if record is None:
        raise JobNotRecorded(job_id, str(workflow.path))
    versions = tuple(one.version for one in monitor.workflows() if signature in one.jobs)
    looped = record.parameters.get(LOOPED_MODULE)
    for version in _versions_to_search(workflow, versions):
        for explained in _jobs_of_version(workflow, version):
            if explained.job.signature in (signature, looped):
                return RecordedJob(record, versions, version, explained)
    return RecordedJob(record, versions)


def _versions_to_search(workflow: Workflow, recorded: Sequence[int | str]) -> Iterator[int]:
    """First those of the record, then the newest."""
    named = [one if isinstance(one, int) else _version_in(one) for one in recorded]
    newest = sorted(workflow.vistrail.actions, reverse=True)[:MOST_SEARCHED]
    for version in dict.fromkeys([*named, *newest]):
        if version in workflow.vistrail.actions:
            yield version


def _version_in(text: str) -> int:
    """The version that an exploration was made of; -1 if its name does not say."""
    found = _VERSION.search(text)
    return int(found[1]) if found else -1


def _jobs_of_version(workflow: Workflow, version: int) -> list[ExplainedJob]:
    try:
        return explain_jobs(workflow_at(workflow, version))
    except (VistrailError, PipelineHasCycle):
        # A version that cannot be replayed has run no job either.
        return []


_LIKENESSES: tuple[Callable[[ExplainedJob, ExplainedJob], bool], ...] = (
    lambda one, two: one.job.signature == two.job.signature,
    lambda one, two: one.job.path == two.job.path and _kind(one) == _kind(two),
    lambda one, two: one.job.label == two.job.label and _kind(one) == _kind(two),
    lambda one, two: _kind(one) == _kind(two),
    lambda one, two: True,
)


def _kind(explained: ExplainedJob) -> str:
    return explained.explanation.module.name
