"""Steps that the tests of control flow share: a module, a piece of code, a Map."""

from __future__ import annotations

import urllib.parse
from typing import Any

from tests.pipelines import PipelineBuilder, PipelineRunner

CONTROL_FLOW = "org.vistrails.vistrails.control_flow"


def add(builder: PipelineBuilder, name: str, **settings: Any) -> int:
    return builder.add(name, package=CONTROL_FLOW, set_ports=settings)


def code(builder: PipelineBuilder, source: str, *, outputs: str = "o", **inputs: str) -> int:
    """A PythonSource; inputs by name and type, outputs of any type."""
    return builder.add(
        "PythonSource",
        source=urllib.parse.quote(source),
        inputs=inputs,
        outputs=dict.fromkeys(outputs.split(), "Variant"),
    )


def result_of(builder: PipelineBuilder, runner: PipelineRunner, module: int) -> Any:
    result = runner.run(builder)
    assert not result.errors
    return result.outputs(module)["Result"]


def mapped(builder: PipelineBuilder, function: int, name: str = "Map", **settings: str) -> int:
    """A Map over a function, which is an input named ``value`` unless said otherwise."""
    module = add(builder, name, **{"InputPort": "['value']", "OutputPort": "value", **settings})
    builder.connect(function, "self", module, "FunctionPort")
    return module
