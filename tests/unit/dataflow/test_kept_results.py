"""What a second run in the same process computes anew: that of which an input has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.counting_modules import PACKAGE, Count, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.path_object import PathObject
from vistrails_tej.dataflow.registry import Registry
from vistrails_tej.dataflow.value_text import path_state, value_text

from .control_flow_steps import add, code, mapped
from .test_groups import inner_pipeline


class KeptIfLarge(Count):
    def is_cacheable(self) -> bool:
        return bool(self.get_input("value") > 3)


CACHED, SUCCESS = ModuleState.CACHED, ModuleState.SUCCESS


class Source:
    """A module that always runs and gives what stands in a file."""

    def __init__(self, builder: PipelineBuilder, path: Path, type_text: str) -> None:
        self.path = path
        text = f"import%20pathlib%0Avalue%20=%20eval(pathlib.Path({str(path)!r}).read_text())"
        self.module = builder.add(
            "PythonSource", source=text, outputs={"value": type_text}, cache=False
        )

    def set(self, value: object) -> None:
        self.path.write_text(repr(value))


@pytest.fixture
def number(builder: PipelineBuilder, tmp_path: Path) -> Source:
    return Source(builder, tmp_path / "number", "Integer")


@pytest.fixture
def numbers(builder: PipelineBuilder, tmp_path: Path) -> Source:
    return Source(builder, tmp_path / "numbers", "List")


def check(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    source: Source,
    module: int,
    port: str,
    runs: list[tuple[Any, Any, ModuleState]],
) -> None:
    """Each run: what the source gives, what the module makes of it, how it ends."""
    for given, expected, state in runs:
        source.set(given)
        result = runner.run(builder)
        assert not result.errors
        assert result.outputs(module)[port] == expected
        assert runner.states(module)[-1] is state


def test_a_changed_input_is_computed_anew_at_any_distance(
    builder: PipelineBuilder, runner: PipelineRunner, number: Source
) -> None:
    last = builder.feed(number.module, "Count", package=PACKAGE)
    for _ in range(3):
        last = builder.feed(last, "Count", package=PACKAGE)
    runs = [(1, 5, SUCCESS), (1, 5, CACHED), (2, 6, SUCCESS), (1, 5, SUCCESS)]
    check(builder, runner, number, last, "value", runs)


def test_rounds_of_a_loop_over_a_changed_list_are_computed_anew(
    builder: PipelineBuilder, runner: PipelineRunner, numbers: Source
) -> None:
    counted = builder.feed(numbers.module, "Count", package=PACKAGE)
    runs = [([1, 2], [2, 3], SUCCESS), ([1, 2], [2, 3], CACHED), ([3, 1], [4, 2], SUCCESS)]
    check(builder, runner, numbers, counted, "value", runs)


@pytest.mark.parametrize("kind", ["module", "group"])
def test_a_map_over_a_changed_list_is_computed_anew(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    counting: Registry,
    numbers: Source,
    kind: str,
) -> None:
    if kind == "module":
        function = builder.add("Count", package=PACKAGE)
    else:
        function = builder.group(counting_group(counting))
    module = mapped(builder, function)
    builder.connect(numbers.module, "value", module, "InputList")
    runs = [([1, 2], [2, 3], SUCCESS), ([1, 2], [2, 3], CACHED), ([3, 2, 1], [4, 3, 2], SUCCESS)]
    check(builder, runner, numbers, module, "Result", runs)


def counting_group(registry: Registry, deep: bool = False) -> PipelineBuilder:
    inside = PipelineBuilder(registry)
    if deep:
        counted = inside.group(counting_group(registry))
    else:
        counted = inside.add("Count", package=PACKAGE)
    inside.entry("value", counted, "value")
    inside.exit("value", counted)
    return inside


@pytest.mark.parametrize("deep", [False, True])
def test_the_inside_of_a_group_sees_a_changed_input(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    counting: Registry,
    number: Source,
    deep: bool,
) -> None:
    group = builder.group(counting_group(counting, deep))
    builder.connect(number.module, "value", group, "value")
    runs = [(1, 2, SUCCESS), (2, 3, SUCCESS), (2, 3, CACHED)]
    check(builder, runner, number, group, "value", runs)


def test_the_chosen_branch_sees_a_changed_input(
    builder: PipelineBuilder, runner: PipelineRunner, number: Source
) -> None:
    counted = builder.feed(number.module, "Count", package=PACKAGE)
    choice = add(builder, "If", Condition="True")
    builder.connect(counted, "value", choice, "TruePort")
    runs = [(1, 2, SUCCESS), (2, 3, SUCCESS), (2, 3, SUCCESS)]
    check(builder, runner, number, choice, "Result", runs)
    assert runner.states(counted)[-1] is CACHED


def test_values_without_a_text_are_kept_with_what_made_them(
    builder: PipelineBuilder, runner: PipelineRunner, number: Source
) -> None:
    made = code(builder, "o = {1: i, 2: object()}", i="Integer")
    builder.connect(number.module, "value", made, "i")
    read = code(builder, "o = m[1]", m="Variant")
    builder.connect(made, "o", read, "m")
    runs = [(1, 1, SUCCESS), (1, 1, CACHED), (2, 2, SUCCESS)]
    check(builder, runner, number, read, "o", runs)


def test_a_file_that_is_written_again_counts_as_another(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path
) -> None:
    path = tmp_path / "data"
    always = builder.add("File", value=str(path), cache=False)
    read = code(builder, "import pathlib; o = pathlib.Path(f.name).read_text()", f="File")
    builder.connect(always, "value", read, "f")
    for text, state in (("one", SUCCESS), ("one", CACHED), ("two", SUCCESS)):
        if state is SUCCESS:
            path.write_text(text)
        assert runner.run(builder).outputs(read) == {"o": text}
        assert runner.states(read)[-1] is state


@pytest.mark.parametrize("kind", ["File by name", "File by connection", "Path"])
def test_a_file_that_no_signature_tells_of_is_looked_at_again(
    builder: PipelineBuilder, runner: PipelineRunner, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "data"
    name, _, way = kind.partition(" ")
    given = {} if way == "by connection" else {"name" if way else "value": str(path)}
    file = builder.add(name, set_ports=given)
    if not given:
        builder.connect(builder.add("String", value=str(path)), "value", file, "name")
    read = code(builder, "import pathlib; o = pathlib.Path(f.name).read_text()", f="Path")
    builder.connect(file, "value", read, "f")
    for text, state in (("one", SUCCESS), ("one", CACHED), ("two", SUCCESS)):
        if state is SUCCESS:
            path.write_text(text)
        assert runner.run(builder).outputs(read) == {"o": text}
        assert runner.states(read)[-1] is state


def test_a_module_that_decides_by_an_input_whether_it_is_kept_stops_no_run(
    builder: PipelineBuilder, runner: PipelineRunner, counting: Registry
) -> None:
    counting.add_package(identifier="p", name="p", version="1", modules=[KeptIfLarge])
    large, small = (builder.add("KeptIfLarge", package="p", value=text) for text in ("5", "1"))
    broken = builder.add("Broken", package=PACKAGE, value="1")
    after = builder.feed(broken, "KeptIfLarge", package="p")
    group = builder.group(inner_pipeline(counting, "KeptIfLarge", "p"), number="5")
    for state in (SUCCESS, CACHED):
        result = runner.run(builder)
        assert set(result.errors) == {broken}
        assert result.blocked[after] == broken
        assert result.outputs(group) == {"result": 6}
        assert (result.states[large], result.states[small]) == (state, SUCCESS)


def test_what_follows_a_job_runs_anew_only_with_another_result(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job = builder.add("Job", package=PACKAGE, value="1")
    last = builder.feed(job, "Count", package=PACKAGE)
    runner.run(builder)
    server.end_all()
    for value, state in ((3, SUCCESS), (3, CACHED), (41, SUCCESS)):
        if value == 41:
            (record,) = runner.monitor.jobs()
            runner.monitor.set_cache(record.id, {**record.parameters, "result": 40}, record.name)
        assert runner.run(builder).outputs(last) == {"value": value}
        assert runner.states(last)[-1] is state
    assert len(server.started) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ({"a": 1}, [["a", 1]]),
        ({"tuple": [1]}, (1,)),
        ("1", 1),
        (PathObject("x"), "x"),
    ],
)
def test_texts_of_different_values_differ(one: object, two: object) -> None:
    assert value_text(one, str) != value_text(two, str)


def test_a_directory_is_another_one_when_a_file_in_it_changes(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    file = tmp_path / "inside" / "file"
    file.write_text("one")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = path_state(str(tmp_path))
    assert before == path_state(str(tmp_path))
    file.write_text("longer")
    assert path_state(str(tmp_path)) not in (before, None)
    assert path_state(str(tmp_path / "none")) is None
