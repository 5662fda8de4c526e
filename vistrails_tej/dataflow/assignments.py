"""Values given for one run: ``LABEL.port=VALUE``, or ``ALIAS=VALUE``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from .errors import AssignmentInvalid
from .module_ports import PortFinder
from .pipeline import Pipeline, PipelineModule, PortSetting
from .ports import BASIC, PortSpec, PortType, parse_port_type
from .registry import Registry
from .settings import with_values

# Types whose texts may have blanks around them.
_WITHOUT_BLANKS = {PortType(BASIC, name) for name in ("Integer", "Float", "Boolean")}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for a port; ``target`` is ``LABEL.port`` or an alias.

    LABEL is a module's label, its name, or ``#`` and its id. Ports may have dots in their names,
    and labels too: what fits the pipeline counts.
    """

    target: str
    value: str


def parse_assignment(text: str) -> Assignment:
    """Read ``LABEL.port=VALUE``; all after the first ``=`` is the value.

    Raise AssignmentInvalid.
    """
    target, equals, value = text.partition("=")
    if not equals or not target.strip():
        raise AssignmentInvalid(text, "it is not of the form LABEL.port=VALUE")
    return Assignment(target.strip(), value)


@dataclass(frozen=True, slots=True)
class Target:
    """What an assignment reaches: parameters, as module, port and position, and their types."""

    parameters: frozenset[tuple[int, str, int]]
    types: frozenset[PortType]

    def clean(self, value: str) -> str:
        """A value without the blanks around it, where they mean nothing: numbers, yes and no."""
        return value.strip() if self.types and self.types <= _WITHOUT_BLANKS else value


def find_target(pipeline: Pipeline, target: str, registry: Registry) -> Target:
    """What an assignment to ``LABEL.port``, or to an alias, reaches. Raise AssignmentInvalid."""
    aliased = {
        (module.id, setting.port, parameter.position): parse_port_type(parameter.type)
        for module in pipeline.modules.values()
        for setting in module.settings
        for parameter in setting.parameters
        if parameter.alias == target
    }
    if not aliased:
        module, spec = _find_port(pipeline, target, PortFinder(registry))
        aliased = {
            (module.id, spec.name, place): item.type for place, item in enumerate(spec.items)
        }
    return Target(frozenset(aliased), frozenset(aliased.values()))


def with_alias(pipeline: Pipeline, assignment: Assignment, registry: Registry) -> Pipeline | None:
    """The pipeline with the value in each parameter of this alias; None if there is none.

    Raise AssignmentInvalid if it is no value for one of them.
    """
    changed: dict[int, PipelineModule] = {}
    for module in pipeline.modules.values():
        settings = tuple(_with_alias(setting, assignment) for setting in module.settings)
        if settings != module.settings or _has_alias(module, assignment.target):
            changed[module.id] = replace(module, settings=settings)
    if not changed:
        return None
    for port_type in find_target(pipeline, assignment.target, registry).types:
        _check_text(assignment, registry.constant_class(port_type))
    return Pipeline({**pipeline.modules, **changed}, pipeline.connections)


def with_assignment(pipeline: Pipeline, assignment: Assignment, registry: Registry) -> Pipeline:
    """The pipeline with a port set, as by a user in the editor.

    A value equal to the declared default adds no setting, but changes one that is there: the
    signature tells the two apart. Raise AssignmentInvalid, naming what could have been meant.
    """
    finder = PortFinder(registry)
    module, spec = _find_port(pipeline, assignment.target, finder)
    fed_by = pipeline.incoming(module.id, spec.name)
    if fed_by:
        feeder = pipeline.modules.get(fed_by[0].source.module_id)
        name = describe(feeder) if feeder else "another module"
        raise AssignmentInvalid(assignment.target, f"its value comes from {name}; set that instead")
    is_set = any(setting.port == spec.name for setting in module.settings)
    _check_value(assignment, spec, registry, is_set=is_set)
    changed = with_values(module, spec, [assignment.value], _numbers(module))
    return Pipeline({**pipeline.modules, module.id: changed}, pipeline.connections)


def describe(module: PipelineModule) -> str:
    """A module as a user may name it, and which one it is."""
    return f"{module.label} (#{module.id})"


def _has_alias(module: PipelineModule, alias: str) -> bool:
    return any(one.alias == alias for setting in module.settings for one in setting.parameters)


def _with_alias(setting: PortSetting, assignment: Assignment) -> PortSetting:
    parameters = tuple(
        replace(one, value=assignment.value) if one.alias == assignment.target else one
        for one in setting.parameters
    )
    return replace(setting, parameters=parameters)


def _find_port(
    pipeline: Pipeline, target: str, finder: PortFinder
) -> tuple[PipelineModule, PortSpec]:
    modules: dict[int, PipelineModule] = {}
    found: list[tuple[PipelineModule, PortSpec]] = []
    for label, port in _splits(target):
        for module in _labelled(pipeline, label):
            modules[module.id] = module
            spec = finder.inputs(module).get(port)
            if spec is not None:
                found.append((module, spec))
    if len(found) == 1:
        return found[0]
    if found:
        several = [f"#{module.id}.{spec.name}" for module, spec in found]
        raise AssignmentInvalid(target, "it means more than one port, name one by its id", several)
    if modules:
        ports = sorted({port for module in modules.values() for port in finder.inputs(module)})
        names = " or ".join(describe(module) for module in modules.values())
        raise AssignmentInvalid(target, f"{names} has no such input port", ports)
    everything = [describe(module) for _, module in sorted(pipeline.modules.items())]
    raise AssignmentInvalid(target, "no module or alias is called so", everything)


def _splits(target: str) -> Iterator[tuple[str, str]]:
    """Every way to take a target as LABEL.port."""
    for place, character in enumerate(target):
        if character == ".":
            yield target[:place].strip(), target[place + 1 :].strip()


def _labelled(pipeline: Pipeline, label: str) -> list[PipelineModule]:
    """The modules of this label; only if there is none, those of this name."""
    modules = [module for _, module in sorted(pipeline.modules.items())]
    if label.startswith("#"):
        by_id = [module for module in modules if label == f"#{module.id}"]
        if by_id:
            return by_id
    by_label = [module for module in modules if module.label == label]
    return by_label or [module for module in modules if module.name == label]


def _check_value(
    assignment: Assignment, spec: PortSpec, registry: Registry, *, is_set: bool
) -> None:
    if len(spec.items) != 1:
        raise AssignmentInvalid(
            assignment.target,
            f"the port takes {len(spec.items)} values at once; set it in the file",
        )
    port_type = spec.items[0].type
    constant = registry.constant_class(port_type)
    if constant is None and not is_set:
        raise AssignmentInvalid(
            assignment.target, f"a {port_type.name} cannot be written as text; connect a module"
        )
    _check_text(assignment, constant)


def _check_text(assignment: Assignment, constant: type | None) -> None:
    read = getattr(constant, "translate_to_python", None)
    try:
        if read is not None:
            read(assignment.value)
    except ValueError as error:
        raise AssignmentInvalid(assignment.target, str(error)) from error


def _numbers(module: PipelineModule) -> Callable[[str], int]:
    """Ids that nothing in the module has; they are never saved."""
    known = [setting.id for setting in module.settings]
    known += [one.id for setting in module.settings for one in setting.parameters]
    fresh = count(max(known, default=-1) + 1)
    return lambda _kind: next(fresh)
