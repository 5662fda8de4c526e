"""How far a connection came while it was opened, what was seen, and what has passed since."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ConnectionFacts", "Traffic"]


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


@dataclass(slots=True)
class Traffic:
    """What a server was bothered with: connections, sessions, and bytes of SSH both ways.

    The bytes of jump hosts on the way are not counted.
    """

    connects: int = 0
    channels: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
