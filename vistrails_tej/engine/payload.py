"""The files of a job on their way to the server, with a list of them at the end."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

from .errors import ScriptNotFound, ScriptUnusable, TransferFailed, UnsafeName
from .job import JobId
from .job_files import Directory, follow, list_files
from .queue_layout import manifest_name
from .tar_pack import Stamp, stamp_of
from .transfer import pack_directory

__all__ = ["Payload", "Start", "check_relative", "read_payload"]

# What tar adds to a file: its header, the padding of its last block.
_OVERHEAD = 1024
_PIECE = 1024 * 1024
_LONGEST_INTERPRETER = 4096


@dataclass(frozen=True, slots=True)
class Start:
    """What a job runs: a file of its directory, or a command for /bin/sh."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A directory that was looked through: what it holds, and about how much that is.

    ``nonce`` is the name of this upload; no other has it. ``stamps`` tells, by name, how the
    files were when they were looked at.
    """

    directory: Directory
    manifest: bytes
    size: int
    nonce: str
    stamps: Mapping[str, Stamp]

    def pack(self) -> Iterator[bytes]:
        """Yield the tar stream; the list comes last, so it proves that the rest is there.

        Raises TransferFailed when the directory has changed since.
        """
        added = {manifest_name(self.nonce): self.manifest}
        return pack_directory(self.directory, extra=added, expected=self.stamps)


def read_payload(job_id: JobId, directory: Directory, start: Start) -> Payload:
    """Look through the directory of a job.

    The list has a line for each file and link: sha256, size, mode (octal) and the name as in a
    URL. Raises ScriptNotFound, ScriptUnusable, UnsafeName for a script outside, TransferFailed for
    a file that cannot be read.
    """
    entries = list_files(directory)
    if start.kind == "script":
        _check_script(job_id, start.text, entries)
    lines = []
    size = _OVERHEAD
    stamps: dict[str, Stamp] = {}
    for name, path in entries.items():
        line, bytes_sent = _entry(name, path, stamps)
        lines.append(line)
        size += bytes_sent + _OVERHEAD
    manifest = b"".join(lines) or b"\n"
    return Payload(directory, manifest, size + len(manifest), secrets.token_hex(16), stamps)


def _check_script(job_id: JobId, script: str, entries: Mapping[str, Path | None]) -> None:
    place = follow(check_relative(script), entries)
    if place is None:
        # The link that leads out is told when it is packed.
        return
    path = entries.get(place)
    if path is None or not path.is_file():
        raise ScriptNotFound(job_id, script)
    if _has_windows_interpreter(path):
        raise ScriptUnusable(
            job_id,
            script,
            "its first line ends as in Windows, so that the server would look for another"
            " interpreter",
            "save it with Unix line ends",
        )


def _has_windows_interpreter(script: Path) -> bool:
    """Whether the ``#!`` line of a script ends in a carriage return, which counts as its part."""
    try:
        with script.open("rb") as file:
            line = file.readline(_LONGEST_INTERPRETER)
    except OSError:
        # Said, with its reason, when the file is sent.
        return False
    return line.startswith(b"#!") and line.endswith(b"\r\n")


def check_relative(name: str) -> str:
    """Return ``name`` if it stays below the directory it is meant for; raises UnsafeName."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or not name.strip("./"):
        raise UnsafeName(name)
    return name


def _entry(name: str, path: Path | None, stamps: dict[str, Stamp]) -> tuple[bytes, int]:
    """The line of the list for a file or a link, blank for a directory; and how much is sent."""
    try:
        if path is None or (path.is_dir() and not path.is_symlink()):
            return b"", 0
        if path.is_symlink():
            return _line("link", 0, 0o777, name), 0
        return _file_line(path, name, stamps)
    except OSError as error:
        raise TransferFailed(name, f"cannot be read: {error.strerror}") from error


def _file_line(path: Path, name: str, stamps: dict[str, Stamp]) -> tuple[bytes, int]:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnsafeName(name, "it is a device, a pipe or a socket, not a file")
    # Of before the first byte is read: what changes from now on shows.
    stamps[name] = stamp_of(status)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_PIECE):
            digest.update(data)
    mode = 0o700 if status.st_mode & 0o111 else 0o600
    return _line(digest.hexdigest(), status.st_size, mode, name), status.st_size


def _line(digest: str, size: int, mode: int, name: str) -> bytes:
    return f"{digest} {size} {mode:o} {quote_from_bytes(os.fsencode(name))}\n".encode("ascii")
