"""Map and Filter, and what becomes of their jobs when the list changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.loop_jobs import related_jobs
from vistrails_tej.dataflow.module_ports import PortFinder
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.rounds import round_signature
from vistrails_tej.dataflow.signature import pipeline_signatures

from .control_flow_steps import add, code, mapped, result_of
from .test_groups import inner_pipeline


def test_map_runs_a_module_for_each_element(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    function = builder.add("Count", package=PACKAGE)
    module = mapped(builder, function, InputList="[1, 2, 3]")
    result = runner.run(builder)
    assert result.outputs(module) == {"Result": [2, 3, 4]}
    assert result.states[function] is ModuleState.SUCCESS
    assert result.succeeded


def test_map_gives_tuples_to_several_ports_and_runs_what_feeds_the_function(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    function = builder.add("ConcatenateString")
    builder.connect(builder.add("String", value="!"), "value", function, "str3")
    module = mapped(
        builder, function, InputPort="['str1', 'str2']", InputList="[('a', 'b'), ('c', 'd')]"
    )
    assert result_of(builder, runner, module) == ["ab!", "cd!"]


def test_filter_keeps_the_elements_that_pass(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    function = code(builder, "o = value % 2 == 0", value="Integer")
    module = mapped(builder, function, "Filter", OutputPort="o", InputList="[1, 2, 3, 4]")
    assert result_of(builder, runner, module) == [2, 4]


def test_a_map_that_prints_does_so_every_time(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    said = builder.add("StandardOutput")
    mapped(builder, said, OutputPort="self", InputList="[1, 2]")
    order = add(builder, "ExecuteInOrder")
    builder.connect(builder.add("StandardOutput", value="3"), "self", order, "module1")
    for _ in range(2):
        runner.run(builder)
        assert runner.output == "1\n2\n3\n"


def test_a_map_runs_a_subworkflow(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    sub = builder.group(inner_pipeline(counting, "Count"), kind="abstraction")
    assert "self" in PortFinder(counting).outputs(builder.build().modules[sub])
    module = mapped(builder, sub, InputPort="['number']", OutputPort="result", InputList="[1, 2]")
    assert result_of(builder, runner, module) == [2, 3]


def test_maps_nest_in_groups_and_all_rounds_differ(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    inside = PipelineBuilder(counting)
    job = inside.add("Job", package=PACKAGE)
    inner = mapped(inside, job)
    inside.entry("numbers", inner, "InputList")
    inside.exit("result", inner, "Result")
    group = builder.group(inside)
    outer = mapped(
        builder,
        group,
        InputPort="['numbers']",
        OutputPort="result",
        InputList="[[1, 2], [3, 4]]",
    )
    runner.run(builder)
    assert [one["number"] for one in server.started] == [1, 2, 3, 4]
    assert len({one["job_id"] for one in server.started}) == 4
    server.end_all()
    assert result_of(builder, runner, outer) == [[2, 4], [6, 8]]


def test_all_jobs_of_a_map_are_started_before_one_is_waited_for(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE)
    module = mapped(builder, job, InputList="[1, 2, 3]")
    result = runner.run(builder)
    assert len(result.suspended[module].children) == 3
    assert result.states[job] is ModuleState.SUSPENDED
    signature = pipeline_signatures(builder.build(), runner.registry)[module].signature
    assert [one["job_id"] for one in server.started] == [
        round_signature(signature, number, "value") for number in range(3)
    ]
    server.ended.add(server.started[1]["job_id"])
    assert len(runner.run(builder).suspended[module].children) == 2
    server.end_all()
    assert result_of(builder, runner, module) == [2, 4, 6]
    assert len(server.started) == 3


def test_rounds_that_are_done_are_not_computed_again(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    inside = PipelineBuilder(counting)
    said = code(inside, "print(value); o = value", value="Integer")
    job = inside.add("Job", package=PACKAGE)
    inside.connect(said, "o", job, "value")
    inside.entry("value", said, "value")
    inside.exit("result", job)
    module = mapped(builder, builder.group(inside), OutputPort="result", InputList="[1, 2]")
    runner.run(builder)
    assert runner.output == "1\n2\n"
    server.end_all()
    assert result_of(builder, runner, module) == [2, 4]
    assert runner.output == ""


def test_other_rounds_go_on_when_one_fails(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    function = code(builder, "print(value); o = 6 // value", value="Integer")
    module = mapped(builder, function, OutputPort="o", InputList="[0, 2, 0]")
    result = runner.run(builder)
    told = str(result.errors[module])
    assert told.startswith("round 1 of 3: line 1: ZeroDivisionError")
    assert told.endswith("(2 of 3 failed)")
    assert runner.output == "0\n2\n0\n"
    assert result.states[function] is ModuleState.ERROR


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"InputPort": "[]"}, "names no port"),
        ({"InputPort": "['nothing']"}, "Count has no input port 'nothing'"),
        ({"OutputPort": "nothing"}, "Count has no output port 'nothing'"),
        ({"InputPort": "['value', 'value']"}, "1 is not a tuple of 2 values"),
    ],
)
def test_a_map_that_cannot_be_done_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, settings: dict[str, str], reason: str
) -> None:
    function = builder.add("Count", package=PACKAGE)
    module = mapped(builder, function, InputList="[1]", **settings)
    assert reason in str(runner.run(builder).errors[module])


def test_a_map_without_a_function_says_what_to_connect(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = add(builder, "Map", InputList="[1]", InputPort="['value']", OutputPort="value")
    assert "nothing is connected to FunctionPort" in str(runner.run(builder).errors[module])


def job_map(builder: PipelineBuilder, elements: str) -> int:
    return mapped(builder, builder.add("Job", package=PACKAGE), InputList=elements)


def group_map(builder: PipelineBuilder, elements: str) -> int:
    group = builder.group(inner_pipeline(builder.registry, "Job"))
    return mapped(builder, group, InputPort="['number']", OutputPort="result", InputList=elements)


def number_loop(builder: PipelineBuilder, elements: str) -> int:
    job = builder.add("Job", package=PACKAGE)
    bound = str(elements.count(",") + 2)
    return mapped(builder, job, "For", InputPort="value", LowerBound="1", HigherBound=bound)


def listed(builder: PipelineBuilder, module: int, port: str, elements: str, result: str) -> int:
    """A module whose ``port`` gets a list, so that it loops by itself; its results are taken."""
    builder.connect(builder.add("List", value=elements), "value", module, port)
    taker = code(builder, "Result = x", outputs="Result", x="List")
    builder.connect(module, result, taker, "x")
    return taker


def job_loop(builder: PipelineBuilder, elements: str) -> int:
    return listed(builder, builder.add("Job", package=PACKAGE), "value", elements, "value")


def group_loop(builder: PipelineBuilder, elements: str) -> int:
    group = builder.group(inner_pipeline(builder.registry, "Job"))
    return listed(builder, group, "number", elements, "result")


def nested_group_loop(builder: PipelineBuilder, elements: str) -> int:
    outer = PipelineBuilder(builder.registry)
    inner = outer.group(inner_pipeline(builder.registry, "Job"))
    outer.entry("number", inner, "number")
    outer.exit("result", inner, "result")
    return listed(builder, builder.group(outer), "number", elements, "result")


@pytest.mark.parametrize(
    "make", [job_map, group_map, number_loop, job_loop, group_loop, nested_group_loop]
)
@pytest.mark.parametrize("in_between", [True, False], ids=["done", "running"])
def test_a_longer_list_starts_jobs_for_what_is_new_only(
    runner: PipelineRunner, counting: Registry, server: FakeServer, make: Any, in_between: bool
) -> None:
    before, after = PipelineBuilder(counting), PipelineBuilder(counting)
    make(before, "[1, 2, 3]")
    runner.run(before)
    if in_between:
        server.end_all()
        assert runner.run(before).succeeded
    module = make(after, "[1, 2, 3, 4, 5]")
    runner.run(after)
    assert [one["number"] for one in server.started] == [1, 2, 3, 4, 5]
    server.end_all()
    assert result_of(after, runner, module) == [2, 4, 6, 8, 10]
    assert len(server.started) == 5


def test_a_job_of_a_shorter_list_that_was_lost_is_started_anew(
    runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    before, after = PipelineBuilder(counting), PipelineBuilder(counting)
    job_map(before, "[1, 2]")
    runner.run(before)
    server.lost.add(server.started[0]["job_id"])
    job_map(after, "[1, 2, 3]")
    runner.run(after)
    assert [one["number"] for one in server.started] == [1, 2, 1, 3]


def test_the_same_values_for_another_function_are_other_work(
    runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    for note in ("a", "b"):
        builder = PipelineBuilder(counting)
        mapped(builder, builder.add("Job", package=PACKAGE, note=note), InputList="[1]")
        runner.run(builder)
    assert len(server.started) == 2


def nested_group_map(builder: PipelineBuilder, elements: str) -> int:
    outer = PipelineBuilder(builder.registry)
    inner = outer.group(inner_pipeline(builder.registry, "Job"))
    outer.entry("number", inner, "number")
    outer.exit("result", inner, "result")
    group = builder.group(outer)
    return mapped(builder, group, InputPort="['number']", OutputPort="result", InputList=elements)


@pytest.mark.parametrize("make", [job_map, group_map, number_loop])
def test_the_jobs_of_all_rounds_are_known_by_the_signature_of_their_module(
    runner: PipelineRunner, counting: Registry, server: FakeServer, make: Any
) -> None:
    builder = PipelineBuilder(counting)
    make(builder, "[1, 2, 3]")
    runner.run(builder)
    signatures = pipeline_signatures(builder.build(), counting).values()
    names = {name for one in signatures for name in one.names()}
    started = {job["job_id"] for job in server.started}
    assert related_jobs(runner.monitor.jobs(), names) == started
    assert related_jobs(runner.monitor.jobs(), {"another"}) == set()
