"""What ~/.ssh/config says, on real servers: jumps, includes, matches, addresses, known hosts."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sshd import Sshd, make_key
from vistrails_tej.engine.destination import Destination, parse_destination
from vistrails_tej.engine.errors import (
    HostKeyChanged,
    HostKeyRevoked,
    HostKeyUnknown,
    LoginFailed,
)
from vistrails_tej.engine.host_keys import HostKeyAnswer
from vistrails_tej.engine.login import Login
from vistrails_tej.engine.session_shell import SessionShell
from vistrails_tej.engine.ssh_connection import SshConnection


@pytest.fixture
def client(sshd: Sshd, tmp_path: Path) -> Path:
    """A copy of the client's ~/.ssh that a test may change."""
    return Path(shutil.copytree(sshd.ssh_directory, tmp_path / "me" / ".ssh"))


def configure(client: Path, *lines: str) -> None:
    (client / "config").write_text("\n".join([*lines, ""]))


def reach(name: str, client: Path, login: Login | None = None) -> str:
    """Connect and return the home directory of the sessions there, which tells the server."""
    with SshConnection(parse_destination(name), login=login, ssh_directory=client) as ssh:
        shell = SessionShell(ssh)
        home = shell.run(["printenv", "HOME"]).stdout.decode().strip()
        shell.close()
    return home


# Include and Match


def test_an_included_file_counts_where_it_stands(sshd: Sshd, client: Path) -> None:
    (client / "conf.d").mkdir()
    (client / "conf.d" / "one").write_text(f"HostName 127.0.0.1\nPort {sshd.port}\n")
    configure(client, "Host other", " HostName no.invalid", "Host cluster", " Include conf.d/*")
    assert reach("cluster", client) == str(sshd.home)


def test_hosts_of_an_included_file_count_only_inside_their_host(sshd: Sshd, client: Path) -> None:
    (client / "more").write_text(
        f"Host cluster\n HostName 127.0.0.1\n Port {sshd.port}\nHost *\n User nobody-at-all\n"
    )
    configure(client, "Host clust*", " Include more")
    with pytest.raises(LoginFailed, match="nobody-at-all"):
        reach("cluster", client)
    configure(
        client,
        *("Host unrelated", " Include more", "Host cluster", " HostName 127.0.0.1"),
        f" Port {sshd.port}",
    )
    assert reach("cluster", client) == str(sshd.home)


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("host cluster", True),
        ("host other", False),
        ("originalhost cluster", True),
        ("user somebody-else", False),
        ("exec true", True),
        ('exec "test %h = cluster"', True),
        ("exec false", False),
        ("all", True),
    ],
)
def test_a_match_applies_when_its_conditions_hold(
    sshd: Sshd, client: Path, condition: str, applies: bool
) -> None:
    wrong = "no-such-host.invalid"
    configure(
        client,
        *(f"Match {condition}", " HostName 127.0.0.1", f" Port {sshd.port}"),
        *("Host *", f" HostName {wrong}"),
    )
    if applies:
        assert reach("cluster", client) == str(sshd.home)
    else:
        with pytest.raises(Exception, match=wrong):
            reach("cluster", client)


def test_only_the_named_keys_are_offered_when_that_is_wanted(
    sshd: Sshd, client: Path, tmp_path: Path
) -> None:
    key = make_key(tmp_path / "other")
    configure(client, "IdentitiesOnly yes", f"IdentityFile {key}")
    with pytest.raises(LoginFailed) as caught:
        reach(str(sshd.destination), client)
    assert f"key {key} (refused)" in str(caught.value)
    assert "id_ed25519" not in str(caught.value)


# Addresses and known hosts


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def test_an_ipv6_address_is_reached_and_its_key_kept(tmp_path: Path) -> None:
    own = Sshd(tmp_path)
    if has_ipv6():
        own.configure(f"ListenAddress [::1]:{own.port}")
    with own:
        destination = parse_destination(f"[::1]:{own.port}")
        assert destination == Destination("::1", port=own.port)
        if not has_ipv6():
            with pytest.raises(Exception, match=r"\[::1\]"):
                reach(str(destination), own.ssh_directory)
            return
        with SshConnection(
            destination,
            ssh_directory=own.ssh_directory,
            decide_host_key=lambda *_: HostKeyAnswer.ALWAYS,
        ) as ssh:
            assert ssh.facts.through == f"[::1]:{own.port}"
        found = subprocess.run(
            ["ssh-keygen", "-F", f"[::1]:{own.port}", "-f", own.ssh_directory / "known_hosts"],
            check=False,
            capture_output=True,
        )
        assert found.returncode == 0
        assert reach(str(destination), own.ssh_directory) == str(own.home)


