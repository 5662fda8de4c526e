"""The same workflow run again and again in one process, as the builder does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vistrails_tej.dataflow import FilePool, ModuleState, ResultCache, RunResult, VistrailJobs
from vistrails_tej.modules.run_again import Again
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions
from vistrails_tej.modules.workflow import Workflow, load_registry, open_workflow
from vistrails_tej.modules.workflow_run import RunListeners, WorkflowRun

from ..vistrails import FILE, JOB, TEJ, Draft
from .sshd import Sshd

CACHED, SUCCESS = ModuleState.CACHED, ModuleState.SUCCESS


class Runs:
    """Runs a file; results and files are kept from run to run."""

    def __init__(self, file: Path, sshd: Sshd) -> None:
        self.file = file
        self._sshd = sshd
        self.cache, self.pool = ResultCache(), FilePool()
        self.output = ""

    def run(self, again: Again = Again.NONE) -> tuple[Workflow, RunResult]:
        """One run to its end; ``output`` is what it printed."""
        self.output = ""
        workflow = open_workflow(self.file, load_registry())
        # After the package was loaded, which starts sessions of its own.
        stop_sessions()
        start_sessions(SessionOptions(ssh_directory=self._sshd.ssh_directory, again=again))
        listeners = RunListeners(lambda _: None, self._print, lambda _: False)
        jobs = VistrailJobs(self.file)
        with WorkflowRun(workflow, jobs, listeners, cache=self.cache, pool=self.pool) as going:
            result = going.run()
            while result.is_suspended:
                going.wait(result, interval=0.05)
                result = going.run()
        assert result.succeeded, result.errors
        return workflow, result

    def states(self, again: Again = Again.NONE) -> dict[str, ModuleState]:
        """How each kind of module ended."""
        workflow, result = self.run(again)
        modules = workflow.pipeline.modules
        return {modules[number].name: state for number, state in result.states.items()}

    def _print(self, text: str) -> None:
        self.output += text


@pytest.fixture
def runs(sshd: Sshd, tmp_path: Path, unique: str) -> Iterator[Runs]:
    """A job that counts how often it ran, and a file of it that is downloaded and printed."""
    draft = Draft(str(sshd.destination))
    draft.vistrail.set(draft.queue, "queue", f"~/queues/{unique}")
    job = draft.shell_job(f"echo ran >> '{tmp_path}/runs'\nwc -l < '{tmp_path}/runs' > count")
    download = draft.add(TEJ, "DownloadFile")
    draft.vistrail.set(download, "filename", "count")
    draft.vistrail.connect((job, "job", JOB), (download, "job", JOB))
    draft.printed(download, "file", FILE)
    made = Runs(draft.save(tmp_path / "count.vt"), sshd)
    yield made
    stop_sessions()
    made.pool.close()


def test_a_finished_job_is_downloaded_once(runs: Runs) -> None:
    runs.run()
    assert runs.output == "1\n"
    states = runs.states()
    assert (states["SubmitShellJob"], states["DownloadFile"]) == (CACHED, CACHED)
    assert runs.output == "1\n"


def test_a_job_that_ran_again_is_downloaded_anew(runs: Runs) -> None:
    runs.run()
    states = runs.states(Again.ALL)
    assert (states["SubmitShellJob"], states["DownloadFile"]) == (SUCCESS, SUCCESS)
    assert runs.output == "2\n"
    states = runs.states()
    assert (states["SubmitShellJob"], states["DownloadFile"]) == (CACHED, CACHED)
    assert runs.output == "2\n"
