"""How we prove who we are: keys, agent, password, questions of the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

__all__ = ["AskAnswers", "AskSecret", "Login", "PasswordStore", "SecretMemory"]


class AskSecret(Protocol):
    """Asks a person for one secret."""

    def __call__(self, prompt: str) -> str | None:
        """Return the secret, or None to give up."""
        ...


class AskAnswers(Protocol):
    """Asks a person the questions of a server (keyboard-interactive, one-time codes)."""

    def __call__(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Return one answer per prompt, or None to give up.

        The second half of a prompt says whether what is typed may be shown.
        """
        ...


class PasswordStore(Protocol):
    """Keeps passwords between two runs of the program, such as the keyring of the desktop.

    ``account`` is ``user@host:port``, as the ssh configuration gives them.
    """

    def find(self, account: str) -> str | None:
        """Return the password that is kept, or None."""
        ...

    def accepted(self, account: str, password: str) -> None:
        """Take note that a password that was typed proved right: it may be kept."""
        ...

    def refused(self, account: str) -> None:
        """Take note that the password that is kept proved wrong."""
        ...


class SecretMemory:
    """Keeps what was typed for as long as the program runs, so that nobody is asked twice.

    That nothing was typed is kept too: of many threads with the same question, one asks it.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._known: dict[str, str | None] = {}
        self._wrong: set[tuple[str, str]] = set()

    def get(self, purpose: str, ask: Callable[[], str | None]) -> str | None:
        """Return the secret for ``purpose``, asking for it the first time."""
        # Held while a person thinks: of many threads one asks, and the others get the answer.
        with self._asking:
            with self._lock:
                if purpose in self._known:
                    return self._known[purpose]
            secret = ask()
            with self._lock:
                self._known[purpose] = secret
            return secret

    def refuse(self, purpose: str, secret: str) -> None:
        """Take note that a secret proved wrong; another one may have been typed meanwhile."""
        with self._lock:
            self._wrong.add((purpose, secret))
            if self._known.get(purpose) == secret:
                del self._known[purpose]

    def is_wrong(self, purpose: str, secret: str) -> bool:
        """Whether a secret proved wrong."""
        with self._lock:
            return (purpose, secret) in self._wrong

    def ask_again(self) -> None:
        """Drop what was not typed: a person wishes to be asked."""
        with self._lock:
            self._known = {key: secret for key, secret in self._known.items() if secret is not None}


@dataclass(frozen=True, slots=True)
class Login:
    """The ways to log in, tried in the order of the fields.

    Use one object for as long as its secrets should be remembered: what was typed is kept in it
    and asked for once. ``use_default_keys`` stands for ``id_ed25519``, ``id_ecdsa`` and
    ``id_rsa`` beside the ssh configuration, unless that names others. ``password`` is for the
    destination alone: no host on the way to it gets to see it. Where it was refused, a person is
    asked at the next try.
    """

    key_files: tuple[Path, ...] = ()
    use_agent: bool = True
    use_default_keys: bool = True
    password: str | None = field(default=None, repr=False)
    ask_password: AskSecret | None = field(default=None, repr=False)
    ask_passphrase: AskSecret | None = field(default=None, repr=False)
    ask_answers: AskAnswers | None = field(default=None, repr=False)
    password_store: PasswordStore | None = field(default=None, repr=False, compare=False)
    memory: SecretMemory = field(default_factory=SecretMemory, repr=False, compare=False)

    def for_jump_host(self) -> Login:
        """Return the login for a machine on the way, which has passwords of its own."""
        return replace(self, password=None)
