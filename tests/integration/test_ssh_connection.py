"""Connecting to a real server: host keys, logins, and everything that can be refused."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import paramiko
import pytest

from tests.integration.agent import running_agent
from tests.integration.conftest import Server
from tests.integration.sshd import Sshd, free_port, make_key
from tests.waiting import wait_until
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    HostKeyChanged,
    HostKeyRevoked,
    HostKeyUnknown,
    HostUnreachable,
    LoginFailed,
)
from vistrails_tej.engine.host_keys import HostKeyAnswer, accept_sha256
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection


@pytest.fixture
def client(sshd: Sshd, tmp_path: Path) -> Path:
    """A copy of the client's ~/.ssh that a test may change."""
    return Path(shutil.copytree(sshd.ssh_directory, tmp_path / ".ssh"))


def connect(
    server: Server, client: Path, login: Login | None = None, accept: str | None = None
) -> SshConnection:
    return SshConnection(
        server.destination,
        login=login,
        decide_host_key=accept_sha256(accept) if accept else None,
        ssh_directory=client,
        timeout=60,
    )


def refuse(ssh: SshConnection, kind: type[ConnectionFailed]) -> str:
    """Try to open; return the text of the error, which must be of this very class."""
    with pytest.raises(kind) as caught:
        ssh.open()
    assert type(caught.value) is kind
    assert not ssh.is_open
    assert str(ssh.destination) in str(caught.value)
    return str(caught.value)


def test_a_connection_opens_and_closes(server: Server) -> None:
    with SshConnection(server.destination, ssh_directory=server.ssh_directory) as ssh:
        assert ssh.is_open
        ssh.open()
    assert not ssh.is_open
    ssh.close()
    with pytest.raises(ConnectionLost):
        ssh.open_channel(1)


def test_no_threads_stay_behind(server: Server) -> None:
    before = set(threading.enumerate())

    def ours() -> list[threading.Thread]:
        """Those of the connection; a server of this process has some that come and go."""
        found = set(threading.enumerate()) - before
        return [thread for thread in found if isinstance(thread, paramiko.Transport)]

    with SshConnection(server.destination, ssh_directory=server.ssh_directory):
        assert ours()
    wait_until(lambda: not ours())


# Host keys


def test_an_unknown_key_is_refused_with_its_print(sshd: Sshd, client: Path) -> None:
    (client / "known_hosts").unlink()
    public = sshd.host_key("ed25519").with_suffix(".pub")
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(public)], capture_output=True, text=True, check=True
    ).stdout
    text = refuse(connect(sshd, client), HostKeyUnknown)
    assert f"ssh-ed25519 {told.split()[1]}" in text
    assert f"--accept-host-key {told.split()[1]}" in text
    assert not (client / "known_hosts").exists()


def test_an_accepted_key_is_kept_and_known_to_ssh_keygen(sshd: Sshd, client: Path) -> None:
    (client / "known_hosts").unlink()
    text = refuse(connect(sshd, client), HostKeyUnknown)
    sha256 = next(word for word in text.split() if word.startswith("SHA256:")).rstrip(");")
    with connect(sshd, client, accept=sha256):
        pass
    found = subprocess.run(
        ["ssh-keygen", "-F", f"[127.0.0.1]:{sshd.port}", "-f", str(client / "known_hosts")],
        check=False,
        capture_output=True,
    )
    assert found.returncode == 0
    with connect(sshd, client):
        pass


def test_a_key_accepted_once_is_not_kept(sshd: Sshd, client: Path) -> None:
    (client / "known_hosts").unlink()
    with SshConnection(
        sshd.destination, ssh_directory=client, decide_host_key=lambda *_: HostKeyAnswer.ONCE
    ) as ssh:
        assert ssh.is_open
    refuse(connect(sshd, client), HostKeyUnknown)


def test_a_wrong_print_accepts_nothing(sshd: Sshd, client: Path) -> None:
    (client / "known_hosts").unlink()
    refuse(connect(sshd, client, accept="SHA256:" + "A" * 43), HostKeyUnknown)


