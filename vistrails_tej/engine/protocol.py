"""What the server's functions answer: exit codes and lines of text -> values and errors.

Pure; the other side of ``runtimes/README.rst``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from .errors import (
    InvalidJobId,
    JobDeleted,
    JobExists,
    JobNotFound,
    JobStillRunning,
    NotAQueue,
    NotEnoughSpace,
    ProtocolMismatch,
    QueueExists,
    QueueLinkBroken,
    QueueLinkLoop,
    QueueNotFound,
    QueueRefused,
    RemoteCommandFailed,
    RemoteFileNotFound,
    RuntimeNotAllowed,
    ScriptNotFound,
    TejError,
    TransferFailed,
)
from .job import ExitReason, JobId, JobState, JobStatus
from .queue_facts import JobFile, QueueFacts, QueueUsage
from .queue_layout import QueueLayout
from .runtime import RUNTIMES

__all__ = [
    "Answer",
    "Code",
    "Request",
    "find_error",
    "parse_files",
    "parse_queue",
    "parse_status",
    "parse_statuses",
    "parse_usage",
]

_MOST_TOLD = 2000
_FIELDS = 12

Word = TypeVar("Word", bound=enum.Enum)


class Code(enum.IntEnum):
    """The exit codes of the functions."""

    DONE = 0
    STILL_RUNNING = 2
    NO_SUCH_JOB = 3
    JOB_EXISTS = 4
    NO_SUCH_FILE = 5
    NO_QUEUE = 10
    NOT_A_QUEUE = 11
    LINK_LOOP = 12
    LINK_BROKEN = 13
    VERSION = 14
    RUNTIME = 15
    NO_SCRIPT = 16
    QUEUE_EXISTS = 17
    REFUSED = 18
    NOT_WHOLE = 19
    BAD_ID = 20
    CLAIM_LOST = 21
    JOB_DELETED = 22
    NO_SPACE = 23


class Answer(Protocol):
    """What came back; ``session_shell.Reply`` is one."""

    @property
    def exit_code(self) -> int:
        """One of Code, or anything else for what nobody foresaw."""
        ...

    @property
    def stdout(self) -> bytes:
        """Lines of a key and a value."""
        ...

    @property
    def stderr(self) -> bytes:
        """What the server's programs had to say."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, for the errors. ``name`` is the script or the file in question."""

    command: str
    queue: str
    job_id: JobId | None = None
    name: str = ""


def parse_files(answer: Answer) -> list[JobFile]:
    """Read the answer of job_files."""
    files = []
    for key, value in _lines(answer):
        if key == "file":
            size, _, rest = value.partition(" ")
            changed, _, name = rest.partition(" ")
            files.append(JobFile(name, _number(size), _number(changed)))
        elif key == "end" and _number(value) == len(files):
            return files
    raise _garbled("job_files", answer)


def parse_usage(answer: Answer) -> QueueUsage:
    """Read the answer of queue_usage."""
    facts = {key: _number(value) for key, value in _lines(answer)}
    used = facts.get("used")
    if used is None:
        raise _garbled("queue_usage", answer)
    return QueueUsage(used, facts.get("free"))


def parse_queue(answer: Answer) -> QueueFacts:
    """Read the answer of queue_resolve and queue_setup."""
    facts: dict[str, str] = {}
    links = []
    for key, value in _lines(answer):
        if key == "link":
            links.append(PurePosixPath(value))
        else:
            facts[key] = value
    try:
        return QueueFacts(
            PurePosixPath(facts["queue"]), facts["version"], facts["runtime"], tuple(links)
        )
    except KeyError as error:
        raise _garbled("queue_resolve", answer) from error


def parse_status(answer: Answer, job_id: JobId) -> JobStatus:
    """Read the answer about one job."""
    found = parse_statuses(answer).get(job_id)
    if found is None:
        raise _garbled("job_status", answer)
    return found


def parse_statuses(answer: Answer) -> dict[JobId, JobStatus]:
    """Read the answer about several jobs; those that are gone are left out."""
    layout: QueueLayout | None = None
    jobs: dict[JobId, JobStatus] = {}
    now = told = 0
    for key, value in _lines(answer):
        if key == "queue":
            layout = QueueLayout(PurePosixPath(value))
        elif key == "now":
            now = _number(value) or 0
        elif key == "job" and layout is not None:
            status = _parse_job(value.split(" "), layout, now)
            jobs[status.job_id] = status
            told += 1
        elif key == "gone":
            told += 1
        elif key == "end" and layout is not None and _number(value) == told:
            return jobs
    raise _garbled("job_statuses", answer)


def _parse_job(words: list[str], layout: QueueLayout, now: int) -> JobStatus:
    """Read one line; a record that somebody tampered with is a doubtful job, not an error."""
    # More words than fields: a record held blanks. What can be read of it counts.
    fields = (words + ["-"] * _FIELDS)[:_FIELDS]
    job_id = JobId(fields[0])
    return JobStatus(
        job_id,
        _word(JobState, fields[1]) or JobState.SUSPECT,
        layout.stage(job_id),
        attempt=_number(fields[2]) or 0,
        exit_code=_number(fields[3]),
        reason=_word(ExitReason, fields[4]),
        submitted=_number(fields[5]),
        started=_number(fields[6]),
        ended=_number(fields[7]),
        lease_age=_number(fields[8]),
        host=_text(fields[9]),
        uploader=_text(fields[10]),
        nonce=_text(fields[11]),
        checked=now,
    )


