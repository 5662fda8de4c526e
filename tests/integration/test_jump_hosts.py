"""Jump hosts of the ssh configuration, on three real servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.login_server import LoginServer
from tests.integration.sshd import Sshd
from tests.integration.test_ssh_config import client, configure, reach
from tests.waiting import wait_until
from vistrails_tej.engine.errors import HostKeyUnknown, LoginFailed, SshConfigInvalid
from vistrails_tej.engine.login import Login

__all__ = ["client"]


@pytest.fixture(scope="module")
def gates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Sshd]]:
    """Two more servers, with keys of their own, for both sides."""
    folder = tmp_path_factory.mktemp("gates")
    with Sshd(folder / "outer") as outer, Sshd(folder / "inner") as inner:
        yield outer, inner


def hop(name: str, server: Sshd, *lines: str) -> list[str]:
    """The configuration of one machine, with its own key and its own known hosts."""
    return [
        f"Host {name}",
        " HostName 127.0.0.1",
        f" Port {server.port}",
        f" IdentityFile {server.ssh_directory / 'id_ed25519'}",
        f" UserKnownHostsFile {server.ssh_directory / 'known_hosts'}",
        " IdentitiesOnly yes",
        *(f" {line}" for line in lines),
    ]


def visits(server: Sshd) -> int:
    return server.log.read_text().count("Accepted publickey")


def test_the_jump_host_of_a_jump_host_is_followed_each_with_its_own_keys(
    sshd: Sshd, client: Path, gates: tuple[Sshd, Sshd]
) -> None:
    outer, inner = gates
    configure(
        client,
        *hop("target", sshd, "ProxyJump inner"),
        *hop("inner", inner, "ProxyJump outer"),
        *hop("outer", outer),
    )
    for file in ("id_ed25519", "known_hosts"):
        (client / file).unlink()
    before = visits(outer), visits(inner)
    assert reach("target", client) == str(sshd.home)
    wait_until(lambda: (visits(outer), visits(inner)) == (before[0] + 1, before[1] + 1))


def test_a_chain_that_is_written_out_counts_more_than_what_its_hosts_say(
    sshd: Sshd, client: Path, gates: tuple[Sshd, Sshd]
) -> None:
    outer, inner = gates
    configure(
        client,
        *hop("target", sshd, "ProxyJump outer,inner"),
        *hop("inner", inner, "ProxyJump target"),
        *hop("outer", outer),
    )
    before = visits(outer), visits(inner)
    assert reach("target", client) == str(sshd.home)
    wait_until(lambda: (visits(outer), visits(inner)) == (before[0] + 1, before[1] + 1))


def test_a_jump_host_behind_a_program_is_reached_through_it(
    sshd: Sshd, client: Path, gates: tuple[Sshd, Sshd]
) -> None:
    outer, inner = gates
    ssh = f"ssh -F {client}/config -W %h:%p outer"
    configure(
        client,
        *hop("target", sshd, "ProxyJump inner"),
        *hop("inner", inner, f"ProxyCommand {ssh}"),
        *hop("outer", outer),
    )
    before = visits(outer)
    assert reach("target", client) == str(sshd.home)
    wait_until(lambda: visits(outer) == before + 1)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Host *", " ProxyJump gate"], "in a circle: ssh://a, then ssh://gate, then ssh://gate"),
        (
            ["Host a", " ProxyJump b", "Host b", " ProxyJump c,d", "Host c", " ProxyJump me@b:7,a"],
            "ssh://a, then ssh://b, then ssh://d, then ssh://c, then ssh://a",
        ),
        (["Host *", " ProxyJump up.%h"], "through more than 16 machines"),
        (
            ["Host *", " ProxyJump gate:0"],
            "its ProxyJump cannot be used: 'gate:0' is not",
        ),
    ],
)
def test_jump_hosts_that_lead_nowhere_are_named(client: Path, lines: list[str], told: str) -> None:
    """Before anything is sent: none of these names is known anywhere."""
    configure(client, *lines)
    with pytest.raises(SshConfigInvalid, match=re.escape(told)) as caught:
        reach("a", client)
    assert "ssh://" in str(caught.value.destination)


def test_an_unknown_key_of_a_jump_host_is_named(
    sshd: Sshd, client: Path, gates: tuple[Sshd, Sshd]
) -> None:
    outer, _ = gates
    configure(
        client,
        *hop("target", sshd, "ProxyJump outer"),
        *("Host outer", " HostName 127.0.0.1", f" Port {outer.port}"),
    )
    with pytest.raises(HostKeyUnknown, match="ssh://outer"):
        reach("target", client)


def test_the_password_of_a_destination_is_not_given_to_a_jump_host(
    sshd: Sshd, client: Path, tmp_path: Path
) -> None:
    with LoginServer(tmp_path / "gate", ["password"]) as gate:
        with (client / "known_hosts").open("a") as file:
            file.write((gate.ssh_directory / "known_hosts").read_text())
        configure(client, *hop("target", sshd, f"ProxyJump me@127.0.0.1:{gate.destination.port}"))
        with pytest.raises(LoginFailed):
            reach("target", client, Login(password=LoginServer.password))
        assert gate.seen.count("password") == 0
