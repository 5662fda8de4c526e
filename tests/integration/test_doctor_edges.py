"""doctor where a server is odd: what it then says, and that it never hangs or raises."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.login_server import LoginServer
from tests.integration.sshd import Sshd, free_port
from tests.integration.test_doctor import Place, ask, bent, look, program, reached
from vistrails_tej.engine import CheckState, Doctor
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.doctor.account import check_clock, check_login_shell, check_schedulers
from vistrails_tej.engine.doctor.reaching import check_way
from vistrails_tej.engine.doctor.server_shell import ServerShell
from vistrails_tej.engine.doctor.shell_noise import read_noise
from vistrails_tej.engine.doctor.survival import check_survival
from vistrails_tej.engine.errors import (
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    QueueLinkBroken,
    SshConfigInvalid,
)
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection

__all__ = ["bent"]


@pytest.fixture
def client(sshd: Sshd, tmp_path: Path) -> Path:
    """A copy of the client's ~/.ssh that a test may change."""
    return Path(shutil.copytree(sshd.ssh_directory, tmp_path / "me" / ".ssh"))


# On the way


def test_a_configuration_that_cannot_be_read_ends_at_the_name(sshd: Sshd, client: Path) -> None:
    (client / "config").write_text("Port twenty\n")
    place = Place(Destination("target"), client)
    assert "~/.ssh/config" in reached(look(place), "name", SshConfigInvalid).fix


@pytest.mark.parametrize("way", ["jump host", "command"])
def test_a_way_around_is_told_instead_of_addresses(sshd: Sshd, client: Path, way: str) -> None:
    jump = f"127.0.0.1:{sshd.port}"
    line = f"ProxyJump {jump}" if way == "jump host" else "ProxyCommand false"
    lines = ["Host target", " HostName 127.0.0.1", f" Port {free_port()}", f" {line}"]
    (client / "config").write_text("\n".join([*lines, ""]))
    checks = look(Place(Destination("target"), client))
    assert f"reached through the {way}" in checks["name"].found
    assert checks["connection"].state is CheckState.FAILED


def test_a_way_that_ends_early_has_no_further_steps(client: Path) -> None:
    ssh = SshConnection(Destination("127.0.0.1", port=free_port()), ssh_directory=client)
    assert [check.name for check in check_way(ssh)] == ["connection"]


# In the account


def test_what_no_start_up_file_says_is_blamed_on_none(tmp_path: Path) -> None:
    command = 'ForceCommand echo "from nowhere"; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
    with Sshd(tmp_path, [command]) as own:
        check = look(own)["login shell"]
    assert check.state is CheckState.WARNING
    assert "'from nowhere'" in check.found
    assert "it comes from" not in check.found


@pytest.mark.parametrize("command", ["exec sleep 60", "exec yes"])
def test_a_login_shell_that_does_not_end_is_given_up(tmp_path: Path, command: str) -> None:
    with (
        Sshd(tmp_path, [f"ForceCommand {command}"]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
        pytest.raises(DeadlinePassed),
    ):
        read_noise(ssh, timeout=0.5)


def test_a_connection_that_is_cut_meanwhile_is_no_refusal(tmp_path: Path) -> None:
    with (
        Sshd(tmp_path, ['ForceCommand kill -9 "$PPID"; sleep 60']) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
        pytest.raises(ConnectionLost),
    ):
        check_login_shell(ServerShell(ssh), "~/.tej")


def test_a_server_without_a_clock_is_told(bent: Sshd, tmp_path: Path) -> None:
    check = ask(bent, check_clock, program(tmp_path / "bin", "date", "echo today"))
    assert check.state is CheckState.WARNING
    assert "does not tell its time" in check.found


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        ({"bsub": "echo IBM Spectrum LSF 10.1"}, "LSF, IBM Spectrum LSF 10.1"),
        ({"qsub": "", "qstat": "echo strange"}, "qsub of an unknown kind (strange)"),
        ({"qsub": "", "qstat": ""}, "qsub of an unknown kind (silent)"),
    ],
)
def test_rare_schedulers_are_told_too(
    bent: Sshd, tmp_path: Path, programs: dict[str, str], expected: str
) -> None:
    path = ""
    for name, text in programs.items():
        path = program(tmp_path / "bin", name, text)
    assert ask(bent, check_schedulers, path).found == expected


# After the logout


def test_a_login_by_a_code_is_not_repeated(tmp_path: Path) -> None:
    login = Login(ask_answers=lambda *_: [answer for *_, answer in LoginServer.questions])
    with LoginServer(tmp_path / "s", ["keyboard-interactive"]) as server:
        ssh = SshConnection(server.destination, login=login, ssh_directory=server.ssh_directory)
        with ssh:
            check = check_survival(ServerShell(ssh), pytest.fail)
        assert server.connections == 1
    assert check.state is CheckState.WARNING
    assert "another code" in check.found


def test_a_server_that_goes_away_meanwhile_is_told(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own:
        doctor = Doctor(own.destination, ssh_directory=own.ssh_directory)
        seen = {}
        for check in doctor.run():
            seen[check.name] = check
            if check.name == "schedulers":
                # What is open stays so, but nobody can come back.
                own.stop()
    for name in ("after logout", "queue"):
        assert seen[name].state is CheckState.FAILED
        assert isinstance(seen[name].error, ConnectionRefused)


# The queue


def test_a_link_that_leads_nowhere_is_a_failure_of_the_queue(sshd: Sshd, unique: str) -> None:
    (sshd.home / unique).write_text(f"tejdir: {sshd.home}/nothing\n")
    check = look(sshd, f"~/{unique}")["queue"]
    assert check.state is CheckState.FAILED
    assert isinstance(check.error, QueueLinkBroken)
