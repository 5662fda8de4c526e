"""Map, Filter, folds, products, choices, For and While."""

from __future__ import annotations

import urllib.parse
from typing import Any

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.module_ports import PortFinder
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.rounds import mixed_signature, port_digest, round_signature
from vistrails_tej.dataflow.signature import pipeline_signatures

from .test_groups import inner_pipeline

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


# -- products, folds, choices --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("Dot", {}, [(1, "a"), (2, "b")]),
        ("Cross", {}, [(1, "a"), (1, "b"), (2, "a"), (2, "b")]),
        ("CartesianProduct", {"List1": "[(1, 2)]", "List2": "[3]"}, [(1, 2, 3)]),
        (
            "CartesianProduct",
            {"List1": "[(1, 2)]", "List2": "[3]", "CombineTuple": "False"},
            [((1, 2), 3)],
        ),
        ("ElementwiseProduct", {"List2": "[3, 4]"}, [3, 8]),
        ("ElementwiseProduct", {"NumericalProduct": "False"}, [(1, "a"), (2, "b")]),
    ],
)
def test_products(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    name: str,
    settings: dict[str, str],
    expected: list[Any],
) -> None:
    module = add(builder, name, **{"List1": "[1, 2]", "List2": "['a', 'b']", **settings})
    assert result_of(builder, runner, module) == expected


