"""What is asked on a terminal: host keys, passwords, codes; each once, and kept only if wished."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.command_line import CommandLine
from tests.integration.login_server import LoginServer
from tests.integration.sshd import Sshd, make_key
from tests.integration.terminal import Terminal
from vistrails_tej.cli.exit_codes import ExitCode

TRUST = "once, always or refuse:"


@pytest.fixture
def user(sshd: Sshd, tmp_path: Path) -> CommandLine:
    """Somebody with a key for the server who never went there."""
    home, folder = tmp_path / "home", tmp_path / "folder"
    home.mkdir()
    folder.mkdir()
    shutil.copytree(sshd.ssh_directory, home / ".ssh")
    (home / ".ssh" / "known_hosts").unlink()
    return CommandLine(home, folder)


def known_hosts(user: CommandLine) -> str:
    path = user.home / ".ssh" / "known_hosts"
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize(
    ("typed", "code", "kept"), [("once", 3, False), ("a", 3, True), ("refuse", 5, False)]
)
def test_a_new_host_key_is_shown_and_asked_about(
    sshd: Sshd, user: CommandLine, typed: str, code: int, kept: bool
) -> None:
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(sshd.host_key("ed25519").with_suffix(".pub"))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    with Terminal(user, "list", sshd.destination, "--queue", "~/none") as terminal:
        terminal.wait_for(TRUST)
        assert f"ssh-ed25519 {told.split()[1]}" in terminal.screen
        assert str(sshd.destination) in terminal.screen
        terminal.type("perhaps")
        terminal.wait_for(TRUST, times=2)
        terminal.type(typed)
        assert terminal.finish() == code
    assert (f"[127.0.0.1]:{sshd.port} ssh-ed25519" in known_hosts(user)) is kept


def test_a_key_accepted_once_counts_for_the_whole_command(sshd: Sshd, user: CommandLine) -> None:
    with Terminal(user, "doctor", sshd.destination) as terminal:
        terminal.answer([(TRUST, "once")])
        assert terminal.finish() == 0
        assert terminal.screen.count(TRUST) == 1
        assert "2 connections" in terminal.screen
    assert known_hosts(user) == ""


def test_a_changed_or_revoked_key_is_never_asked_about(
    sshd: Sshd, user: CommandLine, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    revoked = sshd.host_key("ed25519").with_suffix(".pub").read_text()
    for line, words in (
        (f"[127.0.0.1]:{sshd.port} {other}", "changed"),
        (f"@revoked * {revoked}", "revoked"),
    ):
        (user.home / ".ssh" / "known_hosts").write_text(line)
        with Terminal(user, "list", sshd.destination) as terminal:
            assert terminal.finish() == 5
            assert words in terminal.screen
            assert TRUST not in terminal.screen


def test_without_a_terminal_nothing_is_asked(sshd: Sshd, user: CommandLine) -> None:
    done = user("list", sshd.destination, code=5)
    assert "--accept-host-key" in done.stderr


def test_a_passphrase_is_asked_for_without_showing_it(sshd: Sshd, user: CommandLine) -> None:
    key = user.home / ".ssh" / "id_ed25519"
    change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", str(key)]
    subprocess.run(change, check=True, stdout=subprocess.DEVNULL)
    with Terminal(user, "doctor", sshd.destination) as terminal:
        terminal.answer([(TRUST, "once"), ("Passphrase for the key", "open sesame")])
        assert terminal.finish() == 0
        assert terminal.screen.count("Passphrase for the key") == 1
        assert "sesame" not in terminal.screen


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[tuple[CommandLine, LoginServer]]:
    """A server that wants passwords or codes, and somebody who knows its key."""
    home, folder = tmp_path / "asked", tmp_path / "work"
    home.mkdir()
    folder.mkdir()
    with LoginServer(home / ".ssh", ["password"]) as server:
        yield CommandLine(home, folder), server


def test_a_password_is_asked_for_and_a_wrong_one_sent_once(
    asking: tuple[CommandLine, LoginServer],
) -> None:
    user, server = asking
    with Terminal(user, "list", server.destination) as terminal:
        terminal.answer([("Password for me@127.0.0.1:", "hunter2")])
        assert terminal.finish() == 5
        assert "password (refused)" in terminal.screen
        assert "hunter2" not in terminal.screen
    assert server.connections == 1


def test_a_code_is_asked_for_as_the_server_says(asking: tuple[CommandLine, LoginServer]) -> None:
    user, server = asking
    server.steps = ("keyboard-interactive",)
    server.questions = (("Code for the door: ", True, "no such code"),)
    with Terminal(user, "list", server.destination) as terminal:
        terminal.wait_for("Code for the door:")
        assert "Instructions" in terminal.screen
        terminal.type("123456")
        assert terminal.finish() == 5
        assert "questions of the server (refused)" in terminal.screen


def test_ctrl_c_at_a_question_leaves_the_terminal_as_it_was(
    asking: tuple[CommandLine, LoginServer],
) -> None:
    user, server = asking
    with Terminal(user, "list", server.destination) as terminal:
        terminal.wait_for("Password for me@127.0.0.1:")
        assert not terminal.echoes
        terminal.interrupt()
        assert terminal.finish() == ExitCode.INTERRUPTED
        assert terminal.echoes
        assert "Traceback" not in terminal.screen


# The keyring


BACKEND = """
import json
import os
import pathlib
import keyring.backend
import keyring.errors


