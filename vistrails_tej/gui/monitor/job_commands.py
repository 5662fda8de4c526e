"""JobCommands: what can be done with the jobs that are selected, one action for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QApplication, QMenu, QWidget

from ...modules.job_book import JobBookState, JobEntry, JobKey
from ..icons import icon
from ..theme import Theme
from .book_bridge import BookBridge
from .job_count import job_count
from .job_files_dialog import JobFilesDialog
from .questions import DELETE, FORGET, KILL, Deed, confirm


@dataclass(frozen=True, slots=True)
class _Look:
    text: str
    icon: str
    tip: str
    keys: str = ""
    short: str = ""


_SEPARATOR = ""
_LOOKS = {
    "check": _Look("&Check", "check", "Ask the servers of the selected jobs now"),
    "resume": _Look("&Resume Workflow", "resume", "Run the workflow on; jobs are not run again"),
    "run_again": _Look("Run A&gain", "again", "Run jobs that have ended once more"),
    "pipeline": _Look("Open &Pipeline", "pipeline", "Show the version that the job belongs to"),
    "output": _Look(
        "View Standard &Output", "output", "Show what the job writes, as it does", short="Output"
    ),
    "errors": _Look("View Standard &Error", "output", "Show the error messages of the job"),
    "queue": _Look(
        "Show &Queue…", "server", "Show the queue of the job: all that is on its server"
    ),
    "files": _Look(
        "&Files and Results…", "download", "List the files of the job, and copy some here"
    ),
    "copy_id": _Look("Copy Job &Id", "copy", "Put the ids of the jobs on the clipboard", "Ctrl+C"),
    "kill": _Look("&Kill…", "stop", "End the jobs on their servers"),
    "forget": _Look("&Forget…", "forget", "Drop the records here; the jobs stay", "Del"),
    "delete": _Look("De&lete on Server…", "delete-on-server", "Remove the jobs and their files"),
}
_MENU = (
    *("check", "resume", "run_again", "pipeline", _SEPARATOR),
    *("output", "errors", "files", "copy_id", _SEPARATOR),
    *("queue", "kill", "forget", "delete"),
)


class JobCommands(QObject):
    """The actions; ``set_selection`` turns on those that make sense.

    What concerns workflows is only asked for: ``resume_requested`` and ``pipeline_requested``
    with the key of a job, ``run_again_requested`` with the keys of jobs of one workflow, a tuple.
    ``output_requested`` carries an entry and the name of the file, ``queue_requested`` a
    QueueReference, ``told`` a sentence, ``withdrawn`` one that was told and is not so any more.
    """

    resume_requested = pyqtSignal(object)
    run_again_requested = pyqtSignal(object)
    pipeline_requested = pyqtSignal(object)
    output_requested = pyqtSignal(object, str)
    queue_requested = pyqtSignal(object)
    told = pyqtSignal(str)
    withdrawn = pyqtSignal(str)

    def __init__(self, bridge: BookBridge, theme: Theme, widget: QWidget) -> None:
        super().__init__(widget)
        self._bridge = bridge
        self._widget = widget
        self._selected: list[JobEntry] = []
        slots: dict[str, Callable[[], object]] = {
            "check": self._check,
            "resume": self._resume,
            "run_again": self._run_again,
            "pipeline": self.open_pipeline,
            "output": lambda: self._show_output("_stdout"),
            "errors": lambda: self._show_output("_stderr"),
            "queue": self._show_queue,
            "files": self._show_files,
            "copy_id": self._copy_ids,
            "kill": self._kill,
            "forget": self._forget,
            "delete": self._delete,
        }
        self._actions = {name: self._make(name, slot) for name, slot in slots.items()}
        self.set_theme(theme)
        self.set_selection([])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        for name, action in self._actions.items():
            action.setIcon(icon(_LOOKS[name].icon, theme))

    def set_selection(self, entries: Sequence[JobEntry]) -> None:
        """Work on these jobs from now on."""
        self._selected = list(entries)
        is_one = len(self._selected) == 1
        can_read = is_one and bool(self._where(_has_files))
        possible = {
            "check": bool(self._where(_is_somewhere)),
            "resume": bool(self._where(_has_version)),
            "run_again": bool(self._where(_can_run_again)),
            "pipeline": bool(self._where(_has_version)),
            "output": can_read,
            "errors": can_read,
            "queue": bool(self._where(_is_somewhere)),
            "files": can_read,
            "copy_id": bool(self._selected),
            "kill": bool(self._where(_can_be_killed)),
            "forget": bool(self._selected),
            "delete": bool(self._where(_can_be_deleted)),
        }
        for name, is_possible in possible.items():
            self._actions[name].setEnabled(is_possible)

    def fill(self, menu: QMenu) -> None:
        """Put all actions into a menu."""
        for name in _MENU:
            if name == _SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])

    def serve(self, jobs: QWidget) -> None:
        """Have the keys of the actions work where the jobs are listed."""
        jobs.addActions(list(self._actions.values()))

    def open_pipeline(self) -> None:
        """Ask for the pipeline of the first job."""
        for entry in self._where(_has_version)[:1]:
            self.pipeline_requested.emit(entry.key)

    # -- inside ------------------------------------------------------------------------------

    def _make(self, name: str, slot: Callable[[], object]) -> QAction:
        look = _LOOKS[name]
        action = QAction(look.text, self._widget)
        action.setObjectName(f"job_{name}")
        action.setIconText(look.short or look.text.replace("&", "").removesuffix("…"))
        action.setToolTip(look.tip)
        action.setStatusTip(look.tip)
        if look.keys:
            action.setShortcut(QKeySequence(look.keys))
            # Only in the list: elsewhere these keys copy or delete text.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setToolTip(f"{look.tip} ({look.keys})")
        action.triggered.connect(lambda _checked=False: slot())
        self._widget.addAction(action)
        return action

    def _where(self, fits: Callable[[JobEntry], bool]) -> list[JobEntry]:
        return [entry for entry in self._selected if fits(entry)]

    def _check(self) -> None:
        entries = self._where(_is_somewhere)
        told = _count("Checking", entries)
        self.told.emit(told)
        self._bridge.when_done(
            self._bridge.book.check([one.key for one in entries]),
            lambda _: self.withdrawn.emit(told),
            owner=self,
        )

    def _resume(self) -> None:
        for entries in _by_workflow(self._where(_has_version)):
            self.resume_requested.emit(entries[0].key)

    def _run_again(self) -> None:
        for entries in _by_workflow(self._where(_can_run_again)):
            self.run_again_requested.emit(tuple(one.key for one in entries))

    def _show_output(self, name: str) -> None:
        self.output_requested.emit(self._selected[0], name)

    def _show_queue(self) -> None:
        self.queue_requested.emit(self._where(_is_somewhere)[0].queue)

    def _show_files(self) -> None:
        JobFilesDialog(self._bridge, self._selected[0], self._widget).show()

    def _copy_ids(self) -> None:
        text = "\n".join(entry.job_id for entry in self._selected)
        QApplication.clipboard().setText(text)
        self.told.emit(_count("Copied the id of", self._selected))

    def _kill(self) -> None:
        self._act(KILL, self._where(_can_be_killed), self._bridge.book.kill)

    def _forget(self) -> None:
        self._act(FORGET, self._selected, self._bridge.book.forget)

    def _delete(self) -> None:
        self._act(DELETE, self._where(_can_be_deleted), self._bridge.book.delete_on_server)

    def _act(self, deed: Deed, entries: list[JobEntry], do: Callable[..., Any]) -> None:
        names = [(one.name, str(one.state.value)) for one in entries]
        if not entries or not confirm(self._widget, deed, names):
            return
        told = _count(deed.doing, entries)
        self.told.emit(told)
        keys = [entry.key for entry in entries]
        self._bridge.when_done(
            do(keys), lambda failures: self._tell_failures(told, failures), owner=self
        )

    def _tell_failures(self, told: str, failures: Mapping[JobKey, Exception]) -> None:
        self.withdrawn.emit(told)
        reasons = dict.fromkeys(str(one) for one in failures.values())
        if reasons:
            self._bridge.problem.emit("\n".join(reasons))


def _is_somewhere(entry: JobEntry) -> bool:
    return entry.place is not None


def _has_files(entry: JobEntry) -> bool:
    return entry.place is not None and entry.state is not JobBookState.DELETED


def _has_version(entry: JobEntry) -> bool:
    return entry.workflow is not None and isinstance(entry.workflow.version, int)


def _can_run_again(entry: JobEntry) -> bool:
    return _has_version(entry) and entry.place is not None and entry.is_over


def _can_be_killed(entry: JobEntry) -> bool:
    return entry.place is not None and not entry.is_over


def _can_be_deleted(entry: JobEntry) -> bool:
    return _has_files(entry) and entry.is_over


def _count(doing: str, entries: Sequence[JobEntry]) -> str:
    if len(entries) == 1:
        return f"{doing} {entries[0].name}"
    return f"{doing} {job_count(len(entries))}"


def _by_workflow(entries: Sequence[JobEntry]) -> list[list[JobEntry]]:
    """The jobs of each workflow."""
    found: dict[object, list[JobEntry]] = {}
    for entry in entries:
        if entry.workflow is not None:
            found.setdefault((entry.key.file, entry.workflow.version), []).append(entry)
    return list(found.values())
