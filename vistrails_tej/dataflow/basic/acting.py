"""Modules that run code of the file, or write where the user has files: only if the user agrees."""

from __future__ import annotations

from pathlib import Path

from ..deeds import Deed, DeedKind
from ..module import Module, ModuleError

_REFUSALS = {
    DeedKind.RUN: "its Python code comes from the file",
    DeedKind.WRITE: "it wants to write to {}, which the file says",
}


class ActsOutside(Module):
    """Mix-in, written first. A file may come from anybody, so its user is asked for each deed."""

    def ask_to_run(self, code: str) -> None:
        """Raise ModuleError unless this code may run."""
        self._ask(Deed(DeedKind.RUN, code))

    def ask_to_write(self, path: Path) -> None:
        """Raise ModuleError unless this path may be written to, whatever is there."""
        self._ask(Deed(DeedKind.WRITE, str(path.resolve())))

    def _ask(self, deed: Deed) -> None:
        if not self.interpreter.may_act(deed):
            reason = _REFUSALS[deed.kind].format(deed.text)
            raise ModuleError(self, f"{reason}; run again with --trust if you trust the file")
