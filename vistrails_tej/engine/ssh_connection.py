"""One SSH connection: opened, renewed, shared by threads, with a few channels at a time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path
from types import TracebackType

import paramiko

from .connection_facts import ConnectionFacts, Traffic
from .destination import Destination
from .errors import ConnectionLost, DeadlinePassed, TejError
from .host_keys import DecideHostKey
from .login import Login
from .ssh_line import Means, SshLine
from .transport_errors import translate

__all__ = ["SshConnection"]

logger = logging.getLogger(__name__)

# OpenSSH refuses the 11th session of a connection, and frees the slot of a closed one late.
_MOST_CHANNELS = 4


class SshConnection:
    """A connection to one server; use it in a ``with`` statement, or open and close it.

    Threads may share it. After a loss ``is_open`` is False and ``open`` connects again. The
    files of ``ssh_directory`` (``~/.ssh`` and those of the machine by default) hold the
    configuration, the known hosts and the default keys. ``timeout`` is for each step of
    connecting, in seconds. ``facts`` tells how the last ``open`` went, ``traffic`` what passed.
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
        self.traffic = Traffic()
        self.connects = 0
        means = (Login() if login is None else login, decide_host_key, ssh_directory, timeout)
        self._means = Means(*means)
        self._line: SshLine | None = None
        self._closings = 0
        self._opening = threading.Lock()
        self._lock = threading.Lock()
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

    @property
    def _transport(self) -> paramiko.Transport | None:
        line = self._line
        return None if line is None else line.transport

    def open(self) -> None:
        """Connect and log in, unless that was done.

        Raises a ConnectionFailed; that is a ConnectionLost when another thread closes meanwhile.
        """
        closings = self._closings
        with self._opening:
            if self.is_open:
                return
            line = self._new_line(closings)
            logger.debug("Connecting to %s", self.destination)
            try:
                line.open()
            except BaseException:
                self._drop(line)
                raise
            self.connects += 1
            self.traffic.connects += 1
            logger.info("Connected to %s (connect number %d)", self.destination, self.connects)

    def close(self) -> None:
        """End the connection and all that runs over it, at once; may be called twice.

        What another thread is opening ends too, whether or not the server answers.
        """
        with self._lock:
            self._closings += 1
        self._drop(self._line)

    def _new_line(self, closings: int) -> SshLine:
        self._drop(self._line)
        line = SshLine(self.destination, self._means)
        with self._lock:
            if self._closings != closings:
                raise ConnectionLost(self.destination, "the connection was closed meanwhile")
            self._line = line
        self.facts = line.facts
        line.traffic = self.traffic
        return line

    def _drop(self, line: SshLine | None) -> None:
        with self._lock:
            if self._line is line:
                self._line = None
        if line is not None:
            line.close()
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
                self.traffic.channels += 1
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
        # What ended the transport; it closes the channels before it calls itself inactive.
        told = transport.saved_exception
        if isinstance(told, paramiko.ChannelException):
            # That is the answer to another thread, which has asked for a session.
            told = None
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
