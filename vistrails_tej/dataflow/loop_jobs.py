"""What the records of jobs in loops say beside what all records say."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .job_format import JobRecord

# Parameters of a record: what the round does, whatever the list around it; and the signature
# that the module has when it runs once.
SAME_WORK = "same_work"
LOOPED_MODULE = "looped_module"


def same_work(records: Iterable[JobRecord], work: str) -> JobRecord | None:
    """The latest job that did, or does, this work; None if there is none."""
    found = None
    for record in records:
        if work and record.parameters.get(SAME_WORK) == work:
            found = record
    return found


def related_jobs(records: Collection[JobRecord], signatures: Collection[str]) -> set[str]:
    """The ids of the jobs of these signatures and of all rounds of their modules.

    For a job in a loop, of the jobs that did the same work in the loop as it was before, too.
    """
    found = {
        record.id
        for record in records
        if record.id in signatures or record.parameters.get(LOOPED_MODULE) in signatures
    }
    work = {record.parameters.get(SAME_WORK) for record in records if record.id in found}
    work.discard(None)
    return found | {one.id for one in records if one.parameters.get(SAME_WORK) in work}
