"""From a version of a vistrail to the pipeline that is hashed and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .assignments import (
    Assignment,
    find_target,
    parse_assignment,
    with_alias,
    with_assignment,
)
from .module_ports import PortFinder
from .pipeline import VARIABLE_ANNOTATION, Pipeline, PipelineModule, PortSetting
from .registry import Registry
from .settings import PARAMETER_NAME
from .subworkflows import with_subworkflows
from .vistrail import Vistrail, VistrailVariable

__all__ = ["Assignment", "find_target", "parse_assignment", "prepare_pipeline"]

_VARIABLE_PORT = "value"


def prepare_pipeline(
    vistrail: Vistrail,
    version: int,
    registry: Registry,
    *,
    assignments: Sequence[Assignment] = (),
) -> Pipeline:
    """The pipeline of a version as it would run now, in the order VisTrails does it.

    A saved upgrade of the version is taken instead of it; subworkflows get their content; modules
    of another package version are upgraded; then alias values, vistrail variables and other
    assignments are put in. Modules keep their ids. Modules that are not loaded stay as they are.
    Raise AssignmentInvalid, VersionNotFound or VistrailCorrupt.
    """
    stored = vistrail.pipeline(vistrail.upgraded(version))
    pipeline = upgrade_pipeline(with_subworkflows(stored, vistrail.subworkflows), registry)
    others: list[Assignment] = []
    for assignment in assignments:
        changed = with_alias(pipeline, assignment, registry)
        if changed is None:
            others.append(assignment)
        else:
            pipeline = changed
    pipeline = put_variables(pipeline, vistrail.variables)
    for assignment in others:
        pipeline = with_assignment(pipeline, assignment, registry)
    return pipeline


def upgrade_pipeline(pipeline: Pipeline, registry: Registry) -> Pipeline:
    """The pipeline with every module, those in groups too, in its loaded version.

    Only a module whose stored version is another one is changed: its settings get the types of
    the current declaration. All modules get the current identifier of their package.
    """
    finder = PortFinder(registry)
    return _each_module(pipeline, lambda module: _upgraded(module, registry, finder))


def put_variables(pipeline: Pipeline, variables: Mapping[str, VistrailVariable]) -> Pipeline:
    """The pipeline with the values of vistrail variables where modules refer to them."""
    if not variables:
        return pipeline
    return _each_module(pipeline, lambda module: _with_variable(module, variables))


def _each_module(
    pipeline: Pipeline, change: Callable[[PipelineModule], PipelineModule]
) -> Pipeline:
    """A pipeline with each module changed, what is inside a group first."""
    modules: dict[int, PipelineModule] = {}
    for module_id, stored in pipeline.modules.items():
        module = stored
        if module.content is not None:
            module = replace(module, content=_each_module(module.content, change))
        modules[module_id] = change(module)
    return Pipeline(modules, pipeline.connections)


def _upgraded(module: PipelineModule, registry: Registry, finder: PortFinder) -> PipelineModule:
    package = registry.find_package(module.package)
    if package is None:
        return module
    if module.package_version.strip() == package.version:
        if module.package == package.identifier:
            return module
        return replace(module, package=package.identifier)
    ports = finder.inputs(module)
    settings = []
    for setting in module.settings:
        spec = ports.get(setting.port)
        types = [str(item.type) for item in spec.items] if spec else []
        settings.append(_retyped(setting, types))
    return replace(
        module,
        package=package.identifier,
        package_version=package.version,
        settings=tuple(settings),
    )


def _retyped(setting: PortSetting, types: Sequence[str]) -> PortSetting:
    """A setting with these parameter types; left alone, for validation, if the number differs."""
    if len(types) != len(setting.parameters):
        return setting
    parameters = tuple(
        replace(parameter, type=type_text, name=PARAMETER_NAME)
        for parameter, type_text in zip(setting.parameters, types, strict=True)
    )
    return replace(setting, parameters=parameters)


def _with_variable(
    module: PipelineModule, variables: Mapping[str, VistrailVariable]
) -> PipelineModule:
    uuid = module.annotation(VARIABLE_ANNOTATION)
    variable = variables.get(uuid) if uuid else None
    if variable is None:
        return module
    settings = list(module.settings)
    for index, setting in enumerate(settings):
        if setting.port == _VARIABLE_PORT and setting.parameters:
            first = replace(setting.parameters[0], value=variable.value)
            settings[index] = replace(setting, parameters=(first, *setting.parameters[1:]))
            break
    return replace(module, settings=tuple(settings))
