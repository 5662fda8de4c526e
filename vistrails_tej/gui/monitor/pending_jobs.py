"""Notices when recorded jobs end, and when a workflow waits for none of its jobs any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...dataflow import WorkflowRecord
from ...modules.job_book import JobBookState, JobEntry, JobKey
from ..foreign_text import short_name
from .row_texts import file_title

_NAMED = 3


@dataclass(frozen=True, slots=True)
class ReadyWorkflow:
    """A workflow whose pending jobs have ended, and those whose results nobody has collected.

    ``workflow`` is None for jobs that no workflow has on record.
    """

    file: Path
    workflow: WorkflowRecord | None
    jobs: tuple[JobEntry, ...]

    @property
    def version(self) -> int | str | None:
        """The version that waited for them."""
        return None if self.workflow is None else self.workflow.version

    @property
    def can_go_on(self) -> bool:
        """Whether a version waits; adopted jobs, and those of an exploration, have none."""
        return isinstance(self.version, int)

    @property
    def title(self) -> str:
        """What to call it: the file, and the version of it."""
        return self.title_in("")

    def title_in(self, folder: str) -> str:
        """The same, with the folder where files of one name have to be told apart."""
        name = f"{short_name(file_title(self.file))}{f' in {folder}' if folder else ''}"
        version = self.version
        if version is None:
            return name
        word = "version " if isinstance(version, int) else ""
        return f"{name}, {word}{version}"


@dataclass(frozen=True, slots=True)
class Endings:
    """What has ended: single jobs, and workflows that can go on."""

    jobs: tuple[JobEntry, ...] = ()
    ready: tuple[ReadyWorkflow, ...] = ()


_Group = tuple[Path, str]


class PendingJobs:
    """Follows entries of the book. A job counts once it was seen while it was not over."""

    def __init__(self) -> None:
        self._pending: dict[JobKey, _Group] = {}
        self._open: Counter[_Group] = Counter()
        # What has ended while others of its workflow have not, as it is known now.
        self._ended: dict[_Group, dict[JobKey, JobEntry]] = {}
        self._group_of: dict[JobKey, _Group] = {}

    @property
    def count(self) -> int:
        """How many jobs are not over."""
        return len(self._pending)

    def update(self, news: Mapping[JobKey, JobEntry | None]) -> Endings:
        """Take in entries that are new, or None for those that are gone."""
        ended, touched = [], dict[_Group, None]()
        for key, entry in news.items():
            if entry is not None and not entry.is_over:
                self._drop(key)
                left = self._enter(key, entry)
                if left is not None:
                    touched[left] = None
            elif key in self._pending:
                group = self._leave(key)
                touched[group] = None
                if entry is not None:
                    ended.append(entry)
                    self._keep(group, entry)
            elif key in self._group_of:
                self._renew(key, entry)
        ready = [one for group in touched if (one := self._ready(group)) is not None]
        return Endings(tuple(ended), tuple(ready))

    def _enter(self, key: JobKey, entry: JobEntry) -> _Group | None:
        """Count it to its workflow; return the one that it waited for before, if another."""
        group = (key.file, entry.workflow.id if entry.workflow is not None else "")
        if self._pending.get(key) == group:
            return None
        left = self._leave(key) if key in self._pending else None
        self._pending[key] = group
        self._open[group] += 1
        return left

    def _leave(self, key: JobKey) -> _Group:
        group = self._pending.pop(key)
        self._open[group] -= 1
        return group

    def _keep(self, group: _Group, entry: JobEntry) -> None:
        """Keep what has ended until the others have."""
        self._ended.setdefault(group, {})[entry.key] = entry
        self._group_of[entry.key] = group

    def _drop(self, key: JobKey) -> None:
        """It runs again, or is on record no more."""
        group = self._group_of.pop(key, None)
        if group is not None:
            self._ended[group].pop(key, None)

    def _renew(self, key: JobKey, entry: JobEntry | None) -> None:
        """More is known of what has ended: another program may have collected it."""
        if entry is None:
            self._drop(key)
        else:
            self._ended[self._group_of[key]][key] = entry

    def _ready(self, group: _Group) -> ReadyWorkflow | None:
        if self._open[group] > 0:
            return None
        del self._open[group]
        ended = self._ended.pop(group, {})
        for key in ended:
            del self._group_of[key]
        # A run that waited itself has collected them; one that is deleted has nothing to give.
        left = [one for one in ended.values() if not one.is_collected]
        if all(one.state is JobBookState.DELETED for one in left):
            return None
        return ReadyWorkflow(group[0], left[-1].workflow, tuple(left))


def still_ready(
    ready: ReadyWorkflow, news: Mapping[JobKey, JobEntry | None]
) -> ReadyWorkflow | None:
    """What there still is to collect after some news; None if there is nothing any more."""
    latest = [news.get(one.key, one) for one in ready.jobs]
    left = tuple(one for one in latest if one is not None and one.is_over and not one.is_collected)
    if all(one.state is JobBookState.DELETED for one in left):
        return None
    return ReadyWorkflow(ready.file, ready.workflow, left)


def describe_endings(jobs: Sequence[JobEntry]) -> str:
    """A sentence on jobs that have ended: one by its name, more of them by their number."""
    if len(jobs) == 1:
        entry = jobs[0]
        where = f" on {entry.server.removeprefix('ssh://')}" if entry.server else ""
        return f"The job {entry.name} of {file_title(entry.key.file)}{where}: {_outcome(entry)}."
    counts = Counter(one.state.value for one in jobs)
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    files = list(dict.fromkeys(file_title(one.key.file) for one in jobs))
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"{len(jobs):,} jobs of {', '.join(files[:_NAMED])}{more} have ended: {told}."


def _outcome(entry: JobEntry) -> str:
    code = entry.exit_code
    if entry.state is JobBookState.FAILED and code is not None:
        return f"failed with exit code {code}"
    return entry.state.value
