"""doctor on real servers: a healthy one, and each kind of trouble with its fix."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_line import CommandLine
from tests.integration.conftest import KINDS
from tests.integration.sshd import Sshd, free_port, make_key
from tests.waiting import wait_until
from vistrails_tej.engine import Check, CheckState, Doctor, RemoteQueue
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.doctor.account import (
    check_clock,
    check_file_system,
    check_login_shell,
    check_programs,
    check_schedulers,
    check_space,
)
from vistrails_tej.engine.doctor.server_shell import ServerShell
from vistrails_tej.engine.errors import (
    ConnectionRefused,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    LoginFailed,
)
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.ssh_connection import SshConnection

NAMES = (
    *("name", "connection", "host key", "login", "login shell", "programs", "space", "clock"),
    *("file system", "schedulers", "after logout", "queue", "connects"),
)


def look(server: Any, queue: str = "~/.tej", **options: Any) -> dict[str, Check]:
    doctor = Doctor(server.destination, queue, **{"ssh_directory": server.ssh_directory, **options})
    checks = list(doctor.run())
    assert tuple(check.name for check in checks) == NAMES
    for check in checks:
        told = check.state in (CheckState.WARNING, CheckState.FAILED)
        assert bool(check.fix) is told, check
    return {check.name: check for check in checks}


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*")}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_healthy_server_is_all_right_and_nothing_is_left(tmp_path: Path, kind: str) -> None:
    with KINDS[kind](tmp_path) as server:
        before = files_below(server.home)
        checks = look(server, "~/queue")
        assert files_below(server.home) == before
    assert {check.state for check in checks.values()} == {CheckState.OK}
    assert "key" in checks["login"].found
    assert "none" in checks["queue"].found
    assert "2 connections" in checks["connects"].found


def test_a_queue_is_described(server: Any, unique: str, job_directory: Path) -> None:
    queue = RemoteQueue(server.destination, f"~/{unique}", ssh_directory=server.ssh_directory)
    with queue:
        queue.submit("one", job_directory)
        before = {path.name for path in (server.home / unique).iterdir()}
        found = look(server, f"~/{unique}")["queue"].found
    assert "made by vistrails_tej" in found
    assert "runtime default, jobs: 1 " in found
    assert {path.name for path in (server.home / unique).iterdir()} == before


def test_the_command_prints_a_line_for_each_check(server: Any, cli: CommandLine) -> None:
    lines = cli("doctor", server.destination).stdout.splitlines()
    assert [line[9:22].strip() for line in lines] == list(NAMES)
    told = cli.json("doctor", server.destination, "--queue", "~/none")
    assert (told["connects"], told["exit_code"]) == (2, 0)
    assert [check["name"] for check in told["checks"]] == list(NAMES)


# Troubles on the way


def reached(checks: dict[str, Check], failed: str, error: type[Exception]) -> Check:
    """Check that one step failed, those before it did not, and those behind were not reached."""
    place = NAMES.index(failed)
    assert {checks[name].state for name in NAMES[:place]} <= {CheckState.OK}
    assert checks[failed].state is CheckState.FAILED
    assert isinstance(checks[failed].error, error)
    assert {checks[name].state for name in NAMES[place + 1 :]} == {CheckState.NOT_REACHED}
    return checks[failed]


class Place:
    """A destination that is no server of ours."""

    def __init__(self, destination: Destination, ssh_directory: Path) -> None:
        self.destination = destination
        self.ssh_directory = ssh_directory


def test_an_unknown_name_ends_at_the_first_step(tmp_path: Path) -> None:
    place = Place(Destination("no-such-host.invalid"), tmp_path)
    assert "spelling" in reached(look(place), "name", HostUnreachable).fix


def test_a_closed_port_ends_at_the_connection(tmp_path: Path, cli: CommandLine) -> None:
    place = Place(Destination("127.0.0.1", port=free_port()), tmp_path)
    assert "nothing listens" in reached(look(place), "connection", ConnectionRefused).found
    assert cli("doctor", place.destination, code=5).stdout.count("not reached") == 11


def test_one_connection_is_made_to_a_server_that_hangs_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = Place(Destination("127.0.0.1", port=listener.getsockname()[1]), tmp_path)
        listener.settimeout(0.2)
        with socket.create_connection(listener.getsockname()):
            listener.accept()[0].close()
        listener.close()
        reached(look(place), "connection", ConnectionRefused)


def test_host_keys_that_are_not_trusted_are_told_apart(sshd: Sshd, tmp_path: Path) -> None:
    client = Path(shutil.copytree(sshd.ssh_directory, tmp_path / ".ssh"))
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    (client / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {other}")
    checks = look(sshd, ssh_directory=client)
    assert "ssh-keygen -R" in reached(checks, "host key", HostKeyChanged).fix
    (client / "known_hosts").unlink()
    checks = look(sshd, ssh_directory=client)
    assert "--accept-host-key" in reached(checks, "host key", HostKeyUnknown).fix


def test_a_failed_login_is_tried_once(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own:
        login = Login(use_agent=False, use_default_keys=False, key_files=(tmp_path / "none",))
        failed = reached(look(own, login=login), "login", LoginFailed)
        wait_until(lambda: "Connection from" in own.log.read_text())
        assert own.log.read_text().count("Connection from") == 1
    assert "ssh-copy-id" in failed.fix


# Troubles on the server


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A server whose sessions have the PATH that stands in a file of its home."""
    folder = tmp_path_factory.mktemp("bent")
    command = 'PATH=$(cat "$HOME/path"); export PATH; exec sh -c "$SSH_ORIGINAL_COMMAND"'
    with Sshd(folder, [f"ForceCommand {command}"]) as own:
        (own.home / "path").write_text(os.environ["PATH"])
        yield own


