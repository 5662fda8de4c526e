"""What the package adds to the menu of a VisTrails with windows: its monitor, and its queues."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module

__all__ = ["close_windows", "menu_items"]

# By its name, as the modules run without a screen; the package may have any name in its host.
_WINDOWS = f"{__package__.rpartition('.')[0]}.gui.host_windows"


def menu_items() -> tuple[tuple[str, Callable[[], None]], ...]:
    """The texts of the entries and what they do, as VisTrails asks for them."""
    return (
        ("Jobs on Servers", partial(_call, "show_jobs")),
        ("Queues on Servers", partial(_call, "show_queues")),
    )


def close_windows() -> None:
    """Close what was opened; nothing is loaded for it. May be called twice."""
    if _WINDOWS in sys.modules:
        _call("close")


def _call(name: str) -> None:
    getattr(import_module(_WINDOWS), name)()
