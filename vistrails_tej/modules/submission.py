"""BaseSubmitJob: submit once, wait without blocking, take the result."""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from ..engine import (
    ConnectionFailed,
    Directory,
    JobExists,
    JobNotFound,
    JobStatus,
    JobStillRunning,
    parse_job_id,
)
from .engine_errors import as_module_error
from .host import JobMixin, Module, ModuleError, ModuleSettings, ModuleSuspended
from .queue_reference import RemoteJob, attempt_of, job_of_record
from .remote_job_handle import RemoteJobHandle
from .sessions import JobNews, current_sessions

JOB_ID_PREFIX = "vistrails_module_"
# How much of a failed job's standard error is told, in bytes.
_TOLD = 2000


class BaseSubmitJob(JobMixin, Module):
    """A module whose work is a job on a server, known there by the module's signature.

    When the queue has a job of that id already, whoever submitted it, that job is waited for and
    its result is used: nothing is uploaded. A subclass says what the job's directory holds.
    """

    _input_ports: ClassVar[Any] = (
        ("queue", "(org.vistrails.extra.tej:Queue)", {"min_conns": 1}),
        ("print_error", "(basic:Boolean)", {"optional": True, "defaults": ["False"]}),
    )
    _output_ports: ClassVar[Any] = (
        ("job", "(org.vistrails.extra.tej:Job)"),
        ("exitcode", "(basic:Integer)"),
    )
    _settings = ModuleSettings(abstract=True)

    @abstractmethod
    def job_files(self, scratch: Path) -> tuple[Directory, str]:
        """What the job's directory is made of, and the name of its script.

        ``scratch`` is an empty directory for files that have to be written first.
        """

    def compute(self) -> None:
        """Submit, wait or take the result, as far as the job has come."""
        with as_module_error(self):
            if current_sessions().options.runs_any_again:
                self._forget_if_wanted()
            try:
                super().compute()
            except ModuleSuspended:
                current_sessions().waits_for(self._signature_text())
                raise
            except ConnectionFailed as error:
                self._wait_through(error)
                raise

    def job_read_inputs(self) -> dict[str, Any]:
        """Name the job: its queue, and an id that is the same for the same work."""
        job_id = f"{JOB_ID_PREFIX}{self._signature_text()}"
        return {**self.get_input("queue").to_parameters(), "job_id": job_id}

    def job_start(self, params: dict[str, Any]) -> dict[str, Any]:
        """Submit the job, unless the queue has it already."""
        job = job_of_record(params)
        status = self._present(job)
        again = status is not None and self._runs_again(job, status)
        if again or status is None or not status.state.is_started:
            self._submit(job, again=again)
        else:
            current_sessions().tell(JobNews.FOUND, job)
        return params

    def job_get_handle(self, params: dict[str, Any]) -> RemoteJobHandle:
        """Give the handle by which the host follows the job."""
        return RemoteJobHandle(job_of_record(params))

    def job_finish(self, params: dict[str, Any]) -> dict[str, Any]:
        """Add how it ended; a job without an exit code, or deleted, is an error that says so."""
        job = job_of_record(params)
        try:
            status = current_sessions().queue(job.queue).status(job.job_id)
        except JobNotFound:
            # Said as the module's own error: the record is of no use, unlike with a lost line.
            with as_module_error(self):
                raise
        if status.is_abandoned:
            # Somebody began to submit it and is gone: we have the files as well.
            self.job_start(self.job_read_inputs())
            handle = self.job_get_handle(params)
            raise ModuleSuspended(self, f"job {job.job_id} was submitted anew", handle=handle)
        if status.exit_code is None:
            raise ModuleError(
                self,
                f"job {job.job_id} is {status.state.name.lower()} on {job.queue.destination}"
                " and left no exit code; submit it anew: Run Again in the job monitor, or run"
                " --again",
            )
        return {**params, "exitcode": status.exit_code, "attempt": attempt_of(status)}

    def job_can_be_shared(self, params: dict[str, Any]) -> bool:
        """Whether a job that did the same work is still there, and is not to be run anew."""
        job = job_of_record(params)
        status = self._present(job)
        return status is not None and not self._runs_again(job, status)

    def job_set_results(self, params: dict[str, Any]) -> None:
        """Give the job and its exit code; with ``print_error`` a failed job is an error."""
        job = job_of_record(params)
        if params["exitcode"] != 0:
            if self.get_input("print_error"):
                raise ModuleError(self, self._describe_failure(job, params["exitcode"]))
            current_sessions().tell(JobNews.FAILED, job, f"exit code {params['exitcode']}")
        self.set_output("job", job)
        self.set_output("exitcode", params["exitcode"])

    def known_outcome(self) -> str | None:
        """Nothing of a job that failed, or that may have to run anew: it is looked at again."""
        sessions, signature = current_sessions(), self._signature_text()
        record = self.job_monitor().getJob(signature)
        is_ok = record is not None and record.parameters.get("exitcode") == 0
        is_settled = sessions.was_seen(signature) or not sessions.options.runs_any_again
        return super().known_outcome() if is_ok and is_settled else None

    def _present(self, job: RemoteJob) -> JobStatus | None:
        try:
            return current_sessions().queue(job.queue).status(job.job_id)
        except JobNotFound:
            return None

    def _signature_text(self) -> str:
        signature = self.signature
        return signature.decode("ascii") if isinstance(signature, bytes) else signature

    def _forget_if_wanted(self) -> None:
        """Drop the record of a job that is to be run anew; once, as the new attempt has one too."""
        signature = self._signature_text()
        record = self.job_monitor().getJob(signature)
        if not current_sessions().first_sight(signature) or record is None:
            return
        job = job_of_record(record.parameters)
        status = self._present(job)
        if status is None or self._runs_again(job, status):
            self.job_monitor().deleteJob(signature)

    def _wait_through(self, error: ConnectionFailed) -> None:
        """Go on waiting for a job that was waited for, when its server is away for a while."""
        signature = self._signature_text()
        record = self.job_monitor().getJob(signature)
        if error.retryable and record is not None and current_sessions().has_waited(signature):
            handle = self.job_get_handle(dict(record.parameters))
            raise ModuleSuspended(self, f"offline: {error}", handle=handle) from error

    def _runs_again(self, job: RemoteJob, status: JobStatus) -> bool:
        """Whether a new attempt is wanted of a job that has ended, or was lost."""
        signature = job.job_id.removeprefix(JOB_ID_PREFIX)
        wanted = current_sessions().options.runs_again(signature, is_ok=status.is_ok)
        return status.can_run_again and wanted

    def _submit(self, job: RemoteJob, *, again: bool) -> None:
        sessions = current_sessions()
        with tempfile.TemporaryDirectory(prefix="tej-submit-") as name:
            directory, script = self.job_files(Path(name))
            try:
                sessions.queue(job.queue).submit(job.job_id, directory, script=script, again=again)
            except (JobExists, JobStillRunning) as error:
                # Somebody else submitted the same work in the meantime, or is about to: theirs
                # is ours.
                self._tell_found(job, error)
                return
        sessions.tell(JobNews.SUBMITTED, job)

    def _tell_found(self, job: RemoteJob, error: JobExists | JobStillRunning) -> None:
        if error.uploading:
            found = error.found if isinstance(error, JobExists) else ""
            current_sessions().tell(JobNews.UPLOADING, job, found)
        else:
            current_sessions().tell(JobNews.FOUND, job)

    def _describe_failure(self, job: RemoteJob, exit_code: int) -> str:
        queue = current_sessions().queue(job.queue)
        told = queue.read_tail(parse_job_id(job.job_id), "_stderr", size=_TOLD)
        text = told.decode("utf-8", "replace").strip() or "nothing"
        return f"job {job.job_id} failed with exit code {exit_code}; its standard error: {text}"
