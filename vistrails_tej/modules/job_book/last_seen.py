"""What servers said of jobs in earlier sessions: shown, with its age, until they are asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ...dataflow.storage.atomic_file import write_file
from ...dataflow.storage.file_lock import locked
from ...engine import ExitReason, JobNotFound, JobSighting, JobState, JobStatus
from ..queue_reference import RemoteJob
from .ledger import Seen

__all__ = ["LastSeen"]

logger = logging.getLogger(__name__)

_MOST = 20_000
_GONE = "gone"


class LastSeen:
    """A JSON file with the last status of each job; several programs may use it at once."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known: dict[str, Any] | None = None

    def find(self, job: RemoteJob) -> Seen | None:
        """What was seen of a job; None if that is not known."""
        if self._known is None:
            self._known = self._read()
        facts = self._known.get(_name(job))
        if not isinstance(facts, dict):
            return None
        try:
            return _parse(job, facts)
        except (KeyError, TypeError, ValueError) as error:
            logger.debug("What was seen of %s cannot be read: %s", job.job_id, error)
            return None

    def keep(self, seen: Mapping[RemoteJob, Seen]) -> None:
        """Write down what is known now, beside what other programs wrote."""
        facts = {_name(job): _facts(one) for job, one in seen.items() if one.checked is not None}
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self._store):
                known = {name: one for name, one in self._read().items() if name not in facts}
                known.update(facts)
                kept = dict(list(known.items())[-_MOST:])
                write_file(self._store, [json.dumps(kept).encode()])
                self._known = kept
        except OSError as error:
            logger.warning("The states of jobs are not remembered: %s", error)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._store.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            logger.warning("The last states of jobs cannot be read: %s", error)
            return {}
        return found if isinstance(found, dict) else {}


def _name(job: RemoteJob) -> str:
    return f"{job.queue.destination} {job.queue.queue} {job.job_id}"


def _facts(seen: Seen) -> dict[str, Any]:
    status = seen.sighting.status
    facts: dict[str, Any] = {"seen": seen.checked}
    if isinstance(seen.sighting.error, JobNotFound):
        facts[_GONE] = True
    if status is not None:
        facts["state"] = status.state.value
        facts["directory"] = str(status.directory)
        facts["reason"] = status.reason.value if status.reason else None
        for name in _PLAIN:
            facts[name] = getattr(status, name)
    return facts


_PLAIN = ("exit_code", "attempt", "submitted", "started", "ended", "host", "nonce", "checked")


def _parse(job: RemoteJob, facts: Mapping[str, Any]) -> Seen:
    status = None
    if "state" in facts:
        reason = facts["reason"]
        status = JobStatus(
            job.job_id,
            JobState(facts["state"]),
            PurePosixPath(facts["directory"]),
            reason=ExitReason(reason) if reason else None,
            **{name: facts[name] for name in _PLAIN},
        )
    error = JobNotFound(job.job_id) if facts.get(_GONE) else None
    return Seen(JobSighting(status, error), float(facts["seen"]))
