"""Which job is whose, where the elements of a loop change or repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.loop_jobs import related_jobs
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.signature import pipeline_signatures

from .control_flow_steps import mapped, result_of
from .test_control_flow_map import (
    group_loop,
    group_map,
    job_loop,
    job_map,
    listed,
    nested_group_map,
)
from .test_groups import inner_pipeline


class LineCut(Exception):
    """The server cannot be asked."""


@pytest.fixture(params=["job", "group"])
def listed_map(request: pytest.FixtureRequest, builder: PipelineBuilder, tmp_path: Path) -> int:
    """A Map over a list that code reads from the file ``list``, which no signature tells of."""
    source = f"import pathlib; o = eval(pathlib.Path({str(tmp_path / 'list')!r}).read_text())"
    elements = builder.add(
        "PythonSource", source=source.replace(" ", "%20"), outputs={"o": "List"}, cache=False
    )
    if request.param == "job":
        module = mapped(builder, builder.add("Job", package=PACKAGE))
    else:
        group = builder.group(inner_pipeline(builder.registry, "Job"))
        module = mapped(builder, group, InputPort="['number']", OutputPort="result")
    builder.connect(elements, "o", module, "InputList")
    return module


def test_a_list_that_changed_unseen_gives_the_results_of_its_own_elements(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    server: FakeServer,
    tmp_path: Path,
    listed_map: int,
) -> None:
    for text, results in (("[1, 2]", [2, 4]), ("[3, 1]", [6, 2]), ("[1, 2]", [2, 4])):
        (tmp_path / "list").write_text(text)
        runner.cache.clear()
        runner.run(builder)
        server.end_all()
        assert result_of(builder, runner, listed_map) == results
    assert [one["number"] for one in server.started] == [1, 2, 3]
    assert len({one["job_id"] for one in server.started}) == 3


@pytest.mark.parametrize("make", [job_map, group_map, nested_group_map, job_loop])
def test_equal_elements_have_a_job_each(
    runner: PipelineRunner, counting: Registry, server: FakeServer, make: object
) -> None:
    for elements in ("[7, 7]", "[7, 7, 7, 7]"):
        builder = PipelineBuilder(counting)
        module = make(builder, elements)  # type: ignore[operator]
        runner.run(builder)
    assert len({one["job_id"] for one in server.started}) == len(server.started) == 4
    server.end_all()
    assert result_of(builder, runner, module) == [14, 14, 14, 14]
    assert len(server.started) == 4


@pytest.mark.parametrize("make", [job_map, job_loop, group_loop])
def test_a_job_taken_up_from_another_list_is_known_by_the_module_as_it_is_now(
    runner: PipelineRunner, counting: Registry, server: FakeServer, make: object
) -> None:
    for elements in ("[1, 2]", "[3, 1, 2]"):
        builder = PipelineBuilder(counting)
        make(builder, elements)  # type: ignore[operator]
        runner.run(builder)
        server.end_all()
        runner.run(builder)
    signatures = pipeline_signatures(builder.build(), counting).values()
    names = {name for one in signatures for name in one.names()}
    found = related_jobs(runner.monitor.jobs(), names)
    records = [one for one in runner.monitor.jobs() if one.id in found]
    assert {one.parameters["number"] for one in records} == {1, 2, 3}


def test_a_server_that_cannot_be_asked_gets_no_second_job(
    runner: PipelineRunner,
    counting: Registry,
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, after = PipelineBuilder(counting), PipelineBuilder(counting)
    job_map(before, "[1]")
    runner.run(before)
    module = job_map(after, "[1, 1]")

    def ask(*_: object) -> bool:
        raise LineCut

    with monkeypatch.context() as cut:
        cut.setattr("tests.counting_modules.FakeHandle.finished", ask)
        assert "LineCut" in str(runner.run(after).errors[module])
    runner.run(after)
    assert len(server.started) == 2
    server.end_all()
    assert result_of(after, runner, module) == [2, 2]


def test_a_chain_of_loops_starts_jobs_for_what_is_new_only(
    runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    """A job for each element, some local work on each result, a job for each of these."""
    for elements in ("[1, 2]", "[1, 2, 3]"):
        builder = PipelineBuilder(counting)
        first = builder.feed(builder.add("List", value=elements), "Job", package=PACKAGE)
        counted = builder.feed(first, "Count", package=PACKAGE)
        second = builder.feed(counted, "Job", package=PACKAGE, note="second")
        for _ in range(2):
            runner.run(builder)
            server.end_all()
    assert runner.run(builder).outputs(second) == {"value": [6, 10, 14]}
    assert [one["number"] for one in server.started] == [1, 2, 3, 5, 3, 7]


def test_files_count_by_what_they_hold(
    runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    for elements in ("['1', '2']", "['1', '2', '3']"):
        builder = PipelineBuilder(counting)
        written = builder.add("WriteFile")
        builder.connect(builder.add("List", value=elements), "value", written, "in_value")
        taken = builder.add("Job", package=PACKAGE, value="1", inputs={"file": "File"})
        builder.connect(written, "out_value", taken, "file")
        runner.run(builder)
    assert len(server.started) == 3


@pytest.mark.parametrize("other", ["value", "connection"])
def test_a_loop_with_another_input_beside_its_list_is_other_work(
    runner: PipelineRunner, counting: Registry, server: FakeServer, other: str
) -> None:
    for note in ("a", "b"):
        builder = PipelineBuilder(counting)
        settings = {"note": note} if other == "value" else {}
        job = builder.add("Job", package=PACKAGE, **settings)  # type: ignore[arg-type]
        if other == "connection":
            builder.connect(builder.add("String", value=note), "value", job, "note")
        listed(builder, job, "value", "[1]", "value")
        runner.run(builder)
    assert len(server.started) == 2


def test_an_element_put_in_front_starts_one_job(
    runner: PipelineRunner, counting: Registry, server: FakeServer
) -> None:
    for elements in ("[1, 2]", "[3, 1, 2]"):
        builder = PipelineBuilder(counting)
        module = job_loop(builder, elements)
        runner.run(builder)
    server.end_all()
    assert result_of(builder, runner, module) == [6, 2, 4]
    assert [one["number"] for one in server.started] == [1, 2, 3]
