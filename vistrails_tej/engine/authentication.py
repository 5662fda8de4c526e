"""Carry out a login on an open transport: one connection, few tries, none repeated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import paramiko

from .auth_service import one_service_request
from .destination import Destination
from .errors import DeadlinePassed, LoginFailed, TejError
from .key_choice import KeyChoice
from .login import Login
from .password_login import PasswordLogin
from .ssh_config import SshSettings

__all__ = ["Authentication"]

# OpenSSH hangs up at the sixth refusal. Where a password may follow, two tries are kept for it.
_MOST_KEYS = 6
_MOST_KEYS_BEFORE_PASSWORD = 4

# A person needs time to fetch a code; OpenSSH's LoginGraceTime is 120 s.
_ANSWER_TIME = 120.0


# How paramiko tells this from a refusal.
_LATE = "Authentication timeout."

_QUESTIONS = "questions of the server"
_NO_PROOF = "no proof, as the server wants none"


class _GaveUp(paramiko.AuthenticationException):
    """A person closed the question."""


class Authentication:
    """One login on one transport."""

    def __init__(
        self,
        transport: paramiko.Transport,
        destination: Destination,
        settings: SshSettings,
        login: Login,
    ) -> None:
        """Nothing is sent yet."""
        self._transport = transport
        self._destination = destination
        self._settings = settings
        self._login = login
        self._password = PasswordLogin(settings, login)
        self._tried: list[str] = []
        self._offered: set[tuple[bytes, bool]] = set()
        self._allowed: tuple[str, ...] | None = None
        self._progress = False
        self._callback_error: BaseException | None = None
        self._password_used = False
        self._answered_password: str | None = None
        self._asked_person = False
        self.way = ""

    def run(self) -> None:
        """Log in; ``way`` then says how. Raises LoginFailed, which says what was tried."""
        try:
            with one_service_request(self._transport):
                self._run_rounds()
        finally:
            # What was typed must not stay in the transport's handler.
            handler = self._transport.auth_handler
            if handler is not None:
                handler.password = None

    def _run_rounds(self) -> None:
        while not self._run_round():
            # A server that wants several proofs says so after each; only then go on.
            if not self._progress:
                raise self._failure()
            self._progress = False
            self._offered.clear()

    def _run_round(self) -> bool:
        if self._may("publickey") and self._try_keys():
            return True
        if not self._has_secrets():
            return False
        if self._allowed is None and self._attempt(_NO_PROOF, self._try_none):
            return True
        return self._try_password() or self._try_answers()

    def _may(self, method: str) -> bool:
        return self._allowed is None or method in self._allowed

    def _has_secrets(self) -> bool:
        return self._password.is_possible or self._login.ask_answers is not None

    def _attempt(self, name: str, send: Callable[[], Sequence[str]]) -> bool:
        """Send one proof; tell whether we are in. What comes of it is kept for the error."""
        try:
            remaining = tuple(send())
        except paramiko.BadAuthenticationType as error:
            self._allowed = tuple(error.allowed_types)
            # Asking for nothing but the list of ways is no try that a person would know of.
            if name != _NO_PROOF:
                self._tried.append(f"{name} (the server takes none)")
        except _GaveUp as error:
            self._raise_callback_error()
            self._tried.append(f"{name} (not given)")
            raise self._failure() from error
        except paramiko.AuthenticationException as error:
            self._take_refusal(name, error)
        else:
            self.way = f"{self.way}, then {name}" if self.way else name
            if not remaining:
                return True
            self._tried.append(f"{name} (accepted, but more is wanted)")
            self._allowed, self._progress = remaining, True
        return False

    def _take_refusal(self, name: str, error: paramiko.AuthenticationException) -> None:
        """Raise where nothing more can be tried on this connection."""
        if str(error) == _LATE:
            # Its answer may still come, and would be taken for that to the next proof.
            within = f"within {self._transport.auth_timeout:g} s"
            raise DeadlinePassed(
                self._destination, f"the login by {name} was not answered {within}"
            ) from error
        self._tried.append(f"{name} (refused)")
        if not self._transport.is_active():
            raise self._failure("; then the server hung up") from error

    def _try_none(self) -> Sequence[str]:
        return self._transport.auth_none(self._settings.username)

    def _try_keys(self) -> bool:
        most = _MOST_KEYS_BEFORE_PASSWORD if self._has_secrets() else _MOST_KEYS
        with contextlib.closing(KeyChoice(self._settings, self._login, self._tried)) as keys:
            for name, key in keys.usable():
                # A key with its certificate is another proof than the key alone.
                proof = (key.asbytes(), key.public_blob is not None)
                if proof in self._offered:
                    continue
                if len(self._offered) >= most:
                    self._tried.append("no further keys, as servers hang up after a few")
                    break
                self._offered.add(proof)
                if self._attempt(name, lambda key=key: self._offer(key)):  # type: ignore[misc]
                    return True
                if not self._may("publickey"):
                    break
        return False

    def _offer(self, key: paramiko.PKey) -> Sequence[str]:
        return self._transport.auth_publickey(self._settings.username, key)

    def _try_password(self) -> bool:
        if not self._may("password") or not self._password.is_possible:
            return False
        password = self._password.find()
        if password is None:
            self._tried.append("password (not given)")
            return False
        self._password_used = True
        send = self._transport.auth_password
        entered = self._attempt(
            self._password.source,
            lambda: send(self._settings.username, password, fallback=False),
        )
        self._judge_password(password, right=entered or self._progress)
        return entered

    def _judge_password(self, password: str, *, right: bool) -> None:
        if right:
            self._password.accepted(password)
        else:
            self._password.refused(password)

    def _try_answers(self) -> bool:
        if not self._may("keyboard-interactive") or not self._can_answer():
            return False
        self._transport.auth_timeout = _ANSWER_TIME
        entered = self._attempt(
            _QUESTIONS,
            lambda: self._transport.auth_interactive(self._settings.username, self._answer),
        )
        if self._answered_password is not None:
            self._judge_password(self._answered_password, right=entered or self._progress)
            self._answered_password = None
            if not self._asked_person:
                self.way = self.way.replace(_QUESTIONS, "the password, as an answer")
        return entered

    def _can_answer(self) -> bool:
        login = self._login
        asks = login.ask_answers is not None or login.ask_password is not None
        return asks or (self._password.is_possible and not self._password_used)

    def _answer(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str]:
        """Answer a server; called in paramiko's thread, where any error ends the connection."""
        if not prompts:
            return []
        try:
            answers = self._find_answers(title, instructions, prompts)
        except BaseException as error:
            self._callback_error = error
            raise _GaveUp("the question failed") from error
        if answers is None or len(answers) != len(prompts):
            raise _GaveUp("no answer was given")
        return answers

    def _find_answers(
        self, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        login = self._login
        is_single = len(prompts) == 1 and not prompts[0][1]
        is_password = is_single and "password" in prompts[0][0].lower()
        if not self._password_used and (
            (is_password and self._password.is_possible)
            or (is_single and login.password is not None)
        ):
            # Once: a server that asks again means something else, or refused it.
            self._password_used = True
            self._answered_password = self._password.find()
            return None if self._answered_password is None else [self._answered_password]
        self._asked_person = True
        if login.ask_answers is not None:
            # Most servers give no title, and who answers must know where the answers go.
            place = f"Log in as {self._settings.username} at {self._settings.host}"
            return login.ask_answers(title or place, instructions, list(prompts))
        if is_single and login.ask_password is not None:
            secret = login.ask_password(prompts[0][0])
            return None if secret is None else [secret]
        return None

    def _raise_callback_error(self) -> None:
        if self._callback_error is not None:
            raise self._callback_error

    def _failure(self, ending: str = "") -> TejError:
        tried = ", ".join(self._tried) or "nothing, as there is no key and no agent"
        accepts = f"; it accepts {_name_ways(self._allowed)}" if self._allowed else ""
        return LoginFailed(
            self._destination,
            f"the login as {self._settings.username} failed; tried: {tried}{ending}{accepts}",
        )


_WAYS = {"publickey": "keys (publickey)", "keyboard-interactive": "answers to its questions"}


def _name_ways(allowed: Sequence[str]) -> str:
    return ", ".join(_WAYS.get(way, way) for way in allowed)
