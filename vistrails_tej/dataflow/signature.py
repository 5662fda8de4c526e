"""Signatures: what names a module with everything that feeds it, and hence its job.

They are those of VisTrails 2.2, byte for byte, with two exceptions made on purpose: a File or
Directory constant counts by its content instead of its path and time, and an InputPort outside
a group is an ordinary module instead of a random number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .file_digests import FileDigests
from .module_ports import INPUT_PORT, PortFinder
from .pipeline import Connection, Parameter, Pipeline, PipelineModule, PortSetting
from .ports import BASIC, PortSpec, PortType, parse_port_type
from .registry import Registry
from .subworkflows import ABSTRACTION

_Feeds = list[tuple[Connection, bytes]]
PATH_TYPES = frozenset({PortType(BASIC, "File"), PortType(BASIC, "Directory")})


@dataclass(frozen=True, slots=True)
class ModuleSignature:
    """Two hashes in lower-case hex: of the module alone, and of it with all that feeds it.

    ``signature`` is the one that names a job. ``content`` are those inside a group, by id.
    ``feeds`` is what each connection, by id, adds to the signature. ``unfed`` are the signatures
    that a group would have if nothing were connected to it; None where they are not others.
    """

    module_signature: str
    signature: str
    content: Mapping[int, ModuleSignature] = field(default_factory=dict)
    feeds: Mapping[int, str] = field(default_factory=dict, compare=False)
    unfed: ModuleSignature | None = field(default=None, compare=False)

    def without(self, connections: Collection[int]) -> str:
        """A name, of no format, for the module as if it had none of these connections."""
        own = self if self.unfed is None else self.unfed
        kept = sorted(feed for number, feed in self.feeds.items() if number not in connections)
        return _hash(own.module_signature, *kept).hex()

    def names(self) -> Iterator[str]:
        """The signature, and those of all that is inside, however deep."""
        waiting: list[ModuleSignature] = [self]
        while waiting:
            one = waiting.pop()
            yield one.signature
            waiting.extend(one.content.values())


def pipeline_signatures(
    pipeline: Pipeline, registry: Registry, *, digests: FileDigests | None = None
) -> dict[int, ModuleSignature]:
    """The signatures of every module, by id.

    A module whose package is not loaded counts with the identifier and version that are stored.
    Without ``digests`` File and Directory constants count by their path alone. Connections that
    lead nowhere are ignored. Raise PipelineHasCycle.
    """
    signatures = _Signatures(registry, digests).of_pipeline(pipeline, {})
    if digests is not None:
        digests.save()
    return signatures


class _Signatures:
    """Computes the hashes; the comments name them as the published rules do (P, F, M, U...)."""

    def __init__(self, registry: Registry, digests: FileDigests | None) -> None:
        self._registry = registry
        self._digests = digests
        self._ports = PortFinder(registry)

    def of_pipeline(
        self, pipeline: Pipeline, forced: Mapping[int, bytes], *, unfed: bool = True
    ) -> dict[int, ModuleSignature]:
        """Every module's M and U; ``forced`` are given M of some, for the inside of a group.

        With ``unfed`` those of groups as if nothing were connected to them, too.
        """
        signatures: dict[int, ModuleSignature] = {}
        upstream: dict[int, bytes] = {}
        for module_id in pipeline.order():
            module = pipeline.modules[module_id]
            feeds = _feeds(pipeline.incoming(module_id), upstream)
            found = self._of_module(module, feeds, forced.get(module_id), unfed=unfed)
            upstream[module_id] = bytes.fromhex(found.signature)
            signatures[module_id] = found
        return signatures

    def _of_module(
        self, module: PipelineModule, feeds: _Feeds, forced: bytes | None, *, unfed: bool
    ) -> ModuleSignature:
        own, alone = forced, None
        content: dict[int, ModuleSignature] = {}
        if forced is None and module.content is not None:
            own, content = self._group(module, module.content, feeds, unfed=unfed)
            if unfed and feeds:
                # Once only: what is inside has its own, found where it counts.
                alone = self._of_module(module, [], None, unfed=False)
        if own is None or (forced is None and module.kind == ABSTRACTION):
            # The uuid and version of a subworkflow stand for its content.
            own = self._module(module, module.port_specs)
        signature = _hash(own, *sorted(feed for _, feed in feeds)).hex()
        named = {connection.id: feed.hex() for connection, feed in feeds}
        return ModuleSignature(own.hex(), signature, content, named, alone)

    def _module(self, module: PipelineModule, specs: Iterable[PortSpec]) -> bytes:
        """M: a module by its kind, its constants and the ports that were added to it."""
        package = self._registry.find_package(module.package)
        return _hash(
            module.name,
            package.identifier if package else module.package,
            module.namespace,
            package.version if package else module.package_version,
            module.internal_version,
            _hash_sorted(self._setting(setting) for setting in module.settings),
            _hash_sorted(_hash(one.name, one.value) for one in module.control_parameters),
            _hash_sorted(_hash_port(spec) for spec in specs),
        )

    def _setting(self, setting: PortSetting) -> bytes:
        """F: a port that is set. The order of its parameters does not count."""
        return _hash(setting.port, "void", _hash_sorted(map(self._parameter, setting.parameters)))

    def _parameter(self, parameter: Parameter) -> bytes:
        """P: a constant, as its text stands in the file."""
        port_type = parse_port_type(parameter.type)
        value = parameter.value
        if self._digests is not None and port_type in PATH_TYPES:
            value = self._digests.last_digest(value) or value
        return _hash(port_type.name, port_type.package, port_type.namespace, value, parameter.name)

    def _group(
        self, group: PipelineModule, content: Pipeline, feeds: _Feeds, *, unfed: bool
    ) -> tuple[bytes, dict[int, ModuleSignature]]:
        """M of a group, made of its sinks; what comes in from outside enters its InputPorts."""
        own = self._module(group, self._ports.group_ports(group) + group.port_specs)
        forced = {
            inner.id: self._inner_input(inner, content, group, feeds)
            for inner in content.modules.values()
            if self._ports.is_port_module(inner, INPUT_PORT)
        }
        inside = self.of_pipeline(content, forced, unfed=unfed)
        sinks = [bytes.fromhex(inside[module_id].signature) for module_id in content.sinks()]
        return _hash_sorted([own, *sinks]), inside

    def _inner_input(
        self,
        inner: PipelineModule,
        content: Pipeline,
        group: PipelineModule,
        feeds: _Feeds,
    ) -> bytes:
        """The M that an InputPort gets inside a group."""
        own = self._module(inner, inner.port_specs)
        name = self._ports.outer_name(inner, content)
        entering = sorted(feed for connection, feed in feeds if connection.destination.port == name)
        if entering:
            own = _hash(own, *entering)
        settings = [self._setting(one) for one in group.settings if one.port == name]
        if settings:
            own = _hash_sorted([own, _hash_sorted(settings)])
        return own


def _feeds(connections: Iterable[Connection], upstream: Mapping[int, bytes]) -> _Feeds:
    """U(source) + C of each connection that comes from somewhere."""
    return [
        (one, upstream[one.source.module_id] + _hash(one.source.port, one.destination.port))
        for one in connections
        if one.source.module_id in upstream
    ]


def _hash_port(spec: PortSpec) -> bytes:
    """Q: a port that was added."""
    return _hash(spec.direction.value, spec.name, spec.type_text, str(spec.depth))


def _hash_sorted(digests: Iterable[bytes]) -> bytes:
    """S: digests in any order."""
    return _hash(*sorted(digests))


def _hash(*parts: str | bytes | None) -> bytes:
    """H: SHA-1 of the parts, one after the other; nothing where there is none."""
    # A format, not a protection: nobody gains by two workflows with one name.
    summary = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        if part:
            text = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
            summary.update(text)
    return summary.digest()
