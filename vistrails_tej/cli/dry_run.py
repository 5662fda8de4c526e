"""run --dry-run: which jobs exist and which would be submitted; nothing is run or saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..modules.exploration import Exploration, ExplorationPoint
from ..modules.job_book import recorded_jobs
from ..modules.run_again import Again
from ..modules.run_plan import JobPlan, PlannedJob, plan_runs
from ..modules.sessions import start_sessions, stop_sessions
from .exit_codes import ExitCode, exit_code_of
from .output import tell, write_json, write_line
from .questions import session_options
from .status_text import describe_status


def dry_run(
    exploration: Exploration, accept_host_key: Sequence[str], *, again: Again, as_json: bool
) -> int:
    """Ask every queue once, tell the plan and return the exit code."""
    monitor = recorded_jobs(exploration.path).monitor
    start_sessions(session_options(accept_host_key))
    try:
        workflows = [point.workflow for point in exploration.points]
        plans = plan_runs(workflows, monitor, again=again)
    finally:
        stop_sessions()
    if as_json:
        write_json(_to_json(exploration, plans))
    else:
        for line in _lines(exploration, plans):
            write_line(line)
    return int(_conclude(plans))


def _conclude(plans: Sequence[Sequence[PlannedJob]]) -> ExitCode:
    """Tell each server that did not answer, once; its error decides the exit code."""
    errors = {str(job.error): job.error for plan in plans for job in plan if job.error is not None}
    for text in errors:
        tell(f"vistrails-tej: {text}")
    return exit_code_of(next(iter(errors.values()))) if errors else ExitCode.DONE


def _lines(exploration: Exploration, plans: Sequence[Sequence[PlannedJob]]) -> Iterator[str]:
    for point, plan in zip(exploration.points, plans, strict=True):
        if exploration.variations:
            yield f"{_name(exploration, point)}:"
        for job in plan:
            yield f"{job.job.label}: {_sentence(job)}"
    every = [job for plan in plans for job in plan]
    if not every:
        yield f"version {exploration.version} has no jobs"
        return
    yield _summary(every)


def _summary(every: Sequence[PlannedJob]) -> str:
    """How many jobs would be submitted for certain; what depends is counted apart."""
    due = {job.job.job_id: job.job.is_chosen for job in every if _is_submitted(job)}
    chosen = sum(due.values())
    known = len({job.job.job_id for job in every if job.plan is not JobPlan.LOOPED})
    looped = len({job.job.signature for job in every if job.plan is JobPlan.LOOPED})
    text = f"{len(due) - chosen} of {known} jobs would be submitted"
    if chosen:
        text += f", {chosen} more only if their branch is chosen"
    if looped:
        text += f"; {looped} {'step runs' if looped == 1 else 'steps run'} in a loop, as often as"
        text += " it turns out"
    return text


def _sentence(planned: PlannedJob) -> str:
    is_looped = planned.plan is JobPlan.LOOPED
    parts = [] if is_looped else [f"job {planned.job.job_id}"]
    if planned.queue is not None:
        parts.append(f"in {planned.queue.queue} on {planned.queue.destination}")
    parts.append(planned.plan.value)
    if planned.status is not None and planned.plan is not JobPlan.SUBMIT:
        parts.append(f"({describe_status(planned.status)})")
    if planned.job.is_chosen and planned.plan is not JobPlan.RECORDED:
        parts.append("only if its branch is chosen")
    if planned.after:
        parts.append(f"; it depends on {', '.join(planned.after)}")
    return " ".join(parts).replace(" ;", ";")


def _is_submitted(planned: PlannedJob) -> bool:
    return planned.plan in (JobPlan.SUBMIT, JobPlan.AGAIN)


def _to_json(exploration: Exploration, plans: Sequence[Sequence[PlannedJob]]) -> dict[str, Any]:
    return {
        "version": exploration.version,
        "points": [
            {
                "values": {
                    one.target: value
                    for one, value in zip(exploration.variations, point.values, strict=True)
                },
                "jobs": [_job_to_json(job) for job in plan],
            }
            for point, plan in zip(exploration.points, plans, strict=True)
        ],
    }


def _job_to_json(planned: PlannedJob) -> dict[str, Any]:
    queue, record, status = planned.queue, planned.record, planned.status
    return {
        "module": planned.job.path[-1],
        "label": planned.job.label,
        "id": None if planned.plan is JobPlan.LOOPED else planned.job.job_id,
        "plan": planned.plan.name.lower(),
        "only_if_chosen": planned.job.is_chosen,
        "depends_on": list(planned.after),
        "destination": str(queue.destination) if queue else None,
        "queue": queue.queue if queue else None,
        "record": None
        if record is None
        else {"finished": record.finished, "exit_code": record.parameters.get("exitcode")},
        "server": status.state.name.lower() if status else None,
        "exit_code": status.exit_code if status else None,
        "error": str(planned.error) if planned.error else None,
    }


def _name(exploration: Exploration, point: ExplorationPoint) -> str:
    varied = zip(exploration.variations, point.values, strict=True)
    return ", ".join(f"{one.target}={value}" for one, value in varied)
