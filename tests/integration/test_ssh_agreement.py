"""The ssh configuration means to us what it means to the ssh program that is installed."""

from __future__ import annotations

import getpass
import os
import pwd
import subprocess
from pathlib import Path

import pytest

from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import SshConfigInvalid
from vistrails_tej.engine.ssh_config import SshSettings, read_settings

USER = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(autouse=True)
def _same_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both go by the name of the account; ssh does not look at the environment for it."""
    monkeypatch.setenv("LOGNAME", USER)
    monkeypatch.setenv("FOLDER", "/some/folder")
    monkeypatch.delenv("MISSING", raising=False)
    assert getpass.getuser() == USER


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration in a directory that ``~`` stands for in neither of the two."""
    (tmp_path / ".ssh").mkdir()
    return tmp_path / ".ssh" / "config"


def ask_ssh(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["ssh", "-F", str(config), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def told_by_ssh(config: Path, host: str) -> dict[str, str]:
    answer = ask_ssh(config, "-G", host)
    assert answer.returncode == 0, answer.stderr
    return dict(line.partition(" ")[::2] for line in answer.stdout.splitlines())


def ours(config: Path, host: str = "cluster") -> SshSettings:
    return read_settings(Destination(host), config.parent)


PLACES = [
    "",
    "HostName Login.Example\nPort 22 # the usual\nUser ann # me",
    "Host cl* !cluster\n Port 7\nHost cluster\n Port 8\n Port 9",
    "Host CLUSTER\n Port 7\nHost cl[u]ster\n Port 8\nHost c?uster\n Port 9",
    "Host other cluster # and more\n HostName %h.example\nHost login.example\n Port 7",
    "Host !other\n Port 7\nHost * !other\n Port 8",
    "Host # none\n Port 7\nUserKnownHostsFile # none\nPort 8",
    "Port ssh",
    "Port http # a service",
    "Port = 44",
    'Port="44"\n"User" \'b c\'',
    'User "a # b"\nHostName a\\ b',
    "port 5\nPORT 6\nSendEnv LANG LC_*",
    'User "a\\"b"\nPort\t\t7\t',
    "\tUser ann\r\nPort 7\r",
    f"Match host cluster user nobody\n Port 7\nMatch user {USER}\n Port 8",
    "HostName login\nMatch host cluster\n Port 7\nMatch host login originalhost cluster\n Port 8",
    "User ann\nMatch user ann,bob localuser !root,*\n Port 7\nMatch user a*\n Port 8",
    "Match !host other\n Port 7",
    "Match host=cluster user=nobody\n Port 7\nMatch host=CLUSTER # so it is\n Port 8",
    "Match host cluster all\n Port 7",
    'Match exec "test %n = cluster"\n Port 7',
    'HostName login\nPort 9\nMatch exec "test %h:%p = login:9"\n User ann',
    "Match !exec true\n Port 7\nMatch exec false\n Port 8\nMatch exec true\n Port 9",
    "HostName login\nMatch final\n User ann\nHost login\n Port 7",
    "HostName login\nHost login\n Port 7",
    "Match !final host cluster\n Port 7\nMatch final all\n User ann",
    "Match canonical\n Port 7",
    "CanonicalizeHostname yes\nCanonicalDomains nowhere.invalid\nMatch canonical\n Port 7",
    "CanonicalizeHostname no\nMatch canonical\n Port 7",
]

PROXIES = [
    "ProxyJump gate # the gate",
    "ProxyJump me@gate:2222,inner",
    "ProxyJump = me@gate:2222",
    "ProxyJump none\nProxyJump gate",
    "ProxyJump none\nProxyCommand nc gate 22",
    "ProxyJump gate\nProxyCommand nc gate 22",
    "ProxyCommand nc gate 22\nProxyJump gate",
    "ProxyCommand none\nProxyJump gate",
    'ProxyCommand ssh gate "nc a 22" # c',
    "Host other\n ProxyJump gate\nHost *\n ProxyJump inner",
]


@pytest.mark.parametrize("text", PLACES + PROXIES)
def test_the_place_is_that_of_ssh(config: Path, text: str) -> None:
    config.write_text(f"{text}\n", newline="")
    told, found = told_by_ssh(config, "cluster"), ours(config)
    assert (found.host, found.port, found.username) == (
        told["hostname"],
        int(told["port"]),
        told["user"],
    )
    assert found.proxy_jump == told.get("proxyjump")
    assert found.proxy_command == told.get("proxycommand")
    assert found.identities_only == (told["identitiesonly"] == "yes")


@pytest.mark.parametrize(
    "text",
    [
        "Host other\n Include {0}\nHost cluster\n Port 8",
        "Match host other\n Include {0}\nMatch all\n Port 8",
        "Match exec false\n Include {0}\nHost *\n Port 8",
        "Host cluster\n Include {0} # all\n Port 8",
        "Match host cluster\n Include {0}\n Port 8",
        "Include {0}\nPort 8\nUser bob",
    ],
)
@pytest.mark.parametrize(
    "included",
    ["User ann", "Host other\n User ann", "Host cluster\n User ann", "Match all\n Port 7"],
)
def test_an_include_counts_where_it_does_for_ssh(config: Path, text: str, included: str) -> None:
    (config.parent / "one").write_text(f"{included}\n")
    config.write_text(text.format(config.parent / "on*") + "\n")
    told, found = told_by_ssh(config, "cluster"), ours(config)
    assert (found.port, found.username) == (int(told["port"]), told["user"])


def test_a_directory_among_the_included_files_is_nothing(config: Path) -> None:
    parts = config.parent / "parts"
    (parts / "kept").mkdir(parents=True)
    (parts / "one").write_text("Port 7\n")
    config.write_text(f"Include {parts}/*\nUser ann\n")
    told, found = told_by_ssh(config, "cluster"), ours(config)
    assert (found.port, found.username) == (int(told["port"]), told["user"]) == (7, "ann")


@pytest.mark.parametrize(
    "text",
    [
        "UserKnownHostsFile /a/%h-%n-%p-%r-%u /b # both",
        'UserKnownHostsFile "/a b/k" /c\nUserKnownHostsFile /d',
        "HostName login\nPort 7\nUser ann\nUserKnownHostsFile /%%/%h-%n-%p-%r",
        "HostKeyAlias Other\nUserKnownHostsFile /a/%k",
        "UserKnownHostsFile /a/%k/%i/%l/%L/%C",
        "UserKnownHostsFile ${FOLDER}/k /a~b",
        "UserKnownHostsFile ~root/known",
    ],
)
def test_the_known_hosts_are_those_of_ssh(config: Path, text: str) -> None:
    config.write_text(f"{text}\n")
    told = told_by_ssh(config, "cluster")
    assert " ".join(map(str, ours(config).known_hosts)) == told["userknownhostsfile"]


@pytest.mark.parametrize(
    "text",
    [
        'IdentityFile "/a/key" # mine\nIdentityFile /a/key\nIdentityFile /a/other',
        "IdentityFile /a/~b/%h-%n-%p-%r-%u-%%",
        "IdentityFile ${FOLDER}/%h\nIdentityFile none\nIdentityFile id_here",
        "Host cluster\n IdentityFile /one\nHost *\n IdentityFile /two\n IdentityFile /one",
        "IdentityFile ~root/key\nUser ann\nHostName login",
    ],
)
def test_the_keys_are_those_of_ssh(config: Path, text: str) -> None:
    config.write_text(f"{text}\n")
    # What the names mean is told only once a connection is being made; this one is no server.
    answer = ask_ssh(config, "-v", "-o", "ProxyCommand=true", "cluster")
    lines = [line.split() for line in answer.stderr.splitlines()]
    told = [words[3] for words in lines if words[1:3] == ["identity", "file"]]
    assert told
    keys = [str(path) for path in ours(config).identity_files]
    assert keys == [name for name in told if not name.endswith("-cert")]


@pytest.mark.parametrize(
    "text",
    [
        "Port twenty",
        "Port 0",
        "Port 70000",
        "Port 22 23",
        "Host other\n Port twenty",
        "Host",
        'Host "open',
        "HostName a b",
        'User ""',
        "Port # none",
        'ProxyCommand nc "a',
        'ProxyJump "a',
        "HostName %x",
        "IdentitiesOnly maybe",
        "CanonicalizeHostname maybe",
        "CanonicalizeMaxDots many",
        "UserKnownHostsFile /a none",
        "UserKnownHostsFile ~nobody-at-all/known",
        "UserKnownHostsFile ${MISSING}/k",
        "UserKnownHostsFile ${FOLDER",
        "UserKnownHostsFile /a/%z",
        "Match",
        "Match weather sunny",
        "Match host other weather sunny",
        "Match all host cluster",
        "Match exec",
        "Match exec false host",
        "Match host other\n Include {0}",
        "Include {1}",
    ],
)
def test_what_ssh_refuses_is_refused(config: Path, text: str) -> None:
    (config.parent / "wrong").write_text("Port twenty\n")
    config.write_text(text.replace("{0}", f"{config.parent}/wrong").replace("{1}", f"{config}"))
    assert ask_ssh(config, "-G", "cluster").returncode != 0
    with pytest.raises(SshConfigInvalid, match="the ssh configuration cannot be used"):
        ours(config)
