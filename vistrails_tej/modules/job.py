"""Job: a job that is in a queue already, by its id."""

from __future__ import annotations

from dataclasses import replace

from ..engine import JobNotFound, parse_job_id
from .engine_errors import as_module_error
from .host import Module, ModuleError, ModuleSuspended, NotCacheable
from .queue_reference import RemoteJob, attempt_of
from .remote_job_handle import RemoteJobHandle, is_over


class Job(NotCacheable, Module):
    """A job of a queue, whoever submitted it, by its id; it is waited for."""

    _input_ports = (
        ("id", "(basic:String)"),
        ("queue", "(org.vistrails.extra.tej:Queue)", {"min_conns": 1}),
    )
    _output_ports = (
        ("job", "(org.vistrails.extra.tej:Job)"),
        ("exitcode", "(basic:Integer)"),
    )

    def compute(self) -> None:
        """Give the job and its exit code; suspend while it has none."""
        with as_module_error(self):
            job = RemoteJob(self.get_input("queue"), parse_job_id(self.get_input("id")))
            handle = RemoteJobHandle(job)
            try:
                status = handle.status()
            except JobNotFound as error:
                raise ModuleError(
                    self,
                    f"queue {job.queue.queue} on {job.queue.destination} has no job {job.job_id};"
                    " check the id",
                ) from error
        if not is_over(status):
            raise ModuleSuspended(
                self, f"job {job.job_id} is {status.state.name.lower()}", handle=handle
            )
        if status.exit_code is None:
            raise ModuleError(
                self, f"job {job.job_id} is {status.state.name.lower()}: it has no result"
            )
        self.set_output("job", replace(job, attempt=attempt_of(status)))
        self.set_output("exitcode", status.exit_code)
