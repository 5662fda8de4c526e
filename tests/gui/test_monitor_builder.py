"""Jobs in the builder: they come as a run waits, and are gone on with, or run again, from there."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.vistrails import wait_for_file
from vistrails_tej.dataflow import VistrailEditor, VistrailJobs
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.host_key_alarm import HostKeyAlarm
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.modules.job_book import JobEntry, JobStore
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions

from ..integration.sshd import Sshd, make_key
from .dialogs import Answers
from .windows import running_builder, wait_until_open

TIMEOUT = 60_000
LEGACY = Path(__file__).parents[1] / "data" / "vt"


class Lab:
    """A builder whose workflows run one job, which ends once the file ``go`` is there."""

    def __init__(self, builder: Builder, qtbot: QtBot, sshd: Sshd, folder: Path) -> None:
        self.builder, self._qtbot, self._sshd, self.folder = builder, qtbot, sshd, folder
        self.go = folder / "go"
        self.path = folder / "waits.vt"
        builder.jobs.checks.set_interval(1.0)

    def window(self) -> BuilderWindow:
        """An empty window."""
        window = self.builder.new_window()
        self._qtbot.waitExposed(window)
        return window

    def built(self, then: str = "echo done", *, is_saved: bool = True) -> BuilderWindow:
        """A window with a workflow, in its file if that is wished."""

        def build(editor: VistrailEditor) -> None:
            queue = editor.add("Queue").set("hostname", str(self._sshd.destination))
            queue.set("queue", f"~/queues/{self.folder.name}")
            job = editor.add("SubmitShellJob").set_script("source", wait_for_file(self.go, then))
            editor.connect(queue["queue"], job["queue"])

        window = self.window()
        window.document.edit("Built", build)
        if is_saved:
            window.document.save(self.path)
        return window

    def run_until_waiting(self, window: BuilderWindow) -> None:
        with self._qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
            window.running.execute()

    def stop(self, window: BuilderWindow) -> None:
        with self._qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
            window.running.stop()

    def wait_for(self, view: MonitorView, *states: str) -> list[JobEntry]:
        """Wait until a view shows jobs in these states."""

        def shown() -> list[str]:
            return [str(one.state.value) for one in view.model.entries]

        self._qtbot.waitUntil(lambda: shown() == list(states), timeout=TIMEOUT)
        return list(view.model.entries)


@pytest.fixture
def lab(qapp: QApplication, qtbot: QtBot, sshd: Sshd, tmp_path: Path) -> Iterator[Lab]:
    with running_builder(qapp) as builder:
        lab = Lab(builder, qtbot, sshd, tmp_path)
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        yield lab
        lab.go.touch()
        for window in builder.windows:
            window.running.controller.stop()
        qtbot.waitUntil(
            lambda: not any(one.running.is_running for one in builder.windows), timeout=TIMEOUT
        )
    stop_sessions()


def view_of(window: BuilderWindow) -> MonitorView:
    found = window.docks["jobs"].widget()
    assert isinstance(found, MonitorView)
    return found


def is_seen(window: BuilderWindow) -> bool:
    """Docks behind others count as shown."""
    return not view_of(window).visibleRegion().isEmpty()


def test_the_dock_comes_with_the_job_when_a_run_waits(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built()
    assert not is_seen(window)
    lab.run_until_waiting(window)
    qtbot.waitUntil(lambda: is_seen(window), timeout=TIMEOUT)
    lab.wait_for(view_of(window), "running")
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        lab.go.touch()
    lab.wait_for(view_of(window), "finished")


def test_a_suspended_workflow_is_resumed_and_submits_nothing_again(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built()
    lab.run_until_waiting(window)
    lab.stop(window)
    (entry,) = lab.wait_for(view_of(window), "running")
    version = window.document.version
    window.document.edit("Changed", lambda editor: editor.add("String"))
    view = view_of(window)
    view.select_job(entry.key)
    with qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        view.commands["resume"].trigger()
    assert window.document.version == version
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        lab.go.touch()
    (entry,) = lab.wait_for(view, "finished")
    assert entry.status is not None
    assert entry.status.attempt <= 1


def test_a_job_is_resumed_from_a_file_that_is_not_open(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built()
    lab.run_until_waiting(window)
    lab.stop(window)
    window.close()
    other = lab.window()
    (entry,) = lab.wait_for(view_of(other), "running")
    lab.builder.jobs.resume(entry.key)
    qtbot.waitUntil(lambda: other.running.is_running, timeout=TIMEOUT)
    assert other.document.path == lab.path
    with qtbot.waitSignal(other.running.controller.finished, timeout=TIMEOUT):
        lab.go.touch()


def test_a_job_that_failed_is_run_again_as_a_new_attempt(lab: Lab, qtbot: QtBot) -> None:
    mended = lab.folder / "mended"
    lab.go.touch()
    window = lab.built(f"test -e '{mended}'")
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        window.running.execute()
    (entry,) = lab.wait_for(view_of(window), "failed")
    mended.touch()
    view = view_of(window)
    view.select_job(entry.key)
    qtbot.waitUntil(view.commands["run_again"].isEnabled, timeout=TIMEOUT)
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        view.commands["run_again"].trigger()
    (entry,) = lab.wait_for(view, "finished")
    assert entry.status is not None
    assert entry.status.attempt > 1
    # Once is enough: the next run takes what is there.
    attempt = entry.status.attempt
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        window.running.execute()
    view.check_all()
    (entry,) = lab.wait_for(view, "finished")
    assert entry.status is not None
    assert entry.status.attempt == attempt


def test_a_job_that_a_reboot_took_is_told_as_lost_and_run_again(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built()
    lab.run_until_waiting(window)
    lab.stop(window)
    (entry,) = lab.wait_for(view_of(window), "running")
    assert entry.status is not None
    # What a server finds in the records of its jobs after it was started again.
    started = Path(entry.status.directory).parent / ".vt" / "attempt-1" / "started"
    host, _boot, pid, *rest = started.read_text().split()
    os.kill(int(pid), signal.SIGKILL)
    started.write_text(" ".join([host, "another-boot-id", pid, *rest]) + "\n")
    view = view_of(window)
    (entry,) = lab.wait_for(view, "lost")
    assert entry.exit_code is None
    view.select_job(entry.key)
    qtbot.waitUntil(view.commands["run_again"].isEnabled, timeout=TIMEOUT)
    with qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        view.commands["run_again"].trigger()
    lab.wait_for(view, "running")
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        lab.go.touch()
    (entry,) = lab.wait_for(view, "finished")
    assert entry.status is not None
    assert entry.status.attempt == 2


def test_a_broken_record_is_shown_and_can_be_forgotten(lab: Lab, qtbot: QtBot) -> None:
    """VisTrails 2.2 leaves a finished record with no parameters where a job was lost."""
    path = Path(shutil.copy(LEGACY / "B_done.vt", lab.folder))
    jobs = VistrailJobs(path)
    records = json.loads(jobs.monitor.serialize())
    for record in (
        records["jobs"].values() if isinstance(records["jobs"], dict) else records["jobs"]
    ):
        record["parameters"] = {}
    jobs.monitor.unserialize(json.dumps(records))
    jobs.save()
    window = lab.window()
    lab.builder.open(Wanted(path), window)
    wait_until_open(qtbot, window)
    view = view_of(window)
    (entry,) = lab.wait_for(view, "broken record")
    assert "Forget it" in entry.problem
    view.select_job(entry.key)
    for name in ("check", "kill", "delete", "output", "run_again"):
        assert not view.commands[name].isEnabled(), name
    answers = Answers(window)
    answers.click("forget_dialog", "forget_dialog_do")
    view.commands["forget"].trigger()
    lab.wait_for(view)
    assert VistrailJobs(path).monitor.jobs() == []


def test_a_key_that_changed_while_the_monitor_follows_a_job_is_a_hard_stop(
    lab: Lab, qtbot: QtBot, sshd: Sshd
) -> None:
    window = lab.built()
    lab.run_until_waiting(window)
    lab.stop(window)
    lab.wait_for(view_of(window), "running")
    ssh = shutil.copytree(sshd.ssh_directory, lab.folder / "ssh")
    key = make_key(lab.folder / "other").with_suffix(".pub").read_text().split(" test")[0]
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {key}\n")
    # The connection has to be made anew.
    start_sessions(SessionOptions(ssh_directory=ssh))
    monitor = lab.builder.jobs.show_window()
    monitor.view.check_all()

    def alarms() -> list[HostKeyAlarm]:
        return [one for one in window.findChildren(HostKeyAlarm) if one.isVisible()]

    qtbot.waitUntil(lambda: len(alarms()) == 1, timeout=TIMEOUT)
    (entry,) = monitor.view.model.entries
    assert entry.state.value == "running"
    assert "has changed" in alarms()[0].text()
    # Nobody goes on asking; whoever wants to know is told again.
    alarms()[0].close()
    monitor.view.check_all()
    qtbot.waitUntil(lambda: len(alarms()) == 1, timeout=TIMEOUT)
    alarms()[0].close()
    monitor.close()
    start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))


def test_open_pipeline_shows_the_version_of_the_job(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built()
    lab.run_until_waiting(window)
    lab.stop(window)
    (entry,) = lab.wait_for(view_of(window), "running")
    version = window.document.version
    window.document.edit("Changed", lambda editor: editor.add("String"))
    window.views.show_history()
    monitor = lab.builder.jobs.show_window()
    qtbot.addWidget(monitor)
    monitor.view.select_job(entry.key)
    monitor.view.tree.opened.emit()
    qtbot.waitUntil(lambda: window.document.version == version, timeout=TIMEOUT)
    assert window.views.tabs.currentWidget() is window.views.canvas
    monitor.close()


def test_jobs_of_a_vistrail_that_is_saved_later_are_shown_once(lab: Lab, qtbot: QtBot) -> None:
    window = lab.built(is_saved=False)
    lab.run_until_waiting(window)
    (entry,) = lab.wait_for(view_of(window), "running")
    lab.stop(window)
    window.document.save(lab.path)
    lab.run_until_waiting(window)
    view = view_of(window)

    def files() -> list[Path]:
        return [one.key.file for one in view.model.entries]

    assert entry.key.file != lab.path
    qtbot.waitUntil(lambda: files() == [lab.path], timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("name", "expected"), [("B_suspended.vt", "unknown"), ("B_done.vt", "finished")]
)
def test_files_of_vistrails_show_their_jobs(
    lab: Lab, qtbot: QtBot, name: str, expected: str
) -> None:
    path = Path(shutil.copy(LEGACY / name, lab.folder))
    lab.builder.jobs.checks.set_paused(True)
    window = lab.window()
    lab.builder.open(Wanted(path), window)
    wait_until_open(qtbot, window)
    (entry,) = lab.wait_for(view_of(window), expected)
    assert entry.workflow is not None
    assert [one.id for one in VistrailJobs(path).monitor.jobs()] == [entry.key.signature]
    assert path in JobStore().files()
