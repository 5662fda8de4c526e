"""What a vistrail may do on this machine beside its temporary files, once its user allows it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path


class DeedKind(enum.Enum):
    """What a deed does."""

    RUN = "run"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a module wants to do. ``text`` is the code to run, or the path to write to."""

    kind: DeedKind
    text: str

    @property
    def told(self) -> str:
        """What a user is shown of it: the code, or what is written to, and whether that is new."""
        if self.kind is DeedKind.RUN:
            return self.text
        there = ", in place of what is there" if Path(self.text).exists() else ""
        return f"write to {self.text}{there}"
