"""The root of the errors of the engine; the tree is in ``errors``."""

from __future__ import annotations

__all__ = ["TejError"]


class TejError(Exception):
    """Raised when the engine cannot do what was asked; the root of this tree.

    ``advice`` says what to do about it, and ends the message; a class has one for those that
    are raised without.
    """

    retryable = False
    advice = "look at the log (-v tells more)"

    def __init__(self, what: str, advice: str = "") -> None:
        if advice:
            self.advice = advice
        super().__init__(f"{what}; {self.advice}")
