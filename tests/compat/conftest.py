"""A server of its own for tej 0.6 and for us, and each kind of client on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.clients import Client, Ours, TejApi, TejCommand, TejProcess, require_tej
from tests.integration.command_line_fixtures import unique
from tests.integration.conftest import _start_sshd
from tests.integration.sshd import Sshd
from vistrails_tej.engine.ssh_connection import SshConnection

__all__ = ["unique"]


@pytest.fixture(scope="session")
def tej_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """An OpenSSH server whose keys lie in the home of a user of tej."""
    require_tej()
    with _start_sshd(tmp_path_factory.mktemp("tej_server")) as started:
        yield started


@pytest.fixture(scope="session")
def clients(tej_server: Sshd) -> Iterator[dict[str, Client]]:
    """The clients by name."""
    with (
        TejProcess(tej_server) as for_commands,
        TejProcess(tej_server) as for_calls,
        SshConnection(tej_server.destination, ssh_directory=tej_server.ssh_directory) as ssh,
    ):
        yield {"tej": TejCommand(for_commands), "tej api": TejApi(for_calls), "ours": Ours(ssh)}


def make_job(directory: Path, text: str, name: str = "start.sh") -> Path:
    """Make a job directory with one script."""
    directory.mkdir(parents=True)
    (directory / name).write_text(f"#!/bin/sh\n{text}\n")
    return directory
