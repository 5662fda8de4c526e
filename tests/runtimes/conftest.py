"""Every test of the server's functions runs by dash and by bash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.client import Client
from tests.runtimes.local_shell import LocalShell


@pytest.fixture(params=["dash", "bash"])
def program(request: pytest.FixtureRequest) -> str:
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"no {request.param} here; install it")
    return found


@pytest.fixture
def shell(program: str, tmp_path: Path) -> LocalShell:
    # Short times: a test need not wait a minute to see that a job is lost.
    return LocalShell(program, tmp_path / "ho me", {"VT_KILL_SECONDS": "1"})


@pytest.fixture
def client(shell: LocalShell, tmp_path: Path) -> Iterator[Client]:
    made = Client(shell, tmp_path)
    yield made
    made.shell.environment = {"VT_KILL_SECONDS": "1"}
    made.kill_all()


@pytest.fixture
def small_disk(client: Client, tmp_path: Path) -> Iterator[Path]:
    """The queue on a file system of its own that a test can fill."""
    client.queue.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(client.queue)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield client.queue
    client.kill_all()
    subprocess.run(["umount", "-l", str(client.queue)], check=True)
