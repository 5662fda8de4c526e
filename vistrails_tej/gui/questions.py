"""What servers and files ask, put to the user in a window, whichever thread wants to know."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from PyQt5.QtWidgets import QWidget

from ..dataflow import Deed
from ..engine import DecideHostKey, Destination, HostKeyAnswer, Login
from ..modules.keyring_store import KeyringStore, has_keyring_package
from ..modules.queue_reference import RemoteJob
from ..modules.sessions import JobNews, SessionOptions
from ..modules.trusted_deeds import TrustedDeeds
from .calls import GuiCalls
from .modal import is_there
from .question_dialogs import Answers, AnswersDialog, HostKeyDialog, ask_trust

logger = logging.getLogger(__name__)

_REFUSED = "What you typed before was not accepted."


class Questions:
    """Asks one thing at a time. What was answered is not asked again before the program ends.

    ``parent`` gives the window that a question belongs to. Everybody may call it; after
    ``calls`` is closed every question is answered with a refusal.
    """

    def __init__(self, calls: GuiCalls, parent: Callable[[], QWidget | None]) -> None:
        self._calls = calls
        self._window = parent
        self._turn = threading.Lock()
        self._trusted = TrustedDeeds()
        self._accepted: set[tuple[Destination, str]] = set()
        self._typed: set[str] = set()
        self._passwords = _KeptPasswords() if has_keyring_package() else None

    def session_options(
        self, tell: Callable[[JobNews, RemoteJob, str], None] | None = None
    ) -> SessionOptions:
        """How servers are reached from a window."""
        decide: DecideHostKey = self.decide_host_key
        login = Login(
            ask_password=self.ask_password,
            ask_passphrase=self.ask_secret,
            ask_answers=self.ask_answers,
            password_store=self._passwords,
        )
        return SessionOptions(login=login, decide_host_key=decide, tell=tell)

    def ask_password(self, prompt: str) -> str | None:
        """Ask for a password, and whether the keyring, if there is one, is to keep it."""
        can_keep = self._passwords is not None and self._passwords.is_usable
        answers = self._ask_secret(prompt, can_keep=can_keep)
        if answers is None or not answers.texts[0]:
            return None
        if answers.is_to_be_kept and self._passwords is not None:
            self._passwords.wish_to_keep(answers.texts[0])
        return answers.texts[0]

    def ask_secret(self, prompt: str) -> str | None:
        """Ask for something that is not shown, such as a passphrase; None when it is not given."""
        answers = self._ask_secret(prompt, can_keep=False)
        return answers.texts[0] or None if answers is not None else None

    def ask_answers(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Put the questions of a server, such as one for a code, in one window."""
        with self._turn:
            answers = self._calls.call(
                lambda: AnswersDialog(title, instructions, prompts, self._parent()).ask()
            )
        return None if answers is None else list(answers.texts)

    def decide_host_key(
        self, destination: Destination, key_type: str, sha256: str
    ) -> HostKeyAnswer:
        """Show the key of a server that is not known yet."""
        with self._turn:
            if (destination, sha256) in self._accepted:
                return HostKeyAnswer.ONCE
            answer = self._calls.call(
                lambda: HostKeyDialog(str(destination), key_type, sha256, self._parent()).ask()
            )
            if answer in (HostKeyAnswer.ONCE, HostKeyAnswer.ALWAYS):
                self._accepted.add((destination, sha256))
            return answer or HostKeyAnswer.REFUSE

    def may_act(self, deed: Deed) -> bool:
        """Show what a file wants to do here, unless the user agreed to it once."""
        with self._turn:
            if deed not in self._trusted and self._calls.call(
                lambda: ask_trust(deed.told, self._parent())
            ):
                self._trusted.add(deed)
            return deed in self._trusted

    def _parent(self) -> QWidget | None:
        window = self._window()
        return window if is_there(window) else None

    def _ask_secret(self, prompt: str, *, can_keep: bool) -> Answers | None:
        with self._turn:
            # The same question comes again only after a refusal, or when nothing was typed.
            note = _REFUSED if prompt in self._typed else ""
            questions = [(prompt, False)]
            answers = self._calls.call(
                lambda: AnswersDialog("", note, questions, self._parent(), can_keep=can_keep).ask()
            )
            if answers is not None and answers.texts[0]:
                self._typed.add(prompt)
            return answers


class _KeptPasswords:
    """The keyring for passwords whose typist wished so, where there is one: a PasswordStore."""

    def __init__(self) -> None:
        self._store = KeyringStore(logger.warning, self._may_keep)
        self._lock = threading.Lock()
        self._wishes: set[str] = set()

    @property
    def is_usable(self) -> bool:
        """Whether there is a keyring; to find out may take long."""
        with self._lock:
            return self._store.is_usable

    def wish_to_keep(self, password: str) -> None:
        """Have a password kept once it has proved right."""
        with self._lock:
            self._wishes.add(password)

    def find(self, account: str) -> str | None:
        """See PasswordStore."""
        return self._store.find(account) if self.is_usable else None

    def accepted(self, account: str, password: str) -> None:
        """See PasswordStore."""
        self._store.accepted(account, password)

    def refused(self, account: str) -> None:
        """See PasswordStore."""
        self._store.refused(account)

    def _may_keep(self, account: str, password: str) -> bool:
        logger.debug("The password of %s proved right", account)
        with self._lock:
            if password not in self._wishes:
                return False
            self._wishes.discard(password)
            return True
