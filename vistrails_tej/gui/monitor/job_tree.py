"""The rows of the monitor: vistrails, their workflows, the jobs of these. Without Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...modules.job_book import JobBookState, JobEntry, JobKey
from .filters import Column, JobFilter, JobOrder

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
    """A row: a job, with ``entry``, or what holds jobs: a workflow, or a vistrail at the top.

    ``number`` tells jobs in the order in which they were recorded; ``value`` is what the job is
    sorted by, None while that is not known.
    """

    id: NodeId
    parent: JobNode | None = None
    entry: JobEntry | None = None
    children: list[JobNode] = field(default_factory=list)
    row: int = 0
    counts: Counts = field(default_factory=Counts)
    number: int = 0
    value: Any = None

    @property
    def is_workflow(self) -> bool:
        """Whether it is the row of a workflow."""
        return self.entry is None and bool(self.id[1])

    def add(self, child: JobNode) -> JobNode:
        """Add a row as the last one below, and return it."""
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child

    def walk(self) -> Iterator[JobNode]:
        """Itself and all rows below, from top to bottom."""
        yield self
        for child in self.children:
            yield from child.walk()

    def jobs(self) -> Iterator[JobNode]:
        """All jobs below; of a job, only itself."""
        return (node for node in self.walk() if node.entry is not None)

    def first_job(self) -> JobNode:
        """The first job from here on; nothing that holds jobs is ever without."""
        node = self
        while node.entry is None:
            node = node.children[0]
        return node

    def above(self) -> Iterator[JobNode]:
        """The rows above, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def stays(self, entry: JobEntry) -> bool:
        """Whether what is new about the job leaves its row below the same workflow."""
        return self.entry is not None and group_of(self.entry) == group_of(entry)

    def first_change(self, entry: JobEntry) -> Column:
        """The first column in which something is new."""
        before = self.entry
        if before is None or (before.name, before.is_gone) != (entry.name, entry.is_gone):
            return Column.JOB
        return Column.STATE

    def take(self, entry: JobEntry) -> None:
        """Take in what is new about this job; all rows above count it anew."""
        for one in self.above():
            if self.entry is not None:
                one.counts.count(self.entry, -1)
            one.counts.count(entry)
        self.entry, self.value = entry, None

    def number_rows(self, first: int = 0) -> None:
        """Have the rows below know their places, from one on."""
        for row in range(first, len(self.children)):
            self.children[row].row = row

    def recount(self) -> None:
        """Count anew what is below, which itself has been counted."""
        self.counts = Counts()
        for child in self.children:
            if child.entry is not None:
                self.counts.count(child.entry)
            else:
                self.counts.add(child.counts)


