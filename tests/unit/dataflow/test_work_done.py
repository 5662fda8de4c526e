"""A run that takes up another one does nothing that was done there."""

from __future__ import annotations

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.work_done import WorkDone

from .control_flow_steps import add, mapped


def run_twice(builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer) -> list[str]:
    """What is printed before and after the jobs have ended."""
    done = WorkDone()
    assert runner.run(builder, done=done).is_suspended
    before = runner.output
    server.end_all()
    assert runner.run(builder, done=done).succeeded
    return [before, runner.output]


def test_what_comes_first_in_order_runs_once_though_the_second_waits(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    order = add(builder, "ExecuteInOrder")
    said = builder.add("StandardOutput", value="x")
    builder.connect(said, "self", order, "module1")
    job = builder.add("Job", package=PACKAGE, value="1")
    builder.connect(job, "self", order, "module2")
    assert run_twice(builder, runner, server) == ["x\n", ""]
    runner.run(builder)
    assert runner.output == "x\n"


def test_what_stands_beside_a_job_in_a_looped_group_runs_once_in_each_round(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    inside = PipelineBuilder(counting)
    inside.add("StandardOutput", value="alike")
    job = inside.add("Job", package=PACKAGE)
    inside.entry("value", job, "value")
    inside.exit("result", job)
    mapped(builder, builder.group(inside), OutputPort="result", InputList="[1, 2]")
    assert run_twice(builder, runner, server) == ["alike\nalike\n", ""]
