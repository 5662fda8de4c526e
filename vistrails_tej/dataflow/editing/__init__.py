"""Edit vistrails: every edit is an action at the end of the history, as VisTrails writes it."""

from __future__ import annotations

from .editor import ModuleHandle, PortHandle, VistrailEditor, edit_vistrail
from .pasting import cut_out

__all__ = ["ModuleHandle", "PortHandle", "VistrailEditor", "cut_out", "edit_vistrail"]
