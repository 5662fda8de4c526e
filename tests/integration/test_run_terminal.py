"""On a terminal a run shows a table of its modules, redrawn in place."""

from __future__ import annotations

import os
import pty
import re
import subprocess
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
