"""Fixtures around the command line; the conftest of this folder hands them to the tests."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from .command_line import CommandLine


@pytest.fixture
def unique() -> str:
    """A job id, or a name on a server that tests share, of its own."""
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def cli(server: Any, tmp_path: Path, unique: str) -> CommandLine:
    """The command line of a user whose keys and known hosts are those for the server."""
    home = tmp_path / "user home"
    home.mkdir()
    shutil.copytree(server.ssh_directory, home / ".ssh")
    return CommandLine(home, _folder(tmp_path, unique))


@pytest.fixture
def stranger(server: Any, tmp_path: Path, unique: str) -> CommandLine:
    """The command line of a user who has a key for the server but never went there."""
    home = tmp_path / "stranger home"
    home.mkdir()
    shutil.copytree(server.ssh_directory, home / ".ssh")
    (home / ".ssh" / "known_hosts").unlink()
    return CommandLine(home, _folder(tmp_path, unique))


@pytest.fixture
def host_key_sha256(server: Any) -> str:
    """The fingerprint of the server's ed25519 key, as OpenSSH prints it."""
    for line in (server.ssh_directory / "known_hosts").read_text().splitlines():
        _, kind, key = line.split()[:3]
        if kind == "ssh-ed25519":
            digest = hashlib.sha256(base64.b64decode(key)).digest()
            return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
    raise AssertionError("the server has no ed25519 key")


@pytest.fixture
def wrong_key(tmp_path: Path) -> Path:
    """A key that no server knows."""
    path = tmp_path / "wrong_key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def job_directory(tmp_path: Path) -> Path:
    """A job that prints a line and writes a result."""
    directory = tmp_path / "job"
    directory.mkdir()
    (directory / "start.sh").write_text("#!/bin/sh\necho hello\ncat answer > result.txt\n")
    (directory / "answer").write_text("42\n")
    return directory


def _folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder
