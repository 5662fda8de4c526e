"""Questions that a server asks, put to whoever sits at the terminal."""

from __future__ import annotations

import contextlib
import getpass
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import click

from ..engine import DecideHostKey, Destination, HostKeyAnswer, Login, accept_sha256
from ..modules.keyring_store import KeyringStore, has_keyring_package
from ..modules.sessions import SessionOptions
from .output import tell

_CHOICES = {
    "once": HostKeyAnswer.ONCE,
    "always": HostKeyAnswer.ALWAYS,
    "refuse": HostKeyAnswer.REFUSE,
}


def session_options(
    accept_host_key: Sequence[str],
    around: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
) -> SessionOptions:
    """How the command line reaches servers: nothing is asked when nobody can answer.

    ``around`` gives a context for each question, such as one that holds back a live table.
    """
    accept = accept_sha256(*accept_host_key) if accept_host_key else None
    store = _keyring_store()
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return SessionOptions(login=Login(password_store=store), decide_host_key=accept)
    questions = Questions(around, accept)
    if store is not None:
        store.may_keep = lambda account, _password: questions.ask_to_keep(account)
    login = Login(
        ask_password=questions.ask_secret,
        ask_passphrase=questions.ask_secret,
        ask_answers=questions.ask_answers,
        password_store=store,
    )
    return SessionOptions(login=login, decide_host_key=questions.decide_host_key)


def _keyring_store() -> KeyringStore | None:
    """The keyring, if the user said before the command that it is to be used.

    Raise click.UsageError when its package is not installed.
    """
    context = click.get_current_context(silent=True)
    wanted = context is not None and context.find_root().params.get("keyring")
    if not wanted:
        return None
    if not has_keyring_package():
        raise click.UsageError(
            "--keyring needs the package keyring: pip install 'vistrails-tej[keyring]'"
        )
    return KeyringStore(lambda text: tell(f"vistrails-tej: {text}"))


class Questions:
    """Asks on the terminal, one thing at a time, whichever thread wants to know."""

    def __init__(
        self,
        around: Callable[[], AbstractContextManager[object]],
        accept: DecideHostKey | None = None,
    ) -> None:
        self._around = around
        self._accept = accept
        self._lock = threading.Lock()
        self._accepted: set[tuple[Destination, str]] = set()

    def ask_secret(self, prompt: str) -> str | None:
        """Ask without showing what is typed; an empty answer or Ctrl+D gives up."""
        with self._turn():
            return _read_secret(prompt)

    def ask_answers(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Put the questions of a server, such as one for a code, one after the other."""
        with self._turn():
            for text in (title, instructions):
                if text:
                    tell(_printable(text))
            answers = []
            for prompt, shown in prompts:
                answer = _read_line(_printable(prompt)) if shown else _read_secret(prompt)
                if answer is None:
                    return None
                answers.append(answer)
            return answers

    def decide_host_key(
        self, destination: Destination, key_type: str, sha256: str
    ) -> HostKeyAnswer:
        """Show the key of a new server and ask; a key that was given as an option is taken."""
        if self._accept is not None:
            answer = self._accept(destination, key_type, sha256)
            if answer is not HostKeyAnswer.REFUSE:
                return answer
        with self._turn():
            if (destination, sha256) in self._accepted:
                return HostKeyAnswer.ONCE
            tell(
                f"The server {destination} is not known yet.\n"
                f"Its host key is {key_type} {sha256}\n"
                "Compare it with what the server's administrator says."
            )
            word = _read_choice("Trust it? once, always or refuse", tuple(_CHOICES))
            answer = _CHOICES.get(word, HostKeyAnswer.REFUSE)
            if answer is not HostKeyAnswer.REFUSE:
                self._accepted.add((destination, sha256))
            return answer

    def ask_to_keep(self, account: str) -> bool:
        """Ask whether a password that proved right goes into the keyring."""
        with self._turn():
            question = f"Keep the password of {account} in the keyring? yes or no"
            return _read_choice(question, ("yes", "no")) == "yes"

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock, self._around():
            yield


def _read_secret(prompt: str) -> str | None:
    try:
        return getpass.getpass(f"{_printable(prompt).rstrip(': ')}: ") or None
    except EOFError:
        return None


def _read_line(prompt: str) -> str | None:
    sys.stderr.write(f"{prompt.rstrip()} ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _read_choice(prompt: str, words: Sequence[str]) -> str:
    """Ask until one of the words, or its beginning, is typed; the last one at the end of input."""
    while True:
        line = _read_line(f"{prompt}:")
        if line is None:
            return words[-1]
        typed = line.strip().lower()
        for word in words:
            if typed and word.startswith(typed):
                return word


def _printable(text: str) -> str:
    """Text of a server without what could steer a terminal."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)


@contextlib.contextmanager
def terminal_kept() -> Iterator[None]:
    """Leave the terminal as it was, also when Ctrl+C came while a password was typed."""
    try:
        before = termios.tcgetattr(sys.stdin.fileno())
    except (OSError, ValueError, termios.error):
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)
