"""Let one process at a time change a file, without leaving anything beside it."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import platformdirs

logger = logging.getLogger(__name__)

# Whoever holds the lock only saves one file: how long it is waited for at most, in seconds.
PATIENCE = 10.0
_PAUSE = 0.05


@contextlib.contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of a file; others of this user that want it wait, but only so many seconds.

    It is advice: it stops nobody else, and without it a save is still atomic. The file itself is
    replaced when it is saved, so that the lock is an empty file in a folder of the user's own.
    """
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            try:
                _wait_for(stack.enter_context(_lock_file(path).open("a")), path, patience)
            except OSError as error:
                logger.debug("No lock for %s: %s", path, error)
        yield


def try_lock(file: IO[str], patience: float = 0.0) -> bool:
    """Whether nobody else holds an open file; then this process does until it is closed.

    The system lets go of it when the process ends, however that is. ``patience`` is for how many
    seconds to wait for somebody else.
    """
    if sys.platform == "win32":
        return False
    try:
        return _lock(file, patience)
    except OSError as error:
        logger.debug("%s cannot be locked: %s", file.name, error)
        return False


def _lock_file(path: Path) -> Path:
    digest = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    folder = Path(platformdirs.user_cache_dir("vistrails_tej", appauthor=False)) / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A few locks for all files there ever are: two files that share one only wait for each other.
    return folder / f"{digest[:2]}.lock"


def _wait_for(file: IO[str], path: Path, patience: float) -> None:
    if not _lock(file, patience):
        logger.warning("Another program holds the lock of %s for long; going on", path)


def _lock(file: IO[str], patience: float) -> bool:
    """Hold an open file; False if somebody else does. Raise OSError where none can be held."""
    import fcntl  # POSIX only

    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        else:
            return True
