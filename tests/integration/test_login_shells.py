"""Whole rounds through every login shell, noisy start-up files, a short PATH, another HOME."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sshd import Sshd
from tests.integration.test_doctor import restricted_path
from tests.waiting import wait_until
from vistrails_tej.engine import JobState, RemoteQueue, SshConnection
from vistrails_tej.engine.doctor.shell_noise import read_noise

SHELLS = ("bash", "dash", "fish", "tcsh", "csh", "zsh")
# Where each of them prints something whenever it starts; dash reads nothing.
START_UP = {
    "bash": ".bashrc",
    "fish": ".config/fish/config.fish",
    "tcsh": ".tcshrc",
    "csh": ".cshrc",
    "zsh": ".zshenv",
}
NOISE = "echo 'Welcome! to the cluster'\n"
ODD_NAME = "it's a! $(touch canary) \\n result"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A server whose login shell is what a file of its home says, as it is for an account."""
    folder = tmp_path_factory.mktemp("shells")
    # The file holds the words in front of -c, such as a path of a shell.
    command = 'eval "exec $(cat "$HOME/login") -c \\"\\$SSH_ORIGINAL_COMMAND\\""'
    with Sshd(folder, [f"ForceCommand {command}"]) as own:
        yield own


def round_trip(server: Sshd, login: str, folder: Path, queue: str = "~/.tej") -> None:
    """Submit, follow, look at the output, fetch a file and a directory, kill and delete."""
    (server.home / "login").write_text(login)
    job = folder / "job"
    job.mkdir()
    (job / "start.sh").write_text('#!/bin/sh\necho "$1" hello; cat answer >result; exit 3\n')
    (job / "answer").write_text("42!\n")
    (job / ODD_NAME).write_text("odd")
    with RemoteQueue(server.destination, queue, ssh_directory=server.ssh_directory) as remote:
        job_id = remote.submit(None, job)
        wait_until(lambda: remote.status(job_id).is_over)
        status = remote.statuses()[job_id]
        assert (status.state, status.exit_code) == (JobState.EXITED, 3)
        assert remote.read_from(job_id, "_stdout", 0) == b" hello\n"
        assert remote.download(job_id, "result", into=folder).read_text() == "42!\n"
        assert remote.download(job_id, ODD_NAME, into=folder).read_text() == "odd"
        whole = remote.download_directory(job_id, ".", into=folder / "whole")
        assert (whole / "answer").read_text() == "42!\n"
        remote.kill(job_id)
        remote.delete(job_id)
        assert job_id not in remote.statuses()
        remote.cleanup()
    assert not list(server.home.rglob("canary"))


@pytest.mark.parametrize("name", SHELLS)
def test_a_job_makes_its_way_through_every_login_shell(
    account: Sshd, tmp_path: Path, name: str
) -> None:
    path = shutil.which(name)
    assert path is not None, f"{name} is not installed"
    round_trip(account, path, tmp_path)


@pytest.mark.parametrize("name", sorted(START_UP))
def test_a_start_up_file_that_prints_text_disturbs_nothing(
    account: Sshd, tmp_path: Path, name: str
) -> None:
    start_up = account.home / START_UP[name]
    start_up.parent.mkdir(parents=True, exist_ok=True)
    start_up.write_text(NOISE)
    try:
        # bash reads its file by itself only as the account's own shell.
        early = f"BASH_ENV={start_up} " if name == "bash" else ""
        login = f"env {early}{shutil.which(name)}"
        (account.home / "login").write_text(login)
        with SshConnection(account.destination, ssh_directory=account.ssh_directory) as ssh:
            assert "Welcome" in read_noise(ssh)[0]
        round_trip(account, login, tmp_path)
    finally:
        start_up.unlink()


def test_a_short_path_is_enough(account: Sshd, tmp_path: Path) -> None:
    path = restricted_path(tmp_path / "bin", ["perl"])
    round_trip(account, f"env PATH={path} sh", tmp_path)


def test_a_home_unlike_the_start_directory_holds_the_queue(account: Sshd, tmp_path: Path) -> None:
    elsewhere = tmp_path / "an other home"
    elsewhere.mkdir()
    assert Path.home() != account.home != elsewhere
    login = f"env HOME='{elsewhere}' sh"
    for number, queue in enumerate(("~/.tej", "below home", str(elsewhere / "it's here"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        round_trip(account, login, folder, queue)
    assert list(elsewhere.iterdir()) == []
