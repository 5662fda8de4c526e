"""Run what a window shows: execute and stop, states on the canvas, output in the log, results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, wait
from pathlib import Path

from PyQt5.QtCore import QObject

from ...dataflow import Deed, ModuleEvent, RunResult
from ...engine import ConnectionFailed
from ...modules.workflow import Workflow
from ..host_key_alarm import show_alarms
from .document import Document
from .document_views import DocumentViews
from .file_saving import ask
from .message_log import MessageKind
from .running.controller import RunController, RunOrder
from .running.results_panel import ResultsPanel
from .running.run_files import RunFiles
from .running.waiting import WaitingView
from .window_frame import WindowFrame

logger = logging.getLogger(__name__)

# A disk that hangs holds up no run for longer, in seconds.
_LONGEST_COPY = 10.0


class WindowRunning(QObject):
    """The runs of one window, one at a time, and where they are shown."""

    def __init__(self, window: WindowFrame, may_act: Callable[[Deed], bool]) -> None:
        super().__init__(window)
        self._window = window
        window.saved.connect(self.take_records_along)
        self._may_act = may_act
        self._document: Document | None = None
        self._views: DocumentViews | None = None
        self.files = RunFiles()
        self.keep_copy: Callable[[], Future[None] | None] = lambda: None
        """Keeps a copy of what is not saved; a run waits for it."""
        self._has_failed = False
        # When the versions were run to their end, in epoch seconds; what runs now, from where.
        self._finished: dict[int, float] = {}
        self._version, self._is_whole = -1, True
        # What its modules are called; they may have been deleted since.
        self._names: dict[int, str] = {}
        self.results = ResultsPanel(window)
        self.controller = self._make_controller()
        self.waiting = WaitingView(window, window.theme, self.controller, self.stop)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return self.controller.is_running

    @property
    def is_waiting(self) -> bool:
        """Whether the run does nothing but wait for jobs."""
        return self.controller.is_waiting

    @property
    def jobs_file(self) -> Path | None:
        """The file that keeps the jobs of what is shown; None if it was never saved nor run."""
        return self.files.file_of(self._document)

    @property
    def job_files(self) -> list[Path]:
        """The files that keep the jobs of what is shown, and of what runs."""
        running = self.files.run_file if self.is_running else None
        return [one for one in (self.jobs_file, running) if one is not None]

    def is_going_on(self, version: int | str | None) -> bool:
        """Whether a run of this version, None for any, is under way; waiting is part of it."""
        return self.is_running and version in (None, self._version)

    def has_seen(self, version: int | str | None, ended: float) -> bool:
        """Whether the last run of a version, to its end, knew what ended then (epoch seconds)."""
        run = self._finished.get(version) if isinstance(version, int) else None
        # A run that is still to come was one before the clock was set back: nobody can tell.
        return run is not None and ended <= run <= time.time()

    def follow(self, document: Document, views: DocumentViews) -> None:
        """Run this document from now on, and show it in these views."""
        self._document, self._views = document, views
        self._finished.clear()
        self.results.set_result(None)
        views.canvas.selection_changed.connect(self._show_results_of)
        views.canvas.run_requested.connect(lambda module_id: self.execute([module_id]))
        views.canvas.error_requested.connect(self._show_error)
        self.refresh()

    def execute(self, sinks: Collection[int] | None = None, *, keeps_typing: bool = False) -> None:
        """Run the version that is shown, or only what some of its modules need.

        What is being typed makes a new version first, unless it is to be kept out of the run.
        """
        if self._document is None or self._views is None or self.is_running:
            return
        if not keeps_typing:
            self._views.finish_typing()
        if not self._document.pipeline.modules:
            self._window.show_hint("There is nothing to run yet: add a module first.")
            return
        make = _after(self.keep_copy(), self.files.begin(self._document))
        self._has_failed = False
        self._views.canvas.clear_states()
        self.waiting.begin(self._document.title)
        self._version, self._is_whole = self._document.version, sinks is None
        modules = self._document.pipeline.modules
        self._names = {module_id: one.label or one.name for module_id, one in modules.items()}
        self._finished.pop(self._version, None)
        self._window.tell(f"Running version {self._document.version_title}")
        self.controller.start(RunOrder(make, sinks))

    def stop(self) -> None:
        """Stop as soon as it can be; jobs on servers go on."""
        if self.is_running:
            self.controller.stop()
            self._window.tell("Stopping. Jobs on servers go on, and the next run takes them up.")
            self.refresh()

    def may_close(self) -> bool:
        """Ask what becomes of a run that is under way; False to stay."""
        if not self.is_running:
            return True
        answer = ask(
            self._window,
            "running_dialog",
            "Stop the run?",
            "What runs on this machine ends. Jobs on servers go on; the next run of this workflow"
            " takes them up.",
            {"stop": "&Stop and Close", "cancel": "Cancel"},
        )
        return answer == "stop"

    def close(self) -> None:
        """Stop for good, without waiting; the files of the runs go when the last one has ended."""
        self.controller.close_behind(self.files.close(self._document))

    def take_records_along(self) -> None:
        """Have the jobs on record in the file that what is shown has by now."""
        if self._document is not None and not self.is_running:
            self.files.bring_along(self._document)

    def refresh(self) -> None:
        """Turn execute and stop on or off."""
        actions = self._window.actions_by_name
        if "stop" in actions:
            actions["execute"].setEnabled(not self.is_running)
            actions["stop"].setEnabled(self.is_running and not self.controller.is_stopping)

    # -- inside ------------------------------------------------------------------------------

    def _make_controller(self) -> RunController:
        # No child of the window: a thread that does not end in time still speaks to it.
        controller = RunController(self._may_act)
        controller.started.connect(self.refresh)
        controller.module_event.connect(self._show_event)
        controller.output.connect(self._show_output)
        controller.waiting.connect(self._tell_waiting)
        controller.failed.connect(self._tell_failure)
        controller.finished.connect(self._finish)
        return controller

    def _show_event(self, event: ModuleEvent) -> None:
        if self._views is not None:
            self._views.canvas.set_state(event)

    def _show_output(self, text: str) -> None:
        self._window.tell(text, MessageKind.OUTPUT)

    def _tell_waiting(self, result: RunResult) -> None:
        count = len(result.suspended)
        jobs = "a job" if count == 1 else f"{count} jobs"
        self.results.set_result(result)
        self._window.tell(f"Waiting for {jobs} on servers. Stop leaves them running there.")

    def _tell_failure(self, text: str) -> None:
        self._has_failed = True
        self._window.tell(text, MessageKind.ERROR)

    def _finish(self, result: RunResult | None) -> None:
        self.refresh()
        self.take_records_along()
        self.results.set_result(result)
        if result is None:
            return
        if self._is_whole and _knows_all(result):
            self._finished[self._version] = time.time()
        self._tell_errors(result)
        if result.was_stopped or result.is_suspended:
            self._window.tell("The run was stopped.")
        elif result.succeeded:
            self._window.tell("The run is done.")
        elif not result.errors and not self._has_failed:
            self._window.tell("The run is over, but not everything is there.", MessageKind.WARNING)

    def _tell_errors(self, result: RunResult) -> None:
        """Each with the name of its module, where they are seen."""
        if result.errors:
            self._window.show_dock("messages")
        for module_id, error in result.errors.items():
            name = self._names.get(module_id, type(error.module).__name__)
            self._window.tell(f"{name}: {error}", MessageKind.ERROR)
        errors = [*result.errors.values(), *result.inner_errors.values()]
        show_alarms(errors, self._window, self._window.theme)

    def _show_results_of(self, module_ids: Collection[int]) -> None:
        if self._document is None or len(module_ids) != 1:
            self.results.show_module(None)
            return
        (module_id,) = module_ids
        module = self._document.pipeline.modules.get(module_id)
        label = (module.label or module.name) if module is not None else ""
        self.results.show_module(module_id, label)

    def _show_error(self, module_id: int) -> None:
        """The whole text of an error stands among the results."""
        if self._views is not None:
            self._views.canvas.select([module_id])
        self._window.show_dock("results")


def _after(copy: Future[None] | None, make: Callable[[], Workflow]) -> Callable[[], Workflow]:
    """Make a workflow once its copy is on the disk: whose jobs go on must not be lost."""

    def made() -> Workflow:
        if copy is not None:
            # Who keeps it tells why it could not be.
            wait([copy], _LONGEST_COPY)
        return make()

    return made


def _knows_all(result: RunResult) -> bool:
    """Whether a run ended by itself, and no server kept from it what became of its jobs."""
    errors = [*result.errors.values(), *result.inner_errors.values()]
    return not (
        result.was_stopped or result.is_suspended or any(_is_of_a_server(one) for one in errors)
    )


def _is_of_a_server(error: BaseException | None) -> bool:
    """Whether behind an error is a server that could not be reached, or refused."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ConnectionFailed):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
