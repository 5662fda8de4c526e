"""How far a connection came while it was opened, and what was seen on the way."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ConnectionFacts"]


@dataclass(slots=True)
class ConnectionFacts:
    """Filled in step by step; None for a step that was not reached.

    ``through`` says what carries the connection: an address, a jump host or a proxy command.
    ``software`` is the server's greeting, ``login`` the way that let us in.
    """

    through: str | None = None
    software: str | None = None
    host_key_type: str | None = None
    host_key_sha256: str | None = None
    host_key_trusted: bool = False
    login: str | None = None