def test_several_known_hosts_files_are_read(sshd: Sshd, client: Path) -> None:
    (client / "known_hosts").rename(client / "second")
    (client / "first").write_text("# nothing\n")
    configure(client, f"UserKnownHostsFile {client}/first {client}/second {client}/missing")
    assert reach(str(sshd.destination), client) == str(sshd.home)


def test_a_key_that_is_revoked_in_any_file_is_refused(sshd: Sshd, client: Path) -> None:
    public = sshd.host_key("ed25519").with_suffix(".pub").read_text()
    (client / "revoked").write_text(f"@revoked * {public}")
    configure(client, f"UserKnownHostsFile {client}/known_hosts {client}/revoked")
    with pytest.raises(HostKeyRevoked, match="revoked, line 1"):
        reach(str(sshd.destination), client)


def test_a_hashed_name_with_a_port_is_known_and_a_changed_key_seen(
    sshd: Sshd, client: Path, tmp_path: Path
) -> None:
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text()
    (client / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {other}")
    hash_names = ["ssh-keygen", "-H", "-f", str(client / "known_hosts")]
    subprocess.run(hash_names, check=True, capture_output=True)
    assert "127.0.0.1" not in (client / "known_hosts").read_text()
    with pytest.raises(HostKeyChanged):
        reach(str(sshd.destination), client)


# Certificates


def sign(authority: Path, public: Path, *options: str) -> None:
    command = ["ssh-keygen", "-q", "-s", str(authority), "-I", "test", *options, str(public)]
    subprocess.run(command, check=True, capture_output=True)


def test_a_signed_host_key_is_told_about_and_the_plain_key_is_usable(tmp_path: Path) -> None:
    own = Sshd(tmp_path / "server")
    with own:
        pass
    authority = make_key(tmp_path / "authority")
    sign(authority, own.host_key("ed25519").with_suffix(".pub"), "-h")
    own.configure(f"HostCertificate {own.host_key('ed25519')}-cert.pub")
    known = own.ssh_directory / "known_hosts"
    known.write_text(f"@cert-authority * {authority.with_suffix('.pub').read_text()}")
    with own:
        with pytest.raises(HostKeyUnknown, match="cannot be checked") as caught:
            reach(str(own.destination), own.ssh_directory)
        assert caught.value.authority == f"{known}, line 1"
        with SshConnection(
            own.destination,
            ssh_directory=own.ssh_directory,
            decide_host_key=lambda *_: HostKeyAnswer.ALWAYS,
        ):
            pass
        assert reach(str(own.destination), own.ssh_directory) == str(own.home)


@pytest.fixture(scope="module")
def certifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Path]]:
    """A server that trusts an authority and no key by itself, and that authority."""
    folder = tmp_path_factory.mktemp("certifying")
    authority = make_key(folder / "authority")
    lines = [f"TrustedUserCAKeys {authority}.pub"]
    with Sshd(folder / "server", lines) as own:
        own.authorized_keys.write_text("")
        yield own, authority


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_user_certificate_lets_in(
    certifying: tuple[Sshd, Path], tmp_path: Path, kind: str
) -> None:
    server, authority = certifying
    key = make_key(tmp_path / f"id_{kind}", kind)
    login = Login(key_files=(key,), use_default_keys=False)
    with pytest.raises(LoginFailed):
        reach(str(server.destination), server.ssh_directory, login)
    sign(authority, key.with_suffix(".pub"), "-n", getpass.getuser())
    ssh = SshConnection(server.destination, login=login, ssh_directory=server.ssh_directory)
    with ssh:
        assert ssh.facts.login == f"certificate {key}-cert.pub"


def test_the_key_alone_is_offered_where_its_certificate_is_refused(
    sshd: Sshd, client: Path, tmp_path: Path
) -> None:
    authority = make_key(tmp_path / "unknown authority")
    sign(authority, client / "id_ed25519.pub", "-n", "root", "-V", "-2d:-1d")
    ssh = SshConnection(sshd.destination, ssh_directory=client)
    with ssh:
        assert ssh.facts.login == f"key {client / 'id_ed25519'}"
