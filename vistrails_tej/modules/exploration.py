"""Parameter exploration: one version with many values, all jobs submitted before any is waited for.

Nothing here prints, and a point runs as the workflow itself would with these values: a job that
exists already, whoever submitted it, is not submitted again.
"""

from __future__ import annotations

import csv
import itertools
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ..dataflow import (
    Assignment,
    AssignmentInvalid,
    Registry,
    ResultCache,
    RunResult,
    VistrailJobs,
    WorkflowRecord,
    find_target,
    parse_assignment,
)
from ..engine import ConnectionFailed, Destination, JobWatcher
from .job_modules import find_job_modules
from .queue_reference import RemoteJob
from .remote_job_handle import RemoteJobHandle
from .submission import JOB_ID_PREFIX
from .workflow import Workflow, open_workflow, workflow_at
from .workflow_run import RunListeners, WorkflowRun

# Each point is a run of the workflow; more than this is a slip of the keyboard.
MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Variation:
    """The values that a port, or an alias, is given one after the other."""

    target: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExplorationPoint:
    """One combination of values, in the order of the variations, and the workflow that has it."""

    number: int
    values: tuple[str, ...]
    workflow: Workflow


@dataclass(frozen=True, slots=True)
class Exploration:
    """A version of a file, what is varied, and every point; the last variation runs fastest."""

    path: Path
    version: int
    variations: tuple[Variation, ...]
    points: tuple[ExplorationPoint, ...]

    @property
    def name(self) -> str:
        """What its jobs are recorded for. Values are left out: a list that grows is the same."""
        varied = ", ".join(one.target for one in self.variations)
        return f"exploration of version {self.version}: {varied}"

    def check(self) -> None:
        """Raise PipelineInvalid, with all problems, unless every point can run."""
        for point in self.points:
            point.workflow.check()


@dataclass(frozen=True, slots=True)
class PointResult:
    """How far a point is: ``jobs`` are its jobs with the exit code, None while there is none.

    ``result`` is None for a point that was not tried, because its server could not be reached.
    """

    point: ExplorationPoint
    result: RunResult | None = None
    jobs: Mapping[str, int | None] | None = None

    @property
    def is_suspended(self) -> bool:
        """Whether it waits for a job."""
        return self.result is not None and self.result.is_suspended

    @property
    def error(self) -> Exception | None:
        """The first thing that went wrong in it."""
        return next(iter(self.result.errors.values()), None) if self.result else None


def parse_variation(text: str) -> Variation:
    """Read ``LABEL.port=VALUE,VALUE``; a value with a comma in it goes in double quotes, as in CSV.

    A value that is given twice counts once. Raise AssignmentInvalid.
    """
    assignment = parse_assignment(text)
    try:
        # One record, line ends in quotes included: an iterator of one text.
        records = list(csv.reader(iter([assignment.value]), strict=True))
    except csv.Error as error:
        raise AssignmentInvalid(
            assignment.target, f"its values are no CSV ({error}); quote values as in CSV"
        ) from error
    values = tuple(dict.fromkeys(value for record in records for value in record))
    if not values:
        raise AssignmentInvalid(assignment.target, "no value is given; separate them by commas")
    return Variation(assignment.target, values)


def open_exploration(
    path: Path,
    registry: Registry,
    variations: Sequence[Variation],
    *,
    version: str | int | None = None,
    assignments: Sequence[Assignment] = (),
) -> Exploration:
    """Read a file and make a workflow of every combination of the values.

    ``assignments`` hold at every point. Raise VistrailError, or AssignmentInvalid for what cannot
    be set.
    """
    targets = [one.target for one in variations]
    _check_variations(variations, targets)
    base = open_workflow(path, registry, version=version, assignments=assignments)
    variations = _resolved(base, variations, assignments)
    points = tuple(
        ExplorationPoint(
            number,
            values,
            workflow_at(base, base.version, assignments=[*assignments, *_set(targets, values)]),
        )
        for number, values in enumerate(itertools.product(*(one.values for one in variations)))
    )
    return Exploration(base.path, base.version, tuple(variations), points)


def _check_variations(variations: Sequence[Variation], targets: Sequence[str]) -> None:
    for target in targets:
        if targets.count(target) > 1:
            raise AssignmentInvalid(target, "it is varied twice; give all its values in one list")
    count = math.prod(len(one.values) for one in variations)
    if count > MOST_POINTS:
        raise AssignmentInvalid(
            targets[-1], f"that would be {count} runs; at most {MOST_POINTS} are made at once"
        )


