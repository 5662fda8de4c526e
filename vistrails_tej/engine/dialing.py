"""Open the stream that an SSH connection runs over: a socket, or a proxy command."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Any

from .destination import Destination
from .errors import ConnectionRefused, HostUnreachable
from .ssh_config import SshSettings
from .transport_errors import translate
from .watched_socket import SocketLike, hang_up

__all__ = ["dial", "peer_name"]


def dial(
    destination: Destination,
    settings: SshSettings,
    timeout: float,
    at_end: Callable[[Callable[[], None]], None],
) -> SocketLike:
    """Connect to the server within ``timeout`` seconds, at whichever of its addresses answers.

    ``at_end`` is given what ends the attempt from another thread. Raises HostUnreachable, or
    ConnectionRefused where the machine is up but nothing listens.
    """
    if settings.proxy_command is not None:
        try:
            return _ProxyProcess(settings.proxy_command)
        except OSError as error:
            raise HostUnreachable(
                destination, f"its ProxyCommand cannot be run ({error})", "check the ssh config"
            ) from error
    try:
        addresses = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise HostUnreachable(
            destination,
            f"the name {settings.host!r} is not known",
            "check its spelling and your network",
        ) from error
    return _connect_first(destination, settings, addresses, timeout, at_end)


def peer_name(stream: SocketLike) -> str:
    """Return the address and port at the other end of what ``dial`` opened by itself."""
    assert isinstance(stream, socket.socket)
    host, port = stream.getpeername()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _ProxyProcess:
    """A program that carries the bytes, seen as a socket."""

    def __init__(self, command: str) -> None:
        self._stream, theirs = socket.socketpair()
        try:
            # Through a shell, as ssh_config(5) promises; the user wrote the command.
            self._process = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", f"exec {command}"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                start_new_session=True,
            )
        except BaseException:
            self._stream.close()
            raise
        finally:
            theirs.close()

    def send(self, data: bytes, /) -> int:
        return self._stream.send(data)

    def recv(self, size: int, /) -> bytes:
        return self._stream.recv(size)

    def settimeout(self, timeout: float, /) -> None:
        self._stream.settimeout(timeout)

    def close(self) -> None:
        self._stream.close()
        self._process.terminate()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _connect_first(
    destination: Destination,
    settings: SshSettings,
    addresses: Sequence[tuple[int, int, int, str, tuple[Any, ...]]],
    timeout: float,
    at_end: Callable[[Callable[[], None]], None],
) -> socket.socket:
    deadline = time.monotonic() + timeout
    failure: OSError | None = None
    for position, (family, kind, protocol, _, address) in enumerate(addresses):
        # Addresses that swallow packets must leave time for those behind them.
        share = max((deadline - time.monotonic()) / (len(addresses) - position), 0.5)
        stream = socket.socket(family, kind, protocol)
        at_end(lambda stream=stream: hang_up(stream))  # type: ignore[misc]
        try:
            return _connect(stream, address, share)
        except OSError as error:
            failure = error
    raise _describe(destination, settings, failure, timeout) from failure


def _connect(stream: socket.socket, address: tuple[Any, ...], timeout: float) -> socket.socket:
    try:
        stream.settimeout(timeout)
        stream.connect(address)
        # Without this every small packet waits for the acknowledgement of the one before.
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        stream.close()
        raise
    return stream


def _describe(
    destination: Destination, settings: SshSettings, failure: OSError | None, timeout: float
) -> Exception:
    if isinstance(failure, ConnectionRefusedError):
        return ConnectionRefused(
            destination,
            f"{settings.host} is up, but nothing listens at port {settings.port}",
            "check the port, or ask whether its SSH server runs",
        )
    if isinstance(failure, TimeoutError) or failure is None:
        return HostUnreachable(
            destination,
            f"{settings.host} did not answer at port {settings.port} within {timeout:g} s",
            "check the name, the port, and whether a VPN is needed",
        )
    return translate(failure, destination)
