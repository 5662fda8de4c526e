"""The options that every command on a vistrail takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ..dataflow import Assignment, parse_assignment

Command = TypeVar("Command", bound=Callable[..., Any])


def file_argument(command: Command) -> Command:
    """Add the file."""
    return click.argument("file", type=click.Path(path_type=Path))(command)


def version_option(command: Command) -> Command:
    """Add the file and ``--version``."""
    return file_argument(
        click.option(
            "--version",
            metavar="TAG|ID",
            help="A tag or the number of a version; default: the latest.",
        )(command)
    )


def set_option(command: Command) -> Command:
    """Add the file, ``--version`` and ``--set``, which is repeated."""
    return version_option(
        click.option(
            "--set",
            "assignments",
            multiple=True,
            metavar="LABEL.PORT=VALUE",
            help="Set a port, just now, of the module with this label, name or #id.",
        )(command)
    )


def parse_assignments(texts: Sequence[str]) -> list[Assignment]:
    """Read what was given with ``--set``. Raise AssignmentInvalid."""
    return [parse_assignment(text) for text in texts]
