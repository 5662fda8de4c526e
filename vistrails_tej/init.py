"""What VisTrails loads when the package is enabled."""

from __future__ import annotations

from .modules import MODULES, host_menu, start, stop

_modules = MODULES
initialize = start
menu_items = host_menu.menu_items


def finalize() -> None:
    """Close every window of ours, and every connection. It may be called twice."""
    host_menu.close_windows()
    stop()
