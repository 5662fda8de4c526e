"""What keeps a pipeline from running: a list of sentences, not an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .errors import ModuleNotFound, PackageNotFound, PipelineHasCycle
from .module_ports import PortFinder
from .pipeline import Connection, Pipeline, PipelineModule, PortSetting
from .ports import PortSpec, PortType, parse_port_type
from .registry import Registry
from .subworkflows import ABSTRACTION, subworkflow_problem


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as a sentence, and the module or connection it is wrong with.

    For something inside a group, ``module_id`` is the group.
    """

    message: str
    module_id: int | None = None
    connection_id: int | None = None

    def __str__(self) -> str:
        return self.message


def find_problems(pipeline: Pipeline, registry: Registry) -> list[Problem]:
    """Everything that is wrong with a pipeline, modules first; an empty list if it can run."""
    return list(_Validation(registry).of_pipeline(pipeline))


class _Validation:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._ports = PortFinder(registry)

    def of_pipeline(self, pipeline: Pipeline) -> Iterator[Problem]:
        known: set[int] = set()
        for module_id, module in sorted(pipeline.modules.items()):
            found = list(self._kind(module))
            yield from found
            if not found:
                known.add(module_id)
                yield from self._inside(module, pipeline)
        for _, connection in sorted(pipeline.connections.items()):
            yield from self._connection(connection, pipeline, known)
        try:
            pipeline.order()
        except PipelineHasCycle as error:
            yield Problem(str(error))

    def _kind(self, module: PipelineModule) -> Iterator[Problem]:
        """Whether there is such a module at all."""
        if module.kind == ABSTRACTION:
            if module.content is None:
                yield Problem(f"{_named(module)} cannot run: {_why_empty(module)}", module.id)
            return
        try:
            descriptor = self._registry.descriptor(module.package, module.name, module.namespace)
        except (PackageNotFound, ModuleNotFound) as error:
            yield Problem(f"{_named(module)} cannot run: {error}", module.id)
        else:
            if descriptor.abstract:
                yield Problem(
                    f"{_named(module)} only stands for others; replace it by one of those"
                    " derived from it",
                    module.id,
                )

    def _inside(self, module: PipelineModule, pipeline: Pipeline) -> Iterator[Problem]:
        inputs = self._ports.inputs(module)
        for setting in module.settings:
            message = self._setting(setting, inputs.get(setting.port))
            if message:
                yield Problem(f"{_named(module)}: {message}", module.id)
        for spec in inputs.values():
            yield from self._count(module, spec, pipeline)
        if module.content is not None:
            for problem in self.of_pipeline(module.content):
                yield Problem(f"in {_named(module)}: {problem.message}", module.id)

    def _setting(self, setting: PortSetting, spec: PortSpec | None) -> str:
        """What is wrong with a port that is set; nothing if it is right."""
        if spec is None:
            return f"there is no input port {setting.port!r}; remove what is set on it"
        count, given = len(spec.items), len(setting.parameters)
        if count != given:
            return f"port {spec.name!r} takes {count} values, but {given} are set; set it again"
        for item, parameter in zip(spec.items, setting.parameters, strict=True):
            # Where the port takes anything, the type in the file says what the text is.
            constant = self._reader(item.type) or self._reader(parse_port_type(parameter.type))
            try:
                if constant is not None:
                    constant.translate_to_python(parameter.value)
            except ValueError as error:
                return f"port {spec.name!r}: {error}"
        return ""

    def _reader(self, port_type: PortType) -> Any:
        """The class that reads texts of a type; None if there is none, or an abstract one."""
        descriptor = self._registry.find_descriptor(port_type)
        if descriptor is None or descriptor.abstract:
            return None
        return self._registry.constant_class(port_type)

    def _count(
        self, module: PipelineModule, spec: PortSpec, pipeline: Pipeline
    ) -> Iterator[Problem]:
        """Whether a port has as many connections as it asks for; being set counts as one."""
        if spec.maximum_connections < 0 and spec.minimum_connections <= 0:
            return
        count = len(pipeline.incoming(module.id, spec.name))
        set_here = sum(setting.port == spec.name for setting in module.settings)
        if 0 <= spec.maximum_connections < count:
            yield Problem(
                f"{_named(module)}: port {spec.name!r} takes {spec.maximum_connections}"
                f" connections, not {count}; remove some",
                module.id,
            )
        if count + set_here < spec.minimum_connections:
            needed = spec.minimum_connections
            wanted = "a connection" if needed == 1 else f"{needed} connections, not {count}"
            yield Problem(
                f"{_named(module)}: port {spec.name!r} needs {wanted}; connect it",
                module.id,
            )

    def _connection(
        self, connection: Connection, pipeline: Pipeline, known: set[int]
    ) -> Iterator[Problem]:
        message = self._ends(connection, pipeline, known)
        if message:
            yield Problem(f"connection {connection.id} {message}", connection_id=connection.id)

    def _ends(self, connection: Connection, pipeline: Pipeline, known: set[int]) -> str:
        source, destination = connection.source, connection.destination
        for end, what in ((source, "starts"), (destination, "ends")):
            if end.module_id not in pipeline.modules:
                return f"{what} at module {end.module_id}, which is not there; remove it"
        if not {source.module_id, destination.module_id} <= known:
            # The module itself is reported; its ports cannot be judged.
            return ""
        giver = pipeline.modules[source.module_id]
        taker = pipeline.modules[destination.module_id]
        given = self._ports.outputs(giver).get(source.port)
        if given is None:
            return f"starts at output {source.port!r}, which {_named(giver)} has not; remove it"
        taken = self._ports.inputs(taker).get(destination.port)
        if taken is None:
            return f"ends at input {destination.port!r}, which {_named(taker)} has not; remove it"
        if not self._registry.can_connect(given, taken):
            return (
                f"leads from {_named(giver)} ({given.name}: {_types(given)}) to {_named(taker)}"
                f" ({taken.name}: {_types(taken)}), which takes no such value; remove it"
            )
        return ""


def _why_empty(module: PipelineModule) -> str:
    problem = subworkflow_problem(module)
    return f"it is a subworkflow, and {problem or 'its content was not looked for'}"


def _named(module: PipelineModule) -> str:
    """A module in a sentence: its name, its id, and its label if it has one."""
    if module.label == module.name:
        return f"{module.name} (#{module.id})"
    return f"{module.label!r} ({module.name} #{module.id})"


def _types(spec: PortSpec) -> str:
    return re.sub(r"[\w.]+:", "", spec.type_text.strip("()")) or "nothing"
