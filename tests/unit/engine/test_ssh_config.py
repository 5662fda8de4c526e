"""The user's ssh configuration, applied to a destination."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import SshConfigInvalid
from vistrails_tej.engine.ssh_config import SshSettings, read_settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".ssh").mkdir()
    return tmp_path


def settings(home: Path, text: str, destination: Destination | None = None) -> SshSettings:
    (home / ".ssh" / "config").write_text(text)
    return read_settings(destination or Destination("cluster"), home / ".ssh")


def test_without_a_configuration_the_usual_holds(home: Path) -> None:
    found = read_settings(Destination("cluster"), home / ".ssh")
    assert (found.host, found.port, found.username) == ("cluster", 22, getpass.getuser())
    assert found.known_hosts[0] == home / ".ssh" / "known_hosts"
    assert [path.name for path in found.default_keys] == ["id_ed25519", "id_ecdsa", "id_rsa"]
    assert (found.identity_files, found.proxy_jump, found.proxy_command) == ((), None, None)


def test_a_host_block_is_applied(home: Path) -> None:
    found = settings(
        home,
        "Host cl*\n HostName login.example\n User=ann\n Port 2222\n IdentityFile ~/.ssh/a\n"
        " IdentitiesOnly yes\nHost *\n User bob\n IdentityFile %d/.ssh/b\n HostKeyAlias name\n",
    )
    assert (found.host, found.port, found.username) == ("login.example", 2222, "ann")
    assert found.identities_only
    assert found.record_name == "name"
    assert found.identity_files[0].name == "a"


def test_what_the_destination_says_comes_first(home: Path) -> None:
    found = settings(home, "User ann\nPort 1\n", Destination("cluster", "bob", 2))
    assert (found.username, found.port) == ("bob", 2)


def test_known_hosts_files_are_named_by_the_configuration(home: Path) -> None:
    found = settings(home, 'UserKnownHostsFile ~/one "/two words"\n')
    assert found.known_hosts == (home / "one", Path("/two words"))
    assert settings(home, "UserKnownHostsFile none\n").known_hosts == ()


def test_proxies_are_taken_over(home: Path) -> None:
    assert settings(home, "ProxyJump a,me@b:22\n").proxy_jump == "a,me@b:22"
    assert settings(home, "ProxyJump none\n").proxy_jump is None
    found = settings(home, "ProxyCommand nc %h %p\n", Destination("cluster", port=7))
    assert found.proxy_command == "nc cluster 7"
    assert settings(home, "ProxyCommand none\n").proxy_command is None


def test_included_files_are_read_in_place(home: Path) -> None:
    (home / ".ssh" / "conf.d").mkdir()
    (home / ".ssh" / "conf.d" / "1").write_text("Host other\n User wrong\n")
    (home / ".ssh" / "conf.d" / "2").write_text("Host cluster\n User ann\n")
    found = settings(home, "Host cluster\n Include conf.d/* missing\n Port 5\n")
    assert (found.username, found.port) == ("ann", 5)


def test_a_file_that_includes_itself_is_refused(home: Path) -> None:
    with pytest.raises(SshConfigInvalid, match="circle"):
        settings(home, "Include config\n")


@pytest.mark.parametrize("text", ["Port twenty\n", "Port 0\n", "Host\n", 'Host "open\n'])
def test_a_bad_configuration_is_an_error(home: Path, text: str) -> None:
    with pytest.raises(SshConfigInvalid):
        settings(home, text)
