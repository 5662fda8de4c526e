"""``Match exec`` of an ssh configuration: the program is run here, and its answer put in its place.

Done by ourselves, since paramiko hands the terminal to the program and leaves it unreaped. As in
ssh_config(5) it runs only when the conditions before it hold. ``%h`` stands for the name that was
given, as the HostName that follows from other lines is not known yet.
"""

from __future__ import annotations

import fnmatch
import getpass
import logging
import re
import shlex
import subprocess
from pathlib import Path

from .destination import DEFAULT_PORT, Destination

__all__ = ["resolve_match"]

logger = logging.getLogger(__name__)

# A line that is true of no host, since no host is called so.
_NEVER = "Match originalhost ."
_LONGEST = 20.0


def resolve_match(line: str, destination: Destination, home: Path) -> str:
    """Return a Match line without its ``exec`` conditions; others are left for paramiko."""
    words = shlex.split(line.strip()[len("match") :].lstrip(" \t="))
    if not any(word.lower().removeprefix("!") == "exec" for word in words):
        return line
    kept: list[str] = []
    position = 0
    while position < len(words):
        kind = words[position].lower()
        if kind in ("all", "canonical", "final"):
            kept.append(kind)
            position += 1
            continue
        value = words[position + 1] if position + 1 < len(words) else ""
        position += 2
        if kind.removeprefix("!") == "exec":
            if _succeeds(value, destination, home) is kind.startswith("!"):
                return _NEVER
            continue
        if _fails(kind, value, destination):
            return _NEVER
        kept += [kind, shlex.quote(value)]
    return f"Match {' '.join(kept) or 'all'}"


def _fails(kind: str, value: str, destination: Destination) -> bool:
    """Tell whether a condition in front of an exec does not hold, as far as can be told here."""
    if kind.removeprefix("!") not in ("host", "originalhost"):
        return False
    matches = any(fnmatch.fnmatchcase(destination.host, part) for part in value.split(","))
    return matches is kind.startswith("!")


def _succeeds(command: str, destination: Destination, home: Path) -> bool:
    user = getpass.getuser()
    tokens = {
        "%h": destination.host,
        "%n": destination.host,
        "%p": str(destination.port or DEFAULT_PORT),
        "%r": destination.username or user,
        "%u": user,
        "%d": str(home),
        "%%": "%",
    }
    filled = re.sub("%.", lambda found: tokens.get(found.group(), found.group()), command)
    logger.debug("Asking a program about %s, as the ssh configuration says", destination)
    try:
        # Through a shell, as ssh_config(5) promises; the user wrote the command.
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", filled],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("A Match exec of the ssh configuration counts as not true: %s", error)
        return False
    return done.returncode == 0
