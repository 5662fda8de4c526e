"""Logins that go another way than most: many keys, odd agents, questions without a question."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.agent import running_agent
from tests.integration.login_server import LoginServer
from tests.integration.sshd import Sshd, make_key
from tests.integration.test_logins import RIGHT, Kept, asking, connect, refusal
from vistrails_tej.engine.errors import DeadlinePassed
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection

# Questions


def test_a_server_that_asks_nothing_is_answered_with_nothing(tmp_path: Path) -> None:
    login = Login(ask_answers=lambda *_: pytest.fail("asked for nothing"))
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        server.questions = ()
        with connect(server, login) as ssh:
            assert ssh.is_open


def test_a_code_is_asked_for_like_a_password_but_not_kept(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking(["123456", "123456", None], asked))
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        server.questions = (("Code: ", False, "123456"),)
        for _ in range(2):
            with connect(server, login) as ssh:
                assert ssh.facts.login == "questions of the server"
        assert "questions of the server (not given)" in refusal(server, login)
    assert asked == ["Code: "] * 3


def test_several_questions_are_not_answered_with_one_password(tmp_path: Path) -> None:
    login = Login(ask_password=lambda prompt: pytest.fail(prompt))
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        assert "questions of the server (not given)" in refusal(server, login)


def test_an_empty_store_and_nobody_to_ask_is_no_password(tmp_path: Path) -> None:
    store = Kept(None)
    with LoginServer(tmp_path / "s", ["password"]) as server:
        assert "password (not given)" in refusal(server, Login(password_store=store))
        assert "password" not in server.seen
    assert store.told == []


# Keys


@pytest.mark.parametrize(("password", "tries"), [(None, 6), (RIGHT, 4)])
def test_a_server_is_not_shown_all_keys_there_are(
    tmp_path: Path, password: str | None, tries: int
) -> None:
    keys = tuple(make_key(tmp_path / f"key{number}") for number in range(8))
    login = Login(key_files=(keys[0], *keys), password=password)
    with LoginServer(tmp_path / "s", ["publickey,password"]) as server:
        if password is None:
            text = refusal(server, login)
            assert "no further keys, as servers hang up after a few" in text
            assert text.count("(refused)") == tries
        else:
            with connect(server, login) as ssh:
                assert ssh.facts.login == "password"
        assert server.seen.count("publickey") == tries


@pytest.fixture
def client(sshd: Sshd, tmp_path: Path) -> Path:
    """A copy of the client's ~/.ssh that a test may change."""
    return Path(shutil.copytree(sshd.ssh_directory, tmp_path / ".ssh"))


def enter(sshd: Sshd, client: Path, login: Login | None = None) -> str | None:
    """Log in and tell how."""
    with SshConnection(sshd.destination, login=login, ssh_directory=client) as ssh:
        return ssh.facts.login


def test_a_damaged_certificate_is_passed_over(sshd: Sshd, client: Path) -> None:
    for text in ("", "no certificate", "ssh-ed25519-cert-v01@openssh.com AAAA"):
        (client / "id_ed25519-cert.pub").write_text(text)
        assert enter(sshd, client) == f"key {client / 'id_ed25519'}"


def test_a_configured_key_need_not_be_on_this_machine(sshd: Sshd, client: Path) -> None:
    key = client / "id_ed25519"
    (client / "config").write_text(f"IdentityFile {client}/elsewhere\nIdentityFile {key}\n")
    assert enter(sshd, client) == f"key {key}"


def test_an_answer_that_is_late_is_not_taken_for_that_to_the_next_key(tmp_path: Path) -> None:
    keys = (make_key(tmp_path / "one"), make_key(tmp_path / "two"))
    login = Login(key_files=keys, use_default_keys=False)
    with LoginServer(tmp_path / "s", ["publickey"]) as server:
        server.answers.clear()
        ssh = SshConnection(
            server.destination, login=login, ssh_directory=server.ssh_directory, timeout=5.0
        )
        with pytest.raises(DeadlinePassed, match=r"the login by key .*one was not answered"):
            ssh.open()
        assert not ssh.is_open
    assert server.seen == ["publickey"]


# The agent


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A running ssh-agent without keys."""
    with running_agent(tmp_path / "agent") as place:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(place))
        yield place


def add(key: Path) -> None:
    subprocess.run(["ssh-add", "-q", str(key)], check=True, capture_output=True)


def test_a_locked_key_is_found_in_the_agent_among_others(
    sshd: Sshd, client: Path, tmp_path: Path, agent: Path
) -> None:
    key = client / "id_ed25519"
    add(make_key(tmp_path / "other"))
    add(key)
    lock = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(key)]
    subprocess.run(lock, check=True, capture_output=True)
    (client / "config").write_text(f"IdentityFile {key}\nIdentitiesOnly yes\n")
    assert enter(sshd, client) == f"key {key}"
    subprocess.run(["ssh-add", "-q", "-d", str(key)], check=True, capture_output=True)
    asked: list[str] = []
    assert enter(sshd, client, Login(ask_passphrase=asking(["secret"], asked))) == f"key {key}"
    assert asked == [f"Passphrase for the key {key}: "]


@pytest.mark.parametrize("answer", [b"", b"\0\0", b"\0\0\0\1\5"])
def test_an_agent_that_does_not_do_its_work_is_done_without(
    sshd: Sshd,
    client: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    answer: bytes,
) -> None:
    place = client / "agent"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(100)
                peer.send(answer)

        server = threading.Thread(target=serve)
        server.start()
        monkeypatch.setenv("SSH_AUTH_SOCK", os.fspath(place))
        assert enter(sshd, client) == f"key {client / 'id_ed25519'}"
        server.join()
    assert "The ssh agent cannot be used" in caplog.text
