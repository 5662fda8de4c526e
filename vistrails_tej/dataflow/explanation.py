"""What enters a module's signature, piece by piece."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .file_digests import FileDigests
from .module_ports import INPUT_PORT, PortFinder
from .pipeline import Pipeline, PipelineModule, PortSetting
from .ports import PortSpec, parse_port_type
from .registry import Registry
from .settings import PARAMETER_NAME
from .signature import PATH_TYPES, ModuleSignature
from .subworkflows import ABSTRACTION

Path = tuple[int, ...]


class FactKind(enum.Enum):
    """What a fact is about; the value is how a list of facts calls it."""

    MODULE = "module"
    PACKAGE_VERSION = "package version"
    INTERNAL_VERSION = "subworkflow version"
    PARAMETER = "parameter"
    PARAMETER_TYPE = "type of parameter"
    CONTROL_PARAMETER = "control parameter"
    PORT = "added port"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that enters a signature. ``subject`` is a port or a name, empty for the module.

    ``value`` is what counts; ``shown`` says the same for people: a file counts by its content,
    and is shown by its path too.
    """

    kind: FactKind
    subject: str
    value: str
    shown: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Feed:
    """A connection: the output ``source_port`` of the module ``source`` feeds ``port``."""

    port: str
    source: Path
    source_port: str


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """Everything of one module that enters its signature.

    ``path`` are the ids of the groups around it and its own. What is inside a group counts as
    facts of the group.
    """

    path: Path
    label: str
    name: str
    signature: str
    facts: tuple[Fact, ...]
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A module and all that feeds it: ``modules`` by path, each after those that feed it."""

    path: Path
    modules: Mapping[Path, ModuleFacts]

    @property
    def module(self) -> ModuleFacts:
        """The module that is explained."""
        return self.modules[self.path]


@dataclass(frozen=True, slots=True)
class _Scope:
    """A pipeline, and the group it is the content of."""

    pipeline: Pipeline
    signatures: Mapping[int, ModuleSignature]
    path: Path = ()
    outer: _Scope | None = None


def explain(
    pipeline: Pipeline,
    path: Path,
    registry: Registry,
    signatures: Mapping[int, ModuleSignature],
    *,
    digests: FileDigests | None = None,
) -> Explanation:
    """What enters the signature of the module at ``path``.

    ``signatures`` are those of the pipeline, ``digests`` what they were computed with.
    """
    scope = _Scope(pipeline, signatures)
    for group_id in path[:-1]:
        content = scope.pipeline.modules[group_id].content
        assert content is not None
        inside = scope.signatures[group_id].content
        scope = _Scope(content, inside, (*scope.path, group_id), scope)
    return Explanation(path, _Collector(registry, digests).collect(scope, path[-1]))


class _Collector:
    def __init__(self, registry: Registry, digests: FileDigests | None) -> None:
        self._registry = registry
        self._digests = digests
        self._ports = PortFinder(registry)

    def collect(self, scope: _Scope, module_id: int) -> dict[Path, ModuleFacts]:
        """A module and all upstream, sources first; without recursion along the pipeline."""
        found: dict[Path, ModuleFacts] = {}
        waiting = [(scope, module_id, False)]
        while waiting:
            place, current, is_ready = waiting.pop()
            path = (*place.path, current)
            if path in found:
                continue
            sources = self._sources(place, current)
            if is_ready or not sources:
                found[path] = self._facts(place, current, sources)
                continue
            waiting.append((place, current, True))
            waiting.extend((source, number, False) for _, source, number in sources)
        return found

    def _sources(self, scope: _Scope, module_id: int) -> list[tuple[Feed, _Scope, int]]:
        """What feeds a module; an InputPort in a group is fed from outside."""
        found = [
            (
                Feed(one.destination.port, (*scope.path, one.source.module_id), one.source.port),
                scope,
                one.source.module_id,
            )
            for one in scope.pipeline.incoming(module_id)
            if one.source.module_id in scope.pipeline.modules
        ]
        module = scope.pipeline.modules[module_id]
        if scope.outer is None or not self._ports.is_port_module(module, INPUT_PORT):
            return found
        name, outer = self._ports.outer_name(module, scope.pipeline), scope.outer
        for one in outer.pipeline.incoming(scope.path[-1], name):
            if one.source.module_id in outer.pipeline.modules:
                source = (*outer.path, one.source.module_id)
                found.append((Feed(name, source, one.source.port), outer, one.source.module_id))
        return found

    def _facts(
        self, scope: _Scope, module_id: int, sources: Sequence[tuple[Feed, _Scope, int]]
    ) -> ModuleFacts:
        module = scope.pipeline.modules[module_id]
        facts = list(self._of_module(module))
        if scope.outer is not None and self._ports.is_port_module(module, INPUT_PORT):
            group = scope.outer.pipeline.modules[scope.path[-1]]
            name = self._ports.outer_name(module, scope.pipeline)
            facts += self._of_settings([one for one in group.settings if one.port == name])
        return ModuleFacts(
            (*scope.path, module_id),
            module.label,
            module.name,
            scope.signatures[module_id].signature,
            tuple(facts),
            tuple(feed for feed, _, _ in sources),
        )

    def _of_module(self, module: PipelineModule) -> Iterator[Fact]:
        package = self._registry.find_package(module.package)
        identifier = package.identifier if package else module.package
        kind = f"{module.namespace}|{module.name}" if module.namespace else module.name
        yield _fact(FactKind.MODULE, "", f"{kind} of {identifier}")
        version = package.version if package else module.package_version
        yield _fact(FactKind.PACKAGE_VERSION, "", version)
        if module.internal_version:
            yield _fact(FactKind.INTERNAL_VERSION, "", module.internal_version)
        yield from self._of_settings(module.settings)
        for one in module.control_parameters:
            yield _fact(FactKind.CONTROL_PARAMETER, one.name, one.value, repr(one.value))
        yield from map(_of_port, module.port_specs)
        if module.content is not None and module.kind != ABSTRACTION:
            yield from map(_of_port, self._ports.group_ports(module))
            yield from self._of_content(module.content)

    def _of_content(self, content: Pipeline) -> Iterator[Fact]:
        """What is inside a group, as facts of the group."""
        for _, inner in sorted(content.modules.items()):
            for fact in self._of_module(inner):
                subject = f"{inner.label}.{fact.subject}" if fact.subject else inner.label
                yield Fact(fact.kind, subject, fact.value, fact.shown)
        for _, one in sorted(content.connections.items()):
            source = content.modules.get(one.source.module_id)
            target = content.modules.get(one.destination.module_id)
            if source is not None and target is not None:
                subject = f"{target.label}.{one.destination.port}"
                yield _fact(FactKind.CONNECTION, subject, f"{source.label}.{one.source.port}")

    def _of_settings(self, settings: Sequence[PortSetting]) -> Iterator[Fact]:
        """Values and types of constants. Their order does not count, so they are sorted."""
        for setting in settings:
            pieces = sorted(self._pieces(setting))
            values = [value for value, _, _ in pieces]
            shown = ", ".join(text for _, _, text in pieces)
            yield Fact(FactKind.PARAMETER, setting.port, repr(values), shown)
            types = ", ".join(kind for _, kind, _ in pieces)
            yield _fact(FactKind.PARAMETER_TYPE, setting.port, types)

    def _pieces(self, setting: PortSetting) -> Iterator[tuple[str, str, str]]:
        """Each parameter: what counts as its value, its type and name, how it is shown."""
        for one in setting.parameters:
            port_type = parse_port_type(one.type)
            kind = str(port_type)
            if one.name != PARAMETER_NAME:
                kind = f"{kind} named {one.name!r}"
            digest = None
            if self._digests is not None and port_type in PATH_TYPES:
                digest = self._digests.last_digest(one.value)
            if digest is None:
                yield one.value, kind, repr(one.value)
            else:
                yield digest, kind, f"{one.value!r} with the content {digest}"


def _of_port(spec: PortSpec) -> Fact:
    depth = f", lists nested {spec.depth} deep" if spec.depth else ""
    return _fact(FactKind.PORT, f"{spec.name}", f"{spec.direction.value} {spec.type_text}{depth}")


def _fact(kind: FactKind, subject: str, value: str, shown: str = "") -> Fact:
    return Fact(kind, subject, value, shown or value)
