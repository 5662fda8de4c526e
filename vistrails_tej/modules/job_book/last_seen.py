"""What servers said of jobs in earlier sessions: shown, with its age, until they are asked."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
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


def _parse(job: RemoteJob, facts: Mapping[str, Any]) -> Seen:
    """What was written down of a job. Raise KeyError, TypeError or ValueError."""
    status = None
    if "state" in facts:
        reason = facts["reason"]
        status = JobStatus(
            job.job_id,
            JobState(facts["state"]),
            PurePosixPath(facts["directory"]),
            reason=None if reason is None else ExitReason(reason),
            **{name: parse(facts[name]) for name, parse in _PLAIN.items()},
        )
    error = JobNotFound(job.job_id) if facts.get(_GONE) else None
    return Seen(JobSighting(status, error), float(_moment(facts["seen"])))


def _moment(value: object) -> int | float:
    """A moment that can be shown, in epoch seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _YEAR_9999:
        return value
    raise ValueError(f"{value!r} is no moment")


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        return value
    raise ValueError(f"{value!r} is no number")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is no text")


def _optional(parse: Callable[[object], object]) -> Callable[[object], object]:
    return lambda value: None if value is None else parse(value)


def _server_moment(value: object) -> int:
    return _number(_moment(value))


_YEAR_9999 = 253_370_764_800
_LARGEST = 2**31

# What is taken over as it is, and what makes sure of its kind.
_PLAIN: dict[str, Callable[[object], Any]] = {
    "exit_code": _optional(_number),
    "attempt": _number,
    "submitted": _optional(_server_moment),
    "started": _optional(_server_moment),
    "ended": _optional(_server_moment),
    "host": _optional(_text),
    "nonce": _optional(_text),
    "checked": _server_moment,
}
