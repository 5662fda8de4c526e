"""Passwords, questions of the server and logins of several steps."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.integration.login_server import LoginServer
from tests.integration.sshd import make_key
from vistrails_tej.engine.connection_pool import ConnectionPool
from vistrails_tej.engine.errors import LoginFailed
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection

RIGHT = "open sesame"


def connect(server: LoginServer, login: Login) -> SshConnection:
    return SshConnection(server.destination, login=login, ssh_directory=server.ssh_directory)


def refusal(server: LoginServer, login: Login) -> str:
    with pytest.raises(LoginFailed) as caught:
        connect(server, login).open()
    return str(caught.value)


def asking(answers: Sequence[str | None], asked: list[str]) -> Callable[[str], str | None]:
    left = list(answers)

    def ask(prompt: str) -> str | None:
        asked.append(prompt)
        return left.pop(0)

    return ask


def test_a_password_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking([RIGHT], asked))
    with LoginServer(tmp_path / "s", ["password,publickey"]) as server:
        for _ in range(2):
            with connect(server, login) as ssh:
                assert ssh.is_open
        assert server.connections == 2
    assert asked == ["Password for me@127.0.0.1: "]


def test_a_given_password_is_not_asked_for(tmp_path: Path) -> None:
    login = Login(password=RIGHT, ask_password=pytest.fail)
    with LoginServer(tmp_path / "s", ["password"]) as server, connect(server, login) as ssh:
        assert ssh.is_open


def test_a_wrong_password_is_tried_once_on_one_connection(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking(["hunter2", RIGHT], asked))
    with LoginServer(tmp_path / "s", ["password"]) as server:
        text = refusal(server, login)
        assert "password (refused)" in text
        assert server.seen.count("password") == 1
        assert server.connections == 1
        # It was forgotten, so a person who tries again is asked again.
        with connect(server, login) as ssh:
            assert ssh.is_open


def test_a_password_is_nowhere_to_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    login = Login(password="hunter2")
    with LoginServer(tmp_path / "s", ["password"]) as server:
        text = refusal(server, login)
    assert caplog.records
    assert "hunter2" not in text + repr(login) + caplog.text


def test_giving_up_sends_nothing(tmp_path: Path) -> None:
    login = Login(ask_password=lambda prompt: None)
    with LoginServer(tmp_path / "s", ["password"]) as server:
        assert "password (not given)" in refusal(server, login)
        assert "password" not in server.seen


def test_several_questions_are_answered(tmp_path: Path) -> None:
    asked: list[object] = []

    def answer(title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str]:
        asked.append((title, instructions, list(prompts)))
        return [RIGHT, "123456"]

    login = Login(ask_answers=answer)
    with (
        LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server,
        connect(server, login) as ssh,
    ):
        assert ssh.is_open
    assert asked == [("Title", "Instructions", [("Password: ", False), ("Code: ", True)])]


def test_a_single_hidden_question_is_the_password(tmp_path: Path) -> None:
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        server.questions = (("Password: ", False, RIGHT),)
        for login in (Login(password=RIGHT), Login(ask_password=lambda prompt: RIGHT)):
            with connect(server, login) as ssh:
                assert ssh.facts.login == "the password, as an answer"


def test_a_password_that_is_asked_for_as_a_question_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking([RIGHT], asked), ask_answers=pytest.fail)
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        server.questions = (("me's password: ", False, RIGHT),)
        for _ in range(2):
            with connect(server, login) as ssh:
                assert ssh.is_open
    assert len(asked) == 1


class Kept:
    """A store of one password that writes down what it is told."""

    def __init__(self, password: str | None) -> None:
        self.password = password
        self.told: list[str] = []

    def find(self, account: str) -> str | None:
        return self.password

    def accepted(self, account: str, password: str) -> None:
        self.told.append(f"accepted {account}")

    def refused(self, account: str) -> None:
        self.told.append(f"refused {account}")


@pytest.mark.parametrize(
    ("kept", "typed", "expected"),
    [(RIGHT, None, []), ("hunter2", None, ["refused"]), (None, RIGHT, ["accepted"])],
)
def test_a_store_hears_only_of_what_concerns_it(
    tmp_path: Path, kept: str | None, typed: str | None, expected: list[str]
) -> None:
    store = Kept(kept)
    login = Login(password_store=store, ask_password=lambda prompt: typed)
    with LoginServer(tmp_path / "s", ["password"]) as server:
        if "refused" in expected:
            assert "password from the keyring (refused)" in refusal(server, login)
        else:
            with connect(server, login) as ssh:
                assert ssh.is_open
        account = f"me@127.0.0.1:{server.destination.port}"
    assert store.told == [f"{word} {account}" for word in expected]


@pytest.mark.parametrize("answers", [None, [], ["one"]])
def test_questions_may_be_left_unanswered(tmp_path: Path, answers: list[str] | None) -> None:
    login = Login(ask_answers=lambda title, instructions, prompts: answers)
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        assert "questions of the server (not given)" in refusal(server, login)


def test_wrong_answers_are_refused(tmp_path: Path) -> None:
    login = Login(ask_answers=lambda title, instructions, prompts: ["a", "b"])
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        assert "questions of the server (refused)" in refusal(server, login)
        assert server.connections == 1


def test_an_error_while_asking_reaches_the_caller(tmp_path: Path) -> None:
    def ask(title: str, instructions: str, prompts: Sequence[tuple[str, bool]]) -> list[str]:
        raise KeyError("the window was closed")

    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        ssh = connect(server, Login(ask_answers=ask))
        with pytest.raises(KeyError, match="window"):
            ssh.open()
        assert not ssh.is_open


def test_a_key_and_a_code_are_given_one_after_the_other(tmp_path: Path) -> None:
    key = make_key(tmp_path / "key")
    login = Login(key_files=(key,), ask_answers=lambda *_: [RIGHT, "123456"])
    with LoginServer(tmp_path / "s", ["publickey", "keyboard-interactive"]) as server:
        server.key = base64.b64decode(key.with_suffix(".pub").read_text().split()[1])
        with connect(server, login) as ssh:
            assert ssh.is_open
        assert server.seen == ["publickey", "keyboard-interactive"]
        text = refusal(server, Login(key_files=(key,)))
        assert "accepted, but more is wanted" in text


def test_a_password_may_come_before_the_key(tmp_path: Path) -> None:
    key = make_key(tmp_path / "key")
    login = Login(key_files=(key,), password=RIGHT)
    with LoginServer(tmp_path / "s", ["password", "publickey"]) as server:
        server.key = base64.b64decode(key.with_suffix(".pub").read_text().split()[1])
        with connect(server, login) as ssh:
            assert ssh.is_open


def test_a_way_that_is_switched_off_is_told_in_plain_words(tmp_path: Path) -> None:
    login = Login(key_files=(make_key(tmp_path / "key"),), ask_answers=lambda *_: ["a", "b"])
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        text = refusal(server, login)
    assert "no proof" not in text
    assert "(the server takes none)" in text
    assert "it accepts answers to its questions" in text


def test_a_server_that_wants_nothing_lets_in(tmp_path: Path) -> None:
    login = Login(password="unused")
    with LoginServer(tmp_path / "s", ["none"]) as server, connect(server, login) as ssh:
        assert ssh.is_open


def test_a_pool_asks_once_for_all_its_connections(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking([RIGHT], asked))
    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
    ):
        pool.get(server.destination, login=login).close()
        assert pool.get(server.destination, login=login).is_open
    assert len(asked) == 1
