"""Real servers for the tests: started once, on the loopback address, with throw-away keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from tests.integration.command_line_fixtures import (
    cli,
    host_key_sha256,
    job_directory,
    stranger,
    unique,
    wrong_key,
)
from tests.integration.relay import Relay
from tests.integration.sshd import Sshd, find_sshd
from vistrails_tej.demo.server import DemoServer
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection

__all__ = ["cli", "host_key_sha256", "job_directory", "stranger", "unique", "wrong_key"]


class Server(Protocol):
    """What a test may know of a server, whatever program it is."""

    destination: Destination
    ssh_directory: Path
    home: Path


def _start_sshd(directory: Path) -> Sshd:
    if find_sshd() is None:
        message = "no sshd here; install openssh-server"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Sshd(directory)


# How to start each kind of server in an empty directory.
KINDS: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "asyncssh": lambda _directory: DemoServer(),
    "sshd": _start_sshd,
}


@pytest.fixture(autouse=True)
def _no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys of the person who runs the tests out of them."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture(scope="session", params=sorted(KINDS))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A running server of each kind."""
    with KINDS[request.param](tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """An OpenSSH server, for tests that look at its files or change its keys."""
    with _start_sshd(tmp_path_factory.mktemp("own_sshd")) as started:
        yield started


@pytest.fixture
def connection(server: Server) -> Iterator[SshConnection]:
    """An open connection to the server."""
    with SshConnection(server.destination, ssh_directory=server.ssh_directory) as ssh:
        yield ssh


@pytest.fixture
def shell(connection: SshConnection) -> Iterator[SessionShell]:
    """A shell on the server, without a prelude."""
    with SessionShell(connection) as opened:
        yield opened


@pytest.fixture
def relay(sshd: Sshd) -> Iterator[Relay]:
    """A way to the OpenSSH server that can be stalled and cut; its address is known too."""
    with Relay(sshd.port) as started:
        known = sshd.ssh_directory / "known_hosts"
        before = known.read_text()
        known.write_text(before + before.replace(str(sshd.port), str(started.port)))
        yield started
        known.write_text(before)
