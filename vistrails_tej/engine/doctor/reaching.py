"""The checks on the way to a server: its name, the connection, the host key, the login."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

from ..destination import Destination
from ..errors import (
    ConnectionFailed,
    HostKeyChanged,
    HostKeyError,
    HostKeyRevoked,
    HostKeyUnknown,
    HostUnreachable,
    LoginFailed,
    SshConfigInvalid,
)
from ..ssh_config import SshSettings, read_settings
from ..ssh_connection import SshConnection
from .check import Check

__all__ = ["STEPS", "check_name", "check_way"]

STEPS = ("name", "connection", "host key", "login")

_FIXES: tuple[tuple[type[ConnectionFailed], str], ...] = (
    (
        HostKeyUnknown,
        "compare the fingerprint with what the administrator says, then repeat the command with"
        " --accept-host-key and the fingerprint, or connect once with ssh",
    ),
    (
        HostKeyChanged,
        "ask the administrator; if the new key is right, remove the old line from known_hosts"
        " (ssh-keygen -R does it)",
    ),
    (HostKeyRevoked, "ask the administrator; a revoked key is never accepted"),
    (
        LoginFailed,
        "check the user; put your public key on the server (ssh-copy-id), load a key with a"
        " passphrase into the agent (ssh-add), or run this on a terminal to type a password",
    ),
    (SshConfigInvalid, "mend the line of ~/.ssh/config that is named"),
    (HostUnreachable, "check the spelling, the network, and whether a VPN is needed"),
)


def check_name(
    destination: Destination, ssh_directory: Path | None
) -> tuple[Check, SshSettings | None]:
    """Look the name up, without touching the server; no settings when that failed."""
    try:
        settings = read_settings(destination, ssh_directory)
    except SshConfigInvalid as error:
        return _failure("name", error), None
    way = settings.proxy_jump or settings.proxy_command
    if way is not None:
        kind = "the jump host" if settings.proxy_jump else "the command"
        return Check.ok("name", f"{settings.host}, reached through {kind} {way}"), settings
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        unknown = HostUnreachable(destination, f"the name {settings.host!r} is not known")
        unknown.__cause__ = error
        return _failure("name", unknown), None
    addresses = ", ".join(dict.fromkeys(str(entry[4][0]) for entry in found))
    return Check.ok("name", f"{settings.host} is {addresses}"), settings


def check_way(ssh: SshConnection) -> Iterator[Check]:
    """Connect once, and tell how far that came: connection, host key, login."""
    error: ConnectionFailed | None = None
    try:
        ssh.open()
    except ConnectionFailed as failure:
        error = failure
    seen = ssh.facts
    if seen.software is not None:
        yield Check.ok("connection", f"{seen.through}, {seen.software}")
    elif error is not None:
        yield _failure("connection", error)
        return
    if seen.host_key_trusted:
        yield Check.ok("host key", f"{seen.host_key_type} {seen.host_key_sha256}, trusted")
    elif error is not None:
        yield _failure("host key" if isinstance(error, HostKeyError) else "connection", error)
        return
    if error is not None:
        yield _failure("login", error)
    else:
        yield Check.ok("login", f"by {seen.login}")


def _failure(name: str, error: ConnectionFailed) -> Check:
    for kind, fix in _FIXES:
        if isinstance(error, kind):
            return Check.failed(name, error.reason, fix, error)
    return Check.failed(
        name, error.reason, "wait some minutes, check host and port, and try again", error
    )
