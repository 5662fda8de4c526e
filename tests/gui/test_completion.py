"""When jobs end: news, one question for all that can go on, or going on without being asked."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSystemTrayIcon,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleEvent, ModuleState, VistrailEditor
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.ready_dialog import ReadyDialog
from vistrails_tej.modules.queue_reference import QueueReference, make_destination
from vistrails_tej.modules.sessions import (
    SessionOptions,
    current_sessions,
    start_sessions,
    stop_sessions,
)

from ..integration.sshd import Sshd
from .windows import running_builder, wait_until_open

TIMEOUT = 30_000


class Office:
    """The program, with workflows whose jobs end when their gate is opened."""

    def __init__(self, builder: Builder, sshd: Sshd, folder: Path, qtbot: QtBot) -> None:
        self.builder = builder
        self.qtbot = qtbot
        self.folder = folder
        self.ended: dict[str, dict[str, ModuleState]] = {}
        self._destination = str(sshd.destination)
        self._queue = f"~/queues/{folder.name}"

    def gate(self, name: str) -> Path:
        return self.folder / f"{name} gate"

    def make(self, name: str, then: str = "true") -> BuilderWindow:
        """A window with a saved workflow: a text, a job, and what the job printed."""
        window = self.builder.new_window()
        self.qtbot.waitExposed(window)
        gate = shlex.quote(str(self.gate(name)))
        script = f"until [ -e {gate} ]; do sleep 0.1; done\necho {name} is done\n{then}\n"

        def build(editor: VistrailEditor) -> None:
            host = editor.add("String", label="host").set("value", self._destination)
            queue = editor.add("Queue").set("queue", self._queue)
            editor.connect(host["value"], queue["hostname"])
            job = editor.add("SubmitShellJob", label=name).set_script("source", script)
            editor.connect(queue["queue"], job["queue"])
            printed = editor.add("StandardOutput")
            editor.connect(job["stdout"], printed["value"])

        window.document.edit("Built", build)
        window.document.save(self.folder / f"{name}.vt")
        window.saved.emit(window.document.path)
        self.watch(window, name)
        return window

    def watch(self, window: BuilderWindow, name: str) -> None:
        """Note how modules end."""
        ended = self.ended.setdefault(name, {})

        def note(event: ModuleEvent) -> None:
            module = window.document.pipeline.modules[event.module_id]
            ended[module.name] = event.state

        window.running.controller.module_event.connect(note)

    def suspend(self, *windows: BuilderWindow) -> None:
        """Run until the job is there, then stop waiting for it."""
        for window in windows:
            with self.qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
                window.running.execute()
            with self.qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
                window.running.stop()
        self.wait(lambda: self.states().count("running") == len(windows))
        for ended in self.ended.values():
            ended.clear()

    def states(self) -> list[str]:
        return [entry.state.value for entry in self.builder.jobs.bridge.book.entries()]

    def open_gates(self) -> None:
        for name in self.ended:
            self.gate(name).touch()

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=TIMEOUT)

    def wait_for_question(self) -> ReadyDialog:
        completion = self.builder.jobs.completion
        self.wait(lambda: completion.dialog is not None and completion.dialog.isVisible())
        assert completion.dialog is not None
        return completion.dialog

    def click(self, dialog: ReadyDialog, name: str) -> None:
        button = dialog.findChild(QPushButton, name)
        assert button is not None
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_for_end(self, *windows: BuilderWindow) -> None:
        self.wait(lambda: all("The run is done." in one.log.text() for one in windows))

    def attempts(self) -> list[int]:
        """How often each job on the server was started."""
        destination, _ = make_destination(self._destination)
        queue = current_sessions().queue(QueueReference(destination, self._queue))
        return [status.attempt for status in queue.statuses().values()]


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with running_builder(qapp) as builder:
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        builder.jobs.start()
        made = Office(builder, sshd, tmp_path, qtbot)
        yield made
        made.open_gates()
        for window in builder.windows:
            window.running.controller.close(30)
        stop_sessions()


def text(dialog: ReadyDialog) -> str:
    label = dialog.findChild(QLabel, "ready_text")
    assert label is not None
    return label.text()


def computed(ended: dict[str, ModuleState]) -> set[str]:
    """The modules that did something."""
    assert len(ended) == 4
    return {name for name, state in ended.items() if state is ModuleState.SUCCESS}


def rows(dialog: ReadyDialog) -> list[str]:
    found = dialog.findChild(QListWidget, "ready_list")
    assert found is not None
    return [found.item(row).text() for row in range(found.count())]


def test_two_workflows_that_finish_at_once_are_one_question_and_both_go_on(office: Office) -> None:
    one, other = office.make("one"), office.make("other")
    office.suspend(one, other)
    office.open_gates()
    dialog = office.wait_for_question()
    office.wait(lambda: len(dialog.ready) == 2)
    assert "these workflows have finished" in text(dialog)
    assert not dialog.isModal()
    assert [row.partition(",")[0] for row in sorted(rows(dialog))] == ["one.vt", "other.vt"]
    office.click(dialog, "ready_continue")
    office.wait_for_end(one, other)
    assert "one is done" in one.log.text()
    assert "other is done" in other.log.text()
    for ended in office.ended.values():
        assert computed(ended) == {"SubmitShellJob", "StandardOutput"}, "nothing before the job"
    assert office.attempts() == [1, 1]


def test_later_leaves_everything_as_it_is(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    dialog = office.wait_for_question()
    version = window.document.version
    assert text(dialog) == (
        f"Pending jobs in one.vt, version {version} have finished. Continue execution now?"
    )
    office.click(dialog, "ready_later")
    assert office.builder.jobs.completion.dialog is None
    assert not window.running.is_running
    assert office.ended["one"] == {}


def test_automatic_re_execution_asks_nothing(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    one, other = office.make("one"), office.make("other")
    office.suspend(one, other)
    office.open_gates()
    office.wait_for_end(one, other)
    assert office.builder.jobs.completion.dialog is None
    assert office.attempts() == [1, 1]


def test_from_now_on_without_asking_is_remembered(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    dialog = office.wait_for_question()
    box = dialog.findChild(QCheckBox, "ready_always")
    assert box is not None
    box.click()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert office.builder.jobs.checks.runs_on


def test_another_version_on_the_screen_is_not_replaced_unasked(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    window = office.make("one")
    office.suspend(window)
    version = window.document.version
    window.document.edit("Added module", lambda editor: editor.add("String"))
    office.open_gates()
    dialog = office.wait_for_question()
    assert window.document.version != version
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert window.document.version == version


def test_a_run_that_waits_itself_is_not_asked_about(office: Office) -> None:
    window = office.make("one")
    with office.qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        window.running.execute()
    office.wait(lambda: office.states() == ["running"])
    office.open_gates()
    office.wait_for_end(window)
    office.wait(lambda: office.states() == ["finished"])
    assert office.builder.jobs.completion.dialog is None


def test_a_file_that_is_opened_again_shows_its_job_and_goes_on_without_submitting(
    office: Office,
) -> None:
    first = office.make("one")
    office.suspend(first)
    path = first.document.path
    assert path is not None
    first.close()
    window = office.builder.new_window()
    office.builder.open(Wanted(path), window)
    wait_until_open(office.qtbot, window)
    office.watch(window, "one")
    office.wait(lambda: office.states() == ["running"])
    office.open_gates()
    dialog = office.wait_for_question()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert computed(office.ended["one"]) == {"SubmitShellJob", "StandardOutput"}
    assert office.attempts() == [1]


# -- news ----------------------------------------------------------------------------------------


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a desktop with a system tray shows."""
    shown: list[tuple[str, str]] = []

    def show(_icon: object, title: str, message: str, *_: object) -> None:
        shown.append((title, message))

    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", show)
    return shown


def test_who_works_elsewhere_is_told_by_the_desktop(
    office: Office, messages: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = office.make("one", "exit 3")
    office.suspend(window)
    monkeypatch.setattr(QApplication, "activeWindow", staticmethod(lambda: None))
    office.open_gates()
    office.wait(lambda: messages)
    ((title, message),) = messages
    assert title == "A job has ended"
    assert message.startswith("The job one of one.vt on 127.0.0.1")
    assert "failed with exit code 3" in message
    assert window.notice.text == ""


def test_without_a_tray_a_quiet_bar_tells_it(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    office.wait(lambda: window.notice.text)
    assert "The job one of one.vt" in window.notice.text
    close = window.notice.findChild(QToolButton, "notice_close")
    assert close is not None
    office.qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible()
