"""Which keys to offer a server, and in which order."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from .key_files import CERTIFIABLE, KeyFile, KeyUnusable, read_key_file
from .login import Login
from .ssh_config import SshSettings

if TYPE_CHECKING:
    import socket

__all__ = ["KeyChoice"]

logger = logging.getLogger(__name__)


class KeyChoice:
    """The keys to offer, in order; files are opened, and passphrases asked for, when reached."""

    def __init__(self, settings: SshSettings, login: Login, tried: list[str]) -> None:
        """``tried`` takes the keys that cannot be offered, with the reason."""
        self._settings = settings
        self._login = login
        self._tried = tried
        self._agent = _open_agent() if login.use_agent else None

    def close(self) -> None:
        """Let go of the agent."""
        if self._agent is not None:
            self._agent.close()

    def usable(self) -> Iterator[tuple[str, paramiko.PKey]]:
        """Yield a name for people and the key."""
        settings, login = self._settings, self._login
        for path in (*login.key_files, *settings.identity_files):
            # Configurations name keys for many machines, so only given files must exist.
            if path in login.key_files or path.exists():
                yield from self._from_file(path)
        if not settings.identities_only:
            for key in self._agent_keys():
                yield f"key {key.comment or key.get_name()} of the agent", key
        if login.use_default_keys and not settings.identity_files:
            for path in settings.default_keys:
                if path.exists():
                    yield from self._from_file(path)

    def _from_file(self, path: Path) -> Iterator[tuple[str, paramiko.PKey]]:
        name = f"key {path}"
        try:
            file = read_key_file(path)
            key = self._same_in_agent(file) or self._open(file)
        except KeyUnusable as error:
            self._tried.append(f"{name} ({error})")
            return
        certificate = path.with_name(f"{path.name}-cert.pub")
        if certificate.exists() and isinstance(key, CERTIFIABLE):
            # Copied, for the key alone is offered next.
            certified = copy.copy(key)
            try:
                certified.load_certificate(str(certificate))
            except (paramiko.SSHException, ValueError, IndexError, OSError) as error:
                self._tried.append(f"certificate {certificate} (cannot be read: {error})")
            else:
                yield f"certificate {certificate}", certified
        yield name, key

    def _same_in_agent(self, file: KeyFile) -> paramiko.PKey | None:
        if not file.encrypted and file.kind is not None:
            return None
        for key in self._agent_keys():
            if file.public is not None and key.asbytes() == file.public:
                return key
        return None

    def _open(self, file: KeyFile) -> paramiko.PKey:
        if not file.encrypted:
            return file.load()
        ask = self._login.ask_passphrase
        if ask is None:
            raise KeyUnusable("needs a passphrase; add it to the agent with ssh-add")
        purpose = f"passphrase {file.path}"
        passphrase = self._login.memory.get(
            purpose, lambda: ask(f"Passphrase for the key {file.path}: ")
        )
        if passphrase is None:
            raise KeyUnusable("its passphrase was not given")
        try:
            return file.load(passphrase)
        except KeyUnusable:
            self._login.memory.refuse(purpose, passphrase)
            raise

    def _agent_keys(self) -> tuple[paramiko.AgentKey, ...]:
        return () if self._agent is None else tuple(self._agent.get_keys())


class _Agent(paramiko.Agent):
    """Lets go of an agent that does not answer as it should; paramiko would stay connected."""

    def _connect(self, conn: socket.socket) -> None:
        try:
            super()._connect(conn)  # type: ignore[misc]
        except BaseException:
            conn.close()
            raise


def _open_agent() -> paramiko.Agent | None:
    try:
        return _Agent()
    except (paramiko.SSHException, OSError, EOFError) as error:
        logger.warning("The ssh agent cannot be used: %s", error)
        return None
