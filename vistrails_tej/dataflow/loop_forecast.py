"""Which modules of a pipeline run more than once, found out without running anything."""

from __future__ import annotations

from .errors import RegistryError
from .pipeline import Pipeline
from .port_values import PortValues
from .registry import Registry
from .run_result import RunOrigin
from .wiring import Wiring

# Where Map and its like take the module that they run.
FUNCTION_PORT = "FunctionPort"


def find_looped(pipeline: Pipeline, registry: Registry) -> set[int]:
    """The modules that run once for each element of a list, or that another module runs.

    Their jobs have ids that are made from the round and their signature. Nothing is found in a
    pipeline with modules that are not loaded. Raise PipelineHasCycle.
    """
    called = {
        one.source.module_id
        for one in pipeline.connections.values()
        if one.destination.port == FUNCTION_PORT
    }
    wiring = Wiring(registry, PortValues(registry), RunOrigin())
    try:
        wiring.wire(pipeline, {})
    except RegistryError:
        return called & pipeline.modules.keys()
    return (called | wiring.loops.keys()) & pipeline.modules.keys()
