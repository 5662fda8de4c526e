"""The program at work on workflows whose jobs end when a gate is opened."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleEvent, ModuleState, VistrailEditor, VistrailJobs
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.ready_dialog import ReadyDialog
from vistrails_tej.modules.job_book import JobEntry
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

    def make(
        self,
        name: str,
        then: str = "true",
        *,
        is_saved: bool = True,
        destination: str = "",
        folder: Path | None = None,
    ) -> BuilderWindow:
        """A window with a workflow: a text, a job, and what the job printed."""
        window = self.new_window()
        self.add_version(window, name, then, destination=destination)
        if is_saved:
            self.save(window, (folder or self.folder) / f"{name}.vt")
        self.watch(window, name)
        return window

    def new_window(self) -> BuilderWindow:
        """A window where nothing was done yet."""
        window = self.builder.new_window()
        self.qtbot.waitExposed(window)
        return window

    def add_version(
        self, window: BuilderWindow, name: str, then: str = "true", *, destination: str = ""
    ) -> int:
        """Make a workflow of its own in the vistrail of a window; return its version."""
        gate = shlex.quote(str(self.gate(name)))
        script = f"until [ -e {gate} ]; do sleep 0.1; done\necho {name} is done\n{then}\n"

        def build(editor: VistrailEditor) -> None:
            host = editor.add("String", label="host")
            host.set("value", destination or self._destination)
            queue = editor.add("Queue").set("queue", self._queue)
            editor.connect(host["value"], queue["hostname"])
            job = editor.add("SubmitShellJob", label=name).set_script("source", script)
            editor.connect(queue["queue"], job["queue"])
            printed = editor.add("StandardOutput")
            editor.connect(job["stdout"], printed["value"])

        window.document.go_to(0)
        window.document.edit(f"Built {name}", build)
        if window.document.path is not None:
            self.save(window, window.document.path)
        self.ended.setdefault(name, {})
        return window.document.version

    def save(self, window: BuilderWindow, path: Path) -> None:
        """Save under this name, as the menu does."""
        path.parent.mkdir(exist_ok=True)
        window.document.save(path)
        window.saved.emit(path)

    def watch(self, window: BuilderWindow, name: str) -> None:
        """Note how modules end."""
        ended = self.ended.setdefault(name, {})

        def note(event: ModuleEvent) -> None:
            module = window.document.pipeline.modules[event.module_id]
            ended[module.name] = event.state

        window.running.controller.module_event.connect(note)

    def suspend(self, *windows: BuilderWindow) -> None:
        """Run until the job is there, then stop waiting for it."""
        before = len(self.states())
        for window in windows:
            self.run_until_waiting(window)
            self.stop(window)
        self.wait(lambda: len(self.states()) == before + len(windows))
        self.wait(lambda: self.states()[before:] == ["running"] * len(windows))
        for ended in self.ended.values():
            ended.clear()

    def run_until_waiting(self, window: BuilderWindow) -> None:
        """Execute, and wait until the run waits for its job."""
        with self.qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
            window.running.execute()

    def stop(self, window: BuilderWindow) -> None:
        """Let the run of a window stop."""
        with self.qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
            window.running.stop()

    def close(self, window: BuilderWindow) -> None:
        """Close a window, and wait until it is gone."""
        window.close()
        self.wait(lambda: window not in self.builder.windows)

    def entries(self) -> list[JobEntry]:
        """All jobs that the monitor shows."""
        return self.builder.jobs.bridge.book.entries()

    def entry(self, name: str) -> JobEntry:
        """One of them by the label of its module."""
        (found,) = [one for one in self.entries() if one.name == name]
        return found

    def states(self) -> list[str]:
        return [entry.state.value for entry in self.entries()]

    def uncollected(self, path: Path) -> list[str]:
        """The jobs on record in a file whose results no run has fetched."""
        return [one.name for one in VistrailJobs(path).monitor.jobs() if not one.finished]

    def open_gates(self) -> None:
        for name in self.ended:
            self.gate(name).touch()

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=TIMEOUT)

    @property
    def question(self) -> ReadyDialog | None:
        """The question whether workflows go on, if it is shown."""
        return self.builder.jobs.completion.dialog

    def wait_for_question(self) -> ReadyDialog:
        self.wait(lambda: self.question is not None and self.question.isVisible())
        assert self.question is not None
        return self.question

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


@contextmanager
def open_office(qapp: QApplication, sshd: Sshd, folder: Path, qtbot: QtBot) -> Iterator[Office]:
    """Begin to work; at the end all jobs end, too."""
    with running_builder(qapp) as builder:
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        builder.jobs.start()
        made = Office(builder, sshd, folder, qtbot)
        yield made
        made.open_gates()
        for window in builder.windows:
            window.running.controller.close(30)
        stop_sessions()