def test_a_changed_key_is_a_hard_stop(sshd: Sshd, client: Path, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    (client / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {other}")
    ssh = SshConnection(
        sshd.destination, ssh_directory=client, decide_host_key=lambda *_: HostKeyAnswer.ALWAYS
    )
    assert "known_hosts, line 1" in refuse(ssh, HostKeyChanged)


def test_a_revoked_key_is_refused(sshd: Sshd, client: Path) -> None:
    revoked = sshd.host_key("ed25519").with_suffix(".pub").read_text()
    with (client / "known_hosts").open("a") as file:
        file.write(f"@revoked * {revoked}")
    refuse(connect(sshd, client), HostKeyRevoked)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_the_server_is_asked_for_the_key_on_record(sshd: Sshd, client: Path, kind: str) -> None:
    public = sshd.host_key(kind).with_suffix(".pub").read_text()
    (client / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {public}")
    with connect(sshd, client):
        pass


def test_hashed_known_hosts_work(sshd: Sshd, client: Path) -> None:
    command = ["ssh-keygen", "-H", "-f", str(client / "known_hosts")]
    subprocess.run(command, check=True, capture_output=True)
    assert "127.0.0.1" not in (client / "known_hosts").read_text()
    with connect(sshd, client):
        pass


# Logins


def test_a_wrong_key_is_refused_and_named(sshd: Sshd, client: Path, tmp_path: Path) -> None:
    (client / "id_ed25519").unlink()
    key = make_key(tmp_path / "stranger")
    text = refuse(connect(sshd, client, Login(key_files=(key,))), LoginFailed)
    assert f"key {key} (refused)" in text
    assert "authorized_keys" in text


def test_a_wrong_key_does_not_keep_the_next_from_being_tried(
    server: Server, tmp_path: Path
) -> None:
    """Some servers hang up when the login service is asked for a second time."""
    keys = (*(make_key(tmp_path / f"wrong{number}") for number in range(3)),)
    right = server.ssh_directory / "id_ed25519"
    login = Login(key_files=(*keys, right), use_default_keys=False)
    with connect(server, server.ssh_directory, login) as ssh:
        assert ssh.facts.login == f"key {right}"


def test_without_any_key_the_error_says_so(sshd: Sshd, client: Path) -> None:
    (client / "id_ed25519").unlink()
    assert "nothing" in refuse(connect(sshd, client), LoginFailed)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_an_encrypted_key_is_opened_and_its_passphrase_asked_once(
    sshd: Sshd, client: Path, tmp_path: Path, kind: str
) -> None:
    (client / "id_ed25519").unlink()
    key = make_key(tmp_path / "key", kind, "open sesame")
    with sshd.authorized_keys.open("a") as file:
        file.write(key.with_suffix(".pub").read_text())
    asked: list[str] = []

    def ask(prompt: str) -> str | None:
        asked.append(prompt)
        return "open sesame"

    login = Login(key_files=(key,), ask_passphrase=ask)
    for _ in range(2):
        with connect(sshd, client, login):
            pass
    assert asked == [f"Passphrase for the key {key}: "]


def test_a_wrong_or_missing_passphrase_is_told(sshd: Sshd, client: Path, tmp_path: Path) -> None:
    (client / "id_ed25519").unlink()
    key = make_key(tmp_path / "key", passphrase="right")
    wrong = Login(key_files=(key,), ask_passphrase=lambda prompt: "hunter2")
    text = refuse(connect(sshd, client, wrong), LoginFailed)
    assert "wrong passphrase" in text
    assert "hunter2" not in text
    given_up = Login(key_files=(key,), ask_passphrase=lambda prompt: None)
    assert "not given" in refuse(connect(sshd, client, given_up), LoginFailed)
    assert "ssh-add" in refuse(connect(sshd, client, Login(key_files=(key,))), LoginFailed)


def test_a_password_is_neither_asked_nor_told_where_it_is_not_accepted(
    sshd: Sshd, client: Path
) -> None:
    (client / "id_ed25519").unlink()
    login = Login(password="hunter2", ask_password=pytest.fail)
    text = refuse(connect(sshd, client, login), LoginFailed)
    assert "it accepts keys (publickey)" in text
    assert "hunter2" not in text + repr(login)


def test_many_keys_are_not_all_offered(sshd: Sshd, client: Path, tmp_path: Path) -> None:
    keys = tuple(make_key(tmp_path / f"key{number}") for number in range(8))
    login = Login(key_files=keys, use_default_keys=False)
    text = refuse(connect(sshd, client, login), LoginFailed)
    assert 4 <= text.count("(refused)") <= 6


def test_the_agent_opens_an_encrypted_key(
    sshd: Sshd, client: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = client / "id_ed25519"
    with running_agent(tmp_path / "agent") as address:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(address))
        subprocess.run(["ssh-add", "-q", str(key)], check=True, stdin=subprocess.DEVNULL)
        change = ["ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", str(key)]
        subprocess.run(change, check=True, stdout=subprocess.DEVNULL)
        with connect(sshd, client, Login(key_files=(key,), ask_passphrase=pytest.fail)):
            pass
        shutil.rmtree(client)
        client.mkdir()
        shutil.copy(sshd.ssh_directory / "known_hosts", client)
        with connect(sshd, client):
            pass
        refuse(connect(sshd, client, Login(use_agent=False)), LoginFailed)


def test_the_configuration_names_host_port_and_key(sshd: Sshd, client: Path) -> None:
    (client / "id_ed25519").rename(client / "special")
    (client / "config").write_text(
        f"Host cluster\n HostName 127.0.0.1\n Port {sshd.port}\n IdentityFile {client}/special\n"
    )
    with SshConnection(Destination("cluster"), ssh_directory=client) as ssh:
        assert str(ssh.destination) == "ssh://cluster"


def test_a_proxy_command_carries_the_connection(sshd: Sshd, client: Path) -> None:
    script = client / "proxy.py"
    script.write_text(PROXY)
    command = f"{sys.executable} {script} %h %p"
    (client / "config").write_text(f"ProxyCommand {command}\n")
    with connect(sshd, client) as ssh:
        assert SessionShell(ssh).run(["echo", "hello"]).stdout == b"hello\n"


PROXY = """
import os, socket, sys, threading
peer = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def up():
    while data := os.read(0, 65536):
        peer.sendall(data)
threading.Thread(target=up, daemon=True).start()
while data := peer.recv(65536):
    os.write(1, data)
"""


def test_a_proxy_command_that_fails_is_named(sshd: Sshd, client: Path) -> None:
    (client / "config").write_text("ProxyCommand exit 1\n")
    assert "ProxyCommand" in refuse(connect(sshd, client), HostUnreachable)


def test_a_jump_host_carries_the_connection(sshd: Sshd, client: Path, tmp_path: Path) -> None:
    with Sshd(tmp_path / "jump") as jump:
        shutil.copy(sshd.authorized_keys, jump.authorized_keys)
        with (client / "known_hosts").open("a") as file:
            file.write((jump.ssh_directory / "known_hosts").read_text())
        (client / "config").write_text(
            f"Host gate\n HostName 127.0.0.1\n Port {jump.port}\n ProxyJump none\n"
            "Host *\n ProxyJump gate\n"
        )
        with connect(sshd, client) as ssh:
            assert SessionShell(ssh).run(["echo", "hello"]).stdout == b"hello\n"
        assert "direct-tcpip" in jump.log.read_text() or "Accepted" in jump.log.read_text()


# Hosts that are not there


def test_an_unknown_host_is_named(client: Path) -> None:
    ssh = SshConnection(Destination("no-such-host.invalid"), ssh_directory=client)
    assert "no-such-host.invalid" in refuse(ssh, HostUnreachable)


def test_a_closed_port_is_a_refusal(client: Path) -> None:
    port = free_port()
    ssh = SshConnection(Destination("127.0.0.1", port=port), ssh_directory=client)
    assert f"nothing listens at port {port}" in refuse(ssh, ConnectionRefused)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


def answer(listener: socket.socket, greeting: bytes, kept: list[socket.socket]) -> None:
    peer, _ = listener.accept()
    kept.append(peer)
    peer.sendall(greeting)


@pytest.mark.parametrize(
    ("greeting", "hang_up", "expected", "words"),
    [
        (b"", True, ConnectionRefused, "hung up before its greeting"),
        (b"Exceeded MaxStartups\r\n", True, ConnectionRefused, "wait some minutes"),
        (b"HTTP/1.0 400 Bad Request\r\n" * 101, False, ConnectionRefused, "no SSH server"),
        (b"", False, DeadlinePassed, "greeting"),
        (b"SSH-2.0-Silent\r\n", False, DeadlinePassed, "greeting"),
    ],
)
def test_odd_greetings_are_told_apart(
    client: Path,
    listener: socket.socket,
    greeting: bytes,
    hang_up: bool,
    expected: type[ConnectionFailed],
    words: str,
) -> None:
    kept: list[socket.socket] = []
    thread = threading.Thread(target=answer, args=(listener, greeting, kept))
    thread.start()
    port = listener.getsockname()[1]
    patience = 2 if expected is DeadlinePassed else 60
    ssh = SshConnection(Destination("127.0.0.1", port=port), ssh_directory=client, timeout=patience)
    if hang_up:
        closer = threading.Thread(target=lambda: (thread.join(), kept[0].close()))
        closer.start()
    assert words in refuse(ssh, expected)
    thread.join()
    kept[0].close()


def test_paramiko_prints_nothing(
    sshd: Sshd, client: Path, capfd: pytest.CaptureFixture[str], listener: socket.socket
) -> None:
    kept: list[socket.socket] = []
    thread = threading.Thread(target=answer, args=(listener, b"SSH-2.0-x\r\n\0\0\0\0junk", kept))
    thread.start()
    port = listener.getsockname()[1]
    logging.getLogger().handlers, handlers = [], logging.getLogger().handlers
    try:
        with pytest.raises(ConnectionFailed):
            SshConnection(Destination("127.0.0.1", port=port), ssh_directory=client).open()
    finally:
        logging.getLogger().handlers = handlers
    thread.join()
    kept[0].close()
    assert capfd.readouterr() == ("", "")


# Channels and losses


def test_five_channels_take_turns(connection: SshConnection) -> None:
    channels = [connection.open_channel() for _ in range(4)]
    with pytest.raises(DeadlinePassed, match="sessions stayed in use"):
        connection.open_channel(0.2)
    connection.release(channels[0])
    connection.release(connection.open_channel())


def test_many_threads_share_four_channels(connection: SshConnection) -> None:
    answers: list[Sequence[bytes]] = []

    def work() -> None:
        with SessionShell(connection) as shell:
            answers.append([shell.run(["echo", str(number)]).stdout for number in range(3)])

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [[b"0\n", b"1\n", b"2\n"]] * 12


def test_a_lost_connection_is_noticed_and_opened_again(tmp_path: Path) -> None:
    with Sshd(tmp_path) as own:
        ssh = SshConnection(own.destination, ssh_directory=own.ssh_directory)
        with ssh, SessionShell(ssh) as shell:
            assert shell.run(["echo", "1"]).exit_code == 0
            assert own.kill_sessions() == 1
            with pytest.raises(ConnectionLost):
                shell.run(["echo", "2"])
            wait_until(lambda: not ssh.is_open)
            with pytest.raises(ConnectionLost):
                shell.run(["echo", "3"])
            ssh.open()
            assert shell.run(["echo", "4"]).stdout == b"4\n"
