"""Passwords, passphrases and codes: asked for in one window, once, and kept only if wished."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QCheckBox, QDialog
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor
from vistrails_tej.engine import Destination, LoginFailed
from vistrails_tej.modules.keyring_store import KeyringStore
from vistrails_tej.modules.sessions import start_sessions, stop_sessions

from ..integration.login_server import LoginServer
from ..integration.password_server import PasswordServer
from ..integration.sshd import Sshd, make_key
from .question_desk import Desk
from .windows import running_builder

REFUSED = "not accepted"
KEEP = "answers_keep"


class MemoryKeyring(KeyringBackend):
    """A keyring that is forgotten at the end of a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("it is not there")


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PasswordServer]:
    with PasswordServer(tmp_path / "server") as started:
        yield started


@pytest.fixture
def desk(qtbot: QtBot, server: PasswordServer, tmp_path: Path) -> Iterator[Desk]:
    client = tmp_path / "client"
    client.mkdir()
    (client / "known_hosts").write_text(server.known_hosts)
    made = Desk(qtbot, client, use_default_keys=False)
    yield made
    made.end()


@pytest.fixture
def place(server: PasswordServer) -> Destination:
    return Destination("127.0.0.1", "me", server.port)


@pytest.mark.usefixtures("no_keyring")
def test_a_password_is_asked_for_once_for_many_queues(
    desk: Desk, server: PasswordServer, place: Destination
) -> None:
    boxes: list[bool] = []
    desk.answers.do("answers_dialog", lambda shown: boxes.append(is_keeping_offered(shown)))
    desk.answers.type_in("answers_dialog", server.password)
    assert desk.connect(place, 5) == [None] * 5
    assert "Password for me@127.0.0.1" in desk.answers.seen[0]
    assert boxes == [False], "there is no keyring here"
    assert server.password not in "".join(desk.answers.seen)


def is_keeping_offered(dialog: QDialog) -> bool:
    (box,) = dialog.findChildren(QCheckBox, KEEP)
    return box.isVisible()


@pytest.mark.usefixtures("no_keyring")
def test_cancel_is_an_answer_for_all_until_the_user_tries_again(
    desk: Desk, server: PasswordServer, place: Destination
) -> None:
    desk.answers.press("answers_dialog", Qt.Key.Key_Escape)
    assert all(isinstance(one, LoginFailed) for one in desk.connect(place, 3))
    assert isinstance(desk.connect(place)[0], LoginFailed)
    assert len(desk.answers.seen) == 1
    desk.sessions.try_again()
    desk.answers.type_in("answers_dialog", server.password)
    assert desk.connect(place) == [None]


@pytest.mark.usefixtures("no_keyring")
def test_a_wrong_password_is_told_and_can_be_corrected_at_the_next_try(
    desk: Desk, server: PasswordServer, place: Destination
) -> None:
    # This server takes a password in two ways, and asks for it in both.
    desk.answers.type_in("answers_dialog", "wrong")
    desk.answers.press("answers_dialog", Qt.Key.Key_Escape)
    assert isinstance(desk.connect(place)[0], LoginFailed)
    desk.sessions.try_again()
    desk.answers.type_in("answers_dialog", server.password)
    assert desk.connect(place) == [None]
    assert [REFUSED in one for one in desk.answers.seen] == [False, False, True]
    assert all("me" in one and "127.0.0.1" in one for one in desk.answers.seen)


# -- the keyring ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_wished", [True, False])
def test_the_keyring_keeps_a_password_only_if_the_box_is_ticked(
    desk: Desk,
    server: PasswordServer,
    place: Destination,
    memory: MemoryKeyring,
    is_wished: bool,
) -> None:
    desk.answers.type_in("answers_dialog", server.password, tick=KEEP if is_wished else "")
    assert desk.connect(place, 2) == [None] * 2
    assert list(memory.kept.values()) == [server.password] * is_wished
    desk.begin()
    if not is_wished:
        desk.answers.type_in("answers_dialog", server.password)
    assert desk.connect(place) == [None]
    assert desk.answers.is_done


