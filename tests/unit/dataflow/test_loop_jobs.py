"""Which job is whose, where the elements of a loop change or repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.registry import Registry

from .control_flow_steps import mapped, result_of
from .test_control_flow_map import group_map, job_map
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


@pytest.mark.parametrize("make", [job_map, group_map])
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
