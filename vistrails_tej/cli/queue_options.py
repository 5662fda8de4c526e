"""The options that every command on a queue takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from ..engine import RemoteQueue, split_password
from ..modules.queue_reference import DEFAULT_QUEUE
from .questions import session_options

Command = TypeVar("Command", bound=Callable[..., Any])


def accept_host_key_option(command: Command) -> Command:
    """Add ``--accept-host-key``."""
    return click.option(
        "--accept-host-key",
        multiple=True,
        metavar="SHA256:...",
        help="Accept and remember a server whose key has this fingerprint.",
    )(command)


def destination_argument(command: Command) -> Command:
    """Add the destination, ``--queue`` and ``--accept-host-key``."""
    command = accept_host_key_option(command)
    command = click.option(
        "--queue", default=DEFAULT_QUEUE, show_default=True, help="The queue's path on the server."
    )(command)
    return click.argument("destination", metavar="DESTINATION")(command)


def job_id_option(command: Command) -> Command:
    """Add the required ``--id``."""
    return click.option("--id", "job_id", required=True, help="The id of the job.")(command)


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(
        command
    )


def open_queue(destination: str, queue: str, accept_host_key: Sequence[str]) -> RemoteQueue:
    """Make the queue a command works on; it is a context manager."""
    options = session_options(accept_host_key)
    parsed, password = split_password(destination)
    login = options.login if password is None else replace(options.login, password=password)
    return RemoteQueue(parsed, queue=queue, login=login, decide_host_key=options.decide_host_key)
