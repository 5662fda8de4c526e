"""GroupModule: a module made of others, while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from .module import Module
from .pipeline import Pipeline
from .signature import ModuleSignature


class GroupModule(Module):
    """What groups and subworkflows are when they run. The run fills in what they are made of."""

    def __init__(self) -> None:
        super().__init__()
        self.content = Pipeline({}, {})
        self.content_signatures: Mapping[int, ModuleSignature] = {}
        self.content_cacheable = True
        # The signatures of what is inside, as if nothing came in.
        self.unfed_signatures: Mapping[int, ModuleSignature] = {}

    def is_cacheable(self) -> bool:
        """Only if all that is inside may be kept."""
        return self.content_cacheable and super().is_cacheable()

    def compute(self) -> None:
        """Run what is inside. Raise ModuleError or ModuleSuspended if that fails or waits."""
        self.interpreter.compute_group(self)
