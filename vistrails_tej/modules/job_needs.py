"""What a run would come to, judged from what it needs, without running anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..dataflow import Pipeline

_CONTROL_FLOW = "org.vistrails.vistrails.control_flow"
# Inputs of which a module needs one or none, as it turns out when it runs.
_CHOSEN: Mapping[str, tuple[str, ...]] = {
    "If": ("TruePort", "FalsePort"),
    "Default": ("Default",),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """The modules that a run may come to, and those that it comes to whatever is chosen."""

    possible: frozenset[int]
    certain: frozenset[int]


def find_needs(pipeline: Pipeline, is_known: Callable[[int], bool]) -> Needs:
    """What the sinks need. What comes before a module whose result ``is_known`` they do not.

    Raise PipelineHasCycle.
    """
    possible, certain = set(pipeline.sinks()), set(pipeline.sinks())
    for module_id in reversed(list(pipeline.order())):
        if module_id not in possible or is_known(module_id):
            continue
        module = pipeline.modules[module_id]
        chosen = _CHOSEN.get(module.name, ()) if module.package == _CONTROL_FLOW else ()
        for connection in pipeline.incoming(module_id):
            source = connection.source.module_id
            possible.add(source)
            if module_id in certain and connection.destination.port not in chosen:
                certain.add(source)
    return Needs(frozenset(possible), frozenset(certain))
