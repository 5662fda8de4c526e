"""Interpreter: runs pipelines and tells how it goes."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType

from .deeds import Deed
from .events import ModuleEvent
from .file_pool import FilePool
from .job_records import JobMonitor, WorkflowRecord
from .pipeline import Pipeline
from .pipeline_run import PipelineRun, RunContext, RunServices
from .port_values import PortValues
from .registry import Registry
from .result_cache import ResultCache
from .run_result import InnerBook, RunOrigin, RunResult
from .signature import ModuleSignature
from .work_done import WorkDone

logger = logging.getLogger(__name__)


class Interpreter:
    """Runs pipelines with the modules of a registry; results are kept from run to run.

    ``listener`` hears every step. ``may_act(deed)`` decides on Python code that a file
    brings along, and on where it writes; without it nothing of that is done. ``write_output``
    takes what modules print; without it that goes to the log. A file pool that is passed in
    belongs to the caller; else the interpreter has its own, which ``close`` removes.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each service of a run
        self,
        registry: Registry,
        *,
        job_monitor: JobMonitor,
        cache: ResultCache | None = None,
        file_pool: FilePool | None = None,
        listener: Callable[[ModuleEvent], None] | None = None,
        may_act: Callable[[Deed], bool] | None = None,
        write_output: Callable[[str], None] | None = None,
    ) -> None:
        self._registry = registry
        values = PortValues(registry)
        pool = FilePool() if file_pool is None else file_pool
        self._own_pool = pool if file_pool is None else None
        self._services = RunServices(
            file_pool=pool,
            job_monitor=job_monitor,
            cache=ResultCache() if cache is None else cache,
            values=values,
            write_output=write_output or _log_output,
            may_act=may_act or _refuse,
            listener=listener,
        )

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary files, unless the pool is the caller's."""
        if self._own_pool is not None:
            self._own_pool.close()

    def run(  # noqa: PLR0913 - one keyword for each thing that a run may be told
        self,
        pipeline: Pipeline,
        signatures: Mapping[int, str] | Mapping[int, ModuleSignature],
        *,
        sinks: Collection[int] | None = None,
        stop: threading.Event | None = None,
        version: int | str | None = None,
        locator: str | None = None,
        done: WorkDone | None = None,
    ) -> RunResult:
        """Run what the sinks need, by default everything; ``stop`` is looked at between modules.

        What fails or waits is in the result. ``version`` and ``locator``, the path of the file,
        are told to the modules; jobs are recorded for a workflow of that version, unless the
        monitor has a current one. What is inside groups has a signature, and may hence start
        jobs, only if ``signatures`` are whole ModuleSignatures. Runs that take each other up share
        ``done``: what succeeded in one, unless it is a job, does not run again in the next. Raise
        RegistryError or PipelineHasCycle, before anything runs, if the pipeline cannot run at all.
        """
        name = "untitled" if locator is None else Path(locator).name
        origin = RunOrigin(-1 if version is None else version, name, locator)
        done = WorkDone() if done is None else done
        done.begin()
        context = RunContext(self._services, self._registry, origin, stop, InnerBook(), done=done)
        run = PipelineRun(context, context.wire(pipeline, _whole(signatures)))
        with self._workflow(None if version is None else origin):
            return run.run(pipeline.sinks() if sinks is None else sorted(sinks))

    @contextlib.contextmanager
    def _workflow(self, origin: RunOrigin | None) -> Iterator[None]:
        """Let the job monitor know whose jobs are started."""
        monitor = self._services.job_monitor
        if origin is None or monitor.current_workflow() is not None:
            yield
            return
        known = monitor.find_workflow(origin.version)
        monitor.start_workflow(known or WorkflowRecord(origin.version, origin.vistrail_name))
        try:
            yield
        finally:
            monitor.finish_workflow()


def _whole(
    signatures: Mapping[int, str] | Mapping[int, ModuleSignature],
) -> dict[int, ModuleSignature]:
    return {
        module_id: ModuleSignature("", one) if isinstance(one, str) else one
        for module_id, one in signatures.items()
    }


def _log_output(text: str) -> None:
    logger.info("Output: %s", text.rstrip("\n"))


def _refuse(_deed: Deed) -> bool:
    return False
