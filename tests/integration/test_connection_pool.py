"""One connection per server, shared; and no second try after a refusal."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.conftest import Server
from tests.integration.sshd import Sshd, free_port
from tests.waiting import wait_until
from vistrails_tej.engine import connection_pool
from vistrails_tej.engine.connection_pool import ConnectionPool
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import ConnectionRefused, HostKeyUnknown, LoginFailed
from vistrails_tej.engine.host_keys import HostKeyAnswer, accept_sha256
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection

NO_KEYS = Login(use_agent=False, use_default_keys=False)


def test_threads_get_the_same_connection(server: Server) -> None:
    found: list[SshConnection] = []
    with ConnectionPool(ssh_directory=server.ssh_directory) as pool:
        threads = [
            threading.Thread(target=lambda: found.append(pool.get(server.destination)))
            for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(found) == 10
        assert len(set(map(id, found))) == 1
        assert pool.connects == {server.destination: 1}
    assert not found[0].is_open


def test_a_lost_connection_is_renewed_and_counted(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own, ConnectionPool(ssh_directory=own.ssh_directory) as pool:
        first = pool.get(own.destination)
        own.kill_sessions()
        wait_until(lambda: not first.is_open)
        assert pool.get(own.destination).is_open
        assert pool.connects[own.destination] == 2


def test_what_a_server_was_bothered_with_is_counted_over_all_its_connections(
    tmp_path: Path,
) -> None:
    with Sshd(tmp_path) as own, ConnectionPool(ssh_directory=own.ssh_directory) as pool:
        assert pool.traffic() == {}
        first = pool.get(own.destination)
        first.release(first.open_channel())
        before = pool.traffic()[own.destination]
        assert (before.connects, before.channels) == (1, 1)
        assert before.bytes_sent > 100
        assert before.bytes_received > 100
        own.kill_sessions()
        wait_until(lambda: not first.is_open)
        pool.get(own.destination).open_channel()
        after = pool.traffic()[own.destination]
        assert (after.connects, after.channels) == (2, 2)
        assert after.bytes_sent > before.bytes_sent
        assert after.bytes_received > before.bytes_received


def test_a_failed_login_is_not_repeated_unless_asked_for(tmp_path: Path) -> None:
    with (
        Sshd(tmp_path / "server") as own,
        ConnectionPool(ssh_directory=own.ssh_directory) as pool,
    ):
        with pytest.raises(LoginFailed, match="unless you ask for it"):
            pool.get(own.destination, login=NO_KEYS)
        with pytest.raises(LoginFailed, match="unless you ask for it"):
            pool.get(own.destination)
        with pytest.raises(LoginFailed, match="unless you ask for it"):
            pool.get(own.destination, login=replace(NO_KEYS))
        pool.try_again(own.destination)
        with pytest.raises(LoginFailed, match="unless you ask for it"):
            pool.get(own.destination, login=NO_KEYS)
        assert pool.get(own.destination, login=Login()).is_open
        assert pool.connects == {own.destination: 1}
        wait_until(lambda: "Accepted publickey" in own.log.read_text())
        # The first, the second and the last.
        assert own.log.read_text().count("Connection from") == 3


def test_a_refusal_is_repeated_only_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ConnectionPool(ssh_directory=tmp_path) as pool:
        destination = Destination("127.0.0.1", port=free_port())
        with pytest.raises(ConnectionRefused, match=r"\d\d:\d\d:\d\d"):
            pool.get(destination)
        with pytest.raises(ConnectionRefused) as again:
            pool.get(destination)
        assert again.value.__cause__ is not None
        first = again.value.__cause__
        monkeypatch.setattr(connection_pool, "_PAUSE_AFTER_REFUSAL", 0.0)
        with pytest.raises(ConnectionRefused) as later:
            pool.get(destination)
        assert later.value.__cause__ is not first


def test_an_unknown_key_may_be_accepted_at_the_next_try(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own, ConnectionPool(ssh_directory=own.ssh_directory) as pool:
        (own.ssh_directory / "known_hosts").unlink()
        with pytest.raises(HostKeyUnknown):
            pool.get(own.destination)
        ssh = pool.get(own.destination, decide_host_key=lambda *_: HostKeyAnswer.ONCE)
        assert ssh.is_open


def test_a_host_key_that_is_not_trusted_is_remembered(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own, ConnectionPool(ssh_directory=own.ssh_directory) as pool:
        (own.ssh_directory / "known_hosts").unlink()
        asked: list[str] = []

        def refuse(destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
            asked.append(sha256)
            return HostKeyAnswer.REFUSE

        for _ in range(3):
            with pytest.raises(HostKeyUnknown, match="nothing more is sent there") as caught:
                pool.get(own.destination, decide_host_key=refuse)
            assert caught.value.sha256 == asked[0]
        assert len(asked) == 1
        wait_until(lambda: "Connection from" in own.log.read_text())
        assert own.log.read_text().count("Connection from") == 1
        assert pool.get(own.destination, decide_host_key=accept_sha256(asked[0])).is_open
        assert pool.connects == {own.destination: 1}


def test_each_connection_is_logged_with_its_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Sshd(tmp_path) as own, ConnectionPool(ssh_directory=own.ssh_directory) as pool:
        for number in (1, 2):
            ssh = pool.get(own.destination)
            assert (
                caplog.messages[-1] == f"Connected to {own.destination} (connect number {number})"
            )
            ssh.close()
