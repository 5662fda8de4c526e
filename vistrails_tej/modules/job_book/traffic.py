"""What the servers were bothered with, in all and by the hour."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from ...engine import Destination, Traffic
from ..sessions import QueueSessions

__all__ = ["BookTraffic", "measure"]


@dataclass(frozen=True, slots=True)
class BookTraffic:
    """Traffic by server, and in how many seconds it came about."""

    servers: Mapping[Destination, Traffic]
    seconds: float

    @property
    def total(self) -> Traffic:
        """That of all servers."""
        every = self.servers.values()
        return Traffic(
            sum(one.connects for one in every),
            sum(one.channels for one in every),
            sum(one.bytes_sent for one in every),
            sum(one.bytes_received for one in every),
        )

    @property
    def bytes_moved(self) -> int:
        """How many bytes so far, both ways."""
        total = self.total
        return total.bytes_sent + total.bytes_received

    @property
    def bytes_per_hour(self) -> float:
        """How many bytes an hour makes, both ways."""
        return self.bytes_moved * 3600 / max(self.seconds, 1.0)


def measure(sessions: QueueSessions, since: float) -> BookTraffic:
    """Read the counters of the sessions; ``since`` is when they began, in epoch seconds."""
    return BookTraffic(sessions.traffic(), time.time() - since)
