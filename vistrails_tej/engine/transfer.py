"""Bring files over: directories as tar streams, single files by SCP."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import scp

from .errors import RemoteFileNotFound, TejError, TransferFailed, UnsafeName
from .partial import growing_file
from .scp_channel import DIRECTORY, MISSING, UNREADABLE, ScpChannel
from .shell_words import encode_word, quote_word
from .ssh_connection import SshConnection
from .tar_pack import pack_directory
from .tar_unpack import unpack_stream

__all__ = ["Progress", "download_file", "pack_directory", "unpack_stream"]

Progress = Callable[[int, int], None]
"""Is called while bytes are moved: how many have been, and how many there are in all, about.

What it raises ends the copy, and is raised by whoever began that.
"""

# Much at once: paramiko moves all that it holds at each read.
_PIECE = 4 * 1024 * 1024
_GARBLED = "the server did not answer as SCP prescribes"


def download_file(
    ssh: SshConnection,
    remote: str | bytes | PurePosixPath,
    into: Path,
    *,
    timeout: float = 60.0,
    progress: Progress | None = None,
) -> Path:
    """Copy one file of the server by SCP and return where it is.

    ``into`` is a directory, which then holds the file under its own name, or the name to give
    it; a file of that name is replaced. The copy is complete or not there. ``timeout`` is for
    each piece, in seconds. Raises RemoteFileNotFound, TransferFailed (a directory, a full disk)
    or a ConnectionFailed.
    """
    source = encode_word(str(remote) if isinstance(remote, PurePosixPath) else remote)
    shown = source.decode("utf-8", "replace")
    target = into / _base_name(source, shown) if into.is_dir() else into
    try:
        with growing_file(target) as partial:
            mode = stat.S_IMODE(partial.stat().st_mode)
            _receive(ssh, source, partial, timeout, progress)
            executable = partial.stat().st_mode & 0o111
            partial.chmod(mode if executable else mode & 0o666)
            partial.replace(target)
    except OSError as error:
        raise TransferFailed(shown, f"cannot be written here: {error.strerror}") from error
    return target


def _base_name(source: bytes, shown: str) -> str:
    name = os.fsdecode(source.rstrip(b"/").rpartition(b"/")[2])
    if name in ("", ".", ".."):
        raise UnsafeName(shown, "it has no name of its own")
    return name


def _receive(
    ssh: SshConnection, source: bytes, partial: Path, timeout: float, progress: Progress | None
) -> None:
    shown = source.decode("utf-8", "replace")
    path = b"./" + source if source.startswith(b"-") else source
    channel = ScpChannel(ssh, path, timeout)
    try:
        client = _OneFile(
            channel,
            buff_size=_PIECE,
            socket_timeout=timeout,
            sanitize=quote_word,
            progress=None if progress is None else _hear(progress),
        )
        client.get(path, str(partial))
        if client.size < 0:
            raise TransferFailed(shown, _GARBLED)
        if partial.stat().st_size != client.size:
            raise TransferFailed(shown, "its size changed on the way", "try again")
    except scp.SCPException as error:
        raise _explain(shown, str(error)) from error
    except (AssertionError, ValueError, IndexError) as error:
        raise TransferFailed(shown, _GARBLED) from error
    finally:
        channel.close()


def _hear(progress: Progress) -> Callable[[bytes, int, int], None]:
    """Return what SCP calls, which gives a name, the size and how much of it has come."""
    has_begun = False

    def hear(_name: bytes, size: int, done: int) -> None:
        nonlocal has_begun
        # The first call comes before SCP sees to it that the file is closed, whatever is raised.
        if has_begun:
            progress(done, size)
        has_begun = True

    return hear


def _explain(shown: str, told: str) -> TejError:
    told = told.strip()
    if told == MISSING:
        return RemoteFileNotFound(shown)
    if told == DIRECTORY:
        return TransferFailed(shown, "it is a directory", "use download_directory")
    if told == UNREADABLE:
        return TransferFailed(shown, "it may not be read on the server", "check its permissions")
    return TransferFailed(shown, f"the copy failed: {told or 'the server gave no reason'}")


class _OneFile(scp.SCPClient):  # type: ignore[misc]
    """Takes one file and no directory, whatever the server sends."""

    size = -1

    def _recv_file(self, command: bytes) -> None:
        if self.size >= 0:
            raise scp.SCPException("the server sent more than one file")
        self.size = int(command.split(b" ", 2)[1])
        if self.size < 0:
            raise scp.SCPException("the server named no size")
        super()._recv_file(command)

    def _recv_pushd(self, command: bytes) -> None:
        del command
        raise scp.SCPException(DIRECTORY)
