"""open: the builder, with a file or an empty window."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from .exit_codes import ExitCode
from .output import tell

_NO_SCREEN = (
    "there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set; run it on a desktop, or"
    " connect with ssh -X"
)
_NO_QT = "the builder needs PyQt5; install it with: pip install 'vistrails-tej[gui]'"
# Platforms of Qt that draw on no screen, such as that of the tests.
_SCREENLESS = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")


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
    if not has_screen(os.environ):
        tell(f"vistrails-tej: {_NO_SCREEN}")
        return ExitCode.FAILED
    return run_builder(file, version)


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether Qt will find something to draw on; asked in vain, it aborts the program."""
    if sys.platform in ("darwin", "win32"):
        return True
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform in _SCREENLESS:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _find_builder() -> Callable[[Path | None, str | None], int] | None:
    try:
        # PyQt5 is an extra: the command says so instead of failing when the cli is imported.
        from ..gui.app import run_builder
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "PyQt5":
            raise
        return None
    return run_builder
