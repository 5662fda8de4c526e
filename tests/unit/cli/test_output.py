"""Where a result cannot be written, one sentence says so, and of which place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vistrails_tej.cli.exit_codes import ExitCode
from vistrails_tej.dataflow import Vistrail, default_registry, edit_vistrail

from ...vistrails import EXAMPLES
from .calling import Calling

PRIMES = EXAMPLES / "tej-primes.vt"
FULL = Path("/dev/full")
NOT_WRITTEN = "the output could not be written: No space left on device"


def run_to_full_disk(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command whose standard output is a disk without room."""
    if not FULL.exists():
        pytest.skip("this system has no /dev/full")
    with FULL.open("w") as full:
        return subprocess.run(
            [sys.executable, "-m", "vistrails_tej", *map(str, arguments)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )


def test_output_that_finds_no_room_is_told(tmp_path: Path) -> None:
    done = run_to_full_disk("show", PRIMES)
    assert done.returncode == ExitCode.FAILED
    assert done.stderr.splitlines() == [
        f"vistrails-tej: {NOT_WRITTEN}; choose another place for it"
    ]


def test_a_file_that_a_module_prints_is_not_said_to_be_unreadable(tmp_path: Path) -> None:
    editor = edit_vistrail(Vistrail({}), default_registry())
    text = editor.add("String").set("value", "hello")
    file, said = editor.add("WriteFile"), editor.add("StandardOutput")
    editor.connect(text["value"], file["in_value"])
    editor.connect(file["out_value"], said["value"])
    editor.save(tmp_path / "hello.vt")
    done = run_to_full_disk("run", tmp_path / "hello.vt")
    assert done.returncode == ExitCode.FAILED
    assert f"StandardOutput: {NOT_WRITTEN}" in done.stderr
    assert "cannot be read" not in done.stderr


def test_a_picture_that_cannot_be_written_is_named(call: Calling, tmp_path: Path) -> None:
    picture = tmp_path / "nowhere" / "x.svg"
    told = call.sentence("show", PRIMES, "--svg", picture, code=ExitCode.FAILED)
    assert told == (
        f"vistrails-tej: {picture} could not be written: No such file or directory;"
        " choose another place for it"
    )
