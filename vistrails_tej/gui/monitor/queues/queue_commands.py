"""QueueCommands: what can be done with the jobs of a queue that are selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QApplication, QWidget

from ....engine import JobId
from ....modules.job_book import JobKey, QueueFailures
from ....modules.queue_reference import QueueReference
from ...icons import icon
from ...theme import Theme
from ..book_bridge import BookBridge
from ..job_count import job_count
from ..questions import DELETE, KILL, Deed, confirm
from .queue_jobs_model import QueueJob


@dataclass(frozen=True, slots=True)
class _Look:
    text: str
    icon: str
    tip: str
    keys: str = ""


_LOOKS = {
    "adopt": _Look(
        "&Adopt", "adopt", "Put the selected jobs on record here, so that the monitor shows them"
    ),
    "copy_id": _Look("Copy Job &Id", "copy", "Put the ids on the clipboard", "Ctrl+C"),
    "kill": _Look("&Kill…", "stop", "End the selected jobs on the server"),
    "delete": _Look(
        "&Delete…", "delete-on-server", "Remove selected jobs that have ended, with their files"
    ),
}
COMMANDS = tuple(_LOOKS)


class QueueCommands(QObject):
    """The actions; ``set_selection`` turns on those that make sense.

    ``told`` carries a sentence, ``withdrawn`` one that was told and is not so any more;
    ``changed`` carries the queue that is not as it was, and what could not be done, or nothing;
    ``adopted`` the keys of the new records.
    """

    told = pyqtSignal(str)
    withdrawn = pyqtSignal(str)
    changed = pyqtSignal(object, str)
    adopted = pyqtSignal(object)

    def __init__(self, bridge: BookBridge, theme: Theme, widget: QWidget) -> None:
        super().__init__(widget)
        self._bridge = bridge
        self._widget = widget
        self._queue: QueueReference | None = None
        self._selected: list[QueueJob] = []
        slots: dict[str, Callable[[], object]] = {
            "adopt": self._adopt,
            "copy_id": self._copy_ids,
            "kill": self._kill,
            "delete": self._delete,
        }
        self._actions = {name: self._make(name, slots[name]) for name in COMMANDS}
        self.set_theme(theme)
        self.set_selection(None, [])

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in other colours."""
        for name, action in self._actions.items():
            action.setIcon(icon(_LOOKS[name].icon, theme))

    def set_selection(self, queue: QueueReference | None, jobs: Sequence[QueueJob]) -> None:
        """Work on these jobs of this queue from now on."""
        self._queue, self._selected = queue, list(jobs)
        possible = {
            "adopt": any(not one.recorded for one in jobs),
            "copy_id": bool(jobs),
            "kill": any(not one.state.is_over for one in jobs),
            "delete": any(one.state.is_over for one in jobs),
        }
        for name, is_possible in possible.items():
            self._actions[name].setEnabled(is_possible)

    def serve(self, jobs: QWidget) -> None:
        """Have the keys of the actions work where the jobs are listed."""
        jobs.addActions(list(self._actions.values()))

    # -- inside ------------------------------------------------------------------------------

    def _make(self, name: str, slot: Callable[[], object]) -> QAction:
        look = _LOOKS[name]
        action = QAction(look.text, self._widget)
        action.setObjectName(f"queue_{name}")
        action.setIconText(look.text.replace("&", "").removesuffix("…"))
        action.setToolTip(look.tip)
        if look.keys:
            action.setShortcut(QKeySequence(look.keys))
            # Only in the list: elsewhere these keys copy text.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setToolTip(f"{look.tip} ({look.keys})")
        action.triggered.connect(lambda _checked=False: slot())
        self._widget.addAction(action)
        return action

    def _adopt(self) -> None:
        jobs = [one.status for one in self._selected if not one.recorded]
        if self._queue is None or not jobs:
            return
        self.told.emit(f"Adopting {job_count(len(jobs))}")
        future = self._bridge.book.adopt(self._queue, jobs)
        self._bridge.when_done(future, self._tell_adopted, self.told.emit, owner=self)

    def _tell_adopted(self, keys: Sequence[JobKey]) -> None:
        self.told.emit(f"Adopted {job_count(len(keys))}: the job monitor shows them now.")
        self.adopted.emit(keys)

    def _copy_ids(self) -> None:
        ids = [str(one.status.job_id) for one in self._selected]
        QApplication.clipboard().setText("\n".join(ids))
        self.told.emit(f"Copied the id of {job_count(len(ids))}")

    def _kill(self) -> None:
        jobs = [one for one in self._selected if not one.state.is_over]
        self._act(KILL, jobs, self._bridge.book.kill_server_jobs)

    def _delete(self) -> None:
        jobs = [one for one in self._selected if one.state.is_over]
        self._act(DELETE, jobs, self._bridge.book.delete_server_jobs)

    def _act(
        self,
        deed: Deed,
        jobs: Sequence[QueueJob],
        do: Callable[[QueueReference, Sequence[JobId]], Future[QueueFailures]],
    ) -> None:
        queue = self._queue
        names = [(str(one.status.job_id), one.state.value) for one in jobs]
        if queue is None or not jobs or not confirm(self._widget, deed, names):
            return
        told = f"{deed.doing} {job_count(len(jobs))}"
        self.told.emit(told)

        def done(failures: QueueFailures) -> None:
            self.withdrawn.emit(told)
            self.changed.emit(queue, reasons(failures))

        future = do(queue, [one.status.job_id for one in jobs])
        self._bridge.when_done(future, done, self.told.emit, owner=self)


def reasons(failures: QueueFailures) -> str:
    """Why something could not be done to some jobs, each reason once; blank if it could."""
    return "\n".join(dict.fromkeys(str(one) for one in failures.values()))
