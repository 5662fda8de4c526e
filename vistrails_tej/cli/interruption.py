"""What Ctrl+C leaves of a run: the one true sentence on it, and the exit code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..dataflow import ModuleEvent, ModuleState, PortType, VistrailJobs
from ..modules.submission import BaseSubmitJob
from ..modules.workflow import Workflow
from .exit_codes import ExitCode

# What the interpreter says of modules that it had not dealt with.
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Interruption:
    """How far a run had come.

    ``job_ids`` are the jobs it submitted, or found on their servers. ``waits`` says that it knows
    of a job that had not ended, ``submits`` that it was just about to submit one.
    """

    job_ids: Collection[str]
    waits: bool
    submits: bool

    def judge(self, jobs: VistrailJobs) -> tuple[ExitCode, str]:
        """The code and the sentence. A job that was recorded by another run is none of this."""
        unfinished = {
            record.parameters.get("job_id") for record in jobs.monitor.jobs() if not record.finished
        }
        if self.waits or not unfinished.isdisjoint(self.job_ids):
            return ExitCode.SUSPENDED, (
                "stopped waiting; the jobs go on: run the same command again to wait for them or"
                " to fetch the results"
            )
        if self.submits:
            return ExitCode.INTERRUPTED, (
                "stopped while a job was being submitted; should it have come into being, the next"
                " run finds it"
            )
        if self.job_ids:
            return ExitCode.INTERRUPTED, "stopped; no job of this run goes on"
        return ExitCode.INTERRUPTED, "stopped; this run submitted no job"


def is_submitting(workflow: Workflow, event: ModuleEvent) -> bool:
    """Whether a module that was last heard of so is one whose job is not known yet."""
    if event.state is not ModuleState.COMPUTING:
        return False
    pipeline = workflow.pipeline
    for group in event.path:
        content = pipeline.modules[group].content
        if content is None:
            return False
        pipeline = content
    module = pipeline.modules[event.module_id]
    kind = PortType(module.package, module.name, module.namespace or None)
    found = workflow.registry.find_descriptor(kind)
    return found is not None and issubclass(found.module_class, BaseSubmitJob)


def interrupted_state(event: ModuleEvent) -> str | None:
    """The word for a module that Ctrl+C came in between of; None for one that was dealt with."""
    if event.state is ModuleState.COMPUTING:
        return "stopped"
    if event.state is ModuleState.WAITING or event.message == INTERRUPTED:
        return "not run"
    return None
