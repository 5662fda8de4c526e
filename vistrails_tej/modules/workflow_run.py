"""Run a workflow to its end: submit everything, wait for all jobs together, go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from ..dataflow import (
    Deed,
    ExecutionRecorder,
    FilePool,
    Interpreter,
    ModuleEvent,
    ModuleState,
    ResultCache,
    RunResult,
    VistrailJobs,
    WorkDone,
)
from .job_asking import Asking
from .job_wait import JobWait, WaitedJob
from .sessions import current_sessions
from .stored_passwords import remember_passwords
from .workflow import Workflow


@dataclass(frozen=True, slots=True)
class RunListeners:
    """Who hears what a run does; ``may_act`` decides on code of the file, and on its writing.

    ``jobs`` is given all jobs that are waited for, whenever more is known of them, in the thread
    of the run.
    """

    event: Callable[[ModuleEvent], None]
    output: Callable[[str], None]
    may_act: Callable[[Deed], bool]
    jobs: Callable[[tuple[WaitedJob, ...]], None] | None = None


class WorkflowRun:
    """Runs one workflow as often as it takes; what was computed is kept in between.

    A context manager: leaving it removes the temporary files and saves the jobs. Runs may share a
    ``cache`` of results. Where it outlives them, so has to the ``pool`` of the files in it, which
    then belongs to the caller. ``asking``, of the caller too, asks the servers while it waits.
    """

    def __init__(
        self,
        workflow: Workflow,
        jobs: VistrailJobs,
        listeners: RunListeners,
        *,
        cache: ResultCache | None = None,
        pool: FilePool | None = None,
        asking: Asking | None = None,
    ) -> None:
        self._workflow = workflow
        self._jobs = jobs
        self._listeners = listeners
        self._recorder: ExecutionRecorder | None = None
        self._pool = FilePool() if pool is None else pool
        self._own_pool = self._pool if pool is None else None
        self._result: RunResult | None = None
        self._wanted: Collection[int] = ()
        self._done = WorkDone()
        self._waiting: JobWait | None = None
        self._asking = asking
        self._own_asking: Asking | None = None
        self._interpreter = Interpreter(
            workflow.registry,
            job_monitor=jobs.monitor,
            cache=ResultCache() if cache is None else cache,
            file_pool=self._own_pool if pool is None else pool,
            listener=self._hear,
            write_output=listeners.output,
            may_act=listeners.may_act,
        )

    def __enter__(self) -> WorkflowRun:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._jobs.save()
        finally:
            if self._own_asking is not None:
                self._own_asking.close()
            if self._own_pool is not None:
                self._own_pool.close()

    def run(
        self, *, sinks: Collection[int] | None = None, stop: threading.Event | None = None
    ) -> RunResult:
        """Run what can run now: everything that needs no job that has not ended.

        ``sinks`` are the modules that are wanted, by default all; ``stop`` is looked at between
        modules. Called again, it takes up what waited, and returns what has become of the whole.
        """
        self._recorder = ExecutionRecorder(self._workflow.pipeline, self._workflow.version)
        remember_passwords(self._workflow.pipeline)
        try:
            result = self._interpreter.run(
                self._workflow.pipeline,
                self._workflow.signatures,
                sinks=self._take_up(sinks),
                stop=stop,
                version=self._workflow.version,
                locator=str(self._workflow.path),
                done=self._done,
            )
        finally:
            execution = self._recorder.finish()
            if execution is not None:
                self._jobs.log(execution)
            self._jobs.save()
        self._result = result if self._result is None else result.after(self._result)
        return self._result

    def wait(
        self, result: RunResult, interval: float | None = None, stop: threading.Event | None = None
    ) -> bool:
        """Wait until a job of a suspended run has ended; False when ``stop`` came first.

        ``interval`` is the pause between two looks at a server, in seconds; without it the
        pause grows while nothing happens. Where the caller has the servers asked, it decides.
        """
        asking = self._asking or self._make_asking(interval)
        waiting = JobWait(
            result, self._workflow.path, self._jobs.monitor, asking, tell=self._listeners.jobs
        )
        self._waiting = waiting
        try:
            return waiting.wait(stop)
        finally:
            self._waiting = None

    @property
    def is_waiting(self) -> bool:
        """Whether it does nothing but wait for jobs."""
        return self._waiting is not None

    def check_now(self) -> None:
        """While it waits: ask every server at once. Any thread may call it."""
        waiting = self._waiting
        if waiting is not None:
            waiting.check_now()

    def _make_asking(self, interval: float | None) -> Asking:
        if self._own_asking is None:
            self._own_asking = Asking(current_sessions)
            self._own_asking.start()
        self._own_asking.watcher.set_interval(interval)
        return self._own_asking

    def _hear(self, event: ModuleEvent) -> None:
        if self._recorder is not None:
            self._recorder.event(event)
        self._listeners.event(event)

    def _take_up(self, sinks: Collection[int] | None) -> Collection[int]:
        """What to run: what is wanted at first, then only what waited, so that none acts twice."""
        if self._result is None:
            self._wanted = self._workflow.pipeline.sinks() if sinks is None else sinks
            return self._wanted
        states = self._result.states
        waiting = {number for number in self._wanted if states[number] is ModuleState.SUSPENDED}
        # A job whose results nobody can use any more, since another branch failed, is collected.
        return sorted(waiting | set(self._result.suspended))
