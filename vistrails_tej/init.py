"""What VisTrails loads when the package is enabled."""

from __future__ import annotations

from .modules import MODULES, start, stop

_modules = MODULES
initialize = start
finalize = stop
