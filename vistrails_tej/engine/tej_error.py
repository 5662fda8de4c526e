"""The root of the errors of the engine; the tree is in ``errors``."""

from __future__ import annotations

__all__ = ["TejError"]


class TejError(Exception):
    """Raised when the engine cannot do what was asked; the root of this tree."""

    retryable = False
