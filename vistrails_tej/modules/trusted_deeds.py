"""What files may do on this machine, as their user said once."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import platformdirs

from ..dataflow import Deed, DeedKind

logger = logging.getLogger(__name__)

_APPLICATION = "vistrails_tej"


class TrustedDeeds:
    """Remembers, for this user, the code that may run and the paths that may be written to.

    Only digests are kept, in a file that only grows. Whoever gives another code, or another path,
    is asked again. Where the file cannot be read or written, so is everybody next time.
    """

    def __init__(self, store: Path | None = None) -> None:
        data = Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False))
        self._store = store if store is not None else data / "trusted-sources"
        self._added: set[str] = set()

    def __contains__(self, deed: Deed) -> bool:
        digest = _digest(deed)
        if digest in self._added:
            return True
        try:
            return digest in self._store.read_text(encoding="ascii", errors="replace").split()
        except OSError:
            return False

    def add(self, deed: Deed) -> None:
        """Trust this from now on."""
        digest = _digest(deed)
        self._added.add(digest)
        try:
            self._store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._store.open("a", encoding="ascii") as file:
                file.write(f"{digest}\n")
        except OSError as error:
            logger.info("What is trusted is not remembered: %s", error)


def _digest(deed: Deed) -> str:
    # The first kind was code alone, and what was trusted then still is.
    told = deed.text if deed.kind is DeedKind.RUN else f"{deed.kind.value}\0{deed.text}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
