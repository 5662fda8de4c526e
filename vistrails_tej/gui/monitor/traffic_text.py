"""What the servers were bothered with, in few words."""

from __future__ import annotations

from ...modules.job_book import BookTraffic

_STEP = 1024.0


def traffic_text(traffic: BookTraffic) -> str:
    """Such as ``2 connections, 14 channels, 35 KB per hour``; blank before anything was sent."""
    total = traffic.total
    if not total.connects:
        return ""
    per_hour = size_text(traffic.bytes_per_hour)
    return (
        f"{_count(total.connects, 'connection')}, {_count(total.channels, 'channel')},"
        f" {per_hour} per hour"
    )


def size_text(size: float) -> str:
    """A number of bytes in the unit that fits."""
    for unit in ("bytes", "KB", "MB"):
        if size < _STEP:
            return f"{size:.0f} {unit}"
        size /= _STEP
    return f"{size:.1f} GB"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
