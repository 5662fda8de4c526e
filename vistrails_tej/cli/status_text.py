"""How the status of a job is written."""

from __future__ import annotations

from typing import Any

from ..engine import JobStatus
from ..modules.job_book import JobBookState, state_of

# What a script that knows the tej command line is told of a job that left no exit code.
_NO_EXIT_CODE = 255


def legacy_status(status: JobStatus) -> str:
    """The words of the tej command line: ``running``, ``finished N``, else our own word."""
    if status.state.is_final:
        code = _NO_EXIT_CODE if status.exit_code is None else status.exit_code
        return f"finished {code}"
    if not status.state.is_started:
        return status.state.name.lower()
    return "running"


def describe_status(status: JobStatus) -> str:
    """A few words for a person: the state, with the exit code of a job that failed."""
    return state_text(state_of(status), status.exit_code)


def state_text(state: JobBookState, exit_code: int | None) -> str:
    """The word that the job monitor has for a state, with the exit code of a job that failed."""
    if state is JobBookState.FAILED and exit_code is not None:
        return f"{state.value}, exit code {exit_code}"
    return str(state.value)


def status_to_json(status: JobStatus) -> dict[str, Any]:
    """Everything that is known of a job; times are seconds since the epoch, server clock."""
    return {
        "id": status.job_id,
        "state": status.state.name.lower(),
        "reason": status.reason.value if status.reason else None,
        "attempt": status.attempt,
        "owner": status.owner,
        "exit_code": status.exit_code,
        "host": status.host,
        "submitted": status.submitted,
        "started": status.started,
        "ended": status.ended,
        "directory": str(status.directory),
    }


def format_age(seconds: float) -> str:
    """How long ago, in the largest unit that fits: ``12 s``, ``5 min``, ``3 h``, ``2 d``."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"
