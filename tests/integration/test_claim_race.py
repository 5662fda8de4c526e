"""A hundred processes submit one id at once; ``scripts/stress`` does so twenty times each way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.sshd import find_sshd

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(find_sshd() is None, reason="no sshd here; install openssh-server")
def test_of_a_hundred_processes_one_wins_and_the_others_learn_of_its_job() -> None:
    """By local shells, dash and bash, and over a real server with a connection for each."""
    # In a process without threads, since it forks.
    done = subprocess.run(
        [sys.executable, "-m", "tests.stress.races", "--rounds", "1"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("1 rounds of 100 processes, one run each") == 3
