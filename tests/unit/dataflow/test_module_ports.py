"""A module in a pipeline has declared ports, added ones, and those of its content."""

from __future__ import annotations

import pytest

from tests.pipelines import PipelineBuilder, added_port
from vistrails_tej.dataflow.module_ports import PortFinder
from vistrails_tej.dataflow.pipeline import Connection, Endpoint, Pipeline, PipelineModule
from vistrails_tej.dataflow.ports import BASIC, Direction
from vistrails_tej.dataflow.registry import Registry

from .sample_packages import TEJ, tej_registry


@pytest.fixture(scope="module")
def registry() -> Registry:
    return tej_registry()


def group_of(content: Pipeline) -> PipelineModule:
    return PipelineModule(9, BASIC, "Group", kind="group", content=content)


def shown(group: PipelineModule, registry: Registry) -> dict[str, str]:
    """The ports of a group: name to direction and types."""
    return {
        spec.name: f"{spec.direction.value} {spec.type_text.replace(BASIC + ':', '')}"
        for spec in PortFinder(registry).group_ports(group)
    }


def test_added_ports_come_after_and_win_over_declared_ones(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    builder.add("SubmitJob", package=TEJ, inputs={"b": "File", "a": "File", "script": "File"})
    ports = PortFinder(registry).inputs(builder.build().modules[0])
    assert list(ports) == ["queue", "print_error", "job", "script", "b", "a"]
    assert ports["script"].type_text == f"({BASIC}:File)"


def test_an_unknown_module_has_the_ports_that_were_added(registry: Registry) -> None:
    ports = (added_port(Direction.OUTPUT, "out", "File"),)
    module = PipelineModule(1, "org.example.none", "Thing", port_specs=ports)
    finder = PortFinder(registry)
    assert list(finder.outputs(module)) == ["out"]
    assert list(finder.inputs(module)) == []


def test_a_group_shows_what_is_behind_its_ports(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    taken, writer = builder.add("InputPort"), builder.add("WriteFile")
    given = builder.add("OutputPort", name="result", optional="True")
    builder.connect(taken, "InternalPipe", writer, "in_value")
    builder.connect(writer, "out_value", given, "InternalPipe")
    group = group_of(builder.build())
    assert shown(group, registry) == {"in_value": "input (String)", "result": "output (File)"}
    finder = PortFinder(registry)
    assert "in_value" in finder.inputs(group)
    assert finder.outputs(group)["result"].optional
    assert "self" in finder.outputs(group)


@pytest.mark.parametrize("names", [("Integer", "Float"), ("Float", "Integer")])
@pytest.mark.parametrize("first", ["StandardOutput", None])
def test_several_ports_behind_one_have_to_agree(
    registry: Registry, names: tuple[str, str], first: str | None
) -> None:
    builder = PipelineBuilder(registry)
    taken, given = builder.add("InputPort", name="in"), builder.add("OutputPort", name="out")
    for name in (first, *names):
        if name:
            module = builder.add(name)
            builder.connect(taken, "InternalPipe", module, "value")
            builder.connect(module, "value", given, "InternalPipe")
    ports = shown(group_of(builder.build()), registry)
    assert ports["in"] == "input (Integer)"
    assert ports["out"] == "output (Float)"


def test_an_unconnected_port_takes_anything_and_has_no_name(registry: Registry) -> None:
    builder = PipelineBuilder(registry)
    builder.add("InputPort")
    assert shown(group_of(builder.build()), registry) == {"": "input (Variant)"}


def test_what_the_file_says_helps_where_nothing_is_loaded(registry: Registry) -> None:
    modules = {
        0: PipelineModule(0, "edu.utah.sci.vistrails.basic", "OutputPort"),
        1: PipelineModule(1, "org.example.none", "Thing"),
    }
    link = Connection(0, Endpoint(1, "out", f"({BASIC}:File)"), Endpoint(0, "InternalPipe"))
    assert shown(group_of(Pipeline(modules, {0: link})), registry) == {"out": "output (File)"}


def test_groups_in_groups_show_their_ports_at_once(registry: Registry) -> None:
    """Two connections to each inner group: without a memory, 2 to the power of 30 look-ups."""
    builder = PipelineBuilder(registry)
    taken, writer = builder.add("InputPort", name="in"), builder.add("WriteFile")
    builder.connect(taken, "InternalPipe", writer, "in_value")
    content = builder.build()
    for _ in range(30):
        modules = {0: PipelineModule(0, BASIC, "InputPort"), 9: group_of(content)}
        ends = Endpoint(0, "InternalPipe"), Endpoint(9, "in")
        content = Pipeline(modules, {one: Connection(one, *ends) for one in range(2)})
    assert shown(group_of(content), registry) == {"in": "input (String)"}
