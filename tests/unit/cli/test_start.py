"""Ctrl+C ends the program quietly from its first moment on; each time a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vistrails_tej.cli.exit_codes import ExitCode

from ...waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
# Takes the place of a library, so that the import of the program takes as long as the test wants.
SLOW_LIBRARY = """
import os, pathlib, sys
pathlib.Path(os.environ["BEGUN"]).touch()
sys.stdin.read()
"""
SLOW_COMMAND = """
import os, pathlib, sys
from vistrails_tej.cli import main, start

def linger(arguments):
    pathlib.Path(os.environ["BEGUN"]).touch()
    sys.stdin.read()

main.execute = linger
sys.argv = ["vistrails-tej"]
start.main()
"""


@contextmanager
def started(tmp_path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A program that has come to where it takes long."""
    begun = tmp_path / "begun"
    path = os.pathsep.join([str(tmp_path / "lib"), str(ROOT)])
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, "PYTHONPATH": path, "BEGUN": str(begun)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(begun.exists, message="the program to have begun")
        yield process
    finally:
        process.kill()
        process.wait(30)


def test_ctrl_c_while_the_program_is_imported_is_quiet(tmp_path: Path) -> None:
    library = tmp_path / "lib" / "click"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(SLOW_LIBRARY)
    with started(tmp_path, "-m", "vistrails_tej", "--version") as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    # A shell makes 130 of it.
    assert process.returncode == -signal.SIGINT


def test_ctrl_c_that_no_command_takes_has_the_same_code_and_is_quiet(tmp_path: Path) -> None:
    with started(tmp_path, "-c", SLOW_COMMAND) as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == ExitCode.INTERRUPTED == 128 + signal.SIGINT
