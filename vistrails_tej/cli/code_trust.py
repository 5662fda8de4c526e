"""What a file may do here: run its code, write to a path; each once its user has said so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from ..dataflow import Deed, DeedKind
from ..modules.trusted_deeds import TrustedDeeds


class CodeTrust:
    """Decides by what this user trusted before, and asks about the rest.

    With ``granted`` everything is trusted and remembered. Otherwise what is unknown is asked
    about on a terminal, once, and refused where nobody can answer. ``around`` gives a context for
    the question, such as one that holds back a live table.
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
        self._trusted = TrustedDeeds(store)
        self._refused: set[Deed] = set()

    def may_act(self, deed: Deed) -> bool:
        """Decide about one thing that a file wants to do."""
        if deed in self._trusted:
            return True
        if deed in self._refused:
            # Each round of a loop would ask again.
            return False
        if not self._granted:
            with self._around():
                is_trusted = _ask(deed)
            if not is_trusted:
                self._refused.add(deed)
                return False
        self._trusted.add(deed)
        return True


def _ask(deed: Deed) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    is_code = deed.kind is DeedKind.RUN
    # Only code has lines; those of a path could look like another question.
    plain = "\n\t" if is_code else ""
    shown = "".join(_visible(character, plain) for character in deed.told)
    what = "holds Python code that wants to run here" if is_code else "wants to do this here"
    click.echo(f"This file {what}:\n\n{shown}\n", err=True)
    try:
        return click.confirm("Do you trust it?", err=True)
    except click.Abort:
        # The exception of click would be taken for a mistake of the module.
        raise KeyboardInterrupt from None


def _visible(character: str, plain: str) -> str:
    """A character as it is, unless it could steer the terminal and so hide something."""
    if character.isprintable() or character in plain:
        return character
    return character.encode("unicode_escape").decode("ascii")
