"""What the runs of a pipeline, and of the groups in it, have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .deeds import Deed
from .events import ModuleEvent, RoundPlace
from .file_pool import FilePool
from .job_records import JobMonitor
from .module import Module
from .pipeline import Pipeline
from .port_values import PortValues
from .registry import Registry
from .result_cache import ResultCache
from .run_result import InnerBook, RunOrigin
from .signature import ModuleSignature
from .wiring import Wiring
from .work_done import WorkDone


@dataclass(frozen=True, slots=True)
class RunServices:
    """What the modules of a run may use."""

    file_pool: FilePool
    job_monitor: JobMonitor
    cache: ResultCache
    values: PortValues
    write_output: Callable[[str], None]
    may_act: Callable[[Deed], bool]
    listener: Callable[[ModuleEvent], None] | None


@dataclass(frozen=True, slots=True)
class RunContext:
    """Where and for whom modules run.

    ``path`` are the ids of the groups around them, ``rounds`` those of the loops these are in.
    """

    services: RunServices
    registry: Registry
    origin: RunOrigin
    stop: threading.Event | None
    inner: InnerBook
    path: tuple[int, ...] = ()
    rounds: RoundPlace = ()
    done: WorkDone = field(default_factory=WorkDone)

    def inside(self, group: Module) -> RunContext:
        """The same for what is inside a group."""
        return replace(self, path=(*self.path, group.id), rounds=group.rounds)

    def wire(self, pipeline: Pipeline, signatures: Mapping[int, ModuleSignature]) -> Wiring:
        """The modules of a pipeline, connected. Raise RegistryError or PipelineHasCycle."""
        wiring = Wiring(self.registry, self.services.values, self.origin)
        wiring.wire(pipeline, signatures)
        return wiring
