"""One SSH connection: opened, watched, shared by threads, with a few channels at a time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

import paramiko

from .authentication import Authentication
from .connection_facts import ConnectionFacts
from .destination import Destination, parse_destination
from .dialing import dial, peer_name
from .errors import ConnectionLost, ConnectionRefused, DeadlinePassed, HostUnreachable, TejError
from .host_keys import DecideHostKey, KnownHosts, format_sha256
from .login import Login
from .quick_transport import QuickTransport
from .ssh_config import SshSettings, read_settings
from .transport_errors import translate
from .watched_socket import SocketLike, WatchedSocket

if TYPE_CHECKING:
    import socket

__all__ = ["SshConnection", "ssh_library_logger"]

logger = logging.getLogger(__name__)

# OpenSSH refuses the 11th session of a connection, and frees the slot of a closed one late.
_MOST_CHANNELS = 4

# With 2 MiB, what paramiko takes by itself, a round trip of 50 ms costs 6 of 7 seconds.
_WINDOW = 16 * 1024 * 1024
_PACKET = 128 * 1024
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")

# A dead peer is noticed after the sum of both, in seconds.
_ASK_AFTER = 10
_SILENCE = 15.0

_GLOBAL_REQUEST = b"\x50"  # SSH_MSG_GLOBAL_REQUEST, RFC 4254 section 4


def ssh_library_logger() -> logging.Logger:
    """Return where paramiko's own messages go, once somebody sets the level of this logger."""
    return logger.getChild("wire")


