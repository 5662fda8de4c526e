"""After a login was refused: nothing by itself, and another try when a person wants one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.integration.login_server import LoginServer
from tests.integration.password_server import PasswordServer
from tests.integration.sshd import Sshd, make_key
from tests.integration.test_logins import RIGHT, asking
from vistrails_tej.engine.connection_pool import ConnectionPool
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import LoginFailed
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import QueueSessions, SessionOptions


def test_another_password_is_tried_and_the_wrong_one_never_again(tmp_path: Path) -> None:
    wrong, right = Login(password="wrong"), Login(password=RIGHT)
    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
    ):
        for _ in range(2):
            with pytest.raises(LoginFailed, match="unless you ask for it"):
                pool.get(server.destination, login=wrong)
        pool.get(server.destination, login=right).close()
        with pytest.raises(LoginFailed):
            pool.get(server.destination, login=wrong)
        assert pool.get(server.destination, login=right).is_open
        assert server.seen.count("password") == server.connections == 3


def test_a_person_who_typed_a_wrong_password_may_type_another(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(ask_password=asking(["wrong", None, RIGHT], asked))
    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
    ):
        for times in (1, 2):
            for _ in range(3):
                with pytest.raises(LoginFailed):
                    pool.get(server.destination, login=login)
            assert len(asked) == times
            pool.try_again()
        assert pool.get(server.destination, login=login).is_open
        assert server.seen.count("password") == 2
    assert len(asked) == 3


def test_a_person_is_asked_where_the_password_of_the_file_was_refused(tmp_path: Path) -> None:
    asked: list[str] = []
    login = Login(password="wrong", ask_password=asking([RIGHT], asked))
    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
    ):
        for _ in range(2):
            with pytest.raises(LoginFailed):
                pool.get(server.destination, login=login)
        assert asked == []
        pool.try_again()
        for _ in range(2):
            pool.get(server.destination, login=login).close()
        assert server.seen.count("password") == 3
    assert len(asked) == 1


def test_a_password_is_sent_again_where_nobody_can_type_another(tmp_path: Path) -> None:
    """The account may have been opened meanwhile."""
    login = Login(password="changed")
    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
    ):
        with pytest.raises(LoginFailed):
            pool.get(server.destination, login=login)
        server.password = "changed"
        pool.try_again()
        assert pool.get(server.destination, login=login).is_open


def sessions_for(server: PasswordServer, folder: Path, login: Login) -> QueueSessions:
    folder.mkdir()
    (folder / "known_hosts").write_text(server.known_hosts)
    return QueueSessions(SessionOptions(login=login, ssh_directory=folder))


NO_KEYS = Login(use_agent=False, use_default_keys=False)


def test_the_modules_take_another_password_while_the_program_runs(tmp_path: Path) -> None:
    with PasswordServer(tmp_path / "s") as server:
        sessions = sessions_for(server, tmp_path / "me", NO_KEYS)
        place = Destination("127.0.0.1", "me", server.port)
        reference = QueueReference(place, "jobs")
        sessions.remember_password(place, "wrong")
        for _ in range(2):
            with pytest.raises(LoginFailed):
                sessions.queue(reference).connect()
            sessions.remember_password(place, "wrong")
        sessions.remember_password(place, server.password)
        queue = sessions.queue(reference)
        queue.setup()
        assert queue.statuses() == {}
        sessions.remember_password(place, server.password)
        assert sessions.queue(reference) is queue
        sessions.close()


def test_the_modules_ask_again_when_a_person_says_so(tmp_path: Path) -> None:
    asked: list[str] = []
    with PasswordServer(tmp_path / "s") as server:
        login = Login(
            use_agent=False,
            use_default_keys=False,
            # This server takes a password in two ways, and asks for it in both.
            ask_password=asking(["wrong", None, server.password], asked),
        )
        sessions = sessions_for(server, tmp_path / "me", login)
        reference = QueueReference(Destination("127.0.0.1", "me", server.port), "jobs")
        for _ in range(2):
            with pytest.raises(LoginFailed):
                sessions.queue(reference).connect()
        assert len(asked) == 2
        sessions.try_again()
        sessions.queue(reference).connect()
        sessions.close()
    assert len(asked) == 3


# One question, however many threads have it


def enter_often(server: Sshd, login: Login) -> list[str | None]:
    """Log in from five threads at once; return the way of each, None where it was refused."""
    ways: list[str | None] = []

    def enter() -> None:
        try:
            with SshConnection(
                server.destination,
                login=login,
                ssh_directory=server.ssh_directory,
                timeout=60,
            ) as ssh:
                ways.append(ssh.facts.login)
        except LoginFailed:
            ways.append(None)

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(ways) == 5
    return ways


def test_the_passphrase_of_a_key_is_asked_for_once_by_all_threads(tmp_path: Path) -> None:
    asked: list[str] = []
    key = make_key(tmp_path / "key", passphrase="secret")
    login = Login(
        key_files=(key,),
        use_default_keys=False,
        ask_passphrase=asking([None, "secret"], asked),
    )
    with Sshd(tmp_path / "server") as server:
        server.authorized_keys.write_text(key.with_suffix(".pub").read_text())
        assert enter_often(server, login) == [None] * 5
        assert len(asked) == 1
        login.memory.ask_again()
        assert enter_often(server, login) == [f"key {key}"] * 5
    assert len(asked) == 2


def test_a_wrong_passphrase_is_asked_for_again_by_whoever_comes_later(tmp_path: Path) -> None:
    asked: list[str] = []
    key = make_key(tmp_path / "key", passphrase="secret")
    login = Login(
        key_files=(key,),
        use_default_keys=False,
        ask_passphrase=asking(["wrong", "secret"], asked),
    )
    with Sshd(tmp_path / "server") as server:
        server.authorized_keys.write_text(key.with_suffix(".pub").read_text())
        ssh = SshConnection(server.destination, login=login, ssh_directory=server.ssh_directory)
        with pytest.raises(LoginFailed, match="wrong passphrase"):
            ssh.open()
        with ssh:
            assert ssh.facts.login == f"key {key}"
