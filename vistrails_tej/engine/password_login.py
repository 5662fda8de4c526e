"""The password of one account: given, kept in a store, or asked for."""

from __future__ import annotations

from .login import Login
from .ssh_config import SshSettings

__all__ = ["PasswordLogin"]


class PasswordLogin:
    """Finds the password for one login, and passes on whether it proved right.

    Threads share what was typed through the memory of the Login, so that one question is enough.
    """

    def __init__(self, settings: SshSettings, login: Login) -> None:
        """Nothing is asked yet."""
        self._login = login
        self._account = f"{settings.username}@{settings.host}:{settings.port}"
        self._shown = f"{settings.username}@{settings.host}"
        self._from_store = False
        self._typed = False

    @property
    def is_possible(self) -> bool:
        """Whether there is any way to a password."""
        login = self._login
        ways = (login.password, login.ask_password, login.password_store)
        return any(way is not None for way in ways)

    def find(self) -> str | None:
        """Return the password, asking for it if need be; None when it was not given."""
        login = self._login
        given = login.password
        if given is not None and not (
            login.ask_password is not None and login.memory.is_wrong(self._purpose, given)
        ):
            return given
        return login.memory.get(self._purpose, self._look_up)

    def accepted(self, password: str) -> None:
        """Take note that the server took the password."""
        store = self._login.password_store
        if store is not None and self._typed:
            self._typed = False
            store.accepted(self._account, password)

    def refused(self, password: str) -> None:
        """Forget a password that the server did not take."""
        self._login.memory.refuse(self._purpose, password)
        store = self._login.password_store
        if store is not None and self._from_store:
            store.refused(self._account)

    @property
    def source(self) -> str:
        """Where the password came from, for an error text."""
        return "password from the keyring" if self._from_store else "password"

    @property
    def _purpose(self) -> str:
        return f"password {self._account}"

    def _look_up(self) -> str | None:
        login = self._login
        if login.password_store is not None:
            kept = login.password_store.find(self._account)
            if kept is not None:
                self._from_store = True
                return kept
        if login.ask_password is None:
            return None
        self._typed = True
        return login.ask_password(f"Password for {self._shown}: ")
