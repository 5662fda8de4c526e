"""What the rows of the monitor say, column by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ...dataflow import WorkflowRecord
from ...modules.job_book import JobBookState, JobEntry
from ..foreign_text import short_name
from .filters import Column, is_refused, spent_time, submitted_at
from .job_tree import Counts, JobNode
from .time_text import age_text, clock_text, span_text

_UNSAVED = "Untitled (never saved)"
# A column can be made wider than other places that show a name, in letters.
_CELL = 200
# As the store of jobs names them.
_UNSAVED_FOLDER, _UNSAVED_FILE = "unsaved", "untitled.vt"


def row_text(node: JobNode, column: int, now: float) -> str:
    """The words in one cell."""
    if node.entry is None:
        return _group_text(node, column)
    return _CELLS[Column(column)](node.entry, now)


def row_tooltip(node: JobNode, now: float) -> str:
    """More about a row: where it is, and what is wrong with it."""
    entry = node.entry
    if entry is None:
        return str(node.id[0])
    lines = [entry.job_id]
    if entry.queue is not None:
        lines.append(f"{entry.server}, queue {entry.queue.queue}")
    if entry.checked is not None:
        lines.append(f"Last checked {clock_text(entry.checked, now)}")
    if entry.offline_since is not None:
        lines.append(f"Its server is offline since {clock_text(entry.offline_since, now)}")
    if entry.problem:
        lines.append(entry.problem)
    return "\n".join(lines)


def row_description(node: JobNode, column: int, now: float) -> str:
    """A cell for screen readers, which do not see the heading."""
    text = row_text(node, column, now)
    if column == Column.JOB or not text:
        return text
    return f"{HEADINGS[column]}: {text}"


HEADINGS = ("Job", "State", "Server", "Submitted", "Time", "Exit code", "Last checked")
HEADING_TIPS = (
    "The name of the job's module; above it its workflow and its vistrail",
    "What the server said last; for workflows, how many jobs have finished",
    "Where the job is",
    "When the job was submitted",
    "For how long it has run, or waits to be started",
    "What the job returned; 0 is well",
    "When the server was asked last",
)


def counts_text(counts: Counts) -> str:
    """How far the jobs of a workflow are."""
    text = f"{counts.done}/{counts.total}"
    return f"{text}, {counts.failed} failed" if counts.failed else text


def workflow_title(record: WorkflowRecord) -> str:
    """What to call a workflow: its version; one of an exploration has a text for that."""
    version = record.version
    return f"Version {version}" if isinstance(version, int) else short_name(str(version))


def file_title(file: Path) -> str:
    """What to call a vistrail."""
    is_unsaved = file.name == _UNSAVED_FILE and file.parent.parent.name == _UNSAVED_FOLDER
    return _UNSAVED if is_unsaved else file.name


def checked_text(entry: JobEntry, now: float) -> str:
    """When its server was asked, and what keeps it from being asked again."""
    if entry.place is None:
        return ""
    age = "" if entry.checked is None else age_text(entry.checked, now)
    # Who collected a job knows how it ended: nobody has to ask.
    never = "" if entry.is_collected else "never"
    return ", ".join(filter(None, (age, obstacle(entry)))) or never


def obstacle(entry: JobEntry) -> str:
    """The word for what keeps its server from being asked; blank if nothing does."""
    if entry.offline_since is not None:
        return "offline"
    return "refused" if is_refused(entry) else ""


def _group_text(node: JobNode, column: int) -> str:
    if column == Column.STATE:
        return counts_text(node.counts)
    if column != Column.JOB:
        return ""
    entry = node.first_job().entry
    if node.is_workflow and entry is not None and entry.workflow is not None:
        return workflow_title(entry.workflow)
    return _vistrail_title(node)


def _vistrail_title(node: JobNode) -> str:
    """The name of a vistrail; with its folder where another one has the same name."""
    file = node.id[0]
    title = file_title(file)
    others = node.parent.children if node.parent is not None else ()
    is_shared = any(one is not node and one.id[0].name == file.name for one in others)
    return f"{title} ({file.parent.name})" if is_shared and title == file.name else title


def _submitted(entry: JobEntry, now: float) -> str:
    moment = submitted_at(entry)
    return "" if moment is None else clock_text(moment, now)


def _time(entry: JobEntry, now: float) -> str:
    spent = spent_time(entry, now)
    if spent is None:
        return ""
    return f"waits {span_text(spent)}" if entry.state is JobBookState.QUEUED else span_text(spent)


_CELLS: Mapping[Column, Callable[[JobEntry, float], str]] = {
    Column.JOB: lambda entry, now: short_name(entry.name, _CELL),
    Column.STATE: lambda entry, now: str(entry.state.value),
    Column.SERVER: lambda entry, now: entry.server.removeprefix("ssh://"),
    Column.SUBMITTED: _submitted,
    Column.TIME: _time,
    Column.EXIT_CODE: lambda entry, now: "" if entry.exit_code is None else str(entry.exit_code),
    Column.CHECKED: checked_text,
}
