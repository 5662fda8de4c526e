"""A slice of the fuzzing that scripts/fuzz does for 10 minutes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
KINDS = (
    "archives", "bent", "bytes", "histories", "jobs", "links", "torn archives", "trees",
)  # fmt: skip
SECONDS = "1.5"


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_crashes_hangs_or_takes_much_memory(kind: str) -> None:
    """In a process of its own, whose memory is limited; the seed is printed if it fails."""
    seed = str(random.SystemRandom().randrange(10**9))
    command = [sys.executable, "-m", "tests.fuzz", "--kind", kind, "--seed", seed]
    done = subprocess.run(
        [*command, "--seconds", SECONDS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "nothing found in" in done.stdout


def test_a_hang_and_a_crash_would_be_found(tmp_path: Path) -> None:
    """The harness itself: what takes too long is ended, and the way to do it again is printed."""
    code = (
        "import sys; from tests.fuzz import __main__ as fuzz\n"
        "fuzz.TIME_FOR_ONE = 0.2\n"
        "def endless(*_):\n    while True: pass\n"
        "fuzz.exercise = endless\n"
        "sys.argv = ['fuzz', '--seed', '8', '--kind', 'jobs', '--seconds', '1']\n"
        "fuzz.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode != 0
    assert "found with: scripts/fuzz --seed 8 --kind 'jobs'" in done.stdout
    assert "TooSlow" in done.stderr
