"""Edits of modules: each takes a pipeline and returns another one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from ..descriptors import ModuleDescriptor
from ..errors import EditRefused, PortNotFound
from ..pipeline import (
    LABEL_ANNOTATION,
    Annotation,
    ControlParameter,
    Pipeline,
    PipelineModule,
)
from ..ports import Direction, PortSpec
from ..storage.object_ids import IdCounters


def get_module(pipeline: Pipeline, module_id: int) -> PipelineModule:
    """A module of the pipeline. Raise EditRefused."""
    try:
        return pipeline.modules[module_id]
    except KeyError:
        raise EditRefused(f"#{module_id}", "there is no such module in this version") from None


def with_new_module(
    pipeline: Pipeline,
    ids: IdCounters,
    descriptor: ModuleDescriptor,
    place: tuple[float, float] = (0.0, 0.0),
) -> tuple[Pipeline, int]:
    """The pipeline with one more module, and its id. Raise EditRefused for an abstract one."""
    if descriptor.abstract:
        raise EditRefused(descriptor.name, "it is abstract; add one of the modules that extend it")
    module = PipelineModule(
        id=ids.next("module"),
        package=descriptor.package,
        name=descriptor.name,
        namespace=descriptor.namespace,
        package_version=descriptor.package_version,
        location=place,
        location_id=ids.next("location"),
    )
    return with_module(pipeline, module), module.id


def with_module(pipeline: Pipeline, module: PipelineModule) -> Pipeline:
    """The pipeline with a module added, or replaced by this one of the same id."""
    return Pipeline({**pipeline.modules, module.id: module}, pipeline.connections)


def without_modules(pipeline: Pipeline, module_ids: Collection[int]) -> Pipeline:
    """The pipeline without some modules and all connections to them. Raise EditRefused."""
    gone = {get_module(pipeline, number).id for number in module_ids}
    return Pipeline(
        {number: one for number, one in pipeline.modules.items() if number not in gone},
        {
            number: one
            for number, one in pipeline.connections.items()
            if gone.isdisjoint((one.source.module_id, one.destination.module_id))
        },
    )


def moved(pipeline: Pipeline, ids: IdCounters, places: dict[int, tuple[float, float]]) -> Pipeline:
    """The pipeline with modules at other places; those that are there already are left alone."""
    modules = dict(pipeline.modules)
    for module_id, place in places.items():
        module = get_module(pipeline, module_id)
        if module.location != place:
            modules[module_id] = replace(module, location=place, location_id=ids.next("location"))
    return Pipeline(modules, pipeline.connections)


def with_annotation(
    module: PipelineModule, ids: IdCounters, key: str, value: str | None
) -> PipelineModule:
    """The module with one note set, or removed with None."""
    if module.annotation(key) == value:
        return module
    notes = tuple(note for note in module.annotations if note.key != key)
    if value is not None:
        notes += (Annotation(ids.next("annotation"), key, value),)
    return replace(module, annotations=notes)


def with_label(module: PipelineModule, ids: IdCounters, label: str) -> PipelineModule:
    """The module with a label; a blank one is removed."""
    return with_annotation(module, ids, LABEL_ANNOTATION, label.strip() or None)


def with_control_parameter(
    module: PipelineModule, ids: IdCounters, name: str, value: str | None
) -> PipelineModule:
    """The module with one switch set, or removed with None."""
    if any(one.name == name and one.value == value for one in module.control_parameters):
        return module
    switches = tuple(one for one in module.control_parameters if one.name != name)
    if value is not None:
        switches += (ControlParameter(ids.next("controlParameter"), name, value),)
    return replace(module, control_parameters=switches)


def with_added_port(module: PipelineModule, ids: IdCounters, spec: PortSpec) -> PipelineModule:
    """The module with a port of the user's, after those there are. Raise EditRefused."""
    specs = [one for one in module.port_specs if one.direction is spec.direction]
    if any(one.name == spec.name for one in specs):
        raise EditRefused(module.label, f"it has a port {spec.name!r} already; give another name")
    if not spec.name.strip():
        raise EditRefused(module.label, "a port needs a name")
    key = max((one.sort_key for one in specs), default=-1) + 1
    added = replace(spec, id=ids.next("portSpec"), sort_key=key)
    return replace(module, port_specs=_in_order(*module.port_specs, added))


def _in_order(*specs: PortSpec) -> tuple[PortSpec, ...]:
    return tuple(sorted(specs, key=lambda one: (one.sort_key, one.id)))


def with_ports_in_order(
    module: PipelineModule, ids: IdCounters, names: Sequence[str]
) -> PipelineModule:
    """The module with its added input ports in this order; those not named come last.

    Raise PortNotFound.
    """
    known = {one.name for one in module.input_port_specs}
    for name in names:
        if name not in known:
            raise PortNotFound(module.label, name)
    rank = {name: place for place, name in enumerate(names)}
    inputs = sorted(module.input_port_specs, key=lambda one: rank.get(one.name, len(rank)))
    ordered = tuple(
        spec if spec.sort_key == place else replace(spec, sort_key=place, id=ids.next("portSpec"))
        for place, spec in enumerate(inputs)
    )
    return replace(module, port_specs=_in_order(*ordered, *module.output_port_specs))


def without_added_port(
    pipeline: Pipeline, module_id: int, direction: Direction, name: str
) -> Pipeline:
    """The pipeline without a port of the user's, what was set on it and connected to it.

    Raise EditRefused, PortNotFound.
    """
    module = get_module(pipeline, module_id)
    specs = tuple(
        one for one in module.port_specs if (one.direction, one.name) != (direction, name)
    )
    if len(specs) == len(module.port_specs):
        raise PortNotFound(module.label, name)
    settings = module.settings
    if direction is Direction.INPUT:
        settings = tuple(one for one in settings if one.port != name)
        ends = {one.id for one in pipeline.incoming(module_id, name)}
    else:
        ends = {one.id for one in pipeline.outgoing(module_id, name)}
    changed = replace(module, port_specs=specs, settings=settings)
    left = {number: one for number, one in pipeline.connections.items() if number not in ends}
    return Pipeline({**pipeline.modules, module_id: changed}, left)
