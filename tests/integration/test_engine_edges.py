"""What seldom happens to connections and transfers, on real servers and real sockets."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.relay import Relay
from tests.integration.sshd import Sshd, free_port
from tests.waiting import wait_until
from vistrails_tej.engine import ssh_line
from vistrails_tej.engine.connection_pool import ConnectionPool
from vistrails_tej.engine.destination import Destination, parse_destination
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    HostUnreachable,
)
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.remote_program import start_program
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.shell_channel import ShellChannel
from vistrails_tej.engine.ssh_connection import SshConnection
from vistrails_tej.engine.transfer import download_file


@pytest.fixture
def ssh(sshd: Sshd) -> Iterator[SshConnection]:
    with SshConnection(sshd.destination, ssh_directory=sshd.ssh_directory) as opened:
        yield opened


# Ways to a server


@pytest.fixture
def client(sshd: Sshd, tmp_path: Path) -> Callable[..., SshConnection]:
    """A connection to ``name`` with a configuration of some lines."""

    def connect(name: str, *lines: str, timeout: float = 20.0) -> SshConnection:
        folder = tmp_path / ".ssh"
        folder.mkdir()
        for file in ("known_hosts", "id_ed25519"):
            (folder / file).write_bytes((sshd.ssh_directory / file).read_bytes())
            (folder / file).chmod(0o600)
        (folder / "config").write_text("\n".join([*lines, ""]))
        return SshConnection(parse_destination(name), ssh_directory=folder, timeout=timeout)

    return connect


def test_a_jump_host_that_finds_nobody_is_told_apart(
    client: Callable[..., SshConnection], sshd: Sshd
) -> None:
    jump = f"ProxyJump 127.0.0.1:{sshd.port}"
    port = free_port()
    ssh = client("target", "Host target", " HostName 127.0.0.1", f" Port {port}", f" {jump}")
    with pytest.raises(ConnectionRefused, match=f"the jump host .* 127.0.0.1:{port}"):
        ssh.open()
    assert not ssh.is_open


def test_a_command_that_cannot_be_run_is_no_way(client: Callable[..., SshConnection]) -> None:
    """Linux takes no argument of more than 128 kilobytes."""
    ssh = client("target", f"ProxyCommand true {'x' * 140_000}")
    with pytest.raises(HostUnreachable, match="ProxyCommand cannot be run"):
        ssh.open()


def test_a_command_that_will_not_end_is_killed(
    client: Callable[..., SshConnection], tmp_path: Path
) -> None:
    # Nobody writes into the pipe, so reading from it goes on for ever.
    os.mkfifo(tmp_path / "never")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntrap '' TERM\necho $$ >{tmp_path}/pid\nread -r never\n")
    program.chmod(0o755)
    ssh = client("target", f"ProxyCommand {program} 0<>{tmp_path}/never", timeout=5.0)
    with pytest.raises(DeadlinePassed):
        ssh.open()
    pid = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists()


def test_an_address_that_swallows_everything_is_given_up(tmp_path: Path) -> None:
    """A listener whose queue is full drops what comes, as a firewall does."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        place = listener.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(place)
        ssh = SshConnection(
            Destination(place[0], port=place[1]), ssh_directory=tmp_path, timeout=0.5
        )
        with pytest.raises(HostUnreachable, match=r"did not answer at port \d+ within 0.5 s"):
            ssh.open()
        for one in waiting:
            one.close()


def test_an_address_that_no_way_leads_to_is_unreachable(tmp_path: Path) -> None:
    ssh = SshConnection(Destination("255.255.255.255"), ssh_directory=tmp_path, timeout=5.0)
    with pytest.raises(ConnectionFailed) as caught:
        ssh.open()
    assert isinstance(caught.value, HostUnreachable | ConnectionLost)


# Sessions of a connection


