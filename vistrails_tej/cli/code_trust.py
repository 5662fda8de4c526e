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
        self._trusted = TrustedDeeds(store)

    def may_act(self, deed: Deed) -> bool:
        """Decide about one thing that a file wants to do."""
        if deed in self._trusted:
            return True
        if not self._granted:
            with self._around():
                if not _ask(deed):
                    return False
        self._trusted.add(deed)
        return True


def _ask(deed: Deed) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    shown = "".join(map(_visible, deed.told))
    is_code = deed.kind is DeedKind.RUN
    what = "holds Python code that wants to run here" if is_code else "wants to do this here"
    click.echo(f"This file {what}:\n\n{shown}\n", err=True)
    return click.confirm("Do you trust it?", err=True)


def _visible(character: str) -> str:
    """A character as it is, unless it could steer the terminal and so hide something."""
    if character.isprintable() or character in "\n\t":
        return character
    return character.encode("unicode_escape").decode("ascii")
