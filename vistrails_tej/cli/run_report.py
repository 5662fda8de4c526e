"""What a run tells: plain lines, or JSON at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

from ..dataflow import (
    ModuleError,
    ModuleEvent,
    ModuleState,
    Pipeline,
    PipelineModule,
    RunResult,
)
from ..modules.queue_reference import RemoteJob
from ..modules.sessions import JobNews
from ..modules.workflow import Workflow
from .interruption import Interruption, interrupted_state, is_submitting
from .output import OutputFailed, tell, write

_NEWS = {
    JobNews.SUBMITTED: "submitted to",
    JobNews.FOUND: "reused, nothing uploaded; it is on",
    JobNews.UPLOADING: "is waited for, as somebody else uploads it; it is for",
    JobNews.FAILED: "failed; it is on",
}
_ADVICE = "failed, and --again runs it anew; it is on"
_IDLE = (ModuleState.WAITING, ModuleState.NOT_NEEDED)


class RunReport:
    """Collects what happened. As it is, it stays silent until asked for JSON.

    With ``runs_again`` jobs that failed are run anew: a new attempt that fails, too, needs no
    advice to do so.
    """

    def __init__(self, workflow: Workflow, *, runs_again: bool = False) -> None:
        self.workflow = workflow
        self._runs_again = runs_again
        # By the ids of the groups around a module, and its own.
        self._latest: dict[tuple[int, ...], ModuleEvent] = {}
        self._events: list[tuple[ModuleEvent, str]] = []
        self._jobs: list[tuple[JobNews, RemoteJob]] = []
        self._failed: set[tuple[RemoteJob, str]] = set()
        self._output: list[str] = []
        self._is_interrupted = False
        # The modules that went well although jobs of theirs did not, with how these ended.
        self._bad_ends: dict[tuple[int, ...], dict[str, str]] = defaultdict(dict)
        self._computing: tuple[int, ...] = ()

    def __enter__(self) -> RunReport:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def event(self, event: ModuleEvent) -> None:
        """A module came into a state."""
        if event.progress is None:
            self._events.append((event, event.state.value))
        key = (*event.path, event.module_id)
        if event.state is ModuleState.COMPUTING:
            self._computing = key
        before = self._latest.get(key)
        if before is None or before.state in _IDLE or event.state not in _IDLE:
            # When a run is taken up, idle modules have their state from before.
            self._latest[key] = event

    def output(self, text: str) -> None:
        """A module printed something."""
        self._output.append(text)

    def job_news(self, news: JobNews, job: RemoteJob, detail: str = "") -> None:
        """A job was submitted, or found on its server."""
        if news is JobNews.FAILED:
            self._bad_ends[self._computing][job.job_id] = detail
        if self._is_new(news, job):
            self._jobs.append((news, job))
            self._tell_news(news, job, detail)

    def message(self, event: ModuleEvent) -> str:
        """What there is to say of a module: why it is in its state, or how its jobs ended."""
        ends = self._bad_ends.get((*event.path, event.module_id), {})
        if event.message or event.state is not ModuleState.SUCCESS or not ends:
            return event.message
        if len(ends) > 1:
            return f"{len(ends)} of its jobs failed"
        return f"its job ended with {next(iter(ends.values()))}"

    def _advises_again(self, job: RemoteJob) -> bool:
        """Whether --again is of use for a job that failed: not for the attempt it just made."""
        return not (self._runs_again and (JobNews.SUBMITTED, job) in self._jobs)

    def _is_new(self, news: JobNews, job: RemoteJob) -> bool:
        """That a job has failed is told once: a loop that waits looks at it again and again."""
        if news is not JobNews.FAILED:
            return True
        is_new = (job, job.attempt) not in self._failed
        self._failed.add((job, job.attempt))
        return is_new

    def _tell_news(self, news: JobNews, job: RemoteJob, detail: str) -> None:
        """Tell what has become of a job."""

    def waiting(self, result: RunResult) -> None:
        """Jobs are being waited for."""

    def interrupted(self) -> Interruption:
        """The user pressed Ctrl+C; return how far it had come."""
        self._is_interrupted = True
        latest = self._latest.values()
        return Interruption(
            {job.job_id for _, job in self._jobs},
            waits=any(event.state is ModuleState.SUSPENDED for event in latest),
            submits=any(is_submitting(self.workflow, event) for event in latest),
        )

    def conclusion(self, result: RunResult) -> None:
        """The run is over, for now."""

    def paused(self) -> AbstractContextManager[None]:
        """Hold back what is drawn while somebody is asked something."""
        return nullcontext()

    def state_word(self, event: ModuleEvent) -> str:
        """How far a module is, in a word; also after Ctrl+C, when nothing is under way any more."""
        word = interrupted_state(event) if self._is_interrupted else None
        return word or event.state.value

    def label(self, module_id: int, path: Sequence[int] = ()) -> str:
        """What a module is called, with its number; ``path`` are the groups around it."""
        found = self._modules((*path, module_id))
        return " / ".join(f"#{module.id} {module.label}" for module in found)

    def _modules(self, path: Sequence[int]) -> Iterator[PipelineModule]:
        """The modules along a path, from the outermost group to the module itself."""
        pipeline: Pipeline | None = self.workflow.pipeline
        for module_id in path:
            if pipeline is not None:
                module = pipeline.modules[module_id]
                yield module
                pipeline = module.content

    def to_json(self) -> dict[str, Any]:
        """Everything that happened."""
        return {
            "version": self.workflow.version,
            "modules": [self._module_to_json(path) for path in sorted(self._latest)],
            "events": [
                {**_place(event), "module": event.module_id, "state": state}
                for event, state in self._events
            ],
            "jobs": [
                {
                    "id": job.job_id,
                    "news": news.value,
                    "destination": str(job.queue.destination),
                    "queue": job.queue.queue,
                }
                for news, job in self._jobs
            ],
            "output": "".join(self._output),
        }

    def _module_to_json(self, path: tuple[int, ...]) -> dict[str, Any]:
        *_, module = self._modules(path)
        event = self._latest[path]
        signature, content = None, self.workflow.signatures
        for number in path:
            signature, content = content[number], dict(content[number].content)
        return {
            **_place(event),
            "id": event.module_id,
            "name": module.name,
            "label": module.label,
            "state": self.state_word(event),
            "message": self.message(event),
            "signature": signature.signature if signature else "",
        }


def _place(event: ModuleEvent) -> dict[str, Any]:
    """Where a module is, if it is inside groups, and in which rounds of loops those are."""
    place: dict[str, Any] = {"groups": list(event.path)} if event.path else {}
    return {**place, "rounds": [list(one) for one in event.rounds]} if event.rounds else place


def write_of_module(text: str) -> None:
    """Print what the module that runs wants to print. Raise ModuleError, as it could not."""
    try:
        write(text)
    except OutputFailed as error:
        raise ModuleError(None, str(error)) from error


class PlainReport(RunReport):
    """A line on standard error for everything that matters; what modules print goes through."""

    def __init__(self, workflow: Workflow, *, runs_again: bool = False) -> None:
        super().__init__(workflow, runs_again=runs_again)
        self._told: dict[int, str] = {}

    def event(self, event: ModuleEvent) -> None:
        """See `RunReport.event`."""
        super().event(event)
        if event.state is ModuleState.SUCCESS and not event.path:
            message = self.message(event)
            told = f"done, but {message}" if message else "done"
            self.line(f"{self.label(event.module_id)}: {told}")

    def output(self, text: str) -> None:
        """See `RunReport.output`. Raise ModuleError."""
        super().output(text)
        write_of_module(text)

    def _tell_news(self, news: JobNews, job: RemoteJob, detail: str) -> None:
        """See `RunReport._tell_news`."""
        reason = f" ({detail})" if detail else ""
        words = _NEWS[news]
        if news is JobNews.FAILED and self._advises_again(job):
            words = _ADVICE
        self.line(f"job {job.job_id} {words} {job.queue.destination}{reason}")

    def waiting(self, result: RunResult) -> None:
        """See `RunReport.waiting`."""
        self._tell_errors(result)
        count = sum(len(list(one.handles())) for one in result.suspended.values())
        self.line(f"waiting for {count} job{'s' if count > 1 else ''}; Ctrl+C leaves them running")

    def conclusion(self, result: RunResult) -> None:
        """See `RunReport.conclusion`."""
        self._tell_errors(result)

    def line(self, text: str) -> None:
        """Tell one line."""
        tell(text)

    def _tell_errors(self, result: RunResult) -> None:
        """Tell each error once; modules that could not run because of another need no line."""
        for module_id, error in result.errors.items():
            if self._told.get(module_id) != str(error):
                self.line(f"{self.label(module_id)}: {error}")
                self._told[module_id] = str(error)
