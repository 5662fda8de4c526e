"""What servers said of jobs in earlier sessions: shown, with its age, until they are asked."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ...dataflow.storage.atomic_file import file_mark, write_file
from ...dataflow.storage.file_lock import PATIENCE, locked
from ...engine import ExitReason, JobId, JobNotFound, JobSighting, JobState, JobStatus
from ..queue_reference import QueueReference, RemoteJob
from .ledger import Seen

__all__ = ["LastSeen"]

logger = logging.getLogger(__name__)

_MOST = 20_000
_GONE = "gone"


# Lines of the file, by what names their jobs. Texts, as Python's collector does not visit them.
_Lines = dict[str, bytes]


class LastSeen:
    """A file with the last status of each job; several programs may use it at once.

    Each job has a line of JSON. One text for all would stop every other thread while it is made.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known: _Lines | None = None
        self._mark: object = None
        self._warned = False

    def load(self) -> None:
        """Read the file, so that the first ``find`` takes no time."""
        if self._known is None:
            self._known = self._read()

    def find(self, job: RemoteJob) -> Seen | None:
        """What was seen of a job; None if that is not known."""
        self.load()
        line = (self._known or {}).get(_name(job))
        if line is None:
            return None
        try:
            return _parse(job, json.loads(line)[1])
        except (KeyError, TypeError, ValueError) as error:
            logger.debug("What was seen of %s cannot be read: %s", job.job_id, error)
            return None

    def ids(self, queue: QueueReference) -> set[JobId]:
        """The jobs of a queue that were seen at some time."""
        self.load()
        before = _name_in(queue, "")
        names = (one for one in self._known or {} if one.startswith(before))
        return {JobId(one.removeprefix(before)) for one in names}

    def keep(self, seen: Mapping[RemoteJob, Seen], patience: float = PATIENCE) -> None:
        """Write down what is known now, beside what other programs wrote.

        What they saw later stays. One that is writing is waited for so many seconds.
        """
        lines = (_entry(job, one) for job, one in seen.items() if one.checked is not None)
        new = dict(lines)
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self._store, patience):
                before = self._now()
                new = {name: _newer(before.get(name), line) for name, line in new.items()}
                before = {name: line for name, line in before.items() if name not in new}
                kept = dict(list({**before, **new}.items())[-_MOST:])
                write_file(self._store, kept.values())
                self._known, self._mark = kept, file_mark(self._store)
        except OSError as error:
            level = logging.DEBUG if self._warned else logging.WARNING
            logger.log(level, "The states of jobs are not remembered: %s", error)
            self._warned = True

    def _now(self) -> _Lines:
        """What the file has; it is read again only if another program wrote it."""
        mark = file_mark(self._store)
        if self._known is not None and mark is not None and mark == self._mark:
            return self._known
        return self._read()

    def _read(self) -> _Lines:
        known: _Lines = {}
        problem: Exception | None = None
        try:
            with self._store.open("rb") as file:
                for line in file:
                    try:
                        known.update(_parse_line(line))
                    except (ValueError, RecursionError) as error:
                        problem = error
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            problem = error
        if problem is not None:
            logger.warning("Some of the last states of jobs cannot be read: %s", problem)
        return known


def _entry(job: RemoteJob, seen: Seen) -> tuple[str, bytes]:
    name = _name(job)
    return name, _line(name, _facts(seen))


def _line(name: str, facts: object) -> bytes:
    return json.dumps([name, facts]).encode() + b"\n"


def _parse_line(line: bytes) -> _Lines:
    """A job with its line; earlier versions wrote one object of all jobs. Raise ValueError."""
    content = json.loads(line)
    if isinstance(content, dict):
        return {name: _line(name, facts) for name, facts in content.items()}
    if isinstance(content, list) and len(content) == 2 and isinstance(content[0], str):
        return {content[0]: _line(*content)}
    raise ValueError("it is no list of jobs")


def _newer(theirs: bytes | None, ours: bytes) -> bytes:
    """Which line of a job was seen later; one from the future is what a wrong clock wrote."""
    if theirs is None or theirs == ours:
        return ours
    return theirs if _seen_at(ours) < _seen_at(theirs) <= time.time() else ours


def _seen_at(line: bytes) -> float:
    try:
        return float(_moment(json.loads(line)[1]["seen"]))
    except (KeyError, TypeError, ValueError):
        return 0.0


def _name(job: RemoteJob) -> str:
    return _name_in(job.queue, job.job_id)


def _name_in(queue: QueueReference, job_id: str) -> str:
    return f"{queue.destination} {queue.queue} {job_id}"


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


def _parse(job: RemoteJob, facts: object) -> Seen:
    """What was written down of a job. Raise KeyError, TypeError or ValueError."""
    if not isinstance(facts, dict):
        raise TypeError("it is no object")
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
