"""So many jobs, in words."""

from __future__ import annotations


def job_count(number: int) -> str:
    """Such as ``1 job`` and ``1,234 jobs``."""
    return "1 job" if number == 1 else f"{number:,} jobs"
