"""What the account's start-up files print, which other programs than ours stumble over."""

from __future__ import annotations

import secrets
import time

import paramiko

from ..errors import DeadlinePassed
from ..remote_program import explain_end, start_program
from ..ssh_connection import SshConnection

__all__ = ["read_noise"]

_MOST = 64 * 1024
_POLL = 0.1


def read_noise(ssh: SshConnection, timeout: float = 20.0) -> tuple[str, str]:
    """Start a shell as every request does; return what came on stdout and stderr before it.

    Raises ConnectionRefused when the account's login shell does not run a program.
    """
    mark = secrets.token_hex(12)
    text = f"printf '%s\\n' {mark}; printf '%s\\n' {mark} >&2; exit 0\n"
    channel = start_program(ssh, text.encode(), timeout)
    try:
        out, err = _read_all(ssh, channel, timeout)
        before, found, _ = out.partition(mark.encode())
        if not found:
            raise explain_end(ssh, channel, begun=False, told=out)
    finally:
        ssh.release(channel)
    before_errors = err.partition(mark.encode())[0]
    return before.decode("utf-8", "replace"), before_errors.decode("utf-8", "replace")


def _read_all(ssh: SshConnection, channel: paramiko.Channel, timeout: float) -> tuple[bytes, bytes]:
    out, err = bytearray(), bytearray()
    deadline = time.monotonic() + timeout
    channel.settimeout(_POLL)
    while True:
        if time.monotonic() >= deadline or len(out) + len(err) > _MOST:
            raise DeadlinePassed(ssh.destination, f"its login shell did not end in {timeout:g} s")
        try:
            data = channel.recv(_MOST)
        except TimeoutError:
            data = None
        while channel.recv_stderr_ready():
            err += channel.recv_stderr(_MOST)
        if data:
            out += data
        elif data == b"":
            # Both streams end together.
            err += channel.recv_stderr(_MOST)
            return bytes(out), bytes(err)
