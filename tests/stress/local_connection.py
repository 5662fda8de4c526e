"""What the engine takes for an SSH connection, with a shell of this machine at the other end.

Everything above it is the real client; below it, real ``sh``. It can break at a chosen byte.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vistrails_tej.engine.destination import Destination
from vistrails_tej.engine.errors import ConnectionLost, TejError


@dataclass(frozen=True)
class Fault:
    """What happens when ``after`` bytes were sent, or ``after`` answers read.

    ``kind``: "cut" ends the connection, "deaf" lets the server go on and loses its answers,
    "killed" is a kill -9 of this process.
    """

    kind: str
    after: int
    at_answers: bool = False


class LocalConnection:
    """Starts every session as a process of ``program`` below ``home``."""

    def __init__(self, program: str, home: Path, environment: Mapping[str, str]) -> None:
        self.destination = Destination("localhost", port=1)
        self.environment = dict(environment)
        self.is_open = True
        self._program = program
        self._home = home
        self._channels: list[LocalChannel] = []
        self._fault: Fault | None = None
        self._left = 0

    def break_by(self, fault: Fault | None) -> None:
        """Arm a fault, or none."""
        self._fault = fault
        self._left = fault.after if fault else 0

    def reopen(self) -> None:
        """Connect again: the old sessions are gone."""
        self.close()
        self.is_open = True
        self._fault = None

    def close(self) -> None:
        self.is_open = False
        for channel in self._channels:
            channel.close()
        self._channels.clear()

    def open_channel(self, timeout: float = 20.0) -> LocalChannel:
        del timeout
        if not self.is_open:
            raise self.failure()
        channel = LocalChannel(self)
        self._channels.append(channel)
        return channel

    def release(self, channel: LocalChannel) -> None:
        channel.close()

    def failure(self, error: BaseException | None = None) -> TejError:
        if isinstance(error, TejError):
            return error
        return ConnectionLost(self.destination, str(error or "closed"))

    def start(self, command: str) -> tuple[socket.socket, socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair()
        errors, their_errors = socket.socketpair()
        process = subprocess.Popen(
            # The login shell would be the same program.
            [self._program, "-c", command.replace("/bin/sh", self._program)],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=their_errors.fileno(),
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self._home),
                "VT_SHELL": self._program,
                **self.environment,
            },
            cwd=self._home,
            start_new_session=True,
        )
        theirs.close()
        their_errors.close()
        return ours, errors, process

    def count_sent(self, size: int) -> int:
        """Return how many of ``size`` bytes may still be sent."""
        if self._fault is None or self._fault.at_answers:
            return size
        allowed = min(size, self._left)
        self._left -= allowed
        return allowed

    def check_sent(self) -> None:
        if self._fault is not None and not self._fault.at_answers and self._left == 0:
            self._strike(self._fault)

    def check_answer(self) -> None:
        if self._fault is not None and self._fault.at_answers:
            self._left -= 1
            if self._left <= 0:
                self._strike(self._fault)

    def _strike(self, fault: Fault) -> None:
        self._fault = None
        if fault.kind == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.kind == "cut":
            self.close()
        else:
            self.is_open = False
            for channel in self._channels:
                channel.go_deaf()
        raise OSError("the link was cut")


class LocalChannel:
    """As much of paramiko's channel as the engine uses."""

    remote_chanid = 0

    def __init__(self, connection: LocalConnection) -> None:
        self._connection = connection
        self._timeout = 60.0
        self._socket: socket.socket | None = None
        self._errors: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self.eof_received = False
        self.status_event = threading.Event()
        self.exit_status = -1

    def get_transport(self) -> LocalChannel:
        return self

    def _send_user_message(self, message: Any) -> None:
        """The one request that is sent: run this command."""
        message.rewind()
        message.get_byte()
        message.get_int()
        assert message.get_text() == "exec"
        message.get_boolean()
        self._socket, self._errors, self._process = self._connection.start(message.get_text())

    def settimeout(self, timeout: float) -> None:
        self._timeout = timeout

    def send(self, data: bytes) -> int:
        if self._socket is None or self.closed:
            raise OSError("closed")
        self._socket.settimeout(self._timeout)
        allowed = self._connection.count_sent(len(data))
        sent = self._socket.send(data[:allowed]) if allowed else 0
        self._connection.check_sent()
        return sent

    def sendall(self, data: bytes) -> None:
        while data:
            data = data[self.send(data) :]

    def recv(self, size: int) -> bytes:
        data = self._read(self._socket, size)
        if not data:
            self.eof_received = True
            self._note_end()
        return data

    def recv_stderr(self, size: int) -> bytes:
        return self._read(self._errors, size)

    def _read(self, source: socket.socket | None, size: int) -> bytes:
        if source is None or self.closed:
            raise OSError("closed")
        source.settimeout(self._timeout)
        try:
            data = source.recv(min(size, 65536))
        except ConnectionResetError:
            data = b""
        self._connection.check_answer()
        return data

    def recv_ready(self) -> bool:
        return _is_ready(self._socket)

    def recv_stderr_ready(self) -> bool:
        return _is_ready(self._errors)

    def _note_end(self) -> None:
        if self._process is not None:
            self.exit_status = self._process.wait()
            self.status_event.set()

    def go_deaf(self) -> None:
        """Nothing is heard any more, while the other side believes that all is well."""
        self.closed = True

    def close(self) -> None:
        self.closed = True
        for one in (self._socket, self._errors):
            if one is not None:
                one.close()
        if self._process is not None:
            self._process.poll()


def _is_ready(source: socket.socket | None) -> bool:
    return (
        source is not None and source.fileno() >= 0 and bool(select.select([source], [], [], 0)[0])
    )
