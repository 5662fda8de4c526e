"""Edits of connections, and the reasons why two ports cannot be joined."""

from __future__ import annotations

from dataclasses import replace

from ..errors import EditRefused, PortNotFound
from ..module_ports import PortFinder
from ..pipeline import Connection, Endpoint, Pipeline
from ..ports import PortSpec
from ..registry import Registry
from ..storage.object_ids import IdCounters
from .module_edits import get_module


def find_refusal(
    pipeline: Pipeline,
    registry: Registry,
    source: tuple[int, str],
    destination: tuple[int, str],
) -> str | None:
    """Why an output, as (module id, port), cannot feed an input; None if it can.

    Raise PortNotFound for a port that is not there.
    """
    # Of its own, so that the many small lists of its connections do not stay with the pipeline.
    pipeline = replace(pipeline)
    finder = PortFinder(registry)
    given = _port(pipeline, finder, source, is_input=False)
    taken = _port(pipeline, finder, destination, is_input=True)
    (source_id, _), (destination_id, port) = source, destination
    if source_id == destination_id or destination_id in pipeline.upstream(source_id):
        return "the modules would feed each other in a circle"
    if any(
        one.source.module_id == source_id and one.source.port == given.name
        for one in pipeline.incoming(destination_id, port)
    ):
        return "they are connected already"
    if not registry.can_connect(given, taken):
        return f"it gives {given.type_text}, which is no {taken.type_text}"
    count = len(pipeline.incoming(destination_id, port))
    if 0 <= taken.maximum_connections <= count:
        return f"port {port!r} takes {taken.maximum_connections} connections only"
    return None


def with_connection(
    pipeline: Pipeline,
    ids: IdCounters,
    registry: Registry,
    source: tuple[int, str],
    destination: tuple[int, str],
) -> Pipeline:
    """The pipeline with an output, as (module id, port), feeding an input. Raise EditRefused."""
    refusal = find_refusal(pipeline, registry, source, destination)
    if refusal is not None:
        raise EditRefused(_describe(pipeline, source, destination), refusal)
    finder = PortFinder(registry)
    connection = Connection(
        ids.next("connection"),
        _end(pipeline, ids, source, _port(pipeline, finder, source, is_input=False)),
        _end(pipeline, ids, destination, _port(pipeline, finder, destination, is_input=True)),
    )
    return Pipeline(pipeline.modules, {**pipeline.connections, connection.id: connection})


def without_connection(pipeline: Pipeline, connection_id: int) -> Pipeline:
    """The pipeline without a connection. Raise EditRefused."""
    if connection_id not in pipeline.connections:
        raise EditRefused(f"connection {connection_id}", "there is none of this id in this version")
    left = {number: one for number, one in pipeline.connections.items() if number != connection_id}
    return Pipeline(pipeline.modules, left)


def _port(
    pipeline: Pipeline, finder: PortFinder, end: tuple[int, str], *, is_input: bool
) -> PortSpec:
    module_id, port = end
    module = get_module(pipeline, module_id)
    specs = finder.inputs(module) if is_input else finder.outputs(module)
    if port not in specs:
        raise PortNotFound(module.label, port)
    return specs[port]


def _end(pipeline: Pipeline, ids: IdCounters, end: tuple[int, str], spec: PortSpec) -> Endpoint:
    module_id, port = end
    return Endpoint(module_id, port, spec.type_text, ids.next("port"))


def _describe(pipeline: Pipeline, source: tuple[int, str], destination: tuple[int, str]) -> str:
    first, second = (
        f"{pipeline.modules[module_id].label}.{port}" for module_id, port in (source, destination)
    )
    return f"{first} cannot feed {second}"
