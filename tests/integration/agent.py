"""An ssh-agent of the test's own, without keys, that ends with the test."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def running_agent(place: Path) -> Iterator[Path]:
    """Run an agent that listens at ``place``."""
    command = ["ssh-agent", "-D", "-a", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            # It says where it is once it listens there; the socket is seen a moment before.
            assert process.stdout.readline()
            yield place
        finally:
            process.terminate()
