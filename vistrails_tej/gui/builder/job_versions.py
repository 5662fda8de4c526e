"""JobVersions: whether to run a version goes on with some jobs, or means others.

Whoever closes a file without saving leaves the jobs of a version that is nowhere; the next change
of the file makes a version of the same number. Jobs may also have been started with other values
than a version holds, as the command line does, or with files that have changed since.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from ...dataflow import DataflowError, Registry, Vistrail
from ...dataflow.loop_jobs import LOOPED_MODULE
from ...modules.job_book import JobEntry, JobKey
from ...modules.workers import in_thread
from ...modules.workflow import workflow_of
from ..monitor.book_bridge import BookBridge
from .document import Document

_Question = tuple[Document, int, tuple[JobKey, ...]]


class VersionFit(enum.Enum):
    """What a version is to some jobs."""

    SAME = "same"
    """As far as can be told, the one that started them."""
    OTHER = "other"
    """It was made later, and has nothing to do with any of them."""
    OTHER_VALUES = "other values"
    """Run as it is, it would take up none of them."""


class JobVersions:
    """Answers at once where dates tell, else after a look at the version, in a thread."""

    def __init__(self, bridge: BookBridge) -> None:
        self._bridge = bridge
        self._answers: dict[_Question, bool | None] = {}

    def fit(
        self,
        document: Document,
        version: int,
        jobs: Sequence[JobEntry],
        then: Callable[[], object],
        *,
        runs: bool,
    ) -> VersionFit | None:
        """What a version that is to be shown, or ``runs``, is to these jobs.

        None while that is found out; ``then`` is called when it is, to ask once more.
        """
        is_other = is_younger(document.vistrail, version, jobs)
        if not jobs or not (is_other or runs):
            return VersionFit.SAME
        may_have = self._may_have(document, version, jobs, then)
        if may_have is None or may_have:
            return None if may_have is None else VersionFit.SAME
        return VersionFit.OTHER if is_other else VersionFit.OTHER_VALUES

    # -- inside ------------------------------------------------------------------------------

    def _may_have(
        self, document: Document, version: int, jobs: Sequence[JobEntry], then: Callable[[], object]
    ) -> bool | None:
        question = (document, version, tuple(one.key for one in jobs))
        if question not in self._answers:
            self._answers[question] = None
            work = partial(
                _may_have, document.vistrail, version, document.registry, document.path, jobs
            )
            future = in_thread("look at a version", work)
            self._bridge.when_done(future, partial(self._take, question, then))
        answer = self._answers[question]
        if answer is not None:
            del self._answers[question]
        return answer

    def _take(self, question: _Question, then: Callable[[], object], may_have: bool) -> None:
        self._answers[question] = may_have
        then()


def is_younger(vistrail: Vistrail, version: int, jobs: Sequence[JobEntry]) -> bool:
    """Whether a version was made after all of these jobs, and their workflows, were recorded.

    A job may be older than its version, which shares it with an earlier one; so may a workflow,
    which has the number of one that was never saved.
    """
    action = vistrail.actions.get(version)
    made = None if action is None else _time(action.date)
    return bool(jobs) and made is not None and all(_is_before(one, made) for one in jobs)


def _is_before(job: JobEntry, made: datetime) -> bool:
    texts = [job.record.start, *([job.workflow.start] if job.workflow is not None else [])]
    times = [_time(text) for text in texts]
    return all(one is not None and one < made for one in times)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _may_have(
    vistrail: Vistrail,
    version: int,
    registry: Registry,
    path: Path | None,
    jobs: Sequence[JobEntry],
) -> bool:
    """Whether a run of a version could take up one of these jobs."""
    try:
        workflow = workflow_of(vistrail, version, registry, path or Path())
        names = {name for one in workflow.signatures.values() for name in one.names()}
    except DataflowError:
        # The run says so itself.
        return True
    return any(_is_of(one, names) for one in jobs)


def _is_of(job: JobEntry, names: set[str]) -> bool:
    signature = job.key.signature
    looped = job.record.parameters.get(LOOPED_MODULE)
    # VisTrails 2.2 does not say whose round a job was; such a name is in capitals.
    is_open = looped is None and signature != signature.lower()
    return is_open or signature in names or looped in names
