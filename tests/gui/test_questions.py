"""Unknown and changed host keys: shown with type and SHA256, asked about once, a hard stop."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.engine import HostKeyUnknown
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.host_key_alarm import HostKeyAlarm
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions

from ..integration.sshd import Sshd, make_key
from .question_desk import TIMEOUT, Desk
from .windows import running_builder


@pytest.fixture
def ssh_directory(sshd: Sshd, tmp_path: Path) -> Path:
    """What somebody has who has a key for the server and never went there."""
    folder = tmp_path / "ssh"
    shutil.copytree(sshd.ssh_directory, folder)
    (folder / "known_hosts").unlink()
    return folder


@pytest.fixture
def desk(qtbot: QtBot, ssh_directory: Path) -> Iterator[Desk]:
    made = Desk(qtbot, ssh_directory)
    yield made
    made.end()


def fingerprint(path: Path) -> str:
    """The SHA256 of a public key, as OpenSSH prints it."""
    command = ["ssh-keygen", "-lf", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]


def test_a_key_accepted_once_counts_for_all_jobs_and_is_not_written(desk: Desk, sshd: Sshd) -> None:
    desk.answers.click("host_key_dialog", "host_key_once")
    assert desk.connect(sshd.destination, 4) == [None] * 4
    (seen,) = desk.answers.seen
    assert str(sshd.destination) in seen
    assert "ssh-ed25519" in seen
    assert fingerprint(sshd.host_key("ed25519").with_suffix(".pub")) in seen
    assert desk.known_hosts == ""
    desk.begin()
    desk.answers.click("host_key_dialog", "host_key_once")
    assert desk.connect(sshd.destination) == [None]
    assert desk.answers.is_done, "another session asks again"


def test_a_key_accepted_always_is_not_asked_about_in_the_next_session(
    desk: Desk, sshd: Sshd
) -> None:
    desk.answers.click("host_key_dialog", "host_key_always")
    assert desk.connect(sshd.destination, 3) == [None] * 3
    assert desk.known_hosts.startswith(f"[127.0.0.1]:{sshd.port} ssh-ed25519 ")
    assert desk.known_hosts.count("\n") == 1
    desk.begin()
    assert desk.connect(sshd.destination) == [None]


def test_a_refused_key_is_asked_about_again_only_when_the_user_tries_again(
    desk: Desk, sshd: Sshd
) -> None:
    desk.answers.click("host_key_dialog", "host_key_refuse")
    assert all(isinstance(one, HostKeyUnknown) for one in desk.connect(sshd.destination, 3))
    assert isinstance(desk.connect(sshd.destination)[0], HostKeyUnknown)
    assert desk.answers.is_done
    desk.sessions.try_again()
    desk.answers.click("host_key_dialog", "host_key_once")
    assert desk.connect(sshd.destination) == [None]


def test_escape_refuses(desk: Desk, sshd: Sshd) -> None:
    desk.answers.press("host_key_dialog", Qt.Key.Key_Escape)
    assert isinstance(desk.connect(sshd.destination)[0], HostKeyUnknown)
    assert desk.known_hosts == ""


def test_enter_does_not_accept_a_key(desk: Desk, sshd: Sshd) -> None:
    desk.answers.press("host_key_dialog", Qt.Key.Key_Return)
    assert isinstance(desk.connect(sshd.destination)[0], HostKeyUnknown)


def test_a_program_that_ends_is_held_up_by_no_question(desk: Desk, sshd: Sshd) -> None:
    def end(dialog: QDialog) -> None:
        desk.calls.close()
        dialog.close()

    desk.answers.do("host_key_dialog", end)
    (error,) = desk.connect(sshd.destination)
    assert isinstance(error, HostKeyUnknown)
    desk.sessions.try_again()
    (error,) = desk.connect(sshd.destination)
    assert isinstance(error, HostKeyUnknown), "nobody is asked any more"


# -- a changed or revoked key --------------------------------------------------------------------


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, ssh_directory: Path, sshd: Sshd
) -> Iterator[BuilderWindow]:
    """A window with a workflow that runs a job on the server."""
    with running_builder(qapp) as builder:
        start_sessions(SessionOptions(ssh_directory=ssh_directory))
        made = builder.new_window()
        qtbot.waitExposed(made)

        def build(editor: VistrailEditor) -> None:
            queue = editor.add("Queue").set("hostname", str(sshd.destination))
            job = editor.add("SubmitShellJob").set_script("source", "true\n")
            editor.connect(queue["queue"], job["queue"])

        made.document.edit("Built", build)
        yield made
        stop_sessions()


def run(window: BuilderWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        window.running.execute()


def find_alarm(window: BuilderWindow) -> HostKeyAlarm:
    (alarm,) = [one for one in window.findChildren(HostKeyAlarm) if one.isVisible()]
    return alarm


def texts(alarm: HostKeyAlarm) -> str:
    labels = [one.text() for one in alarm.findChildren(QLabel)]
    return "\n".join([*labels, *(one.text() for one in alarm.findChildren(QLineEdit))])


def other_key(folder: Path) -> str:
    return make_key(folder / "other").with_suffix(".pub").read_text().split(" test")[0]


def test_a_changed_key_is_a_hard_stop_that_says_which_line_and_what_to_do(
    window: BuilderWindow, qtbot: QtBot, sshd: Sshd, ssh_directory: Path, tmp_path: Path
) -> None:
    known = ssh_directory / "known_hosts"
    known.write_text(f"# mine\n[127.0.0.1]:{sshd.port} {other_key(tmp_path)}\n")
    before = known.read_text()
    run(window, qtbot)
    alarm = find_alarm(window)
    told = texts(alarm)
    assert fingerprint(sshd.host_key("ed25519").with_suffix(".pub")) in told
    assert "ssh-ed25519" in told
    assert f"remove line 2 from {known}" in told
    assert "administrator" in told
    names = {one.objectName() for one in alarm.findChildren(QPushButton)}
    assert names == {"alarm_copy", "alarm_close"}, "there is nothing to accept"
    assert known.read_text() == before
    qtbot.mouseClick(alarm.findChild(QPushButton, "alarm_copy"), Qt.MouseButton.LeftButton)
    assert str(known) in QApplication.clipboard().text()
    qtbot.mouseClick(alarm.findChild(QPushButton, "alarm_close"), Qt.MouseButton.LeftButton)
    run(window, qtbot)
    find_alarm(window).close()


def test_a_revoked_key_is_a_hard_stop_too(
    window: BuilderWindow, qtbot: QtBot, sshd: Sshd, ssh_directory: Path
) -> None:
    key = sshd.host_key("ed25519").with_suffix(".pub").read_text().split(" test")[0]
    known = ssh_directory / "known_hosts"
    known.write_text(f"@revoked [127.0.0.1]:{sshd.port} {key}\n")
    run(window, qtbot)
    told = texts(find_alarm(window))
    assert "revoked" in told
    assert str(known) in told
    assert "remove line" not in told


def test_other_errors_raise_no_alarm(window: BuilderWindow, qtbot: QtBot) -> None:
    run(window, qtbot)
    assert "host key is not known" in window.log.text()
    assert window.findChildren(HostKeyAlarm) == []
