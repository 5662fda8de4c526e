"""Passwords in the keyring of the desktop, through the package keyring, which is optional."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

import click

from .output import tell

logger = logging.getLogger(__name__)

_SERVICE = "vistrails-tej"


class KeyringStore:
    """Looks passwords up, and keeps those that ``ask_to_keep`` says yes to.

    A keyring that does not work is told about once and passed over. Raise click.UsageError when
    the package is not installed.
    """

    def __init__(self) -> None:
        try:
            self._keyring: Any = importlib.import_module("keyring")
            self._errors: Any = importlib.import_module("keyring.errors")
        except ImportError as error:
            raise click.UsageError(
                "--keyring needs the package keyring: pip install 'vistrails-tej[keyring]'"
            ) from error
        self.ask_to_keep: Callable[[str], bool] | None = None

    def find(self, account: str) -> str | None:
        """See PasswordStore."""
        try:
            found = self._keyring.get_password(_SERVICE, account)
        except self._errors.KeyringError as error:
            tell(f"vistrails-tej: the keyring cannot be read: {error}")
            return None
        return found if isinstance(found, str) else None

    def accepted(self, account: str, password: str) -> None:
        """See PasswordStore."""
        if self.ask_to_keep is None or not self.ask_to_keep(account):
            return
        try:
            self._keyring.set_password(_SERVICE, account, password)
        except self._errors.KeyringError as error:
            tell(f"vistrails-tej: the keyring cannot keep it: {error}")

    def refused(self, account: str) -> None:
        """See PasswordStore; what is wrong is removed, so that the next time it is asked for."""
        try:
            self._keyring.delete_password(_SERVICE, account)
        except self._errors.KeyringError as error:
            logger.debug("The keyring did not remove %s: %s", account, error)
        else:
            tell(f"vistrails-tej: the keyring's password of {account} was refused and is removed")
