"""What paramiko and the sockets raise, told in the words of our own errors."""

from __future__ import annotations

import errno
import socket

import paramiko
from paramiko.hostkeys import InvalidHostKey
from paramiko.pkey import UnknownKeyType
from paramiko.ssh_exception import IncompatiblePeer, MessageOrderError, NoValidConnectionsError

from .destination import Destination
from .errors import (
    ConnectionFailed,
    ConnectionLost,
    ConnectionRefused,
    DeadlinePassed,
    HostKeyChanged,
    HostUnreachable,
    LoginFailed,
    SshConfigInvalid,
    TejError,
)
from .host_keys import format_sha256

__all__ = ["translate"]

_UNREACHABLE = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}
)

# The first class that fits decides, so special ones stand before their parents.
_BY_CLASS: tuple[tuple[type[BaseException], type[ConnectionFailed], str], ...] = (
    (paramiko.AuthenticationException, LoginFailed, "the login was refused"),
    (UnknownKeyType, LoginFailed, "a key is of a type that is not supported"),
    (IncompatiblePeer, ConnectionRefused, "it speaks no cipher or key type that we do"),
    (paramiko.ChannelException, ConnectionRefused, "it does not allow a further session"),
    (paramiko.ProxyCommandFailure, HostUnreachable, "the ProxyCommand of the ssh config failed"),
    (paramiko.CouldNotCanonicalize, HostUnreachable, "the ssh config could not complete its name"),
    (paramiko.ConfigParseError, SshConfigInvalid, "the ssh config cannot be read"),
    (InvalidHostKey, SshConfigInvalid, "a line of known_hosts cannot be read"),
    (MessageOrderError, ConnectionLost, "its messages came in an order that is not allowed"),
    (socket.gaierror, HostUnreachable, "its name is not known"),
    (UnicodeError, HostUnreachable, "its name cannot be looked up"),
    (TimeoutError, DeadlinePassed, "it did not answer in time"),
    (ConnectionRefusedError, ConnectionRefused, "nothing listens at this port"),
    (EOFError, ConnectionLost, "the connection was closed"),
    (paramiko.SSHException, ConnectionLost, "the connection broke"),
    (OSError, ConnectionLost, "the connection broke"),
)


def translate(error: BaseException, destination: Destination) -> TejError:
    """Return the error of our tree that says the same as ``error``; ours come back unchanged.

    The text of the original is kept in parentheses: it names files and packets, never secrets.
    """
    if isinstance(error, TejError):
        return error
    if isinstance(error, paramiko.BadHostKeyException):
        return HostKeyChanged(
            destination, error.key.get_name(), format_sha256(error.key.asbytes()), "known_hosts"
        )
    if isinstance(error, NoValidConnectionsError):
        return translate(next(iter(error.errors.values())), destination)
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return HostUnreachable(destination, f"no way leads there ({error.strerror})")
    for kind, ours, reason in _BY_CLASS:
        if isinstance(error, kind):
            return ours(destination, f"{reason} ({_describe(error)})")
    return ConnectionLost(destination, f"the connection broke ({_describe(error)})")


def _describe(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
