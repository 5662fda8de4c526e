"""run: execute a version of a vistrail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ..dataflow import RunResult
from ..modules.exploration import open_exploration, parse_variation
from ..modules.job_book import open_jobs
from ..modules.run_again import Again
from ..modules.sessions import start_sessions, stop_sessions
from ..modules.workflow import Workflow, load_registry, open_workflow
from ..modules.workflow_run import RunListeners, WorkflowRun
from .code_trust import CodeTrust
from .dry_run import dry_run
from .exit_codes import ExitCode, exit_code_of
from .exploration import explore
from .live_report import make_report
from .output import tell, write_json
from .questions import session_options
from .queue_options import accept_host_key_option, json_option
from .run_report import RunReport
from .run_wishes import RunWishes, check_interval
from .vistrail_options import parse_assignments, set_option

_JOBS_GO_ON = "the jobs go on; run the same command again to wait for them or to fetch the results"


@click.command(
    epilog='Example: vistrails-tej run primes.vt --set "Target number.value=13195" --no-wait'
)
@set_option
@click.option(
    "--vary",
    "variations",
    multiple=True,
    metavar="LABEL.PORT=VALUE,VALUE...",
    help="Run with each of these values; repeated, with every combination.",
)
@click.option(
    "--dry-run", "only_plan", is_flag=True, help="Tell which jobs exist and would be submitted."
)
@click.option("--wait/--no-wait", default=True, help="Wait for the jobs, or leave at once (6).")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1, max=86400),
    callback=check_interval,
    metavar="S",
    help="Seconds between two looks at a server; default: growing, from 1 to 30.",
)
@click.option(
    "--again", "again_failed", is_flag=True, help="Run jobs anew that failed or were lost."
)
@click.option("--again-all", is_flag=True, help="Run all jobs anew that have ended.")
@click.option("--trust", is_flag=True, help="Let the file run its code and write here from now on.")
@accept_host_key_option
@json_option
def run(
    file: Path,
    version: str | None,
    assignments: Sequence[str],
    variations: Sequence[str],
    only_plan: bool,
    wait: bool,
    interval: float | None,
    again_failed: bool,
    again_all: bool,
    trust: bool,
    accept_host_key: Sequence[str],
    as_json: bool,
) -> int:
    """Execute a version of a vistrail; its jobs are remembered in the file.

    Ctrl+C suspends: the jobs go on, and the next run waits for them or fetches their results.
    """
    again = Again.ALL if again_all else Again.FAILED if again_failed else Again.NONE
    wishes = RunWishes(wait, interval, again, trust, as_json)
    values = parse_assignments(assignments)
    if not variations and not only_plan:
        workflow = open_workflow(file, load_registry(), version=version, assignments=values)
        return _run_once(workflow, wishes, accept_host_key)
    varied = [parse_variation(text) for text in variations]
    exploration = open_exploration(
        file, load_registry(), varied, version=version, assignments=values
    )
    exploration.check()
    if only_plan:
        return dry_run(exploration, accept_host_key, again=again, as_json=as_json)
    return explore(exploration, wishes, accept_host_key)


def _run_once(workflow: Workflow, wishes: RunWishes, accept_host_key: Sequence[str]) -> int:
    workflow.check()
    runs_again = wishes.again is not Again.NONE
    report = make_report(workflow, as_json=wishes.as_json, runs_again=runs_again)
    options = session_options(accept_host_key, report.paused)
    start_sessions(replace(options, again=wishes.again, tell=report.job_news))
    try:
        return execute(workflow, report, wishes)
    finally:
        stop_sessions()


def execute(workflow: Workflow, report: RunReport, wishes: RunWishes) -> int:
    """Run a workflow, report it and return the exit code."""
    jobs = open_jobs(workflow.path)
    trust = CodeTrust(granted=wishes.trust, around=report.paused)
    listeners = RunListeners(report.event, report.output, trust.may_act)
    with report:
        try:
            with WorkflowRun(workflow, jobs, listeners) as going:
                result = going.run()
                while wishes.wait and result.is_suspended:
                    report.waiting(result)
                    going.wait(result, wishes.interval)
                    result = going.run()
        except KeyboardInterrupt:
            code, told = report.interrupted().judge(jobs)
        else:
            code, told = conclude(result, report), ""
            if code is ExitCode.SUSPENDED:
                told = _JOBS_GO_ON
    if wishes.as_json:
        write_json({**report.to_json(), "exit_code": int(code)})
    elif told:
        tell(told)
    return int(code)


def conclude(result: RunResult, report: RunReport) -> ExitCode:
    """Tell what failed or still runs, and give the exit code for it."""
    report.conclusion(result)
    if result.errors:
        return exit_code_of(next(iter(result.errors.values())))
    return ExitCode.SUSPENDED if result.is_suspended else ExitCode.DONE