def test_a_server_that_allows_no_further_session_is_not_called_lost(tmp_path: Path) -> None:
    with (
        Sshd(tmp_path, ["MaxSessions 1"]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        first = ssh.open_channel()
        with pytest.raises(ConnectionRefused, match="does not allow a further session"):
            ssh.open_channel()
        assert ssh.is_open
        ssh.release(first)


def test_a_session_is_not_opened_over_a_silent_line(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_line, "_ASK_AFTER", 1)
    monkeypatch.setattr(ssh_line, "_SILENCE", 3.0)
    with Relay(sshd.port) as relay:
        folder = Path(shutil.copytree(sshd.ssh_directory, tmp_path / ".ssh"))
        known = (folder / "known_hosts").read_text()
        (folder / "known_hosts").write_text(known.replace(str(sshd.port), str(relay.port)))
        place = Destination("127.0.0.1", port=relay.port)
        with SshConnection(place, ssh_directory=folder) as ssh:
            relay.stalled.set()
            with pytest.raises(DeadlinePassed, match="no session was opened"):
                ssh.open_channel(timeout=0.3)
            wait_until(lambda: not ssh.is_open)
            with pytest.raises(ConnectionLost, match="nothing was heard"):
                ssh.open_channel()


def test_an_account_without_a_shell_is_told_however_soon_it_ends(tmp_path: Path) -> None:
    """The session may be over before the first request is sent, or in the middle of it."""
    with (
        Sshd(tmp_path, ["ForceCommand echo no access; exit 1"]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        shell = ShellChannel(ssh, "", 20)
        wait_until(lambda: shell.channel.closed)
        with pytest.raises(ConnectionRefused, match="cannot run /bin/sh: it says 'no access'"):
            shell.exchange(["true"], None, 20)
        with pytest.raises(ConnectionRefused, match="no access"):
            ShellChannel(ssh, "x" * 16_000_000, 20).exchange(["true"], None, 20)
        with pytest.raises(ConnectionRefused, match="no access"):
            download_file(ssh, "/none", tmp_path / "none")


def test_a_program_that_cannot_be_sent_in_time_gives_its_session_back(ssh: SshConnection) -> None:
    for _ in range(5):
        with pytest.raises(DeadlinePassed):
            # More than a server takes while nobody reads.
            start_program(ssh, b"exec sleep 60\n" + b"x" * 16_000_000, 0.3)
    with SessionShell(ssh) as shell:
        assert shell.run(["echo", "alive"]).stdout == b"alive\n"


def test_a_command_that_reads_nothing_does_not_hold_up_for_ever(ssh: SshConnection) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    with SessionShell(ssh) as shell:
        with pytest.raises(DeadlinePassed):
            shell.run(["sleep", "60"], payload=endless(), timeout=1.0)
        assert shell.run(["echo", "alive"]).stdout == b"alive\n"


def test_a_long_stderr_beside_a_stream_is_not_kept(ssh: SshConnection) -> None:
    text = "head -c 3000000 /dev/zero >&2; echo last >&2; echo told; exit 3"
    with SessionShell(ssh) as shell, shell.stream(["sh", "-c", text]) as reader:
        assert reader.read(0) == b""
        assert reader.read(5) == b"told\n"
        with pytest.raises(Exception, match="last") as caught:
            reader.read()
    assert len(str(caught.value)) < 100_000


def test_a_shell_of_a_connection_that_was_replaced_is_not_shared(sshd: Sshd) -> None:
    with ConnectionPool(ssh_directory=sshd.ssh_directory) as pool:
        old = pool.get(sshd.destination)
        shell = pool.get_shell(old, "")
        assert pool.get_shell(old, "") is shell
        old.close()
        new = pool.get(sshd.destination, login=Login())
        assert new is not old
        with pytest.raises(ConnectionLost):
            pool.get_shell(old, "").run(["true"])
        assert pool.get_shell(new, "").run(["true"]).exit_code == 0


def test_a_place_that_could_not_be_reached_is_tried_anew(tmp_path: Path) -> None:
    with ConnectionPool(ssh_directory=tmp_path) as pool:
        for _ in range(2):
            with pytest.raises(HostUnreachable):
                pool.get(Destination("no-such-host.invalid"))
        assert pool.connects == {}


# Single files


def test_a_file_over_a_closed_connection_is_a_loss(ssh: SshConnection, tmp_path: Path) -> None:
    ssh.close()
    with pytest.raises(ConnectionLost):
        download_file(ssh, "any", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_from_an_account_without_a_shell_is_refused(tmp_path: Path) -> None:
    with (
        Sshd(tmp_path / "server", ["ForceCommand echo no access; exit 1"]) as own,
        SshConnection(own.destination, ssh_directory=own.ssh_directory) as ssh,
    ):
        with pytest.raises(ConnectionRefused, match="no access"):
            download_file(ssh, "any", tmp_path / "any")
        assert not (tmp_path / "any").exists()
