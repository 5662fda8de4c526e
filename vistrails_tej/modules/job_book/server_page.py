"""A queue as its server has it: jobs that no record here knows, and what a clean-up would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...dataflow import VistrailJobs, WorkflowRecord
from ...engine import JobId, JobStatus, RemoteQueue, TejError
from ..queue_reference import QueueReference
from .entry import JobKey

__all__ = ["CleanupPreview", "QueueFailures", "adopt_jobs", "delete_jobs", "preview_cleanup"]

# What our modules call their jobs; the rest is the signature.
_PREFIX = "vistrails_module_"

QueueFailures = dict[JobId, TejError]
"""The jobs for which something could not be done, and why."""


@dataclass(frozen=True, slots=True)
class CleanupPreview:
    """What a clean-up of a queue would remove, and what keeps it from doing so.

    ``known`` are the ids, of those over, that records here are about: their results could not be
    fetched any more.
    """

    queue: QueueReference
    directory: PurePosixPath
    over: tuple[JobStatus, ...]
    active: tuple[JobStatus, ...]
    known: frozenset[JobId]

    @property
    def is_free(self) -> bool:
        """Whether the whole queue can be removed without killing a job."""
        return not self.active


def preview_cleanup(
    remote: RemoteQueue, queue: QueueReference, known: Collection[JobId]
) -> CleanupPreview:
    """Ask a queue for what it holds. Raises TejError."""
    directory = remote.resolve().path
    found = remote.statuses().values()
    over = tuple(one for one in found if one.is_over or one.is_abandoned)
    active = tuple(one for one in found if not (one.is_over or one.is_abandoned))
    ids = frozenset(one.job_id for one in over if one.job_id in known)
    return CleanupPreview(queue, directory, over, active, ids)


def delete_jobs(remote: RemoteQueue, job_ids: Iterable[JobId]) -> QueueFailures:
    """Remove jobs that have ended, with their files; returns those that are still there."""
    failures: QueueFailures = {}
    for job_id in job_ids:
        try:
            remote.delete(job_id)
        except TejError as error:
            failures[job_id] = error
    return failures


def adopt_jobs(path: Path, queue: QueueReference, jobs: Iterable[JobStatus]) -> list[JobKey]:
    """Record jobs of a server in a file. Raise VistrailError.

    Where a job was made by one of our modules, a run of the same module in that file finds it.
    """
    kept = VistrailJobs(path)
    known = [one for one in kept.monitor.workflows() if one.version == _ADOPTED]
    kept.monitor.start_workflow(known[0] if known else WorkflowRecord(_ADOPTED, _ADOPTED))
    keys = []
    with kept.gathered():
        for job in jobs:
            signature = job.job_id.removeprefix(_PREFIX)
            parameters = {**queue.to_parameters(), "job_id": job.job_id}
            kept.monitor.add_job(signature, parameters, job.job_id)
            keys.append(JobKey(path, signature))
    kept.monitor.finish_workflow()
    return keys


_ADOPTED = "found on servers"
