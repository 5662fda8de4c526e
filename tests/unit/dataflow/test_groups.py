"""Groups run: nested, looped over, with jobs inside, shown by events."""

from __future__ import annotations

import threading

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.interpreter import Interpreter
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.signature import pipeline_signatures


def inner_pipeline(registry: Registry, name: str, package: str = PACKAGE) -> PipelineBuilder:
    """A module, of the counting package, between the ports ``number`` and ``result``."""
    inside = PipelineBuilder(registry)
    module = inside.add(name, package=package)
    inside.entry("number", module, "value")
    inside.exit("result", module)
    return inside


@pytest.fixture
def counting_group(counting: Registry) -> PipelineBuilder:
    return inner_pipeline(counting, "Count")


@pytest.fixture
def job_group(counting: Registry) -> PipelineBuilder:
    return inner_pipeline(counting, "Job")


def test_a_value_goes_in_and_a_result_comes_out(
    builder: PipelineBuilder, runner: PipelineRunner, counting_group: PipelineBuilder
) -> None:
    group = builder.group(counting_group)
    builder.connect(builder.add("Integer", value="4"), "value", group, "number")
    after = builder.add("Count", package=PACKAGE)
    builder.connect(group, "result", after, "value")
    assert runner.run(builder).outputs(after) == {"value": 6}


def test_a_port_of_a_group_can_be_set(
    builder: PipelineBuilder, runner: PipelineRunner, counting_group: PipelineBuilder
) -> None:
    group = builder.group(counting_group, number="41")
    assert runner.run(builder).outputs(group) == {"result": 42}