class FileKeyring(keyring.backend.KeyringBackend):
    priority = 1

    def _read(self):
        path = pathlib.Path(os.environ["TEST_KEYRING"])
        return json.loads(path.read_text()) if path.exists() else {}

    def _write(self, kept):
        pathlib.Path(os.environ["TEST_KEYRING"]).write_text(json.dumps(kept))

    def get_password(self, service, username):
        return self._read().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self._write({**self._read(), f"{service} {username}": password})

    def delete_password(self, service, username):
        kept = self._read()
        if kept.pop(f"{service} {username}", None) is None:
            raise keyring.errors.PasswordDeleteError("it is not there")
        self._write(kept)
"""


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """A keyring in a file, as environment variables."""
    folder = tmp_path / "backend"
    folder.mkdir()
    (folder / "file_keyring.py").write_text(BACKEND)
    return {
        "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[2])]),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
    }


def kept(keyring: dict[str, str]) -> str:
    path = Path(keyring["TEST_KEYRING"])
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize(("typed", "keeps"), [("yes", True), ("no", False)])
def test_a_password_that_proved_right_is_kept_if_wished(
    asking: tuple[CommandLine, LoginServer], keyring: dict[str, str], typed: str, keeps: bool
) -> None:
    user, server = asking
    arguments = ("--keyring", "list", server.destination)
    with Terminal(user, *arguments, environment=keyring) as terminal:
        terminal.answer([("Password for", server.password), ("in the keyring?", typed)])
        terminal.finish()
    assert (server.password in kept(keyring)) is keeps
    if keeps:
        with Terminal(user, *arguments, environment=keyring) as terminal:
            terminal.finish()
            assert "Password for" not in terminal.screen
        assert server.seen.count("password") == 2


def test_without_the_option_the_keyring_is_left_alone(
    asking: tuple[CommandLine, LoginServer], keyring: dict[str, str]
) -> None:
    user, server = asking
    with Terminal(user, "list", server.destination, environment=keyring) as terminal:
        terminal.answer([("Password for", server.password)])
        terminal.finish()
        assert "keyring" not in terminal.screen
    assert kept(keyring) == ""


def test_a_refused_password_leaves_the_keyring(
    asking: tuple[CommandLine, LoginServer], keyring: dict[str, str]
) -> None:
    user, server = asking
    account = f"me@127.0.0.1:{server.destination.port}"
    Path(keyring["TEST_KEYRING"]).write_text(f'{{"vistrails-tej {account}": "hunter2"}}')
    with Terminal(user, "--keyring", "list", server.destination, environment=keyring) as terminal:
        assert terminal.finish() == 5
        assert "password from the keyring (refused)" in terminal.screen
        assert "hunter2" not in terminal.screen
    assert "hunter2" not in kept(keyring)
