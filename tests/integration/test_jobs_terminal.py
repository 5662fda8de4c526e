"""What is for copying stays in one piece, however narrow the terminal is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ..vistrails import EXAMPLES, ROOT
from .command_line import CommandLine
from .terminal import Terminal


@pytest.fixture
def user(tmp_path: Path) -> CommandLine:
    """Somebody with a file that remembers a job."""
    shutil.copy(ROOT / "tests" / "data" / "vt" / "B_done.vt", tmp_path / "done.vt")
    return CommandLine(tmp_path, tmp_path)


def shown(user: CommandLine, columns: int, *arguments: object) -> str:
    with Terminal(user, *arguments, environment={"COLUMNS": str(columns)}) as terminal:
        assert terminal.finish() == 0
        return terminal.screen


@pytest.mark.parametrize("columns", [30, 80, 300])
def test_the_id_of_a_job_is_not_broken(user: CommandLine, columns: int) -> None:
    (job,) = json.loads(user("jobs", "done.vt", "--json").stdout)
    screen = shown(user, columns, "jobs", "done.vt")
    words = [word for line in screen.splitlines() for word in line.split()]
    assert job["parameters"]["job_id"] in words
    # Where there is room it is a table, with headings.
    assert ("queue" in words) is (columns == 300)


def test_signatures_are_not_broken(user: CommandLine) -> None:
    primes = EXAMPLES / "tej-primes.vt"
    signatures = [one["signature"] for one in user.json("signatures", primes)]
    screen = shown(user, 80, "signatures", primes)
    assert set(signatures) <= set(screen.split())
