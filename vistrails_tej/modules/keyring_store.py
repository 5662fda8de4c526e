"""Passwords in the keyring of the desktop, through the package keyring, which is optional."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any

__all__ = ["KeyringStore", "has_keyring_package"]

logger = logging.getLogger(__name__)

_SERVICE = "vistrails-tej"
# What the package gives where there is no keyring, or none is wanted.
_NO_BACKENDS = ("keyring.backends.fail", "keyring.backends.null")


def has_keyring_package() -> bool:
    """Whether the package keyring is installed; it is not imported."""
    return importlib.util.find_spec("keyring") is not None


class KeyringStore:
    """Looks passwords up, and keeps those that ``may_keep`` says yes to: a ``PasswordStore``.

    ``may_keep`` is given the account and the password that proved right; without it none is kept.
    A keyring that does not work is told about, and passed over. The package, which must be
    installed, is imported when it is first needed, as that may take long. Threads may share one.
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        may_keep: Callable[[str, str], bool] | None = None,
    ) -> None:
        self._tell = tell
        self.may_keep = may_keep
        # Some backends are not made for several threads.
        self._turn = threading.Lock()

    @cached_property
    def is_usable(self) -> bool:
        """Whether there is a keyring on this machine that could keep something."""
        try:
            backend = self._keyring.get_keyring()
        except (self._errors.KeyringError, OSError, RuntimeError) as error:
            logger.debug("There is no keyring: %s", error)
            return False
        return type(backend).__module__ not in _NO_BACKENDS

    def find(self, account: str) -> str | None:
        """See PasswordStore."""
        try:
            with self._turn:
                found = self._keyring.get_password(_SERVICE, account)
        except self._errors.KeyringError as error:
            self._tell(f"the keyring cannot be read: {error}")
            return None
        return found if isinstance(found, str) else None

    def accepted(self, account: str, password: str) -> None:
        """See PasswordStore."""
        if self.may_keep is None or not self.may_keep(account, password):
            return
        try:
            with self._turn:
                self._keyring.set_password(_SERVICE, account, password)
        except self._errors.KeyringError as error:
            self._tell(f"the keyring cannot keep it: {error}")

    def refused(self, account: str) -> None:
        """See PasswordStore; what is wrong is removed, so that the next time it is asked for."""
        try:
            with self._turn:
                self._keyring.delete_password(_SERVICE, account)
        except self._errors.KeyringError as error:
            logger.debug("The keyring did not remove %s: %s", account, error)
        else:
            self._tell(f"the keyring's password of {account} was refused and is removed")

    @cached_property
    def _keyring(self) -> Any:
        return importlib.import_module("keyring")

    @cached_property
    def _errors(self) -> Any:
        return importlib.import_module("keyring.errors")
