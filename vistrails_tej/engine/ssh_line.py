"""One line to a server: dialled, through jump hosts if need be, logged in, and hung up once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import paramiko

from .authentication import Authentication
from .connection_facts import ConnectionFacts, Traffic
from .destination import Destination, parse_destination
from .dialing import dial, peer_name
from .errors import ConnectionLost, ConnectionRefused, InvalidDestination, SshConfigInvalid
from .handshake import Handshake, keep_alive
from .host_keys import DecideHostKey
from .login import Login
from .quick_transport import QuickTransport
from .ssh_config import SshSettings, read_settings
from .transport_errors import translate
from .watched_socket import SocketLike, WatchedSocket

if TYPE_CHECKING:
    import socket

__all__ = ["Means", "SshLine"]

# With 2 MiB, what paramiko takes by itself, a round trip of 50 ms costs 6 of 7 seconds.
_WINDOW = 16 * 1024 * 1024
_PACKET = 128 * 1024

# A dead peer is noticed after the sum of both, in seconds.
_ASK_AFTER = 10
_SILENCE = 15.0

# A configuration may name ever new ones, as in ``ProxyJump gate.%h``.
_MOST_HOPS = 16
_MEND_JUMP = "mend it in the ssh configuration; 'ProxyJump none' ends a way"


@dataclass(frozen=True, slots=True)
class Means:
    """What is used to reach servers; see SshConnection for the fields."""

    login: Login = field(default_factory=Login)
    decide_host_key: DecideHostKey | None = None
    ssh_directory: Path | None = None
    timeout: float = 20.0


class SshLine:
    """A line that is opened once. ``close`` may come from any thread, also while it is opened.

    ``hops`` are jump hosts that were chosen before, separated by commas, in front of those that
    the configuration names; ``way`` are the machines that are reached through this one.
    """

    def __init__(
        self,
        destination: Destination,
        means: Means,
        *,
        hops: str = "",
        way: tuple[Destination, ...] = (),
    ) -> None:
        """Nothing is sent yet."""
        self.destination = destination
        self.facts = ConnectionFacts()
        self.traffic = Traffic()
        self.transport: paramiko.Transport | None = None
        self._means = means
        self._hops = hops
        self._way = (*way, destination)
        self._lock = threading.Lock()
        self._closed = False
        self._ends: list[Callable[[], None]] = []

    def open(self) -> None:
        """Connect and log in. Raises a ConnectionFailed; ConnectionLost when it was closed."""
        try:
            self.transport = self._connect(
                read_settings(self.destination, self._means.ssh_directory)
            )
        except Exception as error:
            was_closed = self._closed
            self.close()
            if was_closed:
                raise self._called_off() from error
            if isinstance(error, (paramiko.SSHException, OSError, EOFError)):
                raise translate(error, self.destination) from error
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up, at once; whoever is waiting for the server wakes up. May be called twice."""
        with self._lock:
            self._closed = True
            ends, self._ends = self._ends, []
        for end in reversed(ends):
            end()

    def _at_end(self, end: Callable[[], None]) -> None:
        """Have something done when the line is closed, which may have been."""
        with self._lock:
            if not self._closed:
                self._ends.append(end)
                return
        end()
        raise self._called_off()

    def _called_off(self) -> ConnectionLost:
        return ConnectionLost(self.destination, "the connection was closed while it was made")

    def _connect(self, settings: SshSettings) -> paramiko.Transport:
        watched = WatchedSocket(self._dial(settings), _SILENCE, self.traffic)
        self._at_end(watched.close)
        # paramiko takes anything that reads and writes; its types name only sockets.
        transport = QuickTransport(cast("socket.socket", watched), _WINDOW, _PACKET)
        self._at_end(lambda: _end(transport))
        means = self._means
        handshake = Handshake(transport, self.destination, settings, means.timeout)
        handshake.run(means.decide_host_key, self.facts)
        login = Authentication(transport, self.destination, settings, means.login)
        login.run()
        self.facts.login = login.way
        keep_alive(transport, watched, _ASK_AFTER)
        return transport

    def _dial(self, settings: SshSettings) -> SocketLike:
        hops = self._hops or settings.proxy_jump
        if not hops:
            stream = dial(self.destination, settings, self._means.timeout, self._at_end)
            self.facts.through = settings.proxy_command or peer_name(stream)
            return stream
        jump = self._open_jump(hops)
        self.facts.through = str(jump.destination)
        assert jump.transport is not None
        target = (settings.host, settings.port)
        try:
            return jump.transport.open_channel(
                "direct-tcpip", target, ("127.0.0.1", 0), timeout=self._means.timeout
            )
        except paramiko.ChannelException as error:
            raise ConnectionRefused(
                self.destination,
                f"the jump host {jump.destination} does not connect to"
                f" {settings.host}:{settings.port} ({error.text}); check host and port",
            ) from error

    def _open_jump(self, hops: str) -> SshLine:
        """Connect to the last of ``hops``, through those before it.

        The first one goes its own way, which may lead through jump hosts of its own.
        """
        before, _, last = hops.rpartition(",")
        try:
            hop = parse_destination(last)
        except InvalidDestination as error:
            raise SshConfigInvalid(
                self.destination, f"its ProxyJump cannot be used: {error}", _MEND_JUMP
            ) from error
        self._refuse_circle(hop)
        means = replace(self._means, login=self._means.login.for_jump_host())
        jump = SshLine(hop, means, hops=before, way=self._way)
        self._at_end(jump.close)
        jump.open()
        return jump

    def _refuse_circle(self, hop: Destination) -> None:
        if hop in self._way:
            names = ", then ".join(str(one) for one in (*self._way, hop))
            raise SshConfigInvalid(
                self._way[0], f"its ProxyJump leads in a circle: {names}", _MEND_JUMP
            )
        if len(self._way) > _MOST_HOPS:
            raise SshConfigInvalid(
                self._way[0],
                f"its ProxyJump leads through more than {_MOST_HOPS} machines",
                _MEND_JUMP,
            )


def _end(transport: paramiko.Transport) -> None:
    transport.close()
    if transport.is_alive():
        # The thread wakes up as its socket is shut; nothing of it should outlive us.
        transport.join(1.0)
