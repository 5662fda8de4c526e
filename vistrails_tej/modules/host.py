"""The one door to the host that runs our modules: a real VisTrails, or our own dataflow core."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or "vistrails.core" not in sys.modules:
    from ..dataflow.job_mixin import JobMixin
    from ..dataflow.module import (
        Module,
        ModuleError,
        ModuleSettings,
        ModuleSuspended,
        NotCacheable,
    )
    from ..dataflow.path_object import PathObject
else:
    from vistrails.core.modules.basic_modules import PathObject
    from vistrails.core.modules.config import ModuleSettings
    from vistrails.core.modules.vistrails_module import (
        Module,
        ModuleError,
        ModuleSuspended,
        NotCacheable,
    )
    from vistrails.core.vistrail.job import JobMixin

__all__ = [
    "JobMixin",
    "Module",
    "ModuleError",
    "ModuleSettings",
    "ModuleSuspended",
    "NotCacheable",
    "PathObject",
]
