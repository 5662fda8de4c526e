"""monitor: all recorded jobs in a window."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from .exit_codes import ExitCode
from .known_jobs import readable_files
from .output import tell
from .screen import screen_problem

_NO_SCREEN = "vistrails-tej jobs lists the same jobs without one"
_NO_QT = "the monitor needs PyQt5; install it with: pip install 'vistrails-tej[gui]'"


@click.command(epilog="Example: vistrails-tej monitor primes.vt")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
def monitor(files: Sequence[Path]) -> int:
    """Open the job monitor: the jobs of all files that are known to have some, and of FILE."""
    run_monitor = _find_monitor()
    if run_monitor is None:
        tell(f"vistrails-tej: {_NO_QT}")
        return ExitCode.FAILED
    problem = screen_problem(os.environ)
    if problem is not None:
        tell(f"vistrails-tej: {problem}; {_NO_SCREEN}")
        return ExitCode.FAILED
    readable, code = readable_files(files)
    if code is not ExitCode.DONE:
        return code
    return run_monitor(readable)


def _find_monitor() -> Callable[[Sequence[Path]], int] | None:
    try:
        # PyQt5 is an extra: the command says so instead of failing when the cli is imported.
        from ..gui.app import run_monitor
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "PyQt5":
            raise
        return None
    return run_monitor
