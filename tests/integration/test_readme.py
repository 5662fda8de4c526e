"""What the README and the pages of the Python API print is run as printed, on a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..documents import DOCS, README, code_blocks
from ..vistrails import EXAMPLES
from .command_line import TIMEOUT, CommandLine

FACTOR = "6857\n"
# A suspended run; a job may also have ended before the program could leave.
SUSPENDED_OR_DONE = (6, 0)


@pytest.fixture
def newcomer(server: Any, cli: CommandLine) -> CommandLine:
    """Somebody in a folder with the examples, whose ssh configuration knows ``server``."""
    place = server.destination
    lines = ["Host server", f"HostName {place.host}", f"Port {place.port}"]
    if place.username is not None:
        lines.append(f"User {place.username}")
    (cli.home / ".ssh" / "config").write_text("\n    ".join(lines) + "\n")
    shutil.copytree(EXAMPLES, cli.folder / "examples")
    return cli


def run(
    newcomer: CommandLine, command: list[str], codes: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    environment = newcomer.environment()
    scripts = str(Path(sys.executable).parent)
    done = subprocess.run(
        command,
        env={**environment, "PATH": os.pathsep.join([scripts, environment["PATH"]])},
        cwd=newcomer.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode in codes, (command, done.returncode, done.stdout, done.stderr)
    return done


def run_python(newcomer: CommandLine, code: str) -> str:
    return run(newcomer, [sys.executable, "-c", code]).stdout


def test_the_six_lines_of_command_line_work_as_printed(newcomer: CommandLine) -> None:
    (block,) = code_blocks(README, "sh")
    copy, leave, look, wait, other, listing = block.splitlines()
    run(newcomer, ["sh", "-c", copy])
    example = newcomer.folder / "examples" / "tej-primes.vt"
    pristine = example.read_bytes()
    assert run(newcomer, ["sh", "-c", leave], SUSPENDED_OR_DONE).stdout in ("", FACTOR)
    assert "SubmitJob" in run(newcomer, ["sh", "-c", look]).stdout
    assert run(newcomer, ["sh", "-c", wait]).stdout == FACTOR
    assert run(newcomer, ["sh", "-c", other]).stdout == "29\n"
    jobs = run(newcomer, ["sh", "-c", listing]).stdout.splitlines()
    assert sum(job.startswith("vistrails_module_") for job in jobs) >= 2
    # The clone is left as it was.
    assert example.read_bytes() == pristine


def test_the_lines_of_python_work_as_printed(newcomer: CommandLine) -> None:
    (code,) = code_blocks(README, "python")
    told = run_python(newcomer, code)
    assert [line.split()[1] for line in told.splitlines() if line] == sorted(
        path.name for path in EXAMPLES.glob("*.vt")
    )


def test_the_two_commands_are_there_to_be_run() -> None:
    (block,) = code_blocks(README, "console")
    commands = [line.removeprefix("$ ") for line in block.splitlines()]
    assert commands == ["scripts/demo", "scripts/test"]
    assert all(os.access(README.parent / command, os.X_OK) for command in commands)


def test_the_example_of_the_engine_page_works_as_printed(newcomer: CommandLine) -> None:
    (code,) = code_blocks(DOCS / "reference" / "engine.rst", "python")
    assert run_python(newcomer, code) == "385\n"


def test_the_examples_of_the_dataflow_page_work_as_printed(newcomer: CommandLine) -> None:
    blocks = code_blocks(DOCS / "reference" / "dataflow.rst", "python")
    history, signatures, running, jobs, editing = blocks
    assert "25 primes Added connection" in run_python(newcomer, history)
    told = run_python(newcomer, signatures)
    listed = {line.rpartition(" ")[0] for line in told.splitlines()}
    assert {"Queue", "SubmitJob", "Target number"} <= listed
    # Its queue is on localhost, where no server of ours listens at the usual port.
    assert run_python(newcomer, f"{running}\nprint(run.__name__)") == "run\n"
    assert run_python(newcomer, jobs) == FACTOR
    shown = "print(*(one.label for one in edit.pipeline.modules.values()))"
    assert run_python(newcomer, f"{editing}\n{shown}") == "Queue SubmitShellJob StandardOutput\n"
