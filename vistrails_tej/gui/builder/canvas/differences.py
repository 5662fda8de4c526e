"""Two versions of a pipeline in one, with what came, what went and what changed."""

from __future__ import annotations

from dataclasses import replace

from ....dataflow import Pipeline, PipelineModule
from .box_paints import Mark

Marks = dict[int, Mark]


def compared(before: Pipeline, after: Pipeline) -> tuple[Pipeline, Marks, Marks]:
    """All modules and connections of both, and marks by id for those that are not the same.

    What both have is as it is afterwards. A module that only moved is not marked.
    """
    both = Pipeline(
        {**before.modules, **after.modules}, {**before.connections, **after.connections}
    )
    modules: Marks = {}
    for number in both.modules:
        if number not in before.modules:
            modules[number] = Mark.ADDED
        elif number not in after.modules:
            modules[number] = Mark.REMOVED
        elif _fixed(before.modules[number]) != _fixed(after.modules[number]):
            modules[number] = Mark.CHANGED
    connections = {number: Mark.ADDED for number in after.connections}
    for number in before.connections:
        if number in connections:
            del connections[number]
        else:
            connections[number] = Mark.REMOVED
    return both, modules, connections


def _fixed(module: PipelineModule) -> PipelineModule:
    """The module without its place."""
    return replace(module, location=None, location_id=-1)
