"""Products, folds and choices; and PythonCalc."""

from __future__ import annotations

from typing import Any

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState

from .control_flow_steps import add, result_of


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
