"""What the servers were bothered with, in few words."""

from __future__ import annotations

from ...modules.job_book import BookTraffic

_STEP = 1024.0
# From how many seconds on an average says something.
_SOON = 600.0


def traffic_text(traffic: BookTraffic) -> str:
    """Such as ``2 connections, 14 channels, 35 KB per hour``; blank before anything was sent.

    In the first minutes it is what was sent so far: an upload would make an hour of nothing else.
    """
    total = traffic.total
    if not total.connects:
        return ""
    if traffic.seconds < _SOON:
        size = f"{size_text(traffic.bytes_moved)} so far"
    else:
        size = f"{size_text(traffic.bytes_per_hour)} per hour"
    return f"{_count(total.connects, 'connection')}, {_count(total.channels, 'channel')}, {size}"


def size_text(size: float) -> str:
    """A number of bytes in the unit that fits."""
    for unit in ("bytes", "KB", "MB"):
        if size < _STEP:
            return f"{size:.0f} {unit}"
        size /= _STEP
    return f"{size:.1f} GB"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
