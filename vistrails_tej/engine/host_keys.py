"""Which host keys are trusted: known_hosts files, and the question when a key is new.

The format is that of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
"""

from __future__ import annotations

import base64
import binascii
import enum
import fnmatch
import hashlib
import hmac
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .destination import DEFAULT_PORT, Destination
from .errors import HostKeyChanged, HostKeyRevoked, HostKeyUnknown

__all__ = [
    "DecideHostKey",
    "HostKeyAnswer",
    "KnownHosts",
    "accept_sha256",
    "format_sha256",
    "known_files",
]

logger = logging.getLogger(__name__)

# Keys of certificate authorities sign other keys; paramiko cannot check those signatures.
_REVOKED, _AUTHORITY = "@revoked", "@cert-authority"

# An ssh-rsa key is used through signatures of other names.
_ALGORITHMS = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}


class HostKeyAnswer(enum.Enum):
    """What to do with the key of a server that is seen for the first time."""

    REFUSE = "refuse"
    ONCE = "once"
    ALWAYS = "always"


class DecideHostKey(Protocol):
    """Asked when a host key is in no known_hosts file."""

    def __call__(self, destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
        """Say whether to trust the key; ``sha256`` is printed as OpenSSH does."""
        ...


def format_sha256(key: bytes) -> str:
    """Print the digest of a public key blob as ``ssh-keygen -l`` does."""
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"


def accept_sha256(*fingerprints: str) -> DecideHostKey:
    """Return a decision that accepts, and keeps, just the keys with these SHA256 prints."""
    wanted = {text.strip().rstrip("=") for text in fingerprints}

    def decide(destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
        del destination, key_type
        return HostKeyAnswer.ALWAYS if sha256 in wanted else HostKeyAnswer.REFUSE

    return decide


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a known_hosts file; ``marker`` is empty, @revoked or @cert-authority."""

    patterns: tuple[str, ...]
    key_type: str
    key: bytes
    marker: str
    where: str

    @property
    def revoked(self) -> bool:
        return self.marker == _REVOKED

    def names(self, name: str) -> bool:
        """Tell whether the line is about ``name``, a host or ``[host]:port``."""
        found = False
        for pattern in self.patterns:
            if pattern.startswith("!"):
                if _matches(pattern[1:], name):
                    return False
            elif _matches(pattern, name):
                found = True
        return found


class KnownHosts:
    """The keys on record in some known_hosts files; the first one takes new keys."""

    def __init__(self, files: Sequence[Path]) -> None:
        """``files`` need not exist; they are read when a server is looked up."""
        self._files = tuple(files)

    def algorithms_for(self, host: str, port: int) -> tuple[str, ...]:
        """Return the key algorithms on record for a server, to be asked for first."""
        entries = [entry for entry in self._entries_for(host, port) if not entry.marker]
        own_name = _record_name(host, port)
        # Keys of the same host on another port count only where this port has none of its own.
        own = [entry for entry in entries if entry.names(own_name)]
        found: dict[str, None] = {}
        for entry in own or entries:
            for algorithm in _ALGORITHMS.get(entry.key_type, (entry.key_type,)):
                found.setdefault(algorithm)
        return tuple(found)

    def check(
        self,
        destination: Destination,
        server: tuple[str, int],
        key: tuple[str, bytes],
        decide: DecideHostKey | None,
    ) -> None:
        """Return if ``server`` (name and port on record) may show ``key`` (type and blob).

        Raises HostKeyRevoked, HostKeyChanged, or HostKeyUnknown when nobody accepts a new key.
        """
        key_type, blob = key
        sha256 = format_sha256(blob)
        entries = tuple(self._entries_for(*server))
        for entry in entries:
            if entry.revoked and entry.key == blob:
                raise HostKeyRevoked(destination, key_type, sha256, entry.where)
        valid = [entry for entry in entries if not entry.marker]
        if any(entry.key == blob for entry in valid):
            return
        # The types on record were asked for first. So a server that shows another type no
        # longer has its old key, which is as much of a change as another key of the same type.
        own_name = _record_name(*server)
        for entry in valid:
            if entry.names(own_name):
                raise HostKeyChanged(destination, key_type, sha256, entry.where)
        answer = HostKeyAnswer.REFUSE
        if decide is not None:
            answer = decide(destination, key_type, sha256)
        if answer is HostKeyAnswer.REFUSE:
            authorities = [entry.where for entry in entries if entry.marker == _AUTHORITY]
            raise HostKeyUnknown(destination, key_type, sha256, *authorities[:1])
        self._keep(answer, server, key)

    def _keep(self, answer: HostKeyAnswer, server: tuple[str, int], key: tuple[str, bytes]) -> None:
        if answer is HostKeyAnswer.ALWAYS and self._files:
            try:
                _append_key(self._files[0], _record_name(*server), *key)
            except OSError as error:
                logger.warning("The host key could not be kept in %s: %s", self._files[0], error)

    def _entries_for(self, host: str, port: int) -> Iterator[_Entry]:
        names = {_record_name(host, port), _record_name(host, DEFAULT_PORT)}
        for file in self._files:
            for entry in _read_entries(file):
                if any(entry.names(name) for name in names):
                    yield entry


def known_files(
    directory: Path,
    named: Iterable[Path] | None,
    system: Path | None,
    everywhere: Iterable[Path] | None = None,
) -> list[Path]:
    """Return the known_hosts files to use: the user's, then those of the machine.

    The configuration may name either, as ``named`` and ``everywhere``; else the usual are taken.
    """
    files = [directory / "known_hosts", directory / "known_hosts2"] if named is None else [*named]
    if everywhere is not None:
        files += everywhere
    elif system is not None:
        files += [system / "ssh_known_hosts", system / "ssh_known_hosts2"]
    return files


def _record_name(host: str, port: int) -> str:
    name = host.lower()
    return name if port == DEFAULT_PORT else f"[{name}]:{port}"


def _read_entries(file: Path) -> Iterator[_Entry]:
    try:
        lines = file.read_bytes().decode("utf-8", "surrogateescape").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        logger.warning("Cannot read the host keys in %s: %s", file, error)
        return
    for number, line in enumerate(lines, 1):
        entry = _parse_line(line, f"{file}, line {number}")
        if entry is not None:
            yield entry


def _parse_line(line: str, where: str) -> _Entry | None:
    """Return what a line says; None for comments and damage."""
    fields = line.split()
    if not fields or fields[0].startswith("#"):
        return None
    marker = fields.pop(0) if fields[0].startswith("@") else ""
    if marker not in ("", _REVOKED, _AUTHORITY) or len(fields) < 3:
        return None
    try:
        key = base64.b64decode(fields[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    patterns = tuple(fields[0].split(","))
    return _Entry(patterns, fields[1], key, marker, where)


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        return _matches_hashed(pattern, name)
    # The brackets of [host]:port are plain characters here, not a set of characters.
    plain = pattern.lower().replace("[", "[[]")
    return fnmatch.fnmatchcase(name, plain)


def _matches_hashed(pattern: str, name: str) -> bool:
    parts = pattern.split("|")
    if len(parts) != 4:
        return False
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[2:])
    except (binascii.Error, ValueError):
        return False
    # SHA-1 is what the format prescribes; it hides names and protects nothing else.
    told = hmac.new(salt, name.encode("utf-8", "surrogateescape"), "sha1").digest()
    return hmac.compare_digest(told, digest)


def _append_key(file: Path, name: str, key_type: str, blob: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = f"{name} {key_type} {base64.b64encode(blob).decode('ascii')}\n".encode()
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(handle, line)
    finally:
        os.close(handle)
