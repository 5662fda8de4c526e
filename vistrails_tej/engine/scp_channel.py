"""The channel that the scp package works on, started in a way that suits every login shell.

The package would run ``scp -f FILE`` in the account's login shell, where quoting differs and
start-up files print text into the protocol. Here its command runs in /bin/sh behind a marker.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar

import paramiko

from .errors import DeadlinePassed
from .remote_program import explain_end, send_to_program, start_program
from .shell_words import NEWLINE_VARIABLE, quote_word
from .ssh_connection import SshConnection

__all__ = ["DIRECTORY", "MISSING", "UNREADABLE", "ScpChannel"]

# Told in SCP's own way of telling errors; the words are ours, so they need not be guessed.
MISSING, DIRECTORY, UNREADABLE = "tej:missing", "tej:directory", "tej:unreadable"

# Where there is no scp program, cat and head say the same: SCP for one file is a line with mode
# and size, the bytes, and a NUL; each is answered with a NUL. The package's command comes last.
_PROGRAM = (
    "printf '%s begin\\n' \"$m\";"
    f" if [ -d \"$f\" ]; then printf '\\001{DIRECTORY}\\n'; exit; fi;"
    f" if ! [ -e \"$f\" ]; then printf '\\001{MISSING}\\n'; exit; fi;"
    f" if ! [ -r \"$f\" ]; then printf '\\001{UNREADABLE}\\n'; exit; fi;"
    " if ! command -v scp >/dev/null 2>&1; then"
    " take() { dd bs=1 count=1 >/dev/null 2>&1; };"
    ' mode=0644; if [ -x "$f" ]; then mode=0755; fi; size=$(wc -c <"$f"); take;'
    ' printf \'C%s %d file\\n\' "$mode" "$size"; take;'
    ' head -c "$size" "$f" && printf \'\\000\'; take; exit; fi;'
    " exec "
)

_Answer = TypeVar("_Answer")


class ScpChannel:
    """What the scp package takes for a transport and for a channel.

    ``path`` must not begin with a dash. Errors of the connection are raised as ours.
    """

    def __init__(self, ssh: SshConnection, path: bytes, timeout: float) -> None:
        """Nothing is sent before ``exec_command``."""
        self._ssh = ssh
        self._path = path
        self._timeout = timeout
        self._mark = secrets.token_hex(12).encode()
        self._channel: paramiko.Channel | None = None
        self._rest: bytes | None = None
        self._ended = False

    def getpeername(self) -> object:
        """Return something to show in a progress report."""
        return (self._ssh.destination.host, 0)

    def open_session(self) -> ScpChannel:
        """Return the only channel there is."""
        return self

    @property
    def closed(self) -> bool:
        """Whether there is nothing more to read.

        A program that ended at once has closed the channel before what it told was looked at.
        """
        return self._channel is None or self._ended

    def settimeout(self, timeout: float) -> None:
        """Do nothing; the timeout was given at the start."""

    def exec_command(self, command: bytes) -> None:
        """Start ``command``, which the package made for ``path``."""
        newline = (
            f"{NEWLINE_VARIABLE}=$(printf '\\nx'); {NEWLINE_VARIABLE}=${{{NEWLINE_VARIABLE}%x}};"
        )
        start = b"%s m=%s; f=%s; " % (newline.encode(), self._mark, quote_word(self._path))
        self._channel = start_program(
            self._ssh, start + _PROGRAM.encode() + command + b"\n", self._timeout
        )
        self._channel.settimeout(self._timeout)

    def sendall(self, data: bytes | str) -> None:
        """Send all of ``data``."""
        content = data.encode() if isinstance(data, str) else data
        self._guarded(lambda channel: send_to_program(channel, content))

    def send(self, data: bytes | str) -> int:
        """Send all of ``data``, which the package does not check."""
        self.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return up to ``size`` bytes of what follows the marker; none at a clean end."""
        if self._rest is None:
            self._rest = self._skip_to_mark()
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        data = self._guarded(lambda channel: channel.recv(size))
        if not data:
            self._ended = True
            self._check_end()
        return data

    def _skip_to_mark(self) -> bytes:
        seen = bytearray()
        while True:
            data = self._guarded(lambda channel: channel.recv(4096))
            if not data:
                assert self._channel is not None
                raise explain_end(self._ssh, self._channel, begun=False, told=bytes(seen))
            seen += data
            _, found, rest = seen.partition(self._mark + b" begin\n")
            if found:
                return bytes(rest)

    def _check_end(self) -> None:
        assert self._channel is not None
        if not self._channel.status_event.wait(self._timeout) or self._channel.exit_status < 0:
            raise self._ssh.failure(EOFError("the copy was cut off"))

    def shutdown_write(self) -> None:
        """Tell the other side that nothing more comes."""
        self._guarded(lambda channel: channel.shutdown_write())

    def recv_exit_status(self) -> int:
        """Return the exit status; the end was checked before."""
        return -1 if self._channel is None else self._channel.exit_status

    def close(self) -> None:
        """Give the channel back; may be called twice."""
        if self._channel is not None:
            self._ssh.release(self._channel)

    def _guarded(self, call: Callable[[paramiko.Channel], _Answer]) -> _Answer:
        assert self._channel is not None
        try:
            return call(self._channel)
        except TimeoutError as error:
            raise DeadlinePassed(
                self._ssh.destination, f"a copy stood still for {self._timeout:g} s"
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._ssh.failure(error) from error
