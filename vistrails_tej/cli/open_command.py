"""open: the builder, with a file or an empty window."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from .exit_codes import ExitCode
from .output import tell
from .screen import screen_problem

_NO_SCREEN = "run it on a desktop, with DISPLAY as it is set there, or connect with ssh -X"
_NO_QT = "the builder needs PyQt5; install it with: pip install 'vistrails-tej[gui]'"


@click.command("open", epilog="Example: vistrails-tej open primes.vt --version final")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--version",
    metavar="TAG|ID",
    help="A tag or the number of a version; default: the latest.",
)
def open_command(file: Path | None, version: str | None) -> int:
    """Open the builder, the window to make workflows in and run them."""
    if version is not None and file is None:
        raise click.UsageError("--version needs the FILE whose version it is")
    run_builder = _find_builder()
    if run_builder is None:
        tell(f"vistrails-tej: {_NO_QT}")
        return ExitCode.FAILED
    problem = screen_problem(os.environ)
    if problem is not None:
        tell(f"vistrails-tej: {problem}; {_NO_SCREEN}")
        return ExitCode.FAILED
    return run_builder(file, version)


def _find_builder() -> Callable[[Path | None, str | None], int] | None:
    try:
        # PyQt5 is an extra: the command says so instead of failing when the cli is imported.
        from ..gui.app import run_builder
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "PyQt5":
            raise
        return None
    return run_builder
