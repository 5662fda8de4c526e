"""The user's ssh configuration, applied to a destination."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import socket
from pathlib import Path

import pytest

from vistrails_tej.engine import config_match
from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import SshConfigInvalid
from vistrails_tej.engine.ssh_config import SshSettings, read_settings
from vistrails_tej.engine.uploader import describe_uploader


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("User ann\nPort twenty\n", "config, line 2: 'twenty' is no port"),
        ("Match weather sunny\n", "line 1: the condition 'weather' of Match is not known here"),
        ("IdentityFile ${NO_SUCH_THING}/k\n", "the environment has no value for"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(home: Path, text: str, told: str) -> None:
    with pytest.raises(SshConfigInvalid, match=re.escape(told)):
        settings(home, text)


def test_an_include_below_a_match_that_is_false_does_not_count(home: Path) -> None:
    (home / ".ssh" / "more").write_text("User ann\nHost *\n Port 5\nMatch all\n HostName a\n")
    found = settings(home, "Match user somebody\n Include more\nMatch all\n User bob\n")
    assert (found.username, found.port, found.host) == ("bob", 22, "cluster")


def test_known_hosts_of_the_machine_may_be_named(home: Path) -> None:
    found = settings(home, "GlobalKnownHostsFile ~/all\nUserKnownHostsFile none\n")
    assert found.known_hosts == (home / "all",)


def test_no_key_is_tried_by_itself_where_the_configuration_names_none(home: Path) -> None:
    found = settings(home, "IdentityFile none\n")
    assert (found.identity_files, found.default_keys) == ((), ())


def test_an_include_counts_only_for_the_hosts_of_its_block(home: Path) -> None:
    (home / ".ssh" / "more").write_text("User ann\n")
    text = "Host * !clus*\n Include more\nHost *\n User bob\n"
    assert settings(home, text).username == "bob"
    assert settings(home, text, Destination("other")).username == "ann"
    assert settings(home, "Match host cluster\n Include more\n").username == "ann"
    assert settings(home, "Match host other\n Include more\n").username == getpass.getuser()


def test_the_home_of_another_user_may_be_named(home: Path) -> None:
    found = settings(home, "UserKnownHostsFile ~root/known\n")
    assert found.known_hosts == (Path(pwd.getpwnam("root").pw_dir) / "known",)
    with pytest.raises(SshConfigInvalid, match="no user 'nobody-at-all'"):
        settings(home, "UserKnownHostsFile ~nobody-at-all/known\n")


def test_an_account_without_a_name_is_told_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)
    with pytest.raises(SshConfigInvalid, match="set the variable LOGNAME"):
        settings(home, "User ann\n")
    monkeypatch.setenv("LOGNAME", "bob")
    assert settings(home, "User ann\n").username == "ann"
    assert settings(home, "Port 5\n").username == "bob"
    monkeypatch.delenv("LOGNAME")
    assert describe_uploader().startswith("unknown@")


# Names that are completed with a domain


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were looked up; those below ``site.example`` exist."""
    names: list[str] = []

    def look_up(name: str, port: None) -> list[object]:
        names.append(name)
        if name.endswith(".site.example"):
            return []
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


DOMAINS = "CanonicalizeHostname yes\nCanonicalDomains other.example site.example\n"


def test_a_name_is_completed_and_the_files_are_read_again(home: Path, asked: list[str]) -> None:
    block = "Host *.site.example\n User ann\nMatch canonical host c*\n Port 5\n"
    found = settings(home, DOMAINS + block)
    assert (found.host, found.username, found.port) == ("cluster.site.example", "ann", 5)
    assert asked == ["cluster.other.example", "cluster.site.example"]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("", "a.b.c"),
        ("ProxyJump gate\n", "cluster"),
        ("", "fe80::1"),
    ],
)
def test_a_name_that_is_not_meant_is_not_completed(
    home: Path, asked: list[str], lines: str, name: str
) -> None:
    assert settings(home, lines + DOMAINS, Destination(name)).host == name
    assert asked == []


def test_a_name_behind_a_proxy_is_completed_where_that_is_wanted(
    home: Path, asked: list[str]
) -> None:
    text = f"CanonicalizeHostname always\nProxyJump gate\n{DOMAINS}"
    assert settings(home, text).host == "cluster.site.example"


def test_a_name_that_no_domain_has_is_kept_unless_forbidden(home: Path, asked: list[str]) -> None:
    text = "CanonicalizeHostname yes\nCanonicalDomains other.example\n"
    assert settings(home, text).host == "cluster"
    with pytest.raises(SshConfigInvalid, match="no domain of CanonicalDomains has a host"):
        settings(home, text + "CanonicalizeFallbackLocal no\n")


# Programs that decide whether a block counts


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("host cluster exec true", True),
        ("host clus*,other exec true", True),
        ("host other exec true", False),
        ("!host other exec true", True),
        ("!originalhost cluster exec true", False),
        ("user ann exec true", True),
        ("user bob exec true", False),
        ("!exec false", True),
        ("!exec true", False),
        ("exec true all", True),
        ("exec true exec false", False),
        ('exec "test %n:%p:%r = cluster:2222:ann"', True),
        ('exec "test -d %d && test a%%b = a%%b"', True),
        ('exec "exit 3"', False),
    ],
)
def test_a_program_is_asked_where_the_conditions_before_it_hold(
    home: Path, condition: str, applies: bool
) -> None:
    text = f"Match {condition}\n HostName login.example\n"
    found = settings(home, text, Destination("cluster", "ann", 2222))
    assert found.host == ("login.example" if applies else "cluster")


def test_a_program_behind_a_condition_that_fails_is_not_run(home: Path) -> None:
    ran = home / "ran"
    settings(home, f'Match host other exec "touch {ran}"\n User bob\n')
    (home / ".ssh" / "more").write_text(f'Match exec "touch {ran}"\n User bob\n')
    settings(home, "Host other\n Include more\nMatch host other\n Include more\n")
    assert not ran.exists()
    settings(home, f'Match host cluster exec "touch {ran}"\n User bob\n')
    assert ran.exists()


def test_a_program_that_cannot_be_run_counts_as_not_true(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Linux takes no argument of more than 128 kilobytes."""
    command = f"true {'x' * 140_000}"
    assert settings(home, f'Match exec "{command}"\n HostName no.invalid\n').host == "cluster"
    assert "counts as not true" in caplog.text


def test_a_program_that_does_not_end_counts_as_not_true(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(config_match, "_LONGEST", 0.1)
    assert settings(home, "Match exec 'exec sleep 60'\n HostName no.invalid\n").host == "cluster"
    assert "timed out" in caplog.text
