"""The book of all recorded jobs: what a monitor shows and does, without a screen."""

from __future__ import annotations

from .entry import JobBookState, JobEntry, JobKey

__all__ = ["JobBookState", "JobEntry", "JobKey"]
