"""Closing while a connection is being made: nobody waits for a server that does not answer."""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.login_server import LoginServer
from tests.integration.sshd import Sshd
from tests.waiting import wait_until
from vistrails_tej.engine.connection_pool import ConnectionPool
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import ConnectionLost, TejError
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.remote_queue import RemoteQueue
from vistrails_tej.engine.ssh_connection import SshConnection

# What a call may take that waits for nobody; a dial that is left alone takes twice that or more.
SOON = 10.0
LONG = 100.0


@pytest.fixture
def dead() -> Iterator[Destination]:
    """A place where nothing answers: its line of callers is full, so the machine drops others."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            caller = stack.enter_context(socket.socket())
            # From another address, so that they are not taken for the dial of a test.
            caller.bind(("127.0.0.2", 0))
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield Destination("127.0.0.1", port=listener.getsockname()[1])


class Call:
    """Something that runs in a thread and ends with an error."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._error: TejError | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except TejError as error:
            self._error = error

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> TejError | None:
        """Wait, not for long, and return the error."""
        self._thread.join(SOON)
        assert not self.runs
        return self._error


def wait_for_dial(destination: Destination) -> None:
    """Wait until this machine tries to connect, which it lists as the state 02, SYN_SENT."""
    ours = "0100007F" if sys.byteorder == "little" else "7F000001"
    line = re.compile(rf"{ours}:[0-9A-F]+ {ours}:{destination.port:04X} 02")
    wait_until(lambda: line.search(Path("/proc/net/tcp").read_text()), message="a dial")


def test_a_pool_is_closed_while_a_server_does_not_answer(dead: Destination, sshd: Sshd) -> None:
    pool = ConnectionPool(ssh_directory=sshd.ssh_directory, timeout=LONG)
    calls = [Call(lambda: pool.get(dead)) for _ in range(3)]
    other = pool.get(sshd.destination)
    wait_for_dial(dead)
    started = time.monotonic()
    pool.close_all()
    assert time.monotonic() - started < SOON
    assert not other.is_open
    for call in calls:
        assert isinstance(call.end(), ConnectionLost)
    with pool:
        assert pool.get(sshd.destination).is_open


def test_a_queue_is_closed_while_its_server_does_not_answer(dead: Destination, sshd: Sshd) -> None:
    queue = RemoteQueue(dead, ssh_directory=sshd.ssh_directory)
    call = Call(queue.connect)
    wait_for_dial(dead)
    queue.close()
    assert isinstance(call.end(), ConnectionLost)


def test_a_connection_is_closed_while_its_jump_host_does_not_answer(
    dead: Destination, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(f"Host target\n ProxyJump 127.0.0.1:{dead.port}\n")
    ssh = SshConnection(Destination("target"), ssh_directory=tmp_path, timeout=LONG)
    call = Call(ssh.open)
    wait_for_dial(dead)
    ssh.close()
    assert isinstance(call.end(), ConnectionLost)


def test_a_connection_is_closed_while_a_server_says_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = Destination("127.0.0.1", port=listener.getsockname()[1])
        ssh = SshConnection(place, ssh_directory=tmp_path, timeout=LONG)
        call = Call(ssh.open)
        peer, _ = listener.accept()
        with peer:
            assert peer.recv(100)
            ssh.close()
            error = call.end()
    assert isinstance(error, ConnectionLost)
    assert "the connection was closed while it was made" in str(error)


def test_a_connection_is_closed_while_a_password_is_typed(tmp_path: Path) -> None:
    asked, typed = threading.Event(), threading.Event()

    def ask(prompt: str) -> str:
        asked.set()
        assert typed.wait(60)
        return LoginServer.password

    with LoginServer(tmp_path / "s", ["password"]) as server:
        ssh = SshConnection(
            server.destination, login=Login(ask_password=ask), ssh_directory=server.ssh_directory
        )
        call = Call(ssh.open)
        assert asked.wait(60)
        started = time.monotonic()
        ssh.close()
        assert time.monotonic() - started < SOON
        assert call.runs
        typed.set()
        assert isinstance(call.end(), ConnectionLost)
        assert "password" not in server.seen
        # It may be opened again, and the password is still known.
        with ssh:
            assert ssh.is_open


@pytest.mark.parametrize("pooled", [False, True])
def test_a_queue_is_closed_at_once_while_a_password_is_typed(tmp_path: Path, pooled: bool) -> None:
    asked, typed = threading.Event(), threading.Event()

    def ask(prompt: str) -> str:
        asked.set()
        assert typed.wait(60)
        return LoginServer.password

    with (
        LoginServer(tmp_path / "s", ["password"]) as server,
        ConnectionPool(ssh_directory=server.ssh_directory) as pool,
        RemoteQueue(
            server.destination,
            login=Login(ask_password=ask),
            ssh_directory=server.ssh_directory,
            pool=pool if pooled else None,
        ) as queue,
    ):
        connecting = Call(queue.connect)
        assert asked.wait(60)
        # The one who types may be the one who closes, as in a program with windows.
        closing = Call(queue.close)
        try:
            assert closing.end() is None
            assert connecting.runs
        finally:
            typed.set()
        # A connection of the pool is not the queue's to close.
        assert isinstance(connecting.end(), type(None) if pooled else ConnectionLost)
