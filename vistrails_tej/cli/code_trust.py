"""Whose Python code may run: code in a file runs once its user has said so, for each text."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click
import platformdirs

_APPLICATION = "vistrails_tej"


class CodeTrust:
    """Remembers, for this user, the sources that may run.

    With ``granted`` every source is trusted and remembered. Otherwise an unknown one is asked
    about on a terminal, and refused where nobody can answer. ``around`` gives a context for the
    question, such as one that holds back a live table.
    """

    def __init__(
        self,
        *,
        granted: bool = False,
        store: Path | None = None,
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._granted = granted
        self._around = around
        data = Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False))
        self._store = store if store is not None else data / "trusted-sources"

    def may_run(self, source: str) -> bool:
        """Decide about a source."""
        digest = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
        if digest in self._known():
            return True
        if not self._granted:
            with self._around():
                if not _ask(source):
                    return False
        self._remember(digest)
        return True

    def _known(self) -> set[str]:
        try:
            return set(self._store.read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def _remember(self, digest: str) -> None:
        self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._store.open("a", encoding="ascii") as file:
            file.write(f"{digest}\n")


def _ask(source: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    shown = "".join(map(_visible, source))
    click.echo(f"This file holds Python code that wants to run here:\n\n{shown}\n", err=True)
    return click.confirm("Do you trust it?", err=True)


def _visible(character: str) -> str:
    """A character of code as it is, unless it could steer the terminal and so hide something."""
    if character.isprintable() or character in "\n\t":
        return character
    return character.encode("unicode_escape").decode("ascii")
