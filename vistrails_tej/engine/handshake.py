"""The greeting of two SSH programs: which ciphers and keys are taken, and whom we speak to."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import paramiko

from .connection_facts import ConnectionFacts
from .destination import Destination
from .errors import ConnectionRefused, DeadlinePassed, HostUnreachable, TejError
from .host_keys import DecideHostKey, KnownHosts, format_sha256
from .ssh_config import SshSettings
from .transport_errors import translate
from .watched_socket import WatchedSocket

__all__ = ["Handshake", "keep_alive", "ssh_library_logger"]

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")

_GLOBAL_REQUEST = b"\x50"  # SSH_MSG_GLOBAL_REQUEST, RFC 4254 section 4


def ssh_library_logger() -> logging.Logger:
    """Return where paramiko's own messages go, once somebody sets the level of this logger."""
    return logging.getLogger(__name__).getChild("wire")


class Handshake:
    """The greeting of one server, which has ``timeout`` seconds for it."""

    def __init__(
        self,
        transport: paramiko.Transport,
        destination: Destination,
        settings: SshSettings,
        timeout: float,
    ) -> None:
        """Nothing is sent yet."""
        self._transport = transport
        self._destination = destination
        self._settings = settings
        self._timeout = timeout

    def run(self, decide: DecideHostKey | None, facts: ConnectionFacts) -> None:
        """Greet, check the host key and fill in ``facts``. Raises a ConnectionFailed."""
        transport, settings = self._transport, self._settings
        _silence(transport)
        known = KnownHosts(settings.known_hosts)
        server = (settings.record_name, settings.port)
        options = transport.get_security_options()
        options.ciphers = _first(_CIPHERS, options.ciphers)
        options.key_types = _first(known.algorithms_for(*server), options.key_types)
        transport.banner_timeout = transport.handshake_timeout = self._timeout
        transport.auth_timeout = self._timeout
        self._greet()
        key = transport.get_remote_server_key()
        shown = (key.get_name(), key.asbytes())
        facts.software = transport.remote_version
        facts.host_key_type, facts.host_key_sha256 = shown[0], format_sha256(shown[1])
        known.check(self._destination, server, shown, decide)
        facts.host_key_trusted = True

    def _greet(self) -> None:
        started = time.monotonic()
        try:
            self._transport.start_client(timeout=self._timeout)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._explain(error, started) from error
        if not self._transport.initial_kex_done:
            raise self._late()

    def _late(self) -> DeadlinePassed:
        what = f"the server did not finish its greeting within {self._timeout:.0f} s"
        return DeadlinePassed(self._destination, what)

    def _explain(self, error: Exception, started: float) -> TejError:
        """Tell apart what paramiko raises as one class while the server says hello."""
        if time.monotonic() - started >= self._timeout or isinstance(
            error.__context__, TimeoutError
        ):
            return self._late()
        if str(error).startswith("Indecipherable protocol version"):
            return ConnectionRefused(
                self._destination, "what answers there is no SSH server; check the port"
            )
        if self._transport.remote_version:
            return translate(error, self._destination)
        if self._settings.proxy_command is not None:
            return HostUnreachable(
                self._destination, "its ProxyCommand ended at once; check the ssh configuration"
            )
        return ConnectionRefused(
            self._destination,
            "the server hung up before its greeting; it is busy or blocks this machine for"
            " a while, so wait some minutes before the next try",
        )


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


def keep_alive(transport: paramiko.Transport, watched: WatchedSocket, pause: int) -> None:
    """Ask an idle server, after a ``pause`` in seconds, for a sign of life it has to answer.

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
    transport.packetizer.set_keepalive(pause, ask)
