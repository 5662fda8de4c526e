"""What files may do on this machine, as their user said once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import platformdirs

from ..dataflow import Deed, DeedKind

_APPLICATION = "vistrails_tej"


class TrustedDeeds:
    """Remembers, for this user, the code that may run and the paths that may be written to.

    Only digests are kept, in a file that only grows. Whoever gives another code, or another path,
    is asked again.
    """

    def __init__(self, store: Path | None = None) -> None:
        data = Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False))
        self._store = store if store is not None else data / "trusted-sources"

    def __contains__(self, deed: Deed) -> bool:
        try:
            return _digest(deed) in self._store.read_text(encoding="ascii").split()
        except FileNotFoundError:
            return False

    def add(self, deed: Deed) -> None:
        """Trust this from now on."""
        self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._store.open("a", encoding="ascii") as file:
            file.write(f"{_digest(deed)}\n")


def _digest(deed: Deed) -> str:
    # The first kind was code alone, and what was trusted then still is.
    told = deed.text if deed.kind is DeedKind.RUN else f"{deed.kind.value}\0{deed.text}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
