"""Act as a user without privileges, so that permissions count although CI runs as root."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

NOBODY = 65534


@contextlib.contextmanager
def ordinary_folder() -> Iterator[Path]:
    """Give a folder of the ordinary user's, outside of what only root may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield folder
        folder.chmod(0o700)


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Be the ordinary user for a while; anybody but root is one already."""
    if os.geteuid() != 0:
        yield
        return
    real = os.getresuid()
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(*real)
