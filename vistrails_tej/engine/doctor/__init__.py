"""Look at a destination and say, in plain words, what is wrong with it."""

from __future__ import annotations

from .check import Check, CheckState
from .doctor import Doctor

__all__ = ["Check", "CheckState", "Doctor"]
