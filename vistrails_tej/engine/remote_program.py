"""A program of /bin/sh on a channel of its own: started, sent to, and its end explained.

A program may end before all was sent to it, as where an account has no shell. Then sending is no
error: what the program told, and how it ended, is still to be read.
"""

from __future__ import annotations

import paramiko

from .errors import ConnectionRefused, TejError
from .ssh_connection import SshConnection

__all__ = ["explain_end", "send_to_program", "start_program"]

# tcsh expands ! even inside quotes, fish takes a backslash for more than others do.
_COMMAND_LINE = "exec /bin/sh -c 'IFS= read -r line && eval \"$line\"'"

_END_TIME = 20.0

_CHANNEL_REQUEST = b"\x62"  # SSH_MSG_CHANNEL_REQUEST, RFC 4254 section 5.4


def start_program(ssh: SshConnection, text: bytes, timeout: float) -> paramiko.Channel:
    """Run the shell text of one line, ``text``, on a new channel; its stdin stays open.

    One round trip: the answers to the start of the program are not waited for, since a
    program that does not run says so by not answering.
    """
    channel = ssh.open_channel(timeout)
    try:
        _request(channel, "exec", _COMMAND_LINE)
        channel.settimeout(timeout)
        send_to_program(channel, text)
    except (paramiko.SSHException, OSError, EOFError) as error:
        ssh.release(channel)
        raise ssh.failure(error) from error
    return channel


def send_to_program(channel: paramiko.Channel, data: bytes) -> None:
    """Send all of ``data``, or what a program that ended meanwhile did not take any more.

    What it told, and how it ended, is still to be read from the channel.
    """
    try:
        channel.sendall(data)
    except TimeoutError:
        raise
    except OSError:
        if not channel.closed:
            raise


def _request(channel: paramiko.Channel, kind: str, text: str) -> None:
    """Send a request about a channel and do not wait; paramiko's own requests wait for a reply."""
    message = paramiko.Message()
    message.add_byte(_CHANNEL_REQUEST)
    message.add_int(channel.remote_chanid)
    message.add_string(kind)
    message.add_boolean(False)
    message.add_string(text)
    channel.get_transport()._send_user_message(message)  # type: ignore[attr-defined]


def explain_end(
    ssh: SshConnection, channel: paramiko.Channel, *, begun: bool, told: bytes
) -> TejError:
    """Return the error for a channel that ended: lost, or refused by the account's login shell.

    The channel must not have been closed from here, or its exit status is not told any more.
    """
    # The exit status follows the end of the output; a lost connection ends the wait, too.
    channel.status_event.wait(_END_TIME)
    if begun or channel.exit_status < 0:
        return ssh.failure(EOFError("the shell on the server ended"))
    text = " ".join(told.decode("utf-8", "replace").split())[-200:]
    said = f": it says {text!r}" if text else ""
    return ConnectionRefused(
        ssh.destination, f"the account cannot run /bin/sh{said}", "ask the server's administrator"
    )