def _lines(answer: Answer) -> Iterator[tuple[str, str]]:
    # Paths on the server are bytes, which go back there unchanged.
    for line in answer.stdout.decode("utf-8", "surrogateescape").split("\n"):
        key, _, value = line.partition(" ")
        if key:
            yield key, value


def _word(kind: type[Word], word: str) -> Word | None:
    try:
        return kind(word)
    except ValueError:
        return None


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else None


def _text(word: str) -> str | None:
    return None if word in ("", "-") else word


def _garbled(command: str, answer: Answer) -> RemoteCommandFailed:
    shown = answer.stdout[:200].decode("utf-8", "replace")
    return RemoteCommandFailed(
        command, answer.exit_code, f"its answer cannot be understood: {shown}"
    )


def find_error(answer: Answer, request: Request) -> TejError | None:
    """Return what went wrong; None when the answer may be read."""
    if answer.exit_code == Code.DONE:
        return None
    told = dict(_lines(answer))
    stderr = answer.stderr.decode("utf-8", "replace")[-_MOST_TOLD:].strip()
    job_id = request.job_id or JobId(told.get("job", "").partition(" ")[0])
    make = _QUEUE_ERRORS.get(answer.exit_code)
    if make is not None:
        return make(request, told, stderr)
    if answer.exit_code == Code.JOB_EXISTS:
        return _describe_existing(answer, job_id)
    if answer.exit_code == Code.STILL_RUNNING:
        return JobStillRunning(job_id, uploading="uploading" in told)
    found = _job_error(answer.exit_code, job_id, request, stderr)
    return found or RemoteCommandFailed(request.command, answer.exit_code, stderr)


def _job_error(code: int, job_id: JobId, request: Request, stderr: str) -> TejError | None:
    errors: dict[int, Callable[[], TejError]] = {
        Code.NO_SUCH_JOB: lambda: JobNotFound(job_id),
        Code.CLAIM_LOST: lambda: JobExists(
            job_id, "taken over by somebody else, as nothing came for long", uploading=True
        ),
        Code.JOB_DELETED: lambda: JobDeleted(job_id),
        Code.BAD_ID: lambda: InvalidJobId(job_id),
        Code.NO_SCRIPT: lambda: ScriptNotFound(job_id, request.name),
        Code.NO_SUCH_FILE: lambda: RemoteFileNotFound(request.name),
        Code.NOT_WHOLE: lambda: TransferFailed(
            f"job {job_id}", f"its files did not all arrive: {_last(stderr)}"
        ),
    }
    make = errors.get(code)
    return make() if make is not None else None


def _describe_existing(answer: Answer, job_id: JobId) -> JobExists:
    """Say what the job in the way is, as far as the answer tells."""
    try:
        status = parse_status(answer, job_id)
    except RemoteCommandFailed:
        return JobExists(job_id)
    words = status.state.name.lower()
    uploading = not status.state.is_started
    if uploading:
        # The claim tells when it was renewed last, not when the upload began.
        age = status.lease_age or 0
        words = f"being uploaded by {status.owner or 'somebody'}, last heard of {age} s ago"
    elif status.state is JobState.EXITED:
        words = "done" if status.exit_code == 0 else f"failed with exit code {status.exit_code}"
    return JobExists(job_id, words, is_over=status.is_over, uploading=uploading)


def _no_space(request: Request, told: dict[str, str], stderr: str) -> TejError:
    del stderr
    return NotEnoughSpace(
        request.queue,
        _number(told.get("need", "")) or None,
        _number(told.get("free", "")) or 0,
        told.get("limit", "disk"),
    )


def _no_queue(request: Request, told: dict[str, str], stderr: str) -> TejError:
    del stderr
    if request.job_id is not None and "reason" not in told:
        return JobNotFound(request.job_id)
    return QueueNotFound(request.queue, told.get("reason", ""))


_QUEUE_ERRORS: dict[int, Callable[[Request, dict[str, str], str], TejError]] = {
    Code.NO_QUEUE: _no_queue,
    Code.NOT_A_QUEUE: lambda request, told, _: NotAQueue(
        request.queue, told.get("reason", "it is no queue")
    ),
    Code.LINK_LOOP: lambda request, _told, _: QueueLinkLoop(request.queue),
    Code.LINK_BROKEN: lambda request, told, _: QueueLinkBroken(
        request.queue, told.get("target", "nowhere")
    ),
    Code.VERSION: lambda request, told, _: ProtocolMismatch(
        request.queue, told.get("version", "unknown"), read_only="access" in told
    ),
    Code.NO_SPACE: _no_space,
    Code.RUNTIME: lambda request, told, _: RuntimeNotAllowed(
        request.queue, told.get("runtime", "unknown"), RUNTIMES
    ),
    Code.QUEUE_EXISTS: lambda request, told, _: QueueExists(
        told.get("path", request.queue), is_link="kind" not in told
    ),
    Code.REFUSED: lambda request, _told, stderr: QueueRefused(request.queue, _last(stderr)),
}


def _last(stderr: str) -> str:
    """Return the last line, which names the cause."""
    return stderr.rpartition("\n")[2].strip() or "it gave no reason"
