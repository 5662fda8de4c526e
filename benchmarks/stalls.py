"""Measure how long a window does not answer while it is busy: ``python -m benchmarks.stalls``.

The words idle, run, dead and download choose what goes on: nothing; a run of 501 modules; a
connection to a server that never answers, until one of two windows is closed; a download of 256
MB. It needs no screen, but an sshd.
All figures but the first are milliseconds between two moments at which the event loop was free,
which at best are 5; of the last one the time is left out that other programs had the processors.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.integration.sshd import Sshd

NAMES = ("idle", "run", "dead", "download")
LIMIT = 100.0
_ROOT = Path(__file__).resolve().parents[1]


def measure(name: str, home: Path, port: int) -> dict[str, float]:
    """Watch a window in a process of its own, for a user with this home."""
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    folders = {
        f"XDG_{key}": str(home / key.lower())
        for key in ("CONFIG_HOME", "STATE_HOME", "CACHE_HOME", "DATA_HOME", "RUNTIME_DIR")
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.busy_window", name, str(port)],
        env={**kept, **folders, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main(words: list[str]) -> int:
    """Measure what was asked for; 1 if the window did not answer for too long."""
    is_slow = False
    with tempfile.TemporaryDirectory() as folder, Sshd(Path(folder)) as server:
        for name in words or NAMES:
            figures = measure(name, server.ssh_directory.parent, server.port)
            shown = "  ".join(f"{title} {figure:.1f}" for title, figure in figures.items())
            is_slow |= figures["longest of its own"] > LIMIT
            print(f"{name:<9} {shown}", flush=True)
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