class ExplorationRun:
    """Runs the points of an exploration as often as it takes; a context manager, as WorkflowRun.

    ``listen`` gives the listeners for a point.
    """

    def __init__(
        self,
        exploration: Exploration,
        jobs: VistrailJobs,
        listen: Callable[[ExplorationPoint], RunListeners],
    ) -> None:
        self._exploration = exploration
        self._jobs = jobs
        # What the points have in common is computed once.
        cache = ResultCache()
        self._runs = [
            WorkflowRun(point.workflow, jobs, listen(point), cache=cache)
            for point in exploration.points
        ]
        self._results = [PointResult(point) for point in exploration.points]
        self._due = [point.number for point in exploration.points]
        self._stack = ExitStack()

    def __enter__(self) -> ExplorationRun:
        monitor, name = self._jobs.monitor, self._exploration.name
        known = monitor.find_workflow(name)
        monitor.start_workflow(known or WorkflowRecord(name, self._exploration.path.name))
        self._stack.callback(monitor.finish_workflow)
        for run in self._runs:
            self._stack.enter_context(run)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def results(self) -> list[PointResult]:
        """What is known of every point."""
        return list(self._results)

    @property
    def is_suspended(self) -> bool:
        """Whether some point waits for a job."""
        return any(one.is_suspended for one in self._results)

    def run(self) -> list[PointResult]:
        """Run every point as far as it goes: all at first, then those whose job has ended.

        A server that cannot be reached is not tried again for the points that are left.
        """
        with self._jobs.gathered():
            while self._due:
                number = self._due.pop(0)
                result = self._runs[number].run()
                point = self._exploration.points[number]
                self._results[number] = PointResult(point, result, self._jobs_of(point, result))
                gone = {_unreachable(error) for error in result.errors.values()} - {None}
                if gone:
                    self._due = [one for one in self._due if not self._needs(one, gone)]
        return self.results

    def wait(self, interval: float | None = None, stop: threading.Event | None = None) -> bool:
        """Wait until a job of some point has ended; False when ``stop`` came first.

        ``interval`` is the pause between two looks at a server, in seconds; without it the pause
        grows while nothing happens. False too when there is nothing to wait for.
        """
        waiting: dict[tuple[object, str], list[int]] = {}
        with JobWatcher(interval=interval) as watcher:
            for number, handle in self._handles():
                watched = handle.watch(watcher)
                waiting.setdefault((watched.queue, watched.job_id), []).append(number)
            settled = watcher.wait(stop=stop)
        ended = {number for one in settled for number in waiting[one.queue, one.job_id]}
        self._due = sorted({*self._due, *ended})
        return bool(ended)

    def _needs(self, number: int, gone: set[Destination | None]) -> bool:
        """Whether a point, none of whose jobs is known yet, has jobs on these servers."""
        jobs = find_job_modules(self._exploration.points[number].workflow)
        return self._results[number].result is None and any(
            one.queue is not None and one.queue.destination in gone for one in jobs
        )

    def _handles(self) -> Iterator[tuple[int, RemoteJobHandle]]:
        for number, one in enumerate(self._results):
            for suspended in one.result.suspended.values() if one.result else ():
                for handle in suspended.handles():
                    if isinstance(handle, RemoteJobHandle):
                        yield number, handle

    def _jobs_of(self, point: ExplorationPoint, result: RunResult) -> dict[str, int | None]:
        """The jobs that are known to exist for a point, those of loops too."""
        planned = [one.job_id for one in find_job_modules(point.workflow)]
        monitor = self._jobs.monitor
        names = [one for one in planned if monitor.has_job(one.removeprefix(JOB_ID_PREFIX))]
        names += [job.job_id for job in _jobs_seen(result)]
        return {name: self._exit_code(name) for name in names}

    def _exit_code(self, job_id: str) -> int | None:
        record = self._jobs.monitor.get_cache(job_id.removeprefix(JOB_ID_PREFIX))
        code = record.parameters.get("exitcode") if record is not None else None
        return code if isinstance(code, int) else None


def _resolved(
    base: Workflow, variations: Sequence[Variation], assignments: Sequence[Assignment]
) -> list[Variation]:
    """The variations with their values as the ports take them. Raise AssignmentInvalid.

    What is varied may be reached by another variation or an assignment, under another name, too:
    then one of the two would have no effect.
    """
    taken = {
        one.target: find_target(base.pipeline, one.target, base.registry) for one in assignments
    }
    resolved = []
    for one in variations:
        target = find_target(base.pipeline, one.target, base.registry)
        for other, found in taken.items():
            if found.parameters & target.parameters:
                raise AssignmentInvalid(
                    one.target, f"it is the same as {other}, which is given too; leave one away"
                )
        taken[one.target] = target
        values = tuple(dict.fromkeys(target.clean(value) for value in one.values))
        resolved.append(Variation(one.target, values))
    return resolved


def _set(targets: Sequence[str], values: Sequence[str]) -> Iterator[Assignment]:
    return (Assignment(target, value) for target, value in zip(targets, values, strict=True))


def _unreachable(error: BaseException | None) -> Destination | None:
    """The server that an error says cannot be reached."""
    while error is not None:
        if isinstance(error, ConnectionFailed) and isinstance(error.destination, Destination):
            return error.destination
        error = error.__cause__
    return None


def _jobs_seen(result: RunResult) -> Iterator[RemoteJob]:
    """The jobs that modules gave, or wait for."""
    for module_id in result.states:
        given = result.outputs(module_id).get("job")
        yield from (one for one in _flatten(given) if isinstance(one, RemoteJob))
    for suspended in result.suspended.values():
        for handle in suspended.handles():
            if isinstance(handle, RemoteJobHandle):
                yield handle.job


def _flatten(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _flatten(one)
    else:
        yield value
