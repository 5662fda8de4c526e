"""Let one process at a time change a file, without leaving anything beside it."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file; others that want it wait. Advice only: it stops nobody else.

    The file itself is replaced when it is saved, so that the lock is a file of its own in the
    system's temporary folder. Where locks do not exist, nothing is locked.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    digest = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    lock = Path(tempfile.gettempdir()) / f"vistrails-tej-{digest[:32]}.lock"
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(lock.open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            # Somebody else's lock file, or none can be made: saving is still atomic.
            yield
            return
        yield
