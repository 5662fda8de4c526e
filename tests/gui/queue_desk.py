"""A user before the window of a queue on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5 import sip
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.gui.monitor.queues.cleanup_dialog import CleanupDialog
from vistrails_tej.gui.monitor.queues.queue_jobs_model import QueueColumn, QueueJobKind
from vistrails_tej.gui.monitor.queues.queue_window import QueueWindow
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.queue_reference import QueueReference

from ..integration.sshd import Sshd
from .dialogs import Answers
from .job_desk import TIMEOUT, JobDesk


class Page:
    """A user before the window of a queue with three jobs; one of them is on record here."""

    def __init__(self, desk: JobDesk, qtbot: QtBot) -> None:
        self.desk, self._qtbot = desk, qtbot
        self.answers = Answers(desk.view)
        desk.submit("known")
        self.remote = desk.sessions.queue(desk.queue)
        for name, script in (("stranger", desk.go), ("ended", Path("/"))):
            source = desk.folder / f"source {name}"
            source.mkdir()
            (source / "start.sh").write_text(f"until [ -e '{script}' ]; do sleep 0.1; done\n")
            self.remote.submit(name, source)
        wait_until(lambda: self.remote.status("ended").is_over)
        desk.wait_for(known="running")
        self.window = QueueWindow(desk.bridge, LIGHT)
        self.window.show()

    def look(self, queue: QueueReference | None = None) -> None:
        """Choose a queue, and wait for what its server says."""
        with self._qtbot.waitSignal(self.window.page.busy, check_params_cb=lambda is_busy: True):
            self.window.show_queue(queue or self.desk.queue)
        self.settle()

    def settle(self) -> None:
        """Wait until the server is not being asked."""
        button = self.child(QPushButton, "queue_look")
        self.wait(button.isEnabled)

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=TIMEOUT)

    def child(self, kind: type, name: str) -> QWidget:
        found = self.window.findChild(kind, name)
        assert isinstance(found, QWidget), name
        return found

    def text(self, name: str) -> str:
        label = self.child(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    def click(self, name: str) -> None:
        button = self.child(QPushButton, name)
        assert isinstance(button, QPushButton)
        self.wait(lambda: button.isEnabled() and button.isVisible())
        # By itself: on a page that came just now a mouse may not find its place yet.
        button.click()

    def rows(self, column: int = QueueColumn.JOB) -> list[str]:
        model = self.window.page.model
        return sorted(model.index(row, column).data() for row in range(model.rowCount()))

    def show(self, kind: QueueJobKind) -> None:
        combo = self.child(QComboBox, "queue_kind")
        assert isinstance(combo, QComboBox)
        combo.setCurrentIndex(list(QueueJobKind).index(kind))

    def select(self, *names: str) -> None:
        table = self.window.page.table
        table.clearSelection()
        for row, job in enumerate(self.window.page.model.shown):
            if job.status.job_id in names:
                selection = table.selectionModel()
                selection.select(
                    self.window.page.model.index(row, 0), selection.Select | selection.Rows
                )

    def trigger(self, name: str) -> None:
        action = self.window.page.commands[name]
        assert action.isEnabled(), name
        action.trigger()

    def copied(self) -> str:
        """What Ctrl+C puts on the clipboard."""
        QApplication.clipboard().clear()
        QTest.keyClick(
            self.window.windowHandle(), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier
        )
        self.wait(QApplication.clipboard().text)
        return QApplication.clipboard().text()

    def clean_up(self) -> CleanupDialog:
        """Ask for a clean-up, and wait for its preview."""
        self.click("queue_clean_up")
        self.wait(lambda: isinstance(QApplication.activeModalWidget(), CleanupDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, CleanupDialog)
        return dialog


def choose(dialog: CleanupDialog, choice: str) -> dict[str, str]:
    """Choose how much goes; return what the preview then says of each job."""
    button = dialog.findChild(QRadioButton, f"cleanup_{choice}")
    assert button is not None
    assert button.isEnabled()
    button.click()
    jobs = dialog.findChild(QTreeWidget, "cleanup_jobs")
    assert jobs is not None
    items = [jobs.topLevelItem(row) for row in range(jobs.topLevelItemCount())]
    return {one.text(0): one.text(3) for one in items if one is not None}


@pytest.fixture
def page(
    sshd: Sshd,
    tmp_path: Path,
    unique: str,
    qtbot: QtBot,
    own_settings: Path,
) -> Iterator[Page]:
    desk = JobDesk(sshd, tmp_path, unique, qtbot)
    page = Page(desk, qtbot)
    yield page
    if not sip.isdeleted(page.window):
        page.window.close()
    desk.close()