class JobTree:
    """The rows for some jobs. Only what the filter lets through is there.

    Jobs come and go one by one in two steps, as who watches the rows wants to know before.
    """

    def __init__(self, entries: Iterable[JobEntry], wanted: JobFilter) -> None:
        self.root = JobNode((Path(), "", ""))
        self.jobs: dict[JobKey, JobNode] = {}
        self._groups: dict[NodeId, JobNode] = {}
        self._numbers: dict[JobKey, int] = {}
        self._order = JobOrder()
        is_wanted = wanted.chosen()
        for number, entry in enumerate(entries):
            self._numbers[entry.key] = number
            if is_wanted(entry):
                self._add(entry, number)
        self._next_number = len(self._numbers)
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
        if order.column is not self._order.column or order.column is Column.TIME:
            for job in self.jobs.values():
                job.value = None
        self._order = order
        key, is_descending = self._key(now), order.is_descending
        # From the bottom up: a vistrail follows the first job of its first workflow.
        for node in (*reversed(self._groups.values()), self.root):
            node.children.sort(key=key, reverse=is_descending)
            node.number_rows()

    # -- one by one --------------------------------------------------------------------------

    def record(self, new: Iterable[JobKey], gone: Iterable[JobKey]) -> None:
        """Note which jobs, to be shown or not, were recorded last, or are so no more."""
        for key in gone:
            self._numbers.pop(key, None)
        for key in new:
            self._numbers[key] = self._next_number
            self._next_number += 1

    def coming(self, entry: JobEntry, now: float) -> tuple[JobNode, int, JobNode]:
        """Where a row is to come for a job on record: the one above, the place there, the row.

        The row holds the job where its workflow or its vistrail is missing.
        """
        node, above = _job(entry, self._numbers[entry.key]), self.root
        for group_id in _groups_of(entry):
            found = self._groups.get(group_id)
            if found is not None:
                above = found
                break
            group = JobNode(group_id)
            group.add(node)
            group.recount()
            node = group
        return above, self._place(above, node, now), node

    def insert(self, above: JobNode, row: int, node: JobNode) -> None:
        """Add what is coming."""
        entry = node.first_job().entry
        node.parent = above
        above.children.insert(row, node)
        above.number_rows(row)
        for one in node.above():
            if entry is not None:
                one.counts.count(entry)
        while node.entry is None:
            self._groups[node.id] = node
            node = node.children[0]
        self.jobs[node.entry.key] = node

    def leaving(self, job: JobNode) -> JobNode:
        """The row that goes with a job: its own, or what would hold nothing without it."""
        node = job
        while node.parent not in (None, self.root) and len(node.parent.children) == 1:
            node = node.parent
        return node

    def remove(self, node: JobNode) -> None:
        """Take away what is leaving."""
        above, entry = node.parent, node.first_job().entry
        if above is None or entry is None:
            return
        for one in node.above():
            one.counts.count(entry, -1)
        del above.children[node.row], self.jobs[entry.key]
        above.number_rows(node.row)
        while node.entry is None:
            del self._groups[node.id]
            node.parent, node = None, node.children[0]
        node.parent = None

    def is_in_place(self, node: JobNode, now: float) -> bool:
        """Whether a row and all above it stand where they belong."""
        key = self._key(now)
        for one in (node, *node.above()):
            around = one.parent.children[max(0, one.row - 1) : one.row + 2] if one.parent else []
            keys = [key(other) for other in around]
            if keys != sorted(keys, reverse=self._order.is_descending):
                return False
        return True

    # -- inside ------------------------------------------------------------------------------

    def _key(self, now: float) -> Callable[[JobNode], Any]:
        if self._order.column is None:
            return lambda node: node.first_job().number
        value = self._order.key(now)

        def of_first(node: JobNode) -> Any:
            job = node.first_job()
            if job.value is None and job.entry is not None:
                job.value = value(job.entry)
            return job.value

        return of_first

    def _place(self, above: JobNode, node: JobNode, now: float) -> int:
        """Where a row belongs below another: behind those that are equal, as sorting keeps them."""
        key, is_descending = self._key(now), self._order.is_descending
        wanted, low, high = key(node), 0, len(above.children)
        while low < high:
            middle = (low + high) // 2
            other = key(above.children[middle])
            if other < wanted if is_descending else wanted < other:
                high = middle
            else:
                low = middle + 1
        return low

    def _add(self, entry: JobEntry, number: int) -> None:
        node = _job(entry, number)
        vistrail, workflow = (node.id[0], "", ""), (node.id[0], node.id[1], "")
        above = self._groups.get(workflow)
        if above is None:
            above = self._group(vistrail, self.root)
            if workflow != vistrail:
                above = self._group(workflow, above)
        self.jobs[entry.key] = above.add(node)

    def _group(self, node_id: NodeId, above: JobNode) -> JobNode:
        found = self._groups.get(node_id)
        if found is None:
            found = self._groups[node_id] = above.add(JobNode(node_id))
        return found


def _job(entry: JobEntry, number: int) -> JobNode:
    node_id = (entry.key.file, group_of(entry), entry.key.signature)
    return JobNode(node_id, entry=entry, number=number)


def _groups_of(entry: JobEntry) -> list[NodeId]:
    """The rows that hold a job, the nearest first."""
    file, workflow = entry.key.file, group_of(entry)
    vistrail = (file, "", "")
    return [(file, workflow, ""), vistrail] if workflow else [vistrail]


def spans(nodes: Iterable[JobNode]) -> list[tuple[JobNode, int, int]]:
    """Where rows and those above them are: the one above each, the first and the last place."""
    found: dict[int, tuple[JobNode, int, int]] = {}
    for node in nodes:
        for above in node.above():
            _, first, last = found.get(id(above), (above, node.row, node.row))
            found[id(above)] = (above, min(first, node.row), max(last, node.row))
            node = above
    return list(found.values())


def group_of(entry: JobEntry) -> str:
    """What tells the workflow of a job from the others of the file; blank if none has it."""
    return "" if entry.workflow is None else entry.workflow.id
