"""What runs that belong together have done, so that none of it is done twice."""

from __future__ import annotations

from typing import Any

from .job_mixin import JobMixin
from .module import Module

_Key = tuple[tuple[int, ...], int, str]


class WorkDone:
    """Outputs of modules that succeeded in a run that waits for jobs, whatever may be kept else.

    A later run that takes it up uses them, those of modules inside groups too. A job module is
    left out: it looks at the record of its job.
    """

    def __init__(self) -> None:
        self._known: dict[_Key, dict[str, Any]] = {}
        self._fresh: dict[_Key, dict[str, Any]] = {}

    def begin(self) -> None:
        """Another run begins. Only what earlier ones did is found in it: rounds may be alike."""
        self._known.update(self._fresh)
        self._fresh.clear()

    def find(self, path: tuple[int, ...], module: Module) -> dict[str, Any] | None:
        """The outputs, ``self`` among them, of a module inside these groups; None if unknown."""
        return self._known.get((path, module.id, module.signature))

    def put(self, path: tuple[int, ...], module: Module) -> None:
        """A module has succeeded."""
        if module.signature and not module.repeats and not isinstance(module, JobMixin):
            self._fresh[path, module.id, module.signature] = dict(module.outputPorts)
