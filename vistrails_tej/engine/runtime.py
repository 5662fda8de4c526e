"""The shell library that travels with the client: what it is made of, and its version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["RUNTIMES", "Runtime", "load_runtime"]

RUNTIMES = ("default",)
"""The runtimes that this client can set up and drive."""

# Functions only, in any order.
_LIBRARY = (
    "common/reply.sh",
    "common/process.sh",
    "common/paths.sh",
    "common/queue.sh",
    "common/group.sh",
    "common/setup.sh",
    "common/state.sh",
    "common/old_state.sh",
    "common/status.sh",
    "common/space.sh",
    "common/claim.sh",
    "common/again.sh",
    "common/upload.sh",
    "common/attempt.sh",
    "common/kill.sh",
    "common/delete.sh",
    "common/cleanup.sh",
    "common/usage.sh",
    "common/output.sh",
    "common/legacy.sh",
    "default/start.sh",
    "default/judge.sh",
    "default/kill.sh",
)
# What runs by itself on the server, written there by the library from variables of these names.
_PROGRAMS = {
    "VT_WRAP": ("common/process.sh", "common/watch.sh", "common/wrap.sh"),
    "VT_COMMAND": ("common/command.sh",),
    "VT_UTILS": ("common/utils.sh",),
}


@dataclass(frozen=True, slots=True)
class Runtime:
    """Shell functions for the server.

    ``prelude`` defines them in any POSIX shell. It holds its own text in a variable, so that a
    queue can be set up with no further transfer. ``version`` is a hash of that text.
    """

    prelude: str
    version: str


def load_runtime() -> Runtime:
    """Read the shell files and make one text of them."""
    parts = ["# The functions of a vistrails_tej queue; made from the files of engine/runtimes."]
    parts += [f"{name}={_quote(_join(sources))}" for name, sources in _PROGRAMS.items()]
    parts += [_without_comments(_read(source)) for source in _LIBRARY]
    library = "\n".join(parts)
    version = hashlib.sha256(library.encode()).hexdigest()[:12]
    prelude = f'VT_VERSION={version}\nVT_LIBRARY={_quote(library)}\neval "$VT_LIBRARY"\n'
    return Runtime(prelude, version)


def _join(sources: tuple[str, ...]) -> str:
    return "#!/bin/sh\n" + "\n".join(_without_comments(_read(source)) for source in sources)


def _read(source: str) -> str:
    folder, name = source.split("/")
    # __package__ is right under any name by which the package is imported.
    return (files(__package__) / "runtimes" / folder / name).read_text(encoding="ascii")


def _without_comments(text: str) -> str:
    """Leave out what only people read: the text travels once per connection."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return "\n".join(line for line in lines if line.strip())


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
