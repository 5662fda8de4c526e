"""A /bin/sh on a channel of its own, spoken to in framed requests.

How a request travels: the server runs one fixed command line, free of all that login shells read
differently. It reads a first line from its stdin, which makes ready and reads the program (the
functions below and the caller's prelude), then one line per request. ``read`` takes byte by
byte, so nothing behind a line is swallowed; what follows as a payload comes in chunks announced
by their size, and 0 ends it. Answers stand between markers that nobody can guess, so what start-up
files print is skipped.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence

import paramiko

from .errors import ConnectionFailed, DeadlinePassed, RemoteCommandFailed, TejError
from .remote_program import explain_end, start_program
from .shell_reply import Frame, Reply
from .shell_words import NEWLINE_VARIABLE, quote_line
from .ssh_connection import SshConnection

__all__ = ["Reply", "ShellChannel", "StreamReply"]

# Some head programs read more than they were asked for; what they took too much is lost.
_FIRST_LINE = (
    f"{NEWLINE_VARIABLE}=$(printf '\\nx'); {NEWLINE_VARIABLE}=${{{NEWLINE_VARIABLE}%x}};"
    ' if [ "$(printf abcdef | { head -c 3 >/dev/null 2>&1; cat; })" = def ];'
    ' then _tej_take() { head -c "$1"; };'
    ' else _tej_take() { dd bs=1 count="$1" 2>/dev/null; }; fi;'
    ' eval "$(_tej_take SIZE)"\n'
)

# In _tej_feed: a payload that is cut off must not look finished to the command that reads it, so
# the whole session ends. Jobs are sessions of their own and live on.
# In _tej_put: the answer is given before the rest of the payload is dropped, so that a client can
# stop sending.
_FUNCTIONS = r"""
_tej_begin() { printf '%s begin %s\n' "$1" "$$"; printf '%s begin %s\n' "$1" "$$" >&2; }
_tej_end() { printf '%s %s\n' "$1" "$2"; printf '%s %s\n' "$1" "$2" >&2; }
_tej_run() {
    _tej_mark=$1; shift
    _tej_begin "$_tej_mark"
    ( "$@" ) </dev/null
    _tej_end "$_tej_mark" "$?"
}
_tej_feed() {
    while IFS= read -r _tej_size; do
        [ "$_tej_size" -gt 0 ] || return 0
        _tej_take "$_tej_size"
    done
    kill -s HUP 0
}
_tej_put() {
    _tej_mark=$1; shift
    _tej_begin "$_tej_mark"
    _tej_feed | {
        ( "$@" )
        _tej_end "$_tej_mark" "$?"
        cat >/dev/null
    }
}
"""
_LOOP = 'while IFS= read -r _tej_request; do eval "$_tej_request"; done\n'

_RECEIVE = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
_MOST_STDERR = 64 * 1024
_MOST_REPLY = 256 * 1024 * 1024
_PACKET = 64 * 1024
_POLL = 0.1
_KILL_TIME = 2.0


class ShellChannel:
    """One running /bin/sh; not for several threads at once."""

    def __init__(self, ssh: SshConnection, prelude: str, timeout: float) -> None:
        """Start the shell and send it its program."""
        self._ssh = ssh
        program = f"{_FUNCTIONS}\n{prelude}\n{_LOOP}".encode()
        first = _FIRST_LINE.replace("SIZE", str(len(program))).encode()
        self.channel = start_program(ssh, first + program, timeout)
        self._pid: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether requests can be sent, as far as is known."""
        return self._ssh.is_open and not self.channel.closed and not self.channel.eof_received

    def close(self, *, kill: bool = False) -> None:
        """End the shell; with ``kill`` also what it is doing. Jobs are not touched."""
        pid = self._pid if kill and self.is_open else None
        self._ssh.release(self.channel)
        if pid is not None:
            # sshd sends a signal only to accounts other than root, so a second shell does it.
            # The first one leads its process group, unless the login shell stays in front of it.
            text = f"kill -HUP -{pid} 2>/dev/null || kill -HUP {pid} 2>/dev/null\n"
            with contextlib.suppress(ConnectionFailed):
                self._ssh.release(start_program(self._ssh, text.encode(), _KILL_TIME))

    def exchange(
        self, command: Sequence[str | bytes], payload: Iterable[bytes] | None, timeout: float
    ) -> Reply:
        """Send one request and wait for its answer; afterwards the shell is ready again.

        Each piece of the payload may take ``timeout`` seconds, and so may the answer. After any
        error the shell is in the middle of something and must be closed.
        """
        mark = secrets.token_hex(12)
        out, err = Frame(mark.encode()), Frame(mark.encode())
        function = "_tej_run" if payload is None else "_tej_put"
        line = quote_line([function, mark, *command]) + b"\n"
        try:
            pieces = [line] if payload is None else _framed(line, payload, out)
            for piece in pieces:
                with self._translated(command, timeout):
                    self._send(piece, (out, err), timeout)
            with self._translated(command, timeout):
                self._receive(out, err, time.monotonic() + timeout)
        finally:
            self._pid = out.pid or self._pid
        assert out.exit_code is not None
        return Reply(out.exit_code, out.content, err.content)

    @contextlib.contextmanager
    def _translated(self, command: Sequence[str | bytes], timeout: float) -> Iterator[None]:
        """Tell the errors of the connection in our words, but not those of a payload."""
        try:
            yield
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._ssh.failure(error) from error
        except _Late as error:
            raise DeadlinePassed(
                self._ssh.destination,
                f"{command[0]!s} gave no answer within {round(timeout, 1):g} s",
            ) from error

    def start_stream(self, command: Sequence[str | bytes], timeout: float) -> StreamReply:
        """Send one request whose stdout may be long; it is then read from what this returns."""
        mark = secrets.token_hex(12)
        reply = StreamReply(self, command, mark, timeout)
        with self._translated(command, timeout):
            self._send(quote_line(["_tej_run", mark, *command]) + b"\n", reply.frames, timeout)
        return reply

    def _send(self, data: bytes, frames: tuple[Frame, Frame], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        self.channel.settimeout(_POLL)
        sent = 0
        while sent < len(data):
            try:
                count = self.channel.send(data[sent : sent + _PACKET])
            except TimeoutError:
                if time.monotonic() >= deadline:
                    raise _Late from None
            except OSError as error:
                if not self.channel.closed:
                    raise
                raise self._ended(frames[0]) from error
            else:
                deadline = time.monotonic() + timeout
                sent += count
            # A server that cannot get rid of its output would take no more input.
            self._take_ready(frames)

    def _take_ready(self, frames: tuple[Frame, Frame]) -> None:
        if self.channel.recv_ready():
            frames[0].add(self.channel.recv(_RECEIVE))
        if self.channel.recv_stderr_ready():
            frames[1].add(self.channel.recv_stderr(_RECEIVE))

    def _receive(self, out: Frame, err: Frame, deadline: float) -> None:
        while out.exit_code is None or err.exit_code is None:
            self._receive_some(out, err, deadline)
            if out.size + err.size > _MOST_REPLY:
                raise RemoteCommandFailed("a request", 1, "its answer is too long to be kept")

    def _receive_some(self, out: Frame, err: Frame, deadline: float) -> bool:
        """Wait a moment for the next bytes; tell whether some came."""
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise _Late
        # Only one of two streams can be waited for; the other is looked at in between.
        waits_for_out = out.exit_code is None
        self.channel.settimeout(min(_POLL, remaining))
        data: bytes | None = None
        with contextlib.suppress(TimeoutError):
            # Much at once: paramiko moves all that it holds at each read.
            receive = self.channel.recv if waits_for_out else self.channel.recv_stderr
            data = receive(_RECEIVE)
            if not data:
                raise self._ended(out)
            (out if waits_for_out else err).add(data)
        if waits_for_out and self.channel.recv_stderr_ready():
            err.add(self.channel.recv_stderr(_RECEIVE))
        return data is not None

    def wait_for_more(
        self,
        command: Sequence[str | bytes],
        frames: tuple[Frame, Frame],
        deadline: float,
        timeout: float,
    ) -> bool:
        """Wait a moment for more of an answer; tell whether some came."""
        try:
            with self._translated(command, timeout):
                return self._receive_some(*frames, deadline)
        finally:
            self._pid = frames[0].pid or self._pid

    def _ended(self, out: Frame) -> TejError:
        """Say why the shell is gone, with what it told until then."""
        with contextlib.suppress(TimeoutError):
            while data := self.channel.recv(_RECEIVE):
                out.add(data)
        return explain_end(
            self._ssh, self.channel, begun=(self._pid or out.pid) is not None, told=out.content
        )


class StreamReply:
    """The answer to one request, read as it comes."""

    def __init__(
        self, shell: ShellChannel, command: Sequence[str | bytes], mark: str, timeout: float
    ) -> None:
        """``shell`` is busy with it until ``exit_code`` is known."""
        self._shell = shell
        self._command = command
        self._timeout = timeout
        self.frames = (Frame(mark.encode()), Frame(mark.encode()))

    @property
    def exit_code(self) -> int | None:
        """That of the command, once all was read."""
        out, err = self.frames
        return None if err.exit_code is None else out.exit_code

    @property
    def stderr(self) -> bytes:
        """The last of what the command had to say."""
        return self.frames[1].content[-_MOST_STDERR:]

    def read(self) -> bytes:
        """Return the next bytes of stdout; none at the end."""
        out, err = self.frames
        deadline = time.monotonic() + self._timeout
        while not (data := out.take()) and self.exit_code is None:
            if self._shell.wait_for_more(self._command, self.frames, deadline, self._timeout):
                deadline = time.monotonic() + self._timeout
            err.forget(_MOST_STDERR)
        return data


class _Late(Exception):
    """The time given is over."""


def _framed(line: bytes, payload: Iterable[bytes], out: Frame) -> Iterator[bytes]:
    """Yield a request and its payload in pieces of about a megabyte, until it is answered."""
    ready, size = [line], 0
    pending: list[bytes] = []
    for data in payload:
        if out.exit_code is not None:
            break
        pending.append(data)
        size += len(data)
        if size >= _CHUNK:
            yield b"".join([*ready, b"%d\n" % size, *pending])
            ready, pending, size = [], [], 0
    if size and out.exit_code is None:
        ready += [b"%d\n" % size, *pending]
    yield b"".join([*ready, b"0\n"])
