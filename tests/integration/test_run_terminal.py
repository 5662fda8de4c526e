"""On a terminal a run shows a table of its modules, redrawn in place."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

from ..vistrails import Draft
from .command_line import CommandLine

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def run_on_terminal(cli: CommandLine, *arguments: object) -> tuple[int, str]:
    """Run a command with a terminal as its three streams; return its exit code and its screen."""
    ours, theirs = pty.openpty()
    environment = {**cli.environment(), "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        cli.command(arguments),
        env=environment,
        cwd=cli.folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        screen = b""
        try:
            while piece := os.read(ours, 1 << 16):
                screen += piece
        except OSError:
            # The terminal is closed by the last process that had it.
            pass
        os.close(ours)
        code = process.wait(timeout=60)
    return code, ESCAPES.sub(b"", screen).decode()


def test_the_table_ends_with_every_module_in_its_final_state(server: Any, cli: CommandLine) -> None:
    draft = Draft(str(server.destination))
    draft.printed(draft.shell_job("echo from the job", "the [bold]job[/bold]"), "stdout")
    code, screen = run_on_terminal(cli, "run", draft.save(cli.folder / "test.vt"))
    assert code == 0, screen
    assert "from the job" in screen
    table = screen.rpartition("module")[2]
    states = {
        line.split("  ")[0].strip(): line.split()[-1] for line in table.splitlines() if "#" in line
    }
    assert states == {
        "#0 Queue": "success",
        "#1 the [bold]job[/bold]": "success",
        "#2 StandardOutput": "success",
    }


def test_an_error_is_told_once(server: Any, cli: CommandLine) -> None:
    draft = Draft(str(server.destination))
    draft.shell_job("exit 3", "bad", print_error=True)
    code, screen = run_on_terminal(cli, "run", draft.save(cli.folder / "test.vt"))
    assert code == 1, screen
    at_the_end = screen.rpartition("module")
    above = at_the_end[0].rpartition("#1 bad: ")[2]
    assert "failed with exit code 3" in above
    assert "exit code 3" not in at_the_end[2]


def test_a_large_transfer_shows_how_far_it_is(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    (job_directory / "large").write_bytes(os.urandom(8_000_000))
    words = (server.destination, "--id", unique)
    code, screen = run_on_terminal(cli, "submit", *words, job_directory)
    assert (code, screen.strip().splitlines()[-1].strip().endswith(unique)) == (0, True), screen
    assert "sending" in screen
    assert "8.0 MB" in screen or "8.0/8.0 MB" in screen
    code, screen = run_on_terminal(cli, "download", *words, "large")
    assert code == 0, screen
    assert "fetching large" in screen
    assert (cli.folder / "large").read_bytes() == (job_directory / "large").read_bytes()
    # Without a terminal there is nobody to look at it.
    assert cli("download", *words, "large").stderr == ""
