"""Every error of paramiko and of the sockets has a place in our tree."""

from __future__ import annotations

import errno
import importlib
import inspect
import pkgutil
import socket

import paramiko
import pytest

from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    HostKeyChanged,
    HostUnreachable,
    LoginFailed,
    SshConfigInvalid,
)
from vistrails_tej.engine.transport_errors import translate

HERE = Destination("host")
KEY = paramiko.ECDSAKey.generate()

# How to make those that want more than a message.
MADE = {
    "BadAuthenticationType": ("no", ["publickey"]),
    "PartialAuthentication": (["password"],),
    "ChannelException": (2, "refused"),
    "BadHostKeyException": ("host", KEY, KEY),
    "ProxyCommandFailure": ("nc", 1),
    "NoValidConnectionsError": ({("::1", 22): ConnectionRefusedError(errno.ECONNREFUSED, "no")},),
    "UnknownKeyType": ("ssh-dss", b""),
    "InvalidHostKey": ("line", ValueError()),
    "AuthFailure": (None,),
}

EXPECTED = {
    "SSHException": ConnectionLost,
    "AuthenticationException": LoginFailed,
    "PasswordRequiredException": LoginFailed,
    "BadAuthenticationType": LoginFailed,
    "PartialAuthentication": LoginFailed,
    "UnableToAuthenticate": LoginFailed,
    "AuthFailure": LoginFailed,
    "UnknownKeyType": LoginFailed,
    "ChannelException": ConnectionRefused,
    "IncompatiblePeer": ConnectionRefused,
    "NoValidConnectionsError": ConnectionRefused,
    "BadHostKeyException": HostKeyChanged,
    "ProxyCommandFailure": HostUnreachable,
    "CouldNotCanonicalize": HostUnreachable,
    "ConfigParseError": SshConfigInvalid,
    "InvalidHostKey": SshConfigInvalid,
    "MessageOrderError": ConnectionLost,
    "SFTPError": ConnectionLost,
    "PipeTimeout": ConnectionLost,
    "NeedRekeyException": ConnectionLost,
    "BERException": ConnectionLost,
}


def error_classes() -> list[type[Exception]]:
    found = set()
    for module in pkgutil.iter_modules(paramiko.__path__, "paramiko."):
        if module.name.endswith(("_winapi", "win_openssh", "win_pageant")):
            continue
        for _, item in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(item, Exception) and item.__module__.startswith("paramiko"):
                found.add(item)
    return sorted(found, key=lambda item: item.__name__)


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__name__)
def test_each_error_of_paramiko_has_its_place(kind: type[Exception]) -> None:
    error = kind(*MADE.get(kind.__name__, ("message",)))
    ours = translate(error, HERE)
    assert type(ours) is EXPECTED[kind.__name__]
    assert str(HERE) in str(ours)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (socket.gaierror(-2, "unknown"), HostUnreachable),
        (OSError(errno.EHOSTUNREACH, "no way"), HostUnreachable),
        (OSError(errno.ENETUNREACH, "no way"), HostUnreachable),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), ConnectionRefused),
        (ConnectionResetError(errno.ECONNRESET, "reset"), ConnectionLost),
        (BrokenPipeError(errno.EPIPE, "pipe"), ConnectionLost),
        (TimeoutError(), DeadlinePassed),
        (EOFError(), ConnectionLost),
        (UnicodeError("label too long"), HostUnreachable),
        (OSError("Socket is closed"), ConnectionLost),
        (RuntimeError("a bug below"), ConnectionLost),
    ],
)
def test_each_error_of_a_socket_has_its_place(
    error: Exception, expected: type[ConnectionFailed]
) -> None:
    assert type(translate(error, HERE)) is expected


def test_our_own_errors_pass_unchanged() -> None:
    error = LoginFailed(HERE, "no")
    assert translate(error, HERE) is error
