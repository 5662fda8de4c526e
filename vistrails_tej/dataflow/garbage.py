"""Build large values without the garbage collector looking through them again and again."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collection_paused() -> Iterator[None]:
    """Put off garbage collection: for moments in which very many objects come and all stay.

    It would take half of such a moment. Threads may overlap: the first to end turns it on again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
