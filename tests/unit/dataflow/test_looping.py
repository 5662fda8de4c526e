"""A list that reaches a port for single values: one round for each element."""

from __future__ import annotations

import threading

import pytest

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleState
from vistrails_tej.dataflow.rounds import round_signature
from vistrails_tej.dataflow.signature import pipeline_signatures


@pytest.mark.parametrize(
    ("number", "signature"),
    [
        (0, "7C7960A0A706D48258EDF5FDE4EA1A37A14245E3"),
        (1, "7D7960A0A706D48258EDF5FDE4EA1A37A14245E3"),
    ],
)
def test_the_signature_of_a_round_is_that_of_vistrails(number: int, signature: str) -> None:
    looped = "6c4154fe6b5488212b6e64b1699223deed8d11ab"
    assert round_signature(looped, number, "queue") == signature


def test_map_uses_the_same_rule() -> None:
    mapped = "cde1654d60da895fb417c33b0741515c9f8fc6fc"
    assert round_signature(mapped, 0, "source") == "4F6C56C7FBDEAB4328A9EB54578C69C3F7518833"


def test_a_module_runs_once_for_each_element(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    numbers = builder.add("List", value="[1, 2, 3]")
    counted = builder.feed(numbers, "Count", package=PACKAGE)
    again = builder.feed(counted, "Count", package=PACKAGE)
    result = runner.run(builder)
    assert result.outputs(counted) == {"value": [2, 3, 4]}
    assert result.outputs(again) == {"value": [3, 4, 5]}
    assert runner.states(again) == [
        ModuleState.WAITING,
        ModuleState.COMPUTING,
        ModuleState.SUCCESS,
    ]
    progress = [one.progress for one in runner.events if one.module_id == again and one.progress]
    assert progress == pytest.approx([1 / 3, 2 / 3, 1])


def test_an_empty_list_gives_empty_lists(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    counted = builder.feed(builder.add("List", value="[]"), "Count", package=PACKAGE)
    assert runner.run(builder).outputs(counted) == {"value": []}


def test_lists_in_lists_loop_as_deep_as_the_ports_say(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    source = builder.add(
        "PythonSource", source="o%20%3D%20[[1]%2C%20[2%2C%203]]", outputs={"o": "Integer**"}
    )
    counted = builder.add("Count", package=PACKAGE)
    builder.connect(source, "o", counted, "value")
    assert runner.run(builder).outputs(counted) == {"value": [[2], [3, 4]]}


def test_a_list_port_takes_the_results_of_a_loop_whole(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    counted = builder.feed(builder.add("List", value="[1, 2]"), "Count", package=PACKAGE)
    whole = builder.feed(counted, "List")
    shown = builder.feed(builder.add("List", value="[1]"), "StandardOutput")
    assert runner.run(builder).outputs(whole)["value"] == [2, 3]
    assert runner.states(shown)[-1] is ModuleState.SUCCESS
    assert runner.output == "[1]\n"


def two_lists(builder: PipelineBuilder, second: str = "['x', 'y']", **controls: str) -> int:
    module = builder.add("ConcatenateString", controls=controls, str3="!")
    for port, value in (("str1", "['a', 'b']"), ("str2", second)):
        builder.connect(builder.add("List", value=value), "value", module, port)
    return module


def test_two_lists_make_every_combination(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = two_lists(builder)
    assert runner.run(builder).outputs(module) == {"value": ["ax!", "ay!", "bx!", "by!"]}


def test_two_lists_go_in_pairs_when_told_so(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = two_lists(builder, loop_type="pairwise")
    assert runner.run(builder).outputs(module) == {"value": ["ax!", "by!"]}


@pytest.mark.parametrize(
    ("second", "controls", "reason"),
    [
        ("['x']", {"loop_type": "pairwise"}, "needs lists of one length, not 2 on 'str1', 1 on"),
        ("['x']", {"loop_type": "spiral"}, "loop type 'spiral' is not supported"),
        ("[1]", {}, "port 'str2': 1 is not a value of type String"),
        ("['x']", {"loop_type": '["pairwise", "str1"]'}, "name each looped port once: str1, str2"),
        ("['x']", {"while_cond": "done"}, "gave no value on its output 'done'"),
        ("['x']", {"while_max": "many"}, "no usable number"),
        ("['x']", {"while_max": "2", "while_input": "str3"}, "from 0 to 1"),
    ],
)
def test_a_loop_that_cannot_be_done_is_refused(
    builder: PipelineBuilder,
    runner: PipelineRunner,
    second: str,
    controls: dict[str, str],
    reason: str,
) -> None:
    module = two_lists(builder, second, **controls)
    assert reason in str(runner.run(builder).errors[module])


def test_a_value_that_should_be_a_list_is_named(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    source = builder.add("PythonSource", source="o%20%3D%205", outputs={"o": "Integer*"})
    counted = builder.add("Count", package=PACKAGE)
    builder.connect(source, "o", counted, "value")
    error = runner.run(builder).errors[counted]
    assert str(error) == "port 'value': a list was expected to loop over, not 5"


def test_a_single_value_is_wrapped_for_a_port_of_lists(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    taker = builder.add(
        "PythonSource", source="o%20%3D%20x", inputs={"x": "Integer*"}, outputs={"o": "Variant"}
    )
    builder.connect(builder.add("Integer", value="5"), "value", taker, "x")
    assert runner.run(builder).outputs(taker) == {"o": [5]}


def test_every_job_of_a_loop_is_started_before_any_is_waited_for(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    jobs = builder.feed(builder.add("List", value="[1, 2, 3]"), "Job", package=PACKAGE)
    last = builder.feed(jobs, "Count", package=PACKAGE)
    result = runner.run(builder)
    assert str(result.suspended[jobs]) == "3 of 3 rounds are waiting"
    assert len(list(result.suspended[jobs].handles())) == 3
    assert [one["number"] for one in server.started] == [1, 2, 3]
    assert all(one.id == one.id.upper() for one in runner.monitor.jobs())
    server.ended.add(server.started[1]["job_id"])
    assert str(runner.run(builder).suspended[jobs]) == "2 of 3 rounds are waiting"
    server.end_all()
    assert runner.run(builder).outputs(last) == {"value": [3, 5, 7]}
    assert len(server.started) == 3


@pytest.mark.parametrize(
    ("loop_type", "expected"),
    [
        ('["cartesian", "str2", "str1"]', ["ax", "bx", "ay", "by"]),
        ('["pairwise", "str2", "str1"]', ["ax", "by"]),
        ('["cartesian", ["pairwise", "str1", "str2"]]', ["ax", "by"]),
    ],
)
def test_a_custom_loop_type_says_what_varies_first(
    builder: PipelineBuilder, runner: PipelineRunner, loop_type: str, expected: list[str]
) -> None:
    module = two_lists(builder, loop_type=loop_type)
    assert runner.run(builder).outputs(module)["value"] == [f"{one}!" for one in expected]


@pytest.mark.parametrize(
    ("loop_type", "port"), [("cartesian", "note"), ('["cartesian", "note", "value"]', "value")]
)
def test_the_last_port_of_a_loop_names_its_rounds(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer, loop_type: str, port: str
) -> None:
    job = builder.add("Job", package=PACKAGE, controls={"loop_type": loop_type})
    builder.connect(builder.add("List", value="[1]"), "value", job, "value")
    builder.connect(builder.add("List", value="['x']"), "value", job, "note")
    runner.run(builder)
    signature = pipeline_signatures(builder.build(), runner.registry)[job].signature
    assert server.started[0]["job_id"] == round_signature(signature, 0, port)


def test_a_loop_inside_a_loop_has_a_job_for_each_round(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    source = builder.add(
        "PythonSource", source="o%20%3D%20[[1%2C%202]%2C%20[3%2C%204]]", outputs={"o": "Integer**"}
    )
    job = builder.add("Job", package=PACKAGE)
    builder.connect(source, "o", job, "value")
    runner.run(builder)
    assert [one["number"] for one in server.started] == [1, 2, 3, 4]
    assert [one.name for one in runner.monitor.jobs()] == [
        "Job [1 of 2, 1 of 2]",
        "Job [1 of 2, 2 of 2]",
        "Job [2 of 2, 1 of 2]",
        "Job [2 of 2, 2 of 2]",
    ]
    assert len({one["job_id"] for one in server.started}) == 4
    server.end_all()
    assert runner.run(builder).outputs(job) == {"value": [[2, 4], [6, 8]]}


def test_the_deeper_list_loops_first(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    source = builder.add(
        "PythonSource", source="o%20%3D%20[['a']%2C%20['b']]", outputs={"o": "String**"}
    )
    joined = builder.add("ConcatenateString")
    builder.connect(source, "o", joined, "str1")
    builder.connect(builder.add("List", value="['x', 'y']"), "value", joined, "str2")
    assert runner.run(builder).outputs(joined) == {"value": [["ax", "ay"], ["bx", "by"]]}


def test_a_module_repeats_as_long_as_its_condition_is_true(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    controls = {"while_cond": "go_on", "while_input": "i", "while_output": "o", "while_max": "30"}
    repeated = builder.add(
        "PythonSource",
        source="o%20%3D%20i%20%2B%201%0Ago_on%20%3D%20o%20<%2025",
        inputs={"i": "Integer"},
        outputs={"o": "Integer", "go_on": "Boolean"},
        controls=controls,
    )
    builder.connect(builder.add("Integer", value="0"), "value", repeated, "i")
    assert runner.run(builder).outputs(repeated) == {"o": 25, "go_on": False}


def test_without_a_condition_a_module_repeats_as_often_as_told(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    said = builder.add("StandardOutput", value="again", controls={"while_max": "3"})
    job = builder.add("Job", package=PACKAGE, value="1", controls={"while_max": "2"})
    runner.run(builder)
    assert runner.output == "again\n" * 3
    signatures = pipeline_signatures(builder.build(), runner.registry)
    assert [one["job_id"] for one in server.started] == [signatures[job].signature]
    assert said in signatures


def test_a_stopped_run_starts_no_more_rounds(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    stop = threading.Event()
    said = builder.feed(builder.add("List", value="[1, 2, 3]"), "Count", package=PACKAGE)
    runner.on_event = lambda event: stop.set() if event.progress else None
    result = runner.run(builder, stop=stop)
    assert result.was_stopped
    assert result.states[said] is ModuleState.NOT_NEEDED
