"""The *Running Job* dialog beside a run on a real server: asking at once, leaving, suspending."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QApplication,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QTreeView,
)
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.engine import JobStatus
from vistrails_tej.engine.watch_pace import WatchPace
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.running_dialog import RunningJobDialog
from vistrails_tej.modules.queue_reference import QueueReference, make_destination
from vistrails_tej.modules.sessions import (
    SessionOptions,
    current_sessions,
    start_sessions,
    stop_sessions,
)

from ..integration.sshd import Sshd
from .windows import running_builder

TIMEOUT = 30_000


@pytest.fixture
def builder(qapp: QApplication, sshd: Sshd) -> Iterator[Builder]:
    with running_builder(qapp) as made:
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        yield made
        stop_sessions()


class Work:
    """A window whose workflow has two jobs, each of which ends when its file is there."""

    def __init__(self, window: BuilderWindow, sshd: Sshd, folder: Path, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.gates = [folder / "first", folder / "second"]
        self._queue = f"~/queues/{folder.name}"
        self._destination = str(sshd.destination)
        window.document.edit("Built", self._build)

    @property
    def dialog(self) -> RunningJobDialog:
        return self.window.running.waiting.dialog

    @property
    def sign(self) -> QToolButton:
        return find(self.window, QToolButton, "status_waiting")

    def start(self) -> None:
        self.window.actions_by_name["execute"].trigger()
        self.qtbot.waitUntil(self.dialog.isVisible, timeout=TIMEOUT)
        self.wait_for_state("running", 2)

    def wait_for_state(self, word: str, count: int) -> None:
        def is_there() -> bool:
            return sum(word in row[1] for row in self.rows()) == count

        self.qtbot.waitUntil(is_there, timeout=TIMEOUT)

    def rows(self) -> list[Sequence[str]]:
        model = find(self.dialog, QTreeView, "running_jobs").model()
        rows = range(model.rowCount())
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in rows
        ]

    def click(self, name: str) -> None:
        button = find(self.dialog, QPushButton, name)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def statuses(self) -> list[JobStatus]:
        """What the server knows of the jobs."""
        destination, _ = make_destination(self._destination)
        queue = current_sessions().queue(QueueReference(destination, self._queue))
        return list(queue.statuses().values())

    def finish(self) -> None:
        with self.qtbot.waitSignal(self.window.running.controller.finished, timeout=TIMEOUT):
            for gate in self.gates:
                gate.touch()

    def _build(self, editor: VistrailEditor) -> None:
        queue = editor.add("Queue").set("hostname", self._destination).set("queue", self._queue)
        for gate in self.gates:
            script = f"until [ -e {shlex.quote(str(gate))} ]; do sleep 0.1; done\n"
            job = editor.add("SubmitShellJob", label=gate.name).set_script("source", script)
            editor.connect(queue["queue"], job["queue"])


def find(parent: object, kind: type, name: str) -> object:
    found = parent.findChild(kind, name)
    assert found is not None
    return found


@pytest.fixture
def work(builder: Builder, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Work]:
    window = builder.new_window()
    qtbot.waitExposed(window)
    made = Work(window, sshd, tmp_path, qtbot)
    yield made
    for gate in made.gates:
        gate.touch()
    if window.running.is_running:
        with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
            window.running.stop()


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers are asked once, and then after minutes unless somebody wants to know."""
    monkeypatch.setattr(WatchPace, "after_answer", lambda self, *, changed: 600.0)


def test_all_jobs_are_told_with_server_start_and_last_check(work: Work, sshd: Sshd) -> None:
    work.start()
    rows = work.rows()
    assert sorted(row[0] for row in rows) == ["first", "second"]
    for _name, state, server, started, checked in rows:
        assert state.startswith("running")
        assert server == f"127.0.0.1:{sshd.port}"
        assert ":" in started
        assert checked == "just now"
    assert "2 jobs" in find(work.dialog, QLabel, "running_heading").text()
    assert work.sign.text() == "Waiting for 2 jobs"
    work.gates[0].touch()
    bar = find(work.dialog, QProgressBar, "running_progress")
    work.qtbot.waitUntil(lambda: bar.text() == "1 of 2 jobs ended", timeout=TIMEOUT)
    assert work.window.running.is_running
    work.finish()
    assert not work.dialog.isVisible()
    assert not work.sign.isVisible()


