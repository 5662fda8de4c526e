"""The options that every command on a queue takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

from ..engine import DecideHostKey, Destination, Login, RemoteQueue, split_password
from ..modules.queue_reference import DEFAULT_QUEUE
from .questions import session_options

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """A destination, and how to get in."""

    destination: Destination
    login: Login
    decide_host_key: DecideHostKey | None


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


def reach(destination: str, accept_host_key: Sequence[str]) -> Access:
    """How a destination on the command line is reached; a password in it is used, not kept."""
    options = session_options(accept_host_key)
    parsed, password = split_password(destination)
    login = options.login if password is None else replace(options.login, password=password)
    return Access(parsed, login, options.decide_host_key)


def open_queue(destination: str, queue: str, accept_host_key: Sequence[str]) -> RemoteQueue:
    """Make the queue a command works on; it is a context manager."""
    way = reach(destination, accept_host_key)
    return RemoteQueue(
        way.destination, queue=queue, login=way.login, decide_host_key=way.decide_host_key
    )
