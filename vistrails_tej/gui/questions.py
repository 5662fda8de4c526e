"""What servers and files ask, put to the user in a window, whichever thread wants to know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from PyQt5.QtWidgets import QWidget

from ..dataflow import Deed
from ..engine import DecideHostKey, Destination, HostKeyAnswer, Login
from ..modules.queue_reference import RemoteJob
from ..modules.sessions import JobNews, SessionOptions
from ..modules.trusted_deeds import TrustedDeeds
from .calls import GuiCalls
from .question_dialogs import AnswersDialog, HostKeyDialog, ask_trust


class Questions:
    """Asks one thing at a time. What was answered is not asked again before the program ends.

    ``parent`` gives the window that a question belongs to. Everybody may call it; after
    ``calls`` is closed every question is answered with a refusal.
    """

    def __init__(self, calls: GuiCalls, parent: Callable[[], QWidget | None]) -> None:
        self._calls = calls
        self._parent = parent
        self._turn = threading.Lock()
        self._trusted = TrustedDeeds()
        self._accepted: set[tuple[Destination, str]] = set()

    def session_options(
        self, tell: Callable[[JobNews, RemoteJob, str], None] | None = None
    ) -> SessionOptions:
        """How servers are reached from a window."""
        decide: DecideHostKey = self.decide_host_key
        login = Login(
            ask_password=self.ask_secret,
            ask_passphrase=self.ask_secret,
            ask_answers=self.ask_answers,
        )
        return SessionOptions(login=login, decide_host_key=decide, tell=tell)

    def ask_secret(self, prompt: str) -> str | None:
        """Ask for a password or a passphrase; None when the user gave up."""
        answers = self.ask_answers("", "", [(prompt, False)])
        return answers[0] or None if answers else None

    def ask_answers(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """Put the questions of a server, such as one for a code, in one window."""
        with self._turn:
            return self._calls.call(
                lambda: AnswersDialog(title, instructions, prompts, self._parent()).ask()
            )

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
