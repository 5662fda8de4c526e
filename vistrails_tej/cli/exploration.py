"""run --vary: every combination of values as a run of its own, told in one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..dataflow import ModuleEvent
from ..modules.exploration import (
    Exploration,
    ExplorationPoint,
    ExplorationRun,
    PointResult,
)
from ..modules.job_book import open_jobs
from ..modules.queue_reference import RemoteJob
from ..modules.sessions import JobNews, start_sessions, stop_sessions
from ..modules.workflow_run import RunListeners
from .code_trust import CodeTrust
from .exit_codes import ExitCode, exit_code_of
from .interruption import INTERRUPTED, Interruption, is_submitting
from .output import tell, write_json, write_table
from .questions import session_options
from .run_wishes import RunWishes

# What a point printed is cut to this, in characters; --json has it all.
_SHOWN = 40
_NO_VALUE = "-"
_JOBS_GO_ON = "the jobs go on; run the same command again to wait for them"


def explore(exploration: Exploration, wishes: RunWishes, accept_host_key: Sequence[str]) -> int:
    """Run all points, tell the table and return the exit code."""
    report = ExplorationReport(exploration, CodeTrust(granted=wishes.trust))
    options = session_options(accept_host_key)
    start_sessions(replace(options, again=wishes.again, tell=report.job_news))
    try:
        results, code, told = _execute(exploration, report, wishes)
    finally:
        stop_sessions()
    if wishes.as_json:
        write_json({**report.to_json(results), "exit_code": int(code)})
    else:
        rows = [report.row(one) for one in results]
        write_table(report.headings(), rows, whole=("job",))
        report.tell_errors(results)
        if told:
            tell(told)
    return int(code)


def _execute(
    exploration: Exploration, report: ExplorationReport, wishes: RunWishes
) -> tuple[list[PointResult], ExitCode, str]:
    jobs = open_jobs(exploration.path)
    with ExplorationRun(exploration, jobs, report.listeners) as going:
        try:
            going.run()
            while wishes.wait and going.is_suspended:
                if not wishes.as_json:
                    report.waiting(going.results)
                if not going.wait(wishes.interval):
                    break
                going.run()
        except KeyboardInterrupt:
            reached = report.interrupted(waits=going.is_suspended)
            return going.results, *reached.judge(jobs)
        code = _conclude(going.results)
        told = _JOBS_GO_ON if code is ExitCode.SUSPENDED else ""
        return going.results, code, told


def _conclude(results: Sequence[PointResult]) -> ExitCode:
    for one in results:
        if one.error is not None:
            return exit_code_of(one.error)
    return ExitCode.SUSPENDED if any(one.is_suspended for one in results) else ExitCode.DONE


class ExplorationReport:
    """Collects what the points print and what became of their jobs, and writes the table."""

    def __init__(self, exploration: Exploration, trust: CodeTrust) -> None:
        self._exploration = exploration
        self._trust = trust
        self._output: dict[int, list[str]] = defaultdict(list)
        self._news: dict[str, JobNews] = {}
        self._told = ""
        self._is_submitting = False

    def listeners(self, point: ExplorationPoint) -> RunListeners:
        """Who hears the run of a point."""

        def hear(event: ModuleEvent) -> None:
            # Of modules that Ctrl+C keeps from their end, the interpreter says so afterwards.
            if event.message != INTERRUPTED:
                self._is_submitting = is_submitting(point.workflow, event)

        return RunListeners(hear, self._output[point.number].append, self._trust.may_act)

    def interrupted(self, *, waits: bool) -> Interruption:
        """How far the points had come when the user pressed Ctrl+C."""
        return Interruption(set(self._news), waits=waits, submits=self._is_submitting)

    def job_news(self, news: JobNews, job: RemoteJob, _detail: str = "") -> None:
        """A job was submitted, or found on its server. Submitted says more."""
        if self._news.get(job.job_id) is not JobNews.SUBMITTED:
            self._news[job.job_id] = news

    def waiting(self, results: Sequence[PointResult]) -> None:
        """Tell how far it is, whenever that changed."""
        left = sum(one.is_suspended for one in results)
        text = (
            f"{len(results) - left} of {len(results)} points done; Ctrl+C leaves the jobs running"
        )
        if text != self._told:
            tell(text)
            self._told = text

    def tell_errors(self, results: Sequence[PointResult]) -> None:
        """Tell each error once, with the first point that has it."""
        told: set[str] = set()
        for one in results:
            if one.error is not None and str(one.error) not in told:
                told.add(str(one.error))
                tell(f"{self._name(one.point)}: {one.error}")

    def headings(self) -> list[str]:
        """Of the table."""
        varied = [one.target for one in self._exploration.variations]
        return [*varied, "state", "exit code", "output", "job"]

    def row(self, result: PointResult) -> list[str]:
        """A point in the table."""
        jobs = result.jobs or {}
        codes = [_NO_VALUE if code is None else str(code) for code in jobs.values()]
        return [
            *result.point.values,
            _state(result),
            " ".join(codes) or _NO_VALUE,
            _shorten("".join(self._output[result.point.number])),
            " ".join(jobs) or _NO_VALUE,
        ]

    def to_json(self, results: Sequence[PointResult]) -> dict[str, Any]:
        """Everything, for programs."""
        varied = [one.target for one in self._exploration.variations]
        return {
            "version": self._exploration.version,
            "varied": varied,
            "points": [
                {
                    "values": dict(zip(varied, one.point.values, strict=True)),
                    "state": _state(one),
                    "jobs": [self._job_to_json(*job) for job in (one.jobs or {}).items()],
                    "output": "".join(self._output[one.point.number]),
                    "error": str(one.error) if one.error else None,
                }
                for one in results
            ],
        }

    def _job_to_json(self, job_id: str, exit_code: int | None) -> dict[str, Any]:
        news = self._news.get(job_id)
        # Without news the file remembered it, and nobody was asked for it.
        return {"id": job_id, "exit_code": exit_code, "news": news.value if news else "remembered"}

    def _name(self, point: ExplorationPoint) -> str:
        varied = zip(self._exploration.variations, point.values, strict=True)
        return ", ".join(f"{one.target}={value}" for one, value in varied)


def _state(result: PointResult) -> str:
    if result.result is None:
        return "not run"
    if result.error is not None:
        return "error"
    if result.is_suspended:
        return "suspended"
    return "failed" if any((result.jobs or {}).values()) else "done"


def _shorten(text: str) -> str:
    lines = text.strip().splitlines()
    if not lines:
        return _NO_VALUE
    cut = "".join(sign if sign.isprintable() else " " for sign in lines[0][:_SHOWN])
    return cut + (" ..." if len(lines) > 1 or len(lines[0]) > _SHOWN else "")