class SshConnection:
    """A connection to one server; use it in a ``with`` statement, or open and close it.

    Threads may share it. After a loss ``is_open`` is False and ``open`` connects again. The
    files of ``ssh_directory`` (``~/.ssh`` and those of the machine by default) hold the
    configuration, the known hosts and the default keys. ``timeout`` is for each step of
    connecting, in seconds. ``facts`` tells how the last ``open`` went.
    """

    def __init__(
        self,
        destination: Destination,
        *,
        login: Login | None = None,
        decide_host_key: DecideHostKey | None = None,
        ssh_directory: Path | None = None,
        timeout: float = 20.0,
    ) -> None:
        """Nothing is sent before ``open``."""
        self.destination = destination
        self.facts = ConnectionFacts()
        self.connects = 0
        self._login = Login() if login is None else login
        self._decide_host_key = decide_host_key
        self._ssh_directory = ssh_directory
        self._timeout = timeout
        self._transport: paramiko.Transport | None = None
        self._jump: SshConnection | None = None
        self._hops: str | None = None
        self._opening = threading.Lock()
        self._slots = threading.Condition()
        self._channels: list[paramiko.Channel] = []
        self._coming = 0

    def __enter__(self) -> SshConnection:
        """Open."""
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether requests can be sent, as far as is known."""
        transport = self._transport
        return transport is not None and transport.is_active() and transport.is_authenticated()

    def open(self) -> None:
        """Connect and log in, unless that was done. Raises a ConnectionFailed."""
        with self._opening:
            if self.is_open:
                return
            self._drop()
            self.facts = ConnectionFacts()
            settings = read_settings(self.destination, self._ssh_directory)
            logger.debug("Connecting to %s", self.destination)
            try:
                self._transport = self._connect(settings)
            except (paramiko.SSHException, OSError, EOFError) as error:
                self._drop()
                raise translate(error, self.destination) from error
            except BaseException:
                self._drop()
                raise
            self.connects += 1
            logger.info("Connected to %s (connect number %d)", self.destination, self.connects)

    def close(self) -> None:
        """End the connection and all that runs over it; may be called twice."""
        with self._opening:
            self._drop()

    def _drop(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
            # The thread wakes up as its socket is shut; nothing of it should outlive us.
            transport.join(1.0)
        jump, self._jump = self._jump, None
        if jump is not None:
            jump.close()
        with self._slots:
            self._channels.clear()
            self._slots.notify_all()

    def open_channel(self, timeout: float = 20.0) -> paramiko.Channel:
        """Return a new session; waits while four are in use. Give it back with ``release``.

        Raises ConnectionLost when not connected, DeadlinePassed, or ConnectionRefused when the
        server allows no further session.
        """
        deadline = time.monotonic() + timeout
        self._take_slot(deadline)
        try:
            transport = self._require_transport()
            channel = transport.open_session(timeout=max(deadline - time.monotonic(), 0.1))
        except (paramiko.SSHException, OSError, EOFError) as error:
            if self.is_open and time.monotonic() >= deadline:
                raise self._late("no session was opened", timeout) from error
            raise self.failure(error) from error
        else:
            with self._slots:
                self._channels.append(channel)
            return channel
        finally:
            with self._slots:
                self._coming -= 1
                self._slots.notify()

    def release(self, channel: paramiko.Channel) -> None:
        """Close a channel, so that another may be opened."""
        with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
            channel.close()
        with self._slots:
            self._slots.notify()

    def failure(self, error: BaseException | None = None) -> TejError:
        """Return the error of our tree for ``error``, or for a stream that ended too early."""
        transport = self._transport
        if transport is None:
            return ConnectionLost(self.destination, "the connection is closed")
        told = transport.saved_exception if not transport.is_active() else None
        return translate(told or error or EOFError("the session ended"), self.destination)

    def _take_slot(self, deadline: float) -> None:
        timeout = deadline - time.monotonic()
        with self._slots:
            while True:
                self._channels = [channel for channel in self._channels if not channel.closed]
                if len(self._channels) + self._coming < _MOST_CHANNELS:
                    self._coming += 1
                    return
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise self._late(f"all {_MOST_CHANNELS} sessions stayed in use", timeout)
                # A channel that the server closed tells nobody, hence the short wait.
                self._slots.wait(min(remaining, 0.05))

    def _late(self, what: str, timeout: float) -> DeadlinePassed:
        return DeadlinePassed(self.destination, f"{what} within {timeout:.0f} s")

    def _require_transport(self) -> paramiko.Transport:
        transport = self._transport
        if transport is None or not transport.is_active():
            raise self.failure()
        return transport

    def _connect(self, settings: SshSettings) -> paramiko.Transport:
        watched = WatchedSocket(self._dial(settings), _SILENCE)
        # paramiko takes anything that reads and writes; its types name only sockets.
        transport = QuickTransport(cast("socket.socket", watched), _WINDOW, _PACKET)
        try:
            self._shake_hands(transport, settings)
            login = Authentication(transport, self.destination, settings, self._login)
            login.run()
            self.facts.login = login.way
            _keep_alive(transport, watched)
        except BaseException:
            transport.close()
            watched.close()
            raise
        return transport

    def _dial(self, settings: SshSettings) -> SocketLike:
        hops = settings.proxy_jump if self._hops is None else self._hops
        if not hops:
            stream = dial(self.destination, settings, self._timeout)
            self.facts.through = settings.proxy_command or peer_name(stream)
            return stream
        self._jump = self._open_jump(hops)
        self.facts.through = str(self._jump.destination)
        through = self._jump._require_transport()
        target = (settings.host, settings.port)
        try:
            return through.open_channel(
                "direct-tcpip", target, ("127.0.0.1", 0), timeout=self._timeout
            )
        except paramiko.ChannelException as error:
            raise ConnectionRefused(
                self.destination,
                f"the jump host {self._jump.destination} does not connect to"
                f" {settings.host}:{settings.port} ({error.text})",
                "check host and port",
            ) from error

    def _open_jump(self, hops: str) -> SshConnection:
        """Connect to the last of ``hops``, which are separated by commas, through the others."""
        before, _, last = hops.rpartition(",")
        jump = SshConnection(
            parse_destination(last),
            login=self._login.for_jump_host(),
            decide_host_key=self._decide_host_key,
            ssh_directory=self._ssh_directory,
            timeout=self._timeout,
        )
        # Set even when empty: a configuration for all hosts must not send the hop to itself.
        jump._hops = before
        jump.open()
        return jump

    def _shake_hands(self, transport: paramiko.Transport, settings: SshSettings) -> None:
        _silence(transport)
        known = KnownHosts(settings.known_hosts)
        server = (settings.record_name, settings.port)
        options = transport.get_security_options()
        options.ciphers = _first(_CIPHERS, options.ciphers)
        options.key_types = _first(known.algorithms_for(*server), options.key_types)
        transport.banner_timeout = transport.handshake_timeout = self._timeout
        transport.auth_timeout = self._timeout
        started = time.monotonic()
        try:
            transport.start_client(timeout=self._timeout)
        except (paramiko.SSHException, OSError, EOFError) as error:
            greeted = bool(transport.remote_version)
            raise self._explain_handshake(error, settings, greeted, started) from error
        if not transport.initial_kex_done:
            raise self._late("the server did not finish its greeting", self._timeout)
        key = transport.get_remote_server_key()
        facts, shown = self.facts, (key.get_name(), key.asbytes())
        facts.software = transport.remote_version
        facts.host_key_type, facts.host_key_sha256 = shown[0], format_sha256(shown[1])
        known.check(self.destination, server, shown, self._decide_host_key)
        facts.host_key_trusted = True

    def _explain_handshake(
        self, error: Exception, settings: SshSettings, greeted: bool, started: float
    ) -> TejError:
        """Tell apart what paramiko raises as one class while the server says hello."""
        text, cause = str(error), error.__context__
        if time.monotonic() - started >= self._timeout or isinstance(cause, TimeoutError):
            return self._late("the server did not finish its greeting", self._timeout)
        if text.startswith("Indecipherable protocol version"):
            return ConnectionRefused(
                self.destination, "what answers there is no SSH server", "check the port"
            )
        if not greeted and settings.proxy_command is not None:
            return HostUnreachable(
                self.destination, "its ProxyCommand ended at once", "check the ssh configuration"
            )
        if not greeted:
            return ConnectionRefused(
                self.destination,
                "the server hung up before its greeting",
                "it is busy or blocks this machine for a while, so wait some minutes before the"
                " next try",
            )
        return translate(error, self.destination)


def _first(wanted: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    """Return ``offered`` with those that are wanted in front."""
    front = tuple(name for name in wanted if name in offered)
    return front + tuple(name for name in offered if name not in front)


def _silence(transport: paramiko.Transport) -> None:
    """Let paramiko speak, tracebacks and all, only to those who set the level of its logger."""
    channel = ssh_library_logger()
    if channel.level == logging.NOTSET:
        channel.setLevel(logging.CRITICAL + 1)
    transport.set_log_channel(channel.name)


def _keep_alive(transport: paramiko.Transport, watched: WatchedSocket) -> None:
    """Ask an idle server for a sign of life that it has to answer.

    paramiko's own request wants no answer, so it would not notice a peer that swallows it.
    """

    def ask() -> None:
        if transport.in_kex:
            return
        message = paramiko.Message()
        message.add_byte(_GLOBAL_REQUEST)
        message.add_string("keepalive@openssh.com")
        message.add_boolean(True)
        watched.note_question()
        transport.packetizer.send_message(message)

    watched.expect_answers()
    transport.packetizer.set_keepalive(_ASK_AFTER, ask)