def test_groups_nest_as_deep_as_a_file_may(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    content = inner_pipeline(counting, "Count").build()
    for _ in range(39):
        outer = PipelineBuilder(counting)
        group = outer.group(content)
        outer.entry("number", group, "number")
        outer.exit("result", group, "result")
        content = outer.build()
    outermost = builder.group(content, number="1")
    assert runner.run(builder).outputs(outermost) == {"result": 2}


def test_without_input_the_default_counts_else_that_of_the_module_inside(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    inside = inner_pipeline(counting, "Count")
    inside.connect(inside.add("Integer", value="7"), "value", 1, "Default")
    given = builder.group(inside)
    bare = builder.group(inner_pipeline(counting, "Count"))
    result = runner.run(builder)
    assert result.outputs(given) == {"result": 8}
    assert result.outputs(bare) == {"result": 1}


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("kind", ["group", "abstraction"])
def test_several_connections_to_a_port_all_reach_what_is_inside(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry, depth: int, kind: str
) -> None:
    inside = PipelineBuilder(counting)
    joined = inside.add("List", tail="['end']")
    before, after = (inside.add("List", value=f"['{one}']") for one in ("before", "after"))
    inside.connect(before, "value", joined, "head")
    inside.entry("all", joined, "head")
    inside.connect(after, "value", joined, "head")
    inside.exit("result", joined)
    for _ in range(depth - 1):
        outer = PipelineBuilder(counting)
        inner = outer.group(inside, kind=kind)
        outer.entry("all", inner, "all")
        outer.exit("result", inner, "result")
        inside = outer
    group = builder.group(inside, kind=kind)
    for text in ("['a', 'b']", "['c']", "['d']"):
        builder.connect(builder.add("List", value=text), "value", group, "all")
    expected = ["before", "a", "b", "c", "d", "after", "end"]
    assert runner.run(builder).outputs(group) == {"result": expected}


def test_events_inside_a_group_have_its_path(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    middle = PipelineBuilder(counting)
    inner = middle.group(inner_pipeline(counting, "Count"))
    outer = builder.group(middle)
    result = runner.run(builder)
    found = [one.state for one in runner.events if one.path == (outer, inner)]
    assert found.count(ModuleState.SUCCESS) == 3
    assert {one.path for one in runner.events} == {(), (outer,), (outer, inner)}
    assert result.states == {outer: ModuleState.SUCCESS}
    assert result.inner_states[outer, inner, 0] is ModuleState.SUCCESS


def test_what_is_heard_and_named_in_a_loop_says_which_round_it_is(
    builder: PipelineBuilder, runner: PipelineRunner, job_group: PipelineBuilder
) -> None:
    group = builder.group(job_group)
    builder.connect(builder.add("List", value="[5, 6]"), "value", group, "number")
    runner.run(builder)
    inside = [event for event in runner.events if event.path]
    assert {event.rounds for event in inside} == {((1, 2),), ((2, 2),)}
    assert {event.round_text for event in inside} == {" [1 of 2]", " [2 of 2]"}
    assert {event.rounds for event in runner.events if not event.path} == {()}
    assert [one.name for one in runner.monitor.jobs()] == ["Job [1 of 2]", "Job [2 of 2]"]


def test_a_failure_inside_is_one_of_the_group_and_names_the_module(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    group = builder.group(inner_pipeline(counting, "Broken"), label="Inner part")
    result = runner.run(builder)
    assert str(result.errors[group]) == "Broken: ZeroDivisionError: no share left"
    assert "no share left" in result.errors[group].trace
    assert "no share left" in str(result.inner_errors[group, 0])


def test_a_group_is_computed_once_and_then_known(
    builder: PipelineBuilder, runner: PipelineRunner, counting_group: PipelineBuilder
) -> None:
    group = builder.group(counting_group, number="1")
    runner.run(builder)
    assert runner.run(builder).states[group] is ModuleState.CACHED


def test_a_group_that_prints_does_so_every_time(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    inside = PipelineBuilder(counting)
    inside.feed(inside.add("String", value="said"), "StandardOutput")
    builder.group(inside)
    for _ in range(2):
        runner.run(builder)
        assert runner.output == "said\n"


def test_a_job_in_a_group_has_its_inner_signature_suspends_and_resumes(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    job_group: PipelineBuilder,
    server: FakeServer,
) -> None:
    group = builder.group(job_group, label="Inner part")
    builder.connect(builder.add("Integer", value="4"), "value", group, "number")
    result = runner.run(builder)
    signatures = pipeline_signatures(builder.build(), runner.registry)
    (job,) = server.started
    assert job["job_id"] == signatures[group].content[0].signature
    assert result.states[group] is ModuleState.SUSPENDED
    assert len(list(result.suspended[group].handles())) == 1
    assert "Job: job Job is still running" in str(result.suspended[group])
    server.end_all()
    assert runner.run(builder).outputs(group) == {"result": 8}
    assert len(server.started) == 1


def test_a_list_loops_over_a_group_and_each_round_has_a_job_of_its_own(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    job_group: PipelineBuilder,
    server: FakeServer,
) -> None:
    outer = PipelineBuilder(runner.registry)
    nested = outer.group(job_group)
    outer.entry("number", nested, "number")
    outer.exit("result", nested, "result")
    group = builder.group(outer)
    builder.connect(builder.add("List", value="[1, 2, 3]"), "value", group, "number")
    result = runner.run(builder)
    assert [job["number"] for job in server.started] == [1, 2, 3]
    assert len({job["job_id"] for job in server.started}) == 3
    assert len(list(result.suspended[group].handles())) == 3
    server.end_all()
    assert runner.run(builder).outputs(group) == {"result": [2, 4, 6]}
    assert len(server.started) == 3


def test_what_does_not_depend_on_the_list_is_one_job_for_all_rounds(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    inside = inner_pipeline(counting, "Count")
    inside.add("Job", package=PACKAGE, value="5")
    group = builder.group(inside)
    builder.connect(builder.add("List", value="[1, 2, 3]"), "value", group, "number")
    runner.run(builder)
    assert len(server.started) == 1


def test_code_inside_a_group_needs_trust_too(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    inside = PipelineBuilder(counting)
    inside.add("PythonSource", source="o%20%3D%205", outputs={"o": "Integer"})
    groups = [builder.group(inside, kind=kind) for kind in ("group", "abstraction")]
    runner.trusted = False
    errors = runner.run(builder).errors
    assert all("comes from the file" in str(errors[group]) for group in groups)


def test_jobs_inside_are_refused_where_only_outer_signatures_are_given(
    builder: PipelineBuilder, runner: PipelineRunner, job_group: PipelineBuilder
) -> None:
    group = builder.group(job_group, number="1")
    interpreter = Interpreter(runner.registry, job_monitor=runner.monitor, file_pool=runner.pool)
    result = interpreter.run(builder.build(), {group: "0" * 40})
    assert "has no signature" in str(result.errors[group])


def test_a_run_that_is_stopped_inside_a_group_goes_no_further(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    stop = threading.Event()
    inside = PipelineBuilder(counting)
    last = inside.feed(inside.add("Count", package=PACKAGE), "Count", package=PACKAGE)
    group = builder.group(inside)
    runner.on_event = lambda event: stop.set() if event.path else None
    result = runner.run(builder, stop=stop)
    assert result.was_stopped
    assert result.states[group] is ModuleState.NOT_NEEDED
    assert result.inner_states[group, last] is ModuleState.NOT_NEEDED


def test_an_interruption_inside_a_group_leaves_no_state_open(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    builder.group(inner_pipeline(counting, "Interrupted"))
    with pytest.raises(KeyboardInterrupt):
        runner.run(builder)
    final = {(*one.path, one.module_id): one.state for one in runner.events}
    assert all(state.is_final for state in final.values())
