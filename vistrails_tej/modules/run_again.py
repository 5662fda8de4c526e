"""Which jobs that have ended are run anew."""

from __future__ import annotations

import enum


class Again(enum.Enum):
    """Which ended jobs a run submits anew; what they left stays beside the new attempt."""

    NONE = "none"
    FAILED = "failed, lost or deleted"
    ALL = "all"

    def includes(self, *, is_ok: bool) -> bool:
        """Whether an ended job, which went well or not, is run anew."""
        return self is Again.ALL or (self is Again.FAILED and not is_ok)