def ask(server: Sshd, check: Callable[[ServerShell, str], Check], path: str = "") -> Check:
    """Make one check with a PATH."""
    (server.home / "path").write_text(path or os.environ["PATH"])
    with SshConnection(server.destination, ssh_directory=server.ssh_directory) as ssh:
        shell = ServerShell(ssh)
        found = check(shell, "~/.tej")
        shell.close()
    return found


def program(folder: Path, name: str, text: str) -> str:
    """Make a program and return a PATH that begins with it."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_start_up_file_that_prints_is_named(bent: Sshd) -> None:
    start_up = bent.home / ".bashrc"
    start_up.write_text("echo 'Welcome to the cluster'\n")
    check = ask(bent, check_login_shell)
    start_up.unlink()
    assert check.state is CheckState.WARNING
    assert "Welcome to the cluster" in check.found
    assert str(start_up) in check.found


def test_an_account_without_a_shell_is_told(tmp_path: Path) -> None:
    with Sshd(tmp_path, ["ForceCommand echo no access; exit 1"]) as own:
        failed = reached(look(own), "login shell", ConnectionRefused)
    assert "no access" in failed.found


def restricted_path(folder: Path, without: Sequence[str]) -> str:
    """A directory with links to what a server needs, but for some programs."""
    folder.mkdir()
    needed = (
        *("sh", "cat", "chmod", "cp", "date", "dd", "df", "dirname", "grep", "head", "ls", "mkdir"),
        *("mv", "od", "ps", "rm", "rmdir", "scp", "setsid", "sleep", "stat", "tail", "tar"),
        *(
            "touch",
            "tr",
            "uname",
            "wc",
            "ln",
            "id",
            "env",
            "sed",
            "awk",
            "sort",
            "expr",
            "basename",
        ),
    )
    for name in needed:
        path = shutil.which(name)
        if path is not None and name not in without:
            (folder / name).symlink_to(path)
    return str(folder)


def test_missing_programs_are_named(bent: Sshd, tmp_path: Path) -> None:
    path = restricted_path(tmp_path / "bin", ["tar"])
    check = ask(bent, check_programs, path)
    assert check.state is CheckState.FAILED
    assert check.found == f"tar cannot be found in PATH={path}"


def test_programs_that_only_help_are_a_warning(bent: Sshd, tmp_path: Path) -> None:
    check = ask(bent, check_programs, restricted_path(tmp_path / "bin", ["setsid"]))
    assert check.state is CheckState.WARNING
    assert "neither setsid nor perl" in check.found


SCHEDULERS = {
    "Slurm, slurm 23.02.7": {"sbatch": "echo slurm 23.02.7"},
    "PBS Professional, 20.0.1": {"qsub": "", "qstat": "echo pbs_version = 20.0.1"},
    "Torque, 6.1.2": {"qsub": "", "qstat": "echo Version: 6.1.2 >&2"},
    "Grid Engine, SGE 8.1.9": {
        "qsub": "",
        "qstat": '[ "$1" = -help ] && echo SGE 8.1.9 || echo unknown option >&2',
    },
}


@pytest.mark.parametrize("expected", sorted(SCHEDULERS))
def test_schedulers_are_told_apart(bent: Sshd, tmp_path: Path, expected: str) -> None:
    path = ""
    for name, text in SCHEDULERS[expected].items():
        path = program(tmp_path / "bin", name, text)
    assert ask(bent, check_schedulers, path).found == expected


def test_a_clock_that_is_off_is_told(bent: Sshd, tmp_path: Path) -> None:
    real = shutil.which("date")
    path = program(tmp_path / "bin", "date", f'exec {real} -d "2 hours ago" "$@"')
    check = ask(bent, check_clock, path)
    assert check.state is CheckState.WARNING
    assert "behind this machine's" in check.found
    assert abs(int(check.found.split()[0]) - 7200) < 60


def test_a_disk_without_room_is_told(bent: Sshd, tmp_path: Path) -> None:
    for free, state in (("0", CheckState.FAILED), ("9000", CheckState.WARNING)):
        text = f"echo Filesystem; echo /dev/x 100000 91000 {free} 99% /"
        check = ask(bent, check_space, program(tmp_path / "bin", "df", text))
        assert check.state is state
        assert "remove old jobs" in check.fix


def test_a_file_system_without_exclusive_files_is_told(bent: Sshd, tmp_path: Path) -> None:
    """A mkdir that never fails lets several clients claim one job."""
    path = program(tmp_path / "bin", "mkdir", f'{shutil.which("mkdir")} -p "$@"')
    check = ask(bent, check_file_system, path)
    assert check.state is CheckState.FAILED
    assert "just one must succeed" in check.found
    assert sorted(bent.home.iterdir()) == [bent.home / "path"]


def test_background_processes_that_end_with_the_login_are_noticed(tmp_path: Path) -> None:
    """What KillUserProcesses does, done by the session itself when its client has left."""
    reaper = tmp_path / "reaper"
    reaper.write_text(
        '#!/bin/sh\nsh -c "$SSH_ORIGINAL_COMMAND"\n'
        "for one in $(ps -e -o pid= -o args= | awk '$2 == \"sleep\" && $3 == 120 { print $1 }')\n"
        'do tr "\\0" "\\n" <"/proc/$one/environ" | grep -qx "HOME=$HOME" && kill "$one"; done\n'
    )
    reaper.chmod(0o755)
    with Sshd(tmp_path / "server", [f"ForceCommand {reaper}"]) as own:
        check = look(own)["after logout"]
    assert check.state is CheckState.FAILED
    assert "enable-linger" in check.fix


def test_a_queue_where_nothing_can_be_written_is_told(server: Any) -> None:
    (server.home / "a file").write_text("mine")
    checks = look(server, "~/a file")
    assert checks["file system"].state is CheckState.FAILED
    assert checks["queue"].state is CheckState.FAILED
    assert "a file" in checks["queue"].found
    checks = look(server, "/proc/1/none")
    assert checks["file system"].found == "nothing can be written in /proc/1"
    assert checks["file system"].state is CheckState.FAILED
