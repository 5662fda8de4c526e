"""Which modules an edit takes the result of the last run away from."""

from __future__ import annotations

from dataclasses import replace

from ....dataflow import Pipeline, PipelineModule


def stale_modules(before: Pipeline, after: Pipeline) -> set[int]:
    """The modules that would give other results now, and all that they feed.

    Where a module is drawn, how it is called and other notes have no part in what it gives.
    """
    found = {
        number
        for number, module in after.modules.items()
        if number in before.modules
        and before.modules[number] is not module
        and _work(before.modules[number]) != _work(module)
    }
    for number in before.connections.keys() ^ after.connections.keys():
        pipeline = after if number in after.connections else before
        found.add(pipeline.connections[number].destination.module_id)
    waiting = list(found)
    while waiting:
        for connection in after.outgoing(waiting.pop()):
            target = connection.destination.module_id
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _work(module: PipelineModule) -> PipelineModule:
    """The module without what is only for the eye."""
    return replace(module, location=None, location_id=-1, annotations=())