def test_a_wrong_password_never_gets_into_the_keyring(
    desk: Desk, place: Destination, memory: MemoryKeyring
) -> None:
    desk.answers.type_in("answers_dialog", "wrong", tick=KEEP)
    desk.answers.press("answers_dialog", Qt.Key.Key_Escape)
    assert isinstance(desk.connect(place)[0], LoginFailed)
    assert memory.kept == {}


def test_a_password_of_the_keyring_that_is_refused_is_removed_and_asked_for(
    desk: Desk, server: PasswordServer, place: Destination, memory: MemoryKeyring
) -> None:
    memory.kept["vistrails-tej", f"me@127.0.0.1:{server.port}"] = "of last year"
    desk.answers.type_in("answers_dialog", server.password)
    assert desk.connect(place) == [None]
    assert memory.kept == {}


@pytest.mark.usefixtures("no_keyring")
def test_a_machine_without_a_keyring_is_told_apart() -> None:
    assert not KeyringStore(lambda _: None).is_usable


def test_a_machine_with_a_keyring_is_told_apart(memory: MemoryKeyring) -> None:
    assert KeyringStore(lambda _: None).is_usable


# -- codes and passphrases -----------------------------------------------------------------------


def test_two_questions_of_a_server_stand_in_one_window_and_are_asked_once(
    desk: Desk, tmp_path: Path
) -> None:
    with LoginServer(tmp_path / "codes", ["keyboard-interactive"]) as codes:
        shutil.copy(codes.ssh_directory / "known_hosts", desk.ssh_directory)
        desk.answers.type_in("answers_dialog", "open sesame", "123456", button="Log In")
        desk.connect(codes.destination, 3)
        (seen,) = desk.answers.seen
        assert "Instructions" in seen
        assert "Password:" in seen
        assert "Code:" in seen
        # It lets us in, and has nothing to offer then.
        assert "keyboard-interactive" in codes.seen
        assert not any(isinstance(one, LoginFailed) for one in desk.connect(codes.destination))


def test_the_passphrase_of_a_key_is_asked_for_once(
    qtbot: QtBot, sshd: Sshd, tmp_path: Path
) -> None:
    folder = tmp_path / "ssh"
    folder.mkdir()
    shutil.copy(sshd.ssh_directory / "known_hosts", folder)
    key = make_key(folder / "id_ed25519", passphrase="over the hills")
    before = sshd.authorized_keys.read_text()
    sshd.authorized_keys.write_text(before + key.with_suffix(".pub").read_text())
    desk = Desk(qtbot, folder)
    try:
        desk.answers.type_in("answers_dialog", "over the hills")
        assert desk.connect(sshd.destination, 4) == [None] * 4
        assert str(key) in desk.answers.seen[0]
    finally:
        desk.end()
        sshd.authorized_keys.write_text(before)


# -- in a window ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_keyring")
def test_a_run_that_failed_on_a_wrong_password_asks_again_when_run_again(
    desk: Desk, server: PasswordServer, qtbot: QtBot, qapp: QApplication
) -> None:
    with running_builder(qapp) as builder:
        start_sessions(desk.sessions.options)
        window = builder.new_window()
        qtbot.waitExposed(window)

        def build(editor: VistrailEditor) -> None:
            queue = editor.add("Queue").set("hostname", f"ssh://me@127.0.0.1:{server.port}")
            # Three jobs, and one question.
            for name in ("one", "two", "three"):
                script = f"echo this is {name}\n"
                job = editor.add("SubmitShellJob", label=name).set_script("source", script)
                printed = editor.add("StandardOutput")
                editor.connect(queue["queue"], job["queue"])
                editor.connect(job["stdout"], printed["value"])

        def run() -> None:
            with qtbot.waitSignal(window.running.controller.finished, timeout=60_000):
                window.running.execute()

        window.document.edit("Built", build)
        desk.answers.type_in("answers_dialog", "wrong")
        desk.answers.press("answers_dialog", Qt.Key.Key_Escape)
        run()
        assert "the login as me failed" in window.log.text()
        desk.answers.type_in("answers_dialog", server.password)
        run()
        assert "The run is done." in window.log.text()
        assert all(f"this is {name}" in window.log.text() for name in ("one", "two", "three"))
        assert len(desk.answers.seen) == 3
        stop_sessions()