def test_lists_of_two_lengths_go_in_no_pairs(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = add(builder, "Dot", List1="[1]", List2="[1, 2]")
    assert "not 1 and 2 elements" in str(runner.run(builder).errors[module])


@pytest.mark.parametrize(
    ("name", "elements", "expected"),
    [
        ("Sum", "[1, 2, 3]", 6),
        ("Sum", "[]", 0),
        ("And", "[True, True]", True),
        ("And", "[True, False]", False),
        ("Or", "[False, True]", True),
        ("Or", "[]", False),
    ],
)
def test_folds(
    builder: PipelineBuilder, runner: PipelineRunner, name: str, elements: str, expected: object
) -> None:
    assert result_of(builder, runner, add(builder, name, InputList=elements)) == expected


@pytest.mark.parametrize(("condition", "expected"), [("True", 2), ("False", 3)])
def test_if_runs_only_the_branch_it_chooses(
    builder: PipelineBuilder, runner: PipelineRunner, condition: str, expected: int
) -> None:
    branches = [builder.add("AlwaysCount", package=PACKAGE, value=one) for one in ("1", "2")]
    chosen, other = branches if condition == "True" else branches[::-1]
    module = add(
        builder,
        "If",
        Condition=condition,
        TrueOutputPorts="['value']",
        FalseOutputPorts="['value']",
    )
    for branch, port in zip(branches, ("TruePort", "FalsePort"), strict=True):
        builder.connect(branch, "self", module, port)
    result = runner.run(builder)
    assert result.outputs(module) == {"Result": expected}
    assert result.states[chosen] is ModuleState.SUCCESS
    assert result.states[other] is ModuleState.NOT_NEEDED


def test_if_passes_a_value_that_is_connected_itself(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = add(builder, "If", Condition="True")
    builder.connect(builder.add("String", value="yes"), "value", module, "TruePort")
    assert result_of(builder, runner, module) == "yes"


def test_a_job_in_the_chosen_branch_suspends_the_choice(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE, value="1")
    module = add(builder, "If", Condition="True", TrueOutputPorts="['value']")
    builder.connect(job, "self", module, "TruePort")
    assert runner.run(builder).states[module] is ModuleState.SUSPENDED
    server.end_all()
    assert result_of(builder, runner, module) == 2


def test_default_computes_the_default_only_without_an_input(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    fallback = builder.add("AlwaysCount", package=PACKAGE, value="8")
    modules = [add(builder, "Default") for _ in range(2)]
    for module in modules:
        builder.connect(fallback, "value", module, "Default")
    builder.connect(builder.add("Integer", value="5"), "value", modules[0], "Input")
    first = runner.run(builder, sinks=modules[:1])
    assert first.outputs(modules[0]) == {"Result": 5}
    assert first.states[fallback] is ModuleState.NOT_NEEDED
    assert runner.run(builder).outputs(modules[1]) == {"Result": 9}


def test_modules_execute_in_order_and_a_failure_ends_it(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    said = [builder.add("StandardOutput", value=one) for one in ("second", "first")]
    order = add(builder, "ExecuteInOrder")
    for one, port in zip(said, ("module2", "module1"), strict=True):
        builder.connect(one, "self", order, port)
    assert runner.run(builder).succeeded
    assert runner.output == "first\nsecond\n"
    broken = builder.add("Broken", package=PACKAGE)
    last = builder.add("StandardOutput", value="never")
    stopped = add(builder, "ExecuteInOrder")
    builder.connect(broken, "self", stopped, "module1")
    builder.connect(last, "self", stopped, "module2")
    result = runner.run(builder, sinks=[stopped])
    assert result.blocked[stopped] == broken
    assert runner.output == ""


# -- Map and Filter ------------------------------------------------------------------------------


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


# -- For and While -------------------------------------------------------------------------------


def test_for_counts_up_to_its_bound_and_names_its_rounds(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE)
    module = mapped(builder, job, "For", InputPort="value", LowerBound="-1", HigherBound="2")
    runner.run(builder)
    signature = pipeline_signatures(builder.build(), runner.registry)[module].signature
    assert [one["job_id"] for one in server.started] == [
        round_signature(signature, number, "value") for number in (-1, 0, 1)
    ]
    server.end_all()
    assert result_of(builder, runner, module) == [-2, 0, 2]


def test_for_without_an_input_port_repeats_the_module_under_its_own_name(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE, value="3")
    module = add(builder, "For", HigherBound="2", OutputPort="value")
    builder.connect(job, "self", module, "FunctionPort")
    runner.run(builder)
    signatures = pipeline_signatures(builder.build(), runner.registry)
    assert {one["job_id"] for one in server.started} == {signatures[job].signature}
    server.end_all()
    assert result_of(builder, runner, module) == [6, 6]


def loop(builder: PipelineBuilder, function: int, **settings: str) -> int:
    module = add(builder, "While", **settings)
    builder.connect(function, "self", module, "FunctionPort")
    return module


STATE = {"StateInputPorts": "['i']", "StateOutputPorts": "['o']"}


def test_while_hands_its_state_on_until_the_condition_is_false(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    function = code(builder, "o = i * 2; go_on = o < 50", outputs="o go_on", i="Integer")
    builder.connect(builder.add("Integer", value="5"), "value", function, "i")
    module = loop(builder, function, ConditionPort="go_on", OutputPort="o", **STATE)
    assert result_of(builder, runner, module) == 80


def test_while_ends_after_its_last_round(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    function = code(builder, "o = i + 1; go_on = True", outputs="o go_on", i="Integer")
    builder.connect(builder.add("Integer", value="0"), "value", function, "i")
    module = loop(
        builder, function, ConditionPort="go_on", OutputPort="o", MaxIterations="7", **STATE
    )
    assert result_of(builder, runner, module) == 7


def test_while_over_a_group_computes_every_round(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    group = builder.group(inner_pipeline(counting, "Count"), number="0")
    module = loop(
        builder,
        group,
        OutputPort="result",
        MaxIterations="5",
        ConditionPort="",
        StateInputPorts="['number']",
        StateOutputPorts="['result']",
    )
    assert result_of(builder, runner, module) == 5


def test_the_jobs_of_while_have_two_names(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    """The first round has the function's own; all later ones share another, as in VisTrails."""
    job = builder.add("Job", package=PACKAGE, value="1")
    module = loop(
        builder,
        job,
        ConditionPort="value",
        MaxIterations="2",
        OutputPort="value",
        StateInputPorts="['value']",
        StateOutputPorts="['value']",
    )
    for _ in range(2):
        assert runner.run(builder).states[module] is ModuleState.SUSPENDED
        server.end_all()
    assert result_of(builder, runner, module) == 4
    signatures = pipeline_signatures(builder.build(), runner.registry)
    assert [one["job_id"] for one in server.started] == [
        signatures[job].signature,
        mixed_signature(signatures[module].signature, port_digest("value")),
    ]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"ConditionPort": "nothing"}, "has no output port 'nothing'"),
        ({"MaxIterations": "0"}, "at least 1 is needed"),
        ({"StateInputPorts": "['value']"}, "not from 0 to 1"),
    ],
)
def test_a_while_that_cannot_be_done_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner, settings: dict[str, str], reason: str
) -> None:
    function = builder.add("Count", package=PACKAGE)
    module = loop(builder, function, **{"ConditionPort": "value", **settings})
    assert reason in str(runner.run(builder).errors[module])


@pytest.mark.parametrize(("sign", "expected"), [("+", 8.0), ("-", 4.0), ("*", 12.0), ("/", 3.0)])
def test_python_calc(
    builder: PipelineBuilder, runner: PipelineRunner, sign: str, expected: float
) -> None:
    package = "org.vistrails.vistrails.pythoncalc"
    module = builder.add("PythonCalc", package=package, value1="6", value2="2", op=sign)
    assert runner.run(builder).outputs(module) == {"value": expected}


@pytest.mark.parametrize(
    ("sign", "reason"), [("/", "division by zero"), ("**", "'**' is no operation")]
)
def test_python_calc_refuses(
    builder: PipelineBuilder, runner: PipelineRunner, sign: str, reason: str
) -> None:
    package = "org.vistrails.vistrails.pythoncalc"
    module = builder.add("PythonCalc", package=package, value1="6", value2="0", op=sign)
    assert reason in str(runner.run(builder).errors[module])


# -- loops that changed --------------------------------------------------------------------------


def job_map(builder: PipelineBuilder, elements: str) -> int:
    return mapped(builder, builder.add("Job", package=PACKAGE), InputList=elements)


def group_map(builder: PipelineBuilder, elements: str) -> int:
    group = builder.group(inner_pipeline(builder.registry, "Job"))
    return mapped(builder, group, InputPort="['number']", OutputPort="result", InputList=elements)


def number_loop(builder: PipelineBuilder, elements: str) -> int:
    job = builder.add("Job", package=PACKAGE)
    bound = str(elements.count(",") + 2)
    return mapped(builder, job, "For", InputPort="value", LowerBound="1", HigherBound=bound)


@pytest.mark.parametrize("make", [job_map, group_map, number_loop])
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
