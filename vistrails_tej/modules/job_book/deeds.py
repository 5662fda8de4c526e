"""What a person does with jobs of a book: on their servers, and with their records."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from ...dataflow import DataflowError, SaveFailed, VistrailJobs
from ...dataflow.errors import VistrailNotFound
from ...dataflow.jobs_on_disk import SpareRecords
from ...dataflow.loop_jobs import related_jobs
from ...engine import Destination, TejError
from ..queue_reference import RemoteJob
from ..workers import in_thread
from .entry import JobKey
from .records import FollowedMonitor, read_records

__all__ = ["Failures", "forget_records", "on_servers"]

Failures = dict[JobKey, Exception]
"""The jobs for which something could not be done, and why; the errors are sentences."""


def on_servers(
    jobs: Mapping[JobKey, RemoteJob], act: Callable[[JobKey, RemoteJob], None]
) -> Failures:
    """Do something with each job: one after the other on each server, all servers at once."""
    servers: dict[Destination, list[JobKey]] = {}
    for key, job in jobs.items():
        servers.setdefault(job.queue.destination, []).append(key)
    failures: Failures = {}

    def act_on(keys: list[JobKey]) -> None:
        for key in keys:
            try:
                act(key, jobs[key])
            except TejError as error:
                failures[key] = error

    running = [in_thread("jobs of a server", partial(act_on, one)) for one in servers.values()]
    for one in running:
        one.result()
    return failures


def forget_records(
    path: Path,
    signatures: Collection[str],
    monitor: FollowedMonitor | None,
    spare: SpareRecords | None = None,
) -> Failures:
    """Drop records of one file, through the monitor that is at work on it if there is one.

    ``spare`` has those that the file did not take.
    """
    try:
        if monitor is None:
            VistrailJobs(path, spare).forget(signatures)
        else:
            records = read_records(path, monitor).jobs.values()
            for signature in related_jobs(records, set(signatures)):
                monitor.deleteJob(signature)
        left = _left(path, monitor, spare)
    except DataflowError as error:
        return {JobKey(path, one): error for one in signatures}
    # A file that cannot be written makes a warning only.
    failed = SaveFailed(path, "its records could not be dropped; check that it can be written")
    return {JobKey(path, one): failed for one in signatures if one in left}


def _left(
    path: Path, monitor: FollowedMonitor | None, spare: SpareRecords | None
) -> Collection[str]:
    try:
        left = read_records(path, monitor, spare).jobs
        if monitor is None or os.access(path, os.W_OK):
            return left
        # The run that uses the monitor cannot drop them either, and they come back after it.
        return {**read_records(path).jobs, **left}
    except VistrailNotFound:
        # The file was gone before; the last of what was kept of it has gone, too.
        return ()
