"""The steps of a pipeline that are jobs, and the queue each goes to, without running anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..dataflow import (
    ModuleDescriptor,
    ModuleSignature,
    ParameterInvalid,
    Pipeline,
    PipelineModule,
    PortFinder,
    PortType,
    Registry,
    find_looped,
)
from ..dataflow.module_ports import INNER_PIPE, INPUT_PORT
from ..engine import InvalidDestination
from .job_needs import find_needs
from .queue_reference import DEFAULT_QUEUE, QueueReference, make_destination
from .submission import JOB_ID_PREFIX, BaseSubmitJob
from .workflow import Workflow

_QUEUE = "Queue"


@dataclass(frozen=True, slots=True)
class JobModule:
    """A module whose work is a job. ``path`` are the ids of the groups around it, and its own.

    ``signature`` and ``job_id`` are those of the module when it runs once. With ``is_looped`` it
    runs for each element of a list, or as often as another module wants, and each round has an id
    of its own. ``upstream`` are the paths of the job modules that come before it. ``queue`` is None
    where it is computed. Without ``is_needed`` a run does not come to it, as all that it is for is
    known; with ``is_chosen`` only if its branch is taken.
    """

    path: tuple[int, ...]
    label: str
    signature: str
    queue: QueueReference | None
    upstream: tuple[tuple[int, ...], ...] = ()
    is_looped: bool = False
    is_needed: bool = True
    is_chosen: bool = False

    @property
    def job_id(self) -> str:
        """What the job is called in its queue."""
        return f"{JOB_ID_PREFIX}{self.signature}"


@dataclass(frozen=True, slots=True)
class _Scope:
    """A pipeline, and the group that it is the content of."""

    pipeline: Pipeline
    signatures: Mapping[int, ModuleSignature]
    path: tuple[int, ...] = ()
    label: str = ""
    outer: _Scope | None = None
    is_looped: bool = False
    is_needed: bool = True
    is_chosen: bool = False


def find_job_modules(
    workflow: Workflow, is_known: Callable[[str], bool] | None = None
) -> list[JobModule]:
    """Every job of a workflow, those in groups too, each after those it depends on.

    ``is_known`` tells of which signatures a run would not look at what comes before. Raise
    PipelineHasCycle.
    """
    scope = _Scope(workflow.pipeline, workflow.signatures)
    return list(_Finder(workflow.registry, is_known or _is_never_known).jobs(scope, ()))


class _Finder:
    def __init__(self, registry: Registry, is_known: Callable[[str], bool]) -> None:
        self._registry = registry
        self._is_known = is_known
        self._ports = PortFinder(registry)

    def jobs(self, scope: _Scope, before: tuple[tuple[int, ...], ...]) -> Iterator[JobModule]:
        """The jobs of a scope; ``before`` come before all of it."""
        pipeline = scope.pipeline
        found: dict[int, list[JobModule]] = {}
        looped = find_looped(pipeline, self._registry)
        known = self._known_jobs(scope) - looped
        needs = find_needs(pipeline, known.__contains__)
        for module_id in pipeline.order():
            module = pipeline.modules[module_id]
            upstream = pipeline.upstream(module_id)
            paths = [job.path for one in sorted(upstream) for job in found.get(one, ())]
            earlier = tuple(dict.fromkeys((*before, *paths)))
            place = replace(
                scope,
                is_looped=scope.is_looped or module_id in looped,
                is_needed=scope.is_needed and module_id in needs.possible,
                is_chosen=scope.is_chosen or module_id not in needs.certain,
            )
            found[module_id] = list(self._inside(place, module, earlier))
            yield from found[module_id]

    def _inside(
        self, scope: _Scope, module: PipelineModule, before: tuple[tuple[int, ...], ...]
    ) -> Iterator[JobModule]:
        own = (*scope.path, module.id)
        label = f"{scope.label} > {module.label}" if scope.label else module.label
        if module.content is not None:
            signatures = scope.signatures[module.id].content
            inside = replace(
                scope,
                pipeline=module.content,
                signatures=signatures,
                path=own,
                label=label,
                outer=scope,
            )
            yield from self.jobs(inside, before)
        elif self._is_job(module):
            signature = scope.signatures[module.id].signature
            queue = self._queue(scope, module.id)
            yield JobModule(
                own,
                label,
                signature,
                queue,
                before,
                is_looped=scope.is_looped,
                is_needed=scope.is_needed,
                is_chosen=scope.is_needed and scope.is_chosen,
            )

    def _known_jobs(self, scope: _Scope) -> set[int]:
        return {
            module_id
            for module_id, module in scope.pipeline.modules.items()
            if self._is_job(module) and self._is_known(scope.signatures[module_id].signature)
        }

    def _is_job(self, module: PipelineModule) -> bool:
        descriptor = self._descriptor(module)
        return descriptor is not None and issubclass(descriptor.module_class, BaseSubmitJob)

    def _descriptor(self, module: PipelineModule) -> ModuleDescriptor | None:
        kind = PortType(module.package, module.name, module.namespace or None)
        return self._registry.find_descriptor(kind)

    # -- queues ------------------------------------------------------------------------------

    def _queue(self, scope: _Scope, module_id: int) -> QueueReference | None:
        source = self._source(scope, module_id, "queue")
        if source is None:
            return None
        place, queue = source
        descriptor = self._descriptor(queue)
        if descriptor is None or descriptor.name != _QUEUE:
            return None
        ports = ("hostname", "username", "port", "queue", "setup_runtime", "need_runtime")
        try:
            texts = {port: self._text(place, queue, port) for port in ports}
            if not texts["hostname"]:
                return None
            port = int(texts["port"]) if texts["port"] else None
            destination, _ = make_destination(texts["hostname"], texts["username"] or None, port)
        except (InvalidDestination, ParameterInvalid, ValueError, LookupError):
            return None
        return QueueReference(
            destination,
            texts["queue"] or DEFAULT_QUEUE,
            texts["setup_runtime"] or "",
            texts["need_runtime"] or "",
        )

    def _source(
        self, scope: _Scope, module_id: int, port: str
    ) -> tuple[_Scope, PipelineModule] | None:
        """The module that feeds a port, looked for outside where a group takes it in."""
        for connection in scope.pipeline.incoming(module_id, port):
            source = scope.pipeline.modules.get(connection.source.module_id)
            if source is None:
                continue
            if connection.source.port == INNER_PIPE and self._ports.is_port_module(
                source, INPUT_PORT
            ):
                if scope.outer is None:
                    return None
                name = self._ports.outer_name(source, scope.pipeline)
                return self._source(scope.outer, scope.path[-1], name)
            return scope, source
        return None

    def _text(self, scope: _Scope, module: PipelineModule, port: str) -> str | None:
        """What a port is set to, or fed with by a constant. Raise LookupError if computed."""
        source = self._source(scope, module.id, port)
        if source is not None:
            place, constant = source
            if self._registry.constant_class(self._kind(constant)) is None:
                raise LookupError(port)
            return self._text(place, constant, "value")
        if scope.pipeline.incoming(module.id, port):
            raise LookupError(port)
        for setting in reversed(module.settings):
            if setting.port == port and setting.parameters:
                return setting.parameters[0].value
        return None

    def _kind(self, module: PipelineModule) -> PortType:
        return PortType(module.package, module.name, module.namespace or None)


def _is_never_known(_signature: str) -> bool:
    return False
