"""Take up the workflows that recorded jobs belong to: wait for them, or run them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ..dataflow import WorkflowRecord
from ..modules.job_book import recorded_jobs
from ..modules.queue_reference import RemoteJob
from ..modules.run_again import Again
from ..modules.sessions import JobNews
from ..modules.workflow import Workflow, load_registry, open_workflow
from .exit_codes import ExitCode
from .known_jobs import matching
from .live_report import make_report
from .output import tell
from .run_command import execute
from .run_report import RunReport
from .run_wishes import RunWishes

_WISHES = RunWishes(wait=True, interval=None, again=Again.NONE, trust=False, as_json=False)


class JobRuns:
    """Runs versions of files because of the jobs that they have on record.

    ``silent`` keeps everything but warnings to itself, for a command that prints JSON. Make it
    before the sessions are started: loading the packages starts sessions of its own.
    """

    def __init__(self, *, silent: bool) -> None:
        self._registry = load_registry()
        self._silent = silent
        self._report: RunReport | None = None
        self._runs_again = False

    def tell(self, news: JobNews, job: RemoteJob, detail: str = "") -> None:
        """Pass on what was done on a server, to the run that goes on."""
        if self._report is not None:
            self._report.job_news(news, job, detail)

    def paused(self) -> AbstractContextManager[None]:
        """Hold back what is drawn while somebody is asked something."""
        return nullcontext() if self._report is None else self._report.paused()

    def resume(self, files: Iterable[Path]) -> ExitCode:
        """Run every version that waits for a job, and wait until all of them are done."""
        code = ExitCode.DONE
        for file in files:
            monitor = recorded_jobs(file).monitor
            waiting = {record.id for record in monitor.jobs() if not record.finished}
            code = self._run_versions(file, waiting) or code
        return code

    def again(self, files: Sequence[Path], job_ids: Iterable[str]) -> ExitCode:
        """Run the versions of these jobs, which are to be run anew on their servers."""
        self._runs_again = True
        wanted: dict[Path, set[str]] = {}
        for job_id in job_ids:
            for _, record, file in matching(files, job_id):
                wanted.setdefault(file, set()).add(record.id)
        code = ExitCode.DONE
        for file, signatures in wanted.items():
            code = self._run_versions(file, signatures) or code
        return code

    def _run_versions(self, file: Path, signatures: set[str]) -> ExitCode:
        code = ExitCode.DONE
        for record in recorded_jobs(file).monitor.workflows():
            wanted = signatures.intersection(record.jobs)
            workflow = self._open(file, record, wanted) if wanted else None
            if workflow is not None:
                code = ExitCode(self._run(workflow)) or code
            elif wanted:
                code = ExitCode.FAILED
        return code

    def _run(self, workflow: Workflow) -> int:
        self._report = make_report(workflow, as_json=self._silent, runs_again=self._runs_again)
        try:
            return execute(workflow, self._report, _WISHES)
        finally:
            self._report = None

    def _open(self, file: Path, record: WorkflowRecord, wanted: set[str]) -> Workflow | None:
        """The version of a record; None, and a word on it, when a run would not mean its jobs."""
        if not isinstance(record.version, int):
            tell(
                f"vistrails-tej: {file}: {record.version} is no version; its jobs cannot be run on"
            )
            return None
        workflow = open_workflow(file, self._registry, version=record.version)
        workflow.check()
        known = {one.signature for one in workflow.signatures.values()}
        # The signatures of modules inside a group are known only once it runs.
        has_groups = any(one.content is not None for one in workflow.pipeline.modules.values())
        if not wanted <= known and not has_groups:
            # Run as it is, the version would submit other jobs than those on record.
            tell(
                f"vistrails-tej: {file}: version {record.version} was run with other values than it"
                " holds; give the same --set to 'vistrails-tej run' to take its jobs up"
            )
            return None
        return workflow
