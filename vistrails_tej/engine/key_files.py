"""Private keys in files: what they are, before and after the passphrase is known.

The format of new key files is described in OpenSSH's PROTOCOL.key: its public half can be read
without the passphrase, which tells whether the agent holds the same key.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import paramiko

__all__ = ["CERTIFIABLE", "KeyFile", "KeyUnusable", "read_key_file"]

_ARMOUR = re.compile(
    rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----\s*(.*?)\s*-----END \1PRIVATE KEY-----", re.DOTALL
)
CERTIFIABLE = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
"""Keys that can show a certificate; those of an agent show their own."""

_MAGIC = b"openssh-key-v1\0"


class KeyUnusable(Exception):
    """Raised inside the login when a key file cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file whose outside was read.

    ``public`` is the blob of the public key, None where only the passphrase opens it.
    ``kind`` is None for a file that holds just a public key (the agent may have the other half).
    """

    path: Path
    kind: type[paramiko.PKey] | None
    encrypted: bool
    public: bytes | None

    def load(self, passphrase: str | None = None) -> paramiko.PKey:
        """Return the private key.

        Raises KeyUnusable for a wrong passphrase or a damaged file.
        """
        if self.kind is None:
            raise KeyUnusable("holds only a public key")
        try:
            return self.kind.from_private_key_file(str(self.path), passphrase)
        except (paramiko.SSHException, ValueError, IndexError, OSError) as error:
            reason = "wrong passphrase" if self.encrypted else f"cannot be read: {error}"
            raise KeyUnusable(reason) from error


def read_key_file(path: Path) -> KeyFile:
    """Look at a key file from outside. Raises KeyUnusable if it is missing or no key."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyUnusable("there is no such file") from error
    except OSError as error:
        raise KeyUnusable(f"cannot be read: {error.strerror}") from error
    armour = _ARMOUR.search(data)
    if armour is None:
        return KeyFile(path, None, encrypted=False, public=_public_blob(data))
    name, body = armour.group(1).strip(), armour.group(2)
    if name == b"OPENSSH":
        return _read_openssh(path, body)
    kind = {b"RSA": paramiko.RSAKey, b"EC": paramiko.ECDSAKey}.get(name)
    if kind is None:
        raise KeyUnusable("is in a format that is not supported; convert it with ssh-keygen -p")
    return KeyFile(path, kind, b"ENCRYPTED" in body, _public_beside(path))


def _read_openssh(path: Path, body: bytes) -> KeyFile:
    try:
        data = base64.b64decode(b"".join(body.split()), validate=True)
        if not data.startswith(_MAGIC):
            raise ValueError("no key inside")
        cipher, rest = _take_string(data[len(_MAGIC) :])
        _, rest = _take_string(_take_string(rest)[1])
        public, _ = _take_string(rest[4:])
        key_type = _take_string(public)[0].decode("ascii")
    except (binascii.Error, struct.error, ValueError) as error:
        raise KeyUnusable("is damaged") from error
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        if key_type in kind.identifiers():
            return KeyFile(path, kind, cipher != b"none", public)
    raise KeyUnusable(f"is of the type {key_type}, which is not supported without an agent")


def _take_string(data: bytes) -> tuple[bytes, bytes]:
    (size,) = struct.unpack(">I", data[:4])
    if len(data) < 4 + size:
        raise ValueError("cut off")
    return data[4 : 4 + size], data[4 + size :]


def _public_beside(path: Path) -> bytes | None:
    try:
        return _public_blob(path.with_name(f"{path.name}.pub").read_bytes())
    except (OSError, KeyUnusable):
        return None


def _public_blob(data: bytes) -> bytes:
    fields = data.split()
    try:
        return base64.b64decode(fields[1], validate=True)
    except (IndexError, binascii.Error, ValueError) as error:
        raise KeyUnusable("is no key") from error