def has_run_to_its_end(work: Work) -> bool:
    """Whether the last run knew what became of all of its jobs."""
    return work.window.running.has_seen(work.window.document.version, 0.0)


@pytest.mark.usefixtures("seldom")
def test_check_now_asks_at_once(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    work.window.actions_by_name["execute"].trigger()
    work.qtbot.waitUntil(work.dialog.isVisible, timeout=TIMEOUT)
    work.qtbot.waitUntil(lambda: all(row[4] == "just now" for row in work.rows()), timeout=TIMEOUT)
    work.gates[0].touch()
    (work.gates[0].parent / "second").touch()

    def check() -> bool:
        button = find(work.dialog, QPushButton, "running_check")
        if button.isEnabled():
            work.click("running_check")
        return not work.window.running.is_running

    # A job may end a moment after it was looked at: that is why it is asked more than once.
    work.qtbot.waitUntil(check, timeout=TIMEOUT)
    assert has_run_to_its_end(work)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    assert not has_run_to_its_end(work), "nobody can tell after the clock was set back"


def test_while_checking_is_off_only_check_now_asks(work: Work, builder: Builder) -> None:
    builder.jobs.checks.set_interval(None)
    work.window.actions_by_name["execute"].trigger()
    work.qtbot.waitUntil(work.dialog.isVisible, timeout=TIMEOUT)
    work.qtbot.waitUntil(lambda: all(row[4] == "just now" for row in work.rows()), timeout=TIMEOUT)
    hint = find(work.dialog, QLabel, "running_hint")
    assert "only Check Now asks" in hint.text()
    work.gates[0].touch()
    work.gates[1].touch()
    wait_until(lambda: {one.exit_code for one in work.statuses()} == {0})
    work.click("running_check")
    work.qtbot.waitUntil(lambda: not work.window.running.is_running, timeout=TIMEOUT)
    assert "The run is done." in work.window.log.text()


def test_closing_the_dialog_keeps_waiting_and_the_sign_brings_it_back(work: Work) -> None:
    work.start()
    work.qtbot.keyClick(work.dialog, Qt.Key.Key_Escape)
    assert not work.dialog.isVisible()
    assert work.window.running.is_running
    assert not work.window.running.controller.is_stopping
    work.qtbot.mouseClick(work.sign, Qt.MouseButton.LeftButton)
    assert work.dialog.isVisible()
    work.click("running_leave")
    assert not work.dialog.isVisible()
    work.gates[0].touch()
    work.qtbot.waitUntil(lambda: work.sign.text() == "Waiting for 1 job", timeout=TIMEOUT)
    assert not work.dialog.isVisible(), "it does not come back by itself"
    work.finish()
    assert "The run is done." in work.window.log.text()


def test_cancel_suspends_and_the_next_run_takes_the_jobs_up(work: Work, sshd: Sshd) -> None:
    work.start()
    with work.qtbot.waitSignal(work.window.running.controller.finished, timeout=TIMEOUT):
        work.click("running_cancel")
    assert not work.dialog.isVisible()
    assert not has_run_to_its_end(work)
    work.start()
    work.finish()
    assert [one.attempt for one in work.statuses()] == [1, 1]
    assert "The run is done." in work.window.log.text()


def test_the_window_can_be_used_while_the_dialog_is_there(work: Work) -> None:
    work.start()
    assert not work.dialog.isModal()
    count = len(work.window.document.pipeline.modules)
    work.window.document.edit("Added module", lambda editor: editor.add("String"))
    assert len(work.window.document.pipeline.modules) == count + 1
    assert work.window.running.is_running
    work.finish()
