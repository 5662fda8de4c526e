"""RunController: runs versions in a thread of their own; the windows only hear of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from ....dataflow import DataflowError, Deed, FilePool, ResultCache, RunResult
from ....modules.job_asking import Asking
from ....modules.job_book import open_jobs
from ....modules.sessions import current_sessions
from ....modules.workflow import Workflow
from ....modules.workflow_run import RunListeners, WorkflowRun
from .event_batch import EventBatches

logger = logging.getLogger(__name__)

_BATCH_MILLISECONDS = 40


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What to run: ``make`` builds the workflow in the thread; ``sinks`` are the modules wanted."""

    make: Callable[[], Workflow]
    sinks: Collection[int] | None = None


class RunController(QObject):
    """Runs one workflow at a time, waits for its jobs and goes on until everything is there.

    ``stop`` suspends: jobs on servers go on, and the next run takes them up. Results are kept
    from run to run, so that only what changed is computed; their files stay until ``close``.
    ``module_event`` carries a ModuleEvent, ``output`` what modules print, ``waiting`` a suspended
    RunResult, ``finished`` the last RunResult, or None when it could not run at all, after
    ``failed`` with a sentence. While it waits, ``jobs_changed`` carries all jobs that it waits
    for, a tuple of WaitedJob, whenever more is known of them. With ``asking`` runs that wait ask
    the servers together with whoever else follows the same jobs.
    """

    started = pyqtSignal()
    module_event = pyqtSignal(object)
    output = pyqtSignal(str)
    waiting = pyqtSignal(object)
    jobs_changed = pyqtSignal(object)
    jobs_opened = pyqtSignal(object, object)
    failed = pyqtSignal(str)
    finished = pyqtSignal(object)
    # Out of the thread.
    _suspended = pyqtSignal(object)
    _asked = pyqtSignal(object)
    _ended = pyqtSignal(object, str)

    def __init__(self, may_act: Callable[[Deed], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_act = may_act
        self.asking: Asking | None = None
        # What is kept are files, too.
        self._cache, self._pool = ResultCache(), FilePool()
        self._batches = EventBatches()
        self._thread: threading.Thread | None = None
        self._going: WorkflowRun | None = None
        self._closing: threading.Thread | None = None
        self._stop = threading.Event()
        self._timer = QTimer(self)
        self._timer.setInterval(_BATCH_MILLISECONDS)
        self._timer.timeout.connect(self._flush)
        self._suspended.connect(self._wait)
        # To whom it is passed on need not be an object that lives in the windows' thread.
        self._asked.connect(self.jobs_changed)
        self._ended.connect(self._end)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way; waiting for a job is part of it."""
        return self._thread is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the run does nothing but wait for jobs."""
        going = self._going
        return going is not None and going.is_waiting

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop and has not yet."""
        return self.is_running and self._stop.is_set()

    def start(self, order: RunOrder) -> bool:
        """Begin a run; False when one is under way.

        The user wishes it, so servers that refused are tried once more.
        """
        if self.is_running:
            return False
        current_sessions().try_again()
        self._stop = threading.Event()
        name = "run"
        self._thread = threading.Thread(
            target=self._run, args=(order, self._stop), name=name, daemon=True
        )
        self.started.emit()
        self._timer.start()
        self._thread.start()
        return True

    def stop(self) -> None:
        """Let it end as soon as it can; ``finished`` tells when."""
        self._stop.set()

    @property
    def is_paused(self) -> bool:
        """Whether servers are asked only by ``check_now``."""
        return self.asking is not None and self.asking.watcher.is_paused

    def check_now(self) -> None:
        """While it waits: have the servers asked at once."""
        going = self._going
        if going is not None:
            going.check_now()

    def close(self, seconds: float) -> bool:
        """Stop, wait, and remove the files of the runs; False if it takes longer."""
        self.stop()
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return False
        self._pool.close()
        return True

    def close_behind(self, at_end: Callable[[], None]) -> None:
        """Stop without waiting, and tell nobody any more.

        When the run has ended its files go, and ``at_end`` is called, in a thread: files may be
        large, and a server that does not answer is waited for.
        """
        if self._closing is not None:
            return
        self.stop()
        self._timer.stop()
        self.blockSignals(True)
        self._closing = threading.Thread(
            target=_clear, args=(self._thread, self._pool, at_end), name="closing", daemon=True
        )
        self._closing.start()

    def wait_until_closed(self, seconds: float) -> bool:
        """Wait for the end of ``close_behind``; False if it takes longer.

        Whoever closed it has to keep it until then.
        """
        if self._closing is not None:
            self._closing.join(seconds)
        return self._closing is not None and not self._closing.is_alive()

    # -- in the thread -----------------------------------------------------------------------

    def _run(self, order: RunOrder, stop: threading.Event) -> None:
        result, problem = None, ""
        try:
            workflow = order.make()
            workflow.check()
            result = self._execute(workflow, order.sinks, stop)
        except DataflowError as error:
            problem = str(error)
        except BaseException as error:
            # Reported as any other exception of a thread; the window must not wait for ever.
            problem = f"the run broke off: {error}"
            raise
        finally:
            self._ended.emit(result, problem)

    def _execute(
        self, workflow: Workflow, sinks: Collection[int] | None, stop: threading.Event
    ) -> RunResult:
        batches = self._batches
        tell_jobs = self._asked.emit
        listeners = RunListeners(batches.add_event, batches.add_output, self._may_act, tell_jobs)
        jobs = open_jobs(workflow.path)
        self.jobs_opened.emit(workflow.path, jobs.monitor)
        with WorkflowRun(
            workflow, jobs, listeners, cache=self._cache, pool=self._pool, asking=self.asking
        ) as going:
            self._going = going
            result = going.run(sinks=sinks, stop=stop)
            while result.is_suspended and not stop.is_set():
                self._suspended.emit(result)
                going.wait(result, stop=stop)
                if not stop.is_set():
                    result = going.run(stop=stop)
        return result

    # -- in the windows' thread --------------------------------------------------------------

    def _flush(self) -> None:
        batch = self._batches.take()
        for event in batch.events.values():
            self.module_event.emit(event)
        if batch.output:
            self.output.emit("".join(batch.output))

    def _wait(self, result: RunResult) -> None:
        self._flush()
        self.waiting.emit(result)

    def _end(self, result: RunResult | None, problem: str) -> None:
        self._timer.stop()
        self._flush()
        self._thread, self._going = None, None
        if problem:
            self.failed.emit(problem)
        self.finished.emit(result)


def _clear(run: threading.Thread | None, pool: FilePool, at_end: Callable[[], None]) -> None:
    if run is not None:
        run.join()
    pool.close()
    at_end()
