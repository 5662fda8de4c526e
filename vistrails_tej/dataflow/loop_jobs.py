"""What the records of jobs in loops say beside what all records say."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .job_format import JobRecord
from .job_records import JobMonitor
from .module import Module, PresentRounds
from .rounds import mixed_signature

# Parameters of a record: what the round does, whatever the list around it; and the signature
# that the module has when it runs once.
SAME_WORK = "same_work"
LOOPED_MODULE = "looped_module"


@dataclass(frozen=True, slots=True)
class RoundNames:
    """The rounds of the present loop: what each does, by its signature.

    ``work`` is what one of them does. A module inside a group that loops has ``shift``: by these
    bits its signature differs from that of the group in the same round.
    """

    works: Mapping[str, str]
    work: str
    shift: bytes = b""

    def has(self, record_id: str, work: str) -> bool:
        """Whether a record, of a job that does ``work``, belongs to a round of this loop."""
        shifts = [self.shift] if self.shift else []
        try:
            names = [mixed_signature(one, *shifts) for one in (record_id, renamed(record_id, work))]
        except ValueError:
            # Somebody else's record: rounds have names in hexadecimal digits.
            return False
        return any(self.works.get(name) == self.work for name in names)


def renamed(signature: str, work: str) -> str:
    """Another name for a round, whose own one belongs to other work; applied twice, the own."""
    return mixed_signature(signature, hashlib.sha1(work.encode(), usedforsecurity=False).digest())


def free_name(monitor: JobMonitor, signature: str, work: str) -> str:
    """The signature of a round that does ``work``, unless its job is known to do something else.

    That is so when a list changed that no signature tells of, as one that code read from a file.
    """
    record = monitor.get_job(signature) if signature and work else None
    known = record.parameters.get(SAME_WORK) if record is not None else None
    return renamed(signature, work) if known and known != work else signature


def settle_names(monitor: JobMonitor, rounds: Sequence[Module]) -> None:
    """Let the rounds of a loop know of each other, and have names that are free."""
    works = {one.signature: one.work for one in rounds if one.work}
    for one in rounds:
        if one.work:
            one.present_rounds = RoundNames(works, one.work)
            one.signature = free_name(monitor, one.signature, one.work)


def same_work(
    records: Collection[JobRecord], work: str, present: PresentRounds | None = None
) -> JobRecord | None:
    """The latest job that did, or does, this work; None if there is none.

    Each round of the ``present`` loop has a job of its own: one that another round of it has is
    not found, be it recorded for the loop as it was before, too.
    """
    if not work:
        return None
    found = [one for one in records if one.parameters.get(SAME_WORK) == work]
    ours = [one for one in found if present is not None and present.has(one.id, work)]
    for record in reversed(found):
        if not any(one is record or _is_one_job(record, one) for one in ours):
            return record
    return None


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


def _is_one_job(first: JobRecord, second: JobRecord) -> bool:
    """Whether two records are of one job: what both know of it is the same."""
    shared = first.parameters.keys() & second.parameters.keys() - {LOOPED_MODULE, SAME_WORK}
    return all(first.parameters[key] == second.parameters[key] for key in shared)
