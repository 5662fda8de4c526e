"""Questions that a server asks, put to whoever sits at the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence

import click

from ..engine import Destination, HostKeyAnswer, Login, accept_sha256
from ..modules.sessions import SessionOptions


def session_options(accept_host_key: Sequence[str]) -> SessionOptions:
    """How the command line reaches servers: nothing is asked when nobody can answer."""
    return SessionOptions(
        login=login(), decide_host_key=accept_sha256(*accept_host_key) if accept_host_key else None
    )


def login() -> Login:
    """Keys and agent first; a password or passphrase is asked for on a terminal only."""
    if not sys.stdin.isatty():
        return Login()
    return Login(ask_password=ask_secret, ask_passphrase=ask_secret, ask_answers=ask_answers)


def ask_secret(prompt: str) -> str | None:
    """Ask without showing what is typed; an empty answer or Ctrl+D gives up."""
    try:
        return getpass.getpass(f"{prompt.rstrip(': ')}: ") or None
    except EOFError:
        return None


def ask_answers(
    title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
) -> list[str] | None:
    """Put the questions of a server, such as one for a code, one after the other."""
    for text in (title, instructions):
        if text:
            click.echo(text, err=True)
    answers = []
    for prompt, shown in prompts:
        answer = click.prompt(prompt, prompt_suffix=" ", err=True) if shown else ask_secret(prompt)
        if answer is None:
            return None
        answers.append(answer)
    return answers


def refuse_host_key(destination: Destination, key_type: str, sha256: str) -> HostKeyAnswer:
    """Accept nothing that is not known."""
    return HostKeyAnswer.REFUSE
