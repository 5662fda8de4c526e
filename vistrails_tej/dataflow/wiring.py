"""From a pipeline to module objects that are connected and know their ports and signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from .errors import PortNotFound
from .group_module import GroupModule
from .kept_results import may_be_kept
from .looping import LoopedInput
from .module import ConstantSource, Module, ModuleConnector
from .module_ports import PortFinder
from .pipeline import Connection, Pipeline, PipelineModule
from .port_values import PortValues
from .ports import BASIC, PortSpec
from .registry import LIST, VARIANT, Registry
from .run_result import RunOrigin
from .signature import ModuleSignature
from .subworkflows import ABSTRACTION

_SELF = "self"


class Wiring:
    """Makes the modules of one run, and finds which of their inputs are looped over."""

    def __init__(self, registry: Registry, values: PortValues, origin: RunOrigin) -> None:
        self._registry = registry
        self._values = values
        self._origin = origin
        self._ports = PortFinder(registry)
        self.modules: dict[int, Module] = {}
        self.loops: dict[int, Sequence[LoopedInput]] = {}

    def wire(self, pipeline: Pipeline, signatures: Mapping[int, ModuleSignature]) -> None:
        """Make every module, those that feed it first. Raise RegistryError or PipelineHasCycle."""
        for module_id in pipeline.order():
            described = pipeline.modules[module_id]
            module = self._create(described, pipeline)
            signature = signatures.get(module_id)
            if signature is not None:
                module.signature = module.planned_signature = signature.signature
            if isinstance(module, GroupModule):
                self._fill(module, described, signature)
            self.modules[module_id] = module
            self._set_constants(module, described)
            self._connect(module, pipeline.incoming(module_id), signature)

    def _create(self, described: PipelineModule, pipeline: Pipeline) -> Module:
        if described.kind == ABSTRACTION and described.content is not None:
            descriptor = self._registry.descriptor(BASIC, "SubWorkflow")
        else:
            descriptor = self._registry.descriptor(
                described.package, described.name, described.namespace
            )
        module: Module = descriptor.module_class()
        module.id = described.id
        module.input_specs = self._ports.inputs(described)
        module.output_specs = self._ports.outputs(described)
        module.moduleInfo = {
            "pipeline": pipeline,
            "moduleId": described.id,
            "controller": None,
            "locator": self._origin.locator,
            "vistrailName": self._origin.vistrail_name,
            "version": self._origin.version,
            "reason": self._origin.reason,
        }
        module.transfer_attrs(described)
        return module

    def _fill(
        self, group: GroupModule, described: PipelineModule, signature: ModuleSignature | None
    ) -> None:
        """Tell a group what it is made of, and look whether all of that can be made."""
        if described.content is not None:
            group.content = described.content
        if signature is not None:
            group.content_signatures = signature.content
            group.unfed_signatures = (signature.unfed or signature).content
        inside = Wiring(self._registry, self._values, self._origin)
        inside.wire(group.content, group.content_signatures)
        group.holds_jobs = any(one.holds_jobs for one in inside.modules.values())
        group.content_cacheable = all(map(may_be_kept, inside.modules.values()))

    def _set_constants(self, module: Module, described: PipelineModule) -> None:
        for setting in described.settings:
            spec = module.input_specs.get(setting.port)
            if spec is None:
                raise PortNotFound(described.label, setting.port)
            read = partial(self._values.setting, spec, setting)
            module.set_input_port(setting.port, ConstantSource(read))

    def _connect(
        self,
        module: Module,
        connections: Sequence[Connection],
        signature: ModuleSignature | None,
    ) -> None:
        looped: dict[int, LoopedInput] = {}
        for connection in connections:
            port = connection.destination.port
            source = self.modules[connection.source.module_id]
            connector = ModuleConnector(source, connection.source.port)
            module.set_input_port(port, connector)
            excess = self._excess(source, connection.source.port, module.input_specs.get(port))
            if excess > 0:
                looped[connection.id] = LoopedInput(port, connector, excess)
        if looped:
            module.list_depth = max(one.excess for one in looped.values())
            module.loop_signature = signature.without(looped) if signature is not None else ""
            self.loops[module.id] = list(looped.values())

    def _excess(self, source: Module, port: str, taken: PortSpec | None) -> int:
        """How many levels of lists a value has more than the port it comes to."""
        given = source.output_specs.get(port)
        # A module itself is never a list, even if it is computed in rounds.
        if given is None or taken is None or port == _SELF:
            return 0
        # A List is one level deep, except where it is taken as a whole.
        depth = given.depth + source.list_depth
        if self._is_list(given) and not self._takes_anything(taken):
            depth += 1
        return depth - taken.depth - (1 if self._is_list(taken) else 0)

    def _is_list(self, spec: PortSpec) -> bool:
        return len(spec.items) == 1 and self._registry.is_subtype(spec.items[0].type, LIST)

    def _takes_anything(self, spec: PortSpec) -> bool:
        """Whether a List fits a port as it is: Variant, Constant, Module."""
        if len(spec.items) != 1 or self._is_list(spec):
            return False
        port_type = spec.items[0].type
        return self._registry.is_subtype(port_type, VARIANT) or self._registry.is_subtype(
            LIST, port_type
        )
