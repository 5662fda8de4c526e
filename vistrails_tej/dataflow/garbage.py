"""Build large values without the garbage collector looking through them again and again."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

# So many new objects are looked through in a moment.
_MANY = 20_000
# So many would make the next full collection come in the middle of somebody's work.
_VERY_MANY = 200_000


@contextlib.contextmanager
def collection_paused() -> Iterator[None]:
    """Put off garbage collection: for moments in which very many objects come and all stay.

    It would take half of such a moment, or as much of the next one. Threads may overlap: the
    first to end turns it on again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        settle(gc.get_count()[0])
        gc.enable()


def settle(count: int) -> bool:
    """Let the collector take many new objects for old ones, which it looks through but rarely.

    ``count`` is how many are new; False when they are few, and nothing was done.
    """
    if count > _VERY_MANY:
        gc.collect()
    elif count > _MANY and not gc.get_freeze_count():
        # Thawed objects are old ones; nothing is looked through.
        gc.freeze()
        gc.unfreeze()
    else:
        return False
    return True
