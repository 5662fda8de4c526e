"""The rows of the monitor: vistrails, their workflows, the jobs of these. Without Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...modules.job_book import JobBookState, JobEntry, JobKey
from .filters import JobFilter, JobOrder

NodeId = tuple[Path, str, str]
"""Names a row whatever its place: the file, the id of the workflow, the signature; or blanks."""


@dataclass(slots=True)
class Counts:
    """How many jobs there are below a row, and how many of them came to which end."""

    total: int = 0
    done: int = 0
    failed: int = 0
    over: int = 0

    def count(self, entry: JobEntry, by: int = 1) -> None:
        """Add a job, or take it away with -1."""
        state = entry.state
        self.total += by
        self.done += by * (state is JobBookState.FINISHED)
        self.failed += by * state.has_failed
        self.over += by * state.is_over

    def add(self, other: Counts) -> None:
        """Add those of a row below."""
        self.total += other.total
        self.done += other.done
        self.failed += other.failed
        self.over += other.over


@dataclass(eq=False, slots=True)
class JobNode:
    """A row: a job, with ``entry``, or what holds jobs: a workflow, or a vistrail at the top."""

    id: NodeId
    parent: JobNode | None = None
    entry: JobEntry | None = None
    children: list[JobNode] = field(default_factory=list)
    row: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def is_workflow(self) -> bool:
        """Whether it is the row of a workflow."""
        return self.entry is None and bool(self.id[1])

    def add(self, child: JobNode) -> JobNode:
        """Add a row as the last one below, and return it."""
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child

    def jobs(self) -> Iterator[JobNode]:
        """All jobs below; of a job, only itself."""
        if self.entry is not None:
            yield self
        for child in self.children:
            yield from child.jobs()

    def first_entry(self) -> JobEntry | None:
        """The first job from here on."""
        return next((node.entry for node in self.jobs()), None)

    def take(self, entry: JobEntry) -> None:
        """Take in what is new about this job; all rows above count it anew."""
        above = self.parent
        while above is not None and self.entry is not None:
            above.counts.count(self.entry, -1)
            above.counts.count(entry)
            above = above.parent
        self.entry = entry

    def recount(self) -> None:
        """Count anew what is below, which itself has been counted."""
        self.counts = Counts()
        for child in self.children:
            if child.entry is not None:
                self.counts.count(child.entry)
            else:
                self.counts.add(child.counts)


class JobTree:
    """The rows for some jobs. Only what the filter lets through is there."""

    def __init__(self, entries: Iterable[JobEntry], wanted: JobFilter) -> None:
        self.root = JobNode((Path(), "", ""))
        self.jobs: dict[JobKey, JobNode] = {}
        self._groups: dict[NodeId, JobNode] = {}
        is_wanted = wanted.chosen()
        for entry in entries:
            if is_wanted(entry):
                self._add(entry)
        for node in reversed(self._groups.values()):
            # Workflows come after their vistrail.
            node.recount()
        self.root.recount()

    def groups(self) -> Iterator[JobNode]:
        """The rows of vistrails and workflows."""
        return iter(self._groups.values())

    def find(self, node_id: NodeId) -> JobNode | None:
        """A row by its id."""
        file, _, signature = node_id
        if signature:
            return self.jobs.get(JobKey(file, signature))
        return self._groups.get(node_id)

    def sort(self, order: JobOrder, now: float) -> None:
        """Sort the jobs; workflows and vistrails follow the first job of each."""
        if order.column is None:
            return
        key = order.key(now)

        def of_node(node: JobNode) -> object:
            entry = node.first_entry()
            return None if entry is None else key(entry)

        # From the bottom up: a vistrail follows the first job of its first workflow.
        for node in (*reversed(self._groups.values()), self.root):
            node.children.sort(key=of_node, reverse=order.is_descending)  # type: ignore[arg-type]
            for row, child in enumerate(node.children):
                child.row = row

    def _add(self, entry: JobEntry) -> None:
        file, signature = entry.key.file, entry.key.signature
        workflow = group_of(entry)
        above = self._group((file, workflow, ""), entry) if workflow else self._vistrail(file)
        node = JobNode((file, workflow, signature), entry=entry)
        self.jobs[entry.key] = above.add(node)

    def _vistrail(self, file: Path) -> JobNode:
        node_id = (file, "", "")
        found = self._groups.get(node_id)
        if found is None:
            found = self._groups[node_id] = self.root.add(JobNode(node_id))
        return found

    def _group(self, node_id: NodeId, entry: JobEntry) -> JobNode:
        found = self._groups.get(node_id)
        if found is None:
            above = self._vistrail(entry.key.file)
            found = self._groups[node_id] = above.add(JobNode(node_id))
        return found


def group_of(entry: JobEntry) -> str:
    """What tells the workflow of a job from the others of the file; blank if none has it."""
    return "" if entry.workflow is None else entry.workflow.id
