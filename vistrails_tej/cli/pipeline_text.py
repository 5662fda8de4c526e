"""A pipeline as text: its modules in running order, how they are set, what feeds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ..dataflow import Pipeline, PipelineHasCycle, PipelineModule
from ..modules.workflow import Workflow

# A value longer than this is cut: scripts would fill the screen.
_WIDTH = 72
# Where VisTrails' modules keep a script, percent-encoded.
_ENCODED_PORT = "source"


def pipeline_lines(workflow: Workflow) -> Iterator[str]:
    """Describe a version in a few lines for each module, from the first to run to the last."""
    pipeline = workflow.pipeline
    yield f"version {workflow.version}: {len(pipeline.modules)} modules"
    for module_id in _in_order(pipeline):
        yield from _module_lines(pipeline, pipeline.modules[module_id])


def module_to_json(module: PipelineModule) -> dict[str, Any]:
    """Everything that a version says of a module."""
    return {
        "id": module.id,
        "name": module.name,
        "label": module.label,
        "package": module.package,
        "namespace": module.namespace,
        "package_version": module.package_version,
        "parameters": [
            {"port": setting.port, "values": [one.value for one in setting.parameters]}
            for setting in module.settings
        ],
        "ports": [
            {"direction": spec.direction.value, "name": spec.name, "type": spec.type_text}
            for spec in module.port_specs
        ],
    }


def _in_order(pipeline: Pipeline) -> list[int]:
    try:
        return pipeline.order()
    except PipelineHasCycle:
        return sorted(pipeline.modules)


def _module_lines(pipeline: Pipeline, module: PipelineModule) -> Iterator[str]:
    label = f" ({module.label})" if module.label != module.name else ""
    yield f"#{module.id} {module.name}{label}  {module.package} {module.package_version}"
    for setting in module.settings:
        texts = [one.value for one in setting.parameters]
        if setting.port == _ENCODED_PORT:
            texts = [unquote(text) for text in texts]
        values = ", ".join(_shorten(text) for text in texts)
        yield f"    {setting.port} = {values}"
    for connection in pipeline.incoming(module.id):
        source = pipeline.modules.get(connection.source.module_id)
        name = source.label if source is not None else "a module that is not there"
        yield (
            f"    {connection.destination.port} <- #{connection.source.module_id}"
            f" {name}.{connection.source.port}"
        )


def _shorten(value: str) -> str:
    first, *more = value.split("\n")
    cut = first[:_WIDTH]
    return repr(cut) + (" ..." if any(more) or cut != first else "")
