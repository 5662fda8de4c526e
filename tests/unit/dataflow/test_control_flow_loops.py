"""For and While."""

from __future__ import annotations

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.rounds import mixed_signature, port_digest, round_signature
from vistrails_tej.dataflow.signature import pipeline_signatures

from .control_flow_steps import add, code, mapped, result_of
from .test_groups import inner_pipeline


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


def test_the_jobs_of_while_have_a_name_for_each_round(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    """The first two are those of VisTrails, where later rounds share the second one."""
    job = builder.add("Job", package=PACKAGE, value="1")
    module = loop(
        builder,
        job,
        ConditionPort="value",
        MaxIterations="3",
        OutputPort="value",
        StateInputPorts="['value']",
        StateOutputPorts="['value']",
    )
    for _ in range(3):
        assert runner.run(builder).states[module] is ModuleState.SUSPENDED
        server.end_all()
    assert result_of(builder, runner, module) == 8
    signatures = pipeline_signatures(builder.build(), runner.registry)
    assert [one["job_id"] for one in server.started] == [
        signatures[job].signature,
        mixed_signature(signatures[module].signature, port_digest("value")),
        round_signature(signatures[module].signature, 2, "value"),
    ]


def test_a_while_without_state_runs_its_job_in_each_round(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE, value="1")
    loop(builder, job, ConditionPort="value", MaxIterations="3")
    for _ in range(3):
        assert runner.run(builder).is_suspended
        server.end_all()
    assert runner.run(builder).succeeded
    assert len({one["job_id"] for one in server.started}) == 3


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
