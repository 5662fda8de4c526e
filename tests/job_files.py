"""Files with jobs on record, for the tests of what follows them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vistrails_tej.dataflow import Vistrail, VistrailJobs, WorkflowRecord, save_vistrail
from vistrails_tej.modules.queue_reference import QueueReference


def job_record(queue: QueueReference, job_id: str, **more: object) -> dict[str, Any]:
    """The parameters of a record of ours."""
    return {**queue.to_parameters(), "job_id": job_id, **more}


@contextlib.contextmanager
def recording(path: Path, version: int = 1) -> Iterator[VistrailJobs]:
    """The jobs of a file, made if need be, while one of its versions runs; saved at the end."""
    if not path.exists():
        save_vistrail(Vistrail({}), path)
    jobs = VistrailJobs(path)
    jobs.monitor.start_workflow(WorkflowRecord(version, f"version {version}"))
    with jobs.gathered():
        yield jobs
    jobs.monitor.finish_workflow()
    jobs.save()


def record_jobs(path: Path, jobs: Mapping[str, Mapping[str, Any]], **options: Any) -> Path:
    """Record unfinished jobs, by signature; the name of each is that too."""
    with recording(path, **options) as recorded:
        for signature, parameters in jobs.items():
            recorded.monitor.add_job(signature, parameters, signature)
    return path
