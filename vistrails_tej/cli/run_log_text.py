"""history --runs: the execution log of a file, a line for each run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..dataflow import Outcome, WorkflowExecution, open_vistrail, read_log
from .output import write_json, write_table

_WORDS = {
    Outcome.DONE: "done",
    Outcome.FAILED: "failed",
    Outcome.SUSPENDED: "suspended",
    Outcome.UNFINISHED: "not finished",
}


def write_runs(file: Path, *, as_json: bool) -> None:
    """Print the runs, oldest first. Raise VistrailError."""
    runs = read_log(open_vistrail(file).path)
    if as_json:
        write_json([_to_json(one) for one in runs])
    else:
        write_table(("started", "ended", "version", "user", "outcome", "modules"), map(_row, runs))


def _row(run: WorkflowExecution) -> list[str]:
    failed = [f"{one.name} (#{one.module_id}): {one.error}" for one in run.modules if one.error]
    return [
        run.started,
        run.ended,
        str(run.version),
        run.user or "?",
        _WORDS[run.outcome],
        "; ".join([f"{len(run.modules)} run", *(" ".join(text.split()) for text in failed)]),
    ]


def _to_json(run: WorkflowExecution) -> dict[str, Any]:
    return {
        "version": run.version,
        "user": run.user,
        "machine": run.machine,
        "program": run.program,
        "started": run.started,
        "ended": run.ended,
        "outcome": _WORDS[run.outcome],
        "modules": [
            {
                "id": one.module_id,
                "name": one.name,
                "started": one.started,
                "ended": one.ended,
                "outcome": _WORDS[one.outcome],
                "cached": one.cached,
                "error": one.error,
            }
            for one in run.modules
        ],
    }
