"""Running pipelines: order, states, failures, results that are kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.counting_modules import PACKAGE
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.errors import ModuleNotFound, PipelineHasCycle, PortNotFound
from vistrails_tej.dataflow.events import ModuleEvent, ModuleState
from vistrails_tej.dataflow.file_pool import FilePool
from vistrails_tej.dataflow.interpreter import Interpreter
from vistrails_tej.dataflow.job_records import JobMonitor
from vistrails_tej.dataflow.packages import default_registry
from vistrails_tej.dataflow.path_object import PathObject
from vistrails_tej.dataflow.pipeline import Pipeline, PipelineModule
from vistrails_tej.dataflow.ports import BASIC
from vistrails_tej.dataflow.result_cache import ResultCache

WAITING, COMPUTING, SUCCESS, CACHED, ERROR, SUSPENDED, NOT_NEEDED = (
    ModuleState.WAITING,
    ModuleState.COMPUTING,
    ModuleState.SUCCESS,
    ModuleState.CACHED,
    ModuleState.ERROR,
    ModuleState.SUSPENDED,
    ModuleState.NOT_NEEDED,
)


def count(builder: PipelineBuilder, source: int | None = None, name: str = "Count") -> int:
    module = builder.add(name, package=PACKAGE)
    if source is not None:
        builder.connect(source, "value", module, "value")
    return module


def test_a_value_goes_from_module_to_module(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    number = builder.add("Integer", value="40")
    last = count(builder, count(builder, number))
    result = runner.run(builder)
    assert result.succeeded
    assert result.outputs(last) == {"value": 42}


def test_every_module_is_heard_once_in_each_state(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    number = builder.add("Integer", value="1")
    middle = count(builder, number)
    left, right = count(builder, middle, "AlwaysCount"), count(builder, middle, "AlwaysCount")
    runner.run(builder)
    for module in (number, middle, left, right):
        assert runner.states(module) == [WAITING, COMPUTING, SUCCESS]


def test_a_module_runs_after_those_that_feed_it(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    last = count(builder, name="AlwaysCount")
    middle = count(builder)
    number = builder.add("Integer", value="1")
    builder.connect(middle, "value", last, "value")
    builder.connect(number, "value", middle, "value")
    runner.run(builder)
    computing = [one.module_id for one in runner.events if one.state is COMPUTING]
    assert computing == [number, middle, last]


def test_a_chain_of_3000_modules_runs(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    last = builder.add("Integer", value="0")
    for _ in range(3000):
        last = count(builder, last)
    assert runner.run(builder).outputs(last) == {"value": 3000}


def test_a_chain_of_3000_jobs_runs(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    last = builder.add("Integer", value="0")
    for _ in range(3000):
        last = count(builder, last, "Job")
    result = runner.run(builder)
    assert list(result.suspended) == [1]
    assert result.states[last] is SUSPENDED


def test_only_what_the_sinks_need_runs(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    wanted, other = builder.add("Integer", value="1"), builder.add("Integer", value="2")
    result = runner.run(builder, sinks=[wanted])
    assert result.succeeded
    assert runner.states(other) == [WAITING, NOT_NEEDED]


# -- failures ------------------------------------------------------------------------------------


def test_any_exception_becomes_the_error_of_its_module(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    broken = builder.add("Broken", package=PACKAGE)
    result = runner.run(builder)
    assert not result.succeeded
    assert str(result.errors[broken]) == "ZeroDivisionError: no share left"
    assert "in compute" in result.errors[broken].trace
    assert runner.states(broken) == [WAITING, COMPUTING, ERROR]


def test_what_needs_a_failed_module_names_it(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    broken = builder.add("Broken", package=PACKAGE, label="The bad one")
    last = count(builder, count(builder, broken))
    result = runner.run(builder)
    assert list(result.errors) == [broken]
    assert result.blocked[last] == broken
    assert runner.states(last) == [WAITING, ERROR]
    assert runner.events[-1].message == "not run, because The bad one failed"


def test_a_failed_branch_does_not_stop_another(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    broken = builder.add("Broken", package=PACKAGE)
    fine = count(builder, builder.add("Integer", value="1"))
    both = builder.add(
        "Tuple", inputs={"a": "Integer", "b": "Integer"}, outputs={"value": "Variant"}
    )
    builder.connect(broken, "value", both, "a")
    builder.connect(fine, "value", both, "b")
    result = runner.run(builder)
    assert result.states[fine] is SUCCESS
    assert result.states[both] is ERROR


def test_a_text_that_is_no_value_is_an_error_of_its_module(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("Integer", value="seven")
    result = runner.run(builder)
    assert str(result.errors[module]) == (
        "port 'value': 'seven' is not a value of type Integer (a whole number); correct it"
    )


def test_a_missing_value_names_the_port(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = builder.add("String")
    result = runner.run(builder)
    assert str(result.errors[module]) == "missing value on port 'value'; connect it or set it"


def test_a_value_of_another_type_is_refused(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    text = builder.add("String", value="many")
    variant = builder.add("InputPort")
    builder.connect(text, "value", variant, "Default")
    target = builder.add("Count", package=PACKAGE)
    builder.connect(variant, "InternalPipe", target, "value")
    result = runner.run(builder)
    assert str(result.errors[target]) == "port 'value': 'many' is not a value of type Integer"


def test_a_pipeline_that_cannot_run_raises_before_anything_runs(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    first = count(builder)
    builder.connect(count(builder, first), "value", first, "value")
    with pytest.raises(PipelineHasCycle):
        runner.run(builder)
    assert not runner.events


def test_an_unknown_module_or_port_raises(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    interpreter = Interpreter(runner.registry, job_monitor=runner.monitor)
    unknown = Pipeline({0: PipelineModule(0, BASIC, "Nonsense")}, {})
    with pytest.raises(ModuleNotFound):
        interpreter.run(unknown, {})
    builder.add("String", set_ports={"nonsense": "x"})
    with pytest.raises(PortNotFound):
        runner.run(builder)


# -- stopping ------------------------------------------------------------------------------------


def test_stop_is_obeyed_between_modules(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    first = builder.add("Integer", value="1")
    last = count(builder, first)
    stop = threading.Event()
    runner.on_event = lambda event: stop.set() if event.state is SUCCESS else None
    result = runner.run(builder, stop=stop)
    assert result.was_stopped
    assert not result.succeeded
    assert result.states == {first: SUCCESS, last: NOT_NEEDED}


def test_ctrl_c_passes_and_leaves_every_module_in_a_final_state(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    job = count(builder, builder.add("Integer", value="1"), "Job")
    interrupted = builder.add("Interrupted", package=PACKAGE)
    last = count(builder, interrupted)
    with pytest.raises(KeyboardInterrupt):
        runner.run(builder, version=5)
    assert runner.states(interrupted) == [WAITING, COMPUTING, NOT_NEEDED]
    assert runner.states(last) == [WAITING, NOT_NEEDED]
    assert runner.states(job)[-1] is SUSPENDED
    assert len(runner.monitor.jobs()) == 1
    assert runner.monitor.current_workflow() is None


# -- results that are kept -----------------------------------------------------------------------


def test_a_second_run_computes_nothing_again(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    number = builder.add("Integer", value="1")
    last = count(builder, number)
    runner.run(builder)
    result = runner.run(builder)
    assert result.outputs(last) == {"value": 2}
    assert runner.states(last) == [WAITING, CACHED]
    assert runner.states(number) == [WAITING, NOT_NEEDED]


def test_equal_modules_are_computed_once(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    first, second = (builder.add("Integer", value="1") for _ in range(2))
    runner.run(builder)
    assert runner.states(first)[-1] is SUCCESS
    assert runner.states(second) == [WAITING, CACHED]


def test_another_value_is_computed(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    count(builder, builder.add("Integer", value="1"))
    runner.run(builder)
    other = count(builder, builder.add("Integer", value="2"))
    assert runner.run(builder).outputs(other) == {"value": 3}


@pytest.mark.parametrize("always", ["flag", "class"])
def test_what_may_not_be_kept_runs_again(
    builder: PipelineBuilder, runner: PipelineRunner, always: str
) -> None:
    name = "AlwaysCount" if always == "class" else "Count"
    module = builder.add(name, package=PACKAGE, cache=always == "class")
    runner.run(builder)
    runner.run(builder)
    assert runner.states(module) == [WAITING, COMPUTING, SUCCESS]


def test_what_follows_a_module_that_always_runs_is_kept_while_its_inputs_are_equal(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    always = count(builder, name="AlwaysCount")
    last = count(builder, always)
    runner.run(builder)
    runner.run(builder)
    assert runner.states(always) == [WAITING, COMPUTING, SUCCESS]
    assert runner.states(last) == [WAITING, CACHED]


def test_a_result_whose_file_is_gone_is_made_again(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    writer = builder.add("WriteFile", in_value="text")
    first = runner.run(builder).outputs(writer)["out_value"]
    Path(first.name).unlink()
    second = runner.run(builder).outputs(writer)["out_value"]
    assert runner.states(writer) == [WAITING, COMPUTING, SUCCESS]
    assert Path(second.name).read_text() == "text"


def test_a_module_that_is_an_input_itself_is_computed(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    taken = count(builder)
    taker = builder.add("Itself", package=PACKAGE, cache=False)
    builder.connect(taken, "self", taker, "module")
    runner.run(builder)
    assert runner.run(builder).outputs(taker) == {"value": 1}


# -- what modules may do -------------------------------------------------------------------------


def test_a_module_that_chooses_its_branch_leaves_the_other_alone(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    wanted = count(builder, count(builder))
    broken = builder.add("Broken", package=PACKAGE)
    choice = builder.add("Choice", package=PACKAGE, wanted="first")
    builder.connect(wanted, "value", choice, "first")
    builder.connect(broken, "value", choice, "second")
    result = runner.run(builder)
    assert result.outputs(choice) == {"value": 2}
    assert runner.states(broken) == [WAITING, NOT_NEEDED]
    assert result.succeeded


def test_a_chosen_branch_that_fails_or_waits_blocks_the_choice(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    broken = builder.add("Broken", package=PACKAGE)
    pending = builder.add("Pending", package=PACKAGE)
    choices = []
    for port, source in (("first", broken), ("second", pending)):
        choices.append(builder.add("Choice", package=PACKAGE, wanted=port))
        builder.connect(source, "value", choices[-1], port)
    result = runner.run(builder)
    assert [result.states[one] for one in choices] == [ERROR, SUSPENDED]
    assert [result.blocked[one] for one in choices] == [broken, pending]


def test_an_invalid_output_makes_its_connection_vanish(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    vanishing = builder.add("Vanishing", package=PACKAGE)
    target = count(builder, vanishing)
    assert runner.run(builder).outputs(target) == {"value": 1}


def test_progress_and_notes_are_heard(builder: PipelineBuilder, runner: PipelineRunner) -> None:
    module = builder.add("Talking", package=PACKAGE, label="Speaker")
    result = runner.run(builder, version=7)
    assert ModuleEvent(module, COMPUTING, progress=0.5) in runner.events
    assert result.annotations == {module: {"seen": "yes"}}
    assert result.outputs(module) == {"value": "Speaker of 7"}


def test_the_interpreter_removes_only_its_own_files(tmp_path: Path) -> None:
    with FilePool(tmp_path) as pool:
        with Interpreter(default_registry(), job_monitor=JobMonitor(), file_pool=pool):
            kept = Path(pool.create_file().name)
        assert kept.exists()
    assert not kept.exists()


def test_by_itself_an_interpreter_has_its_own_files_and_runs_no_code(
    builder: PipelineBuilder, runner: PipelineRunner, caplog: pytest.LogCaptureFixture
) -> None:
    code = builder.add("PythonSource", source="print(1)")
    writer = builder.add("WriteFile", in_value="text")
    printer = builder.add("StandardOutput")
    builder.connect(writer, "out_value", printer, "value")
    with (
        caplog.at_level("INFO"),
        Interpreter(runner.registry, job_monitor=runner.monitor) as interpreter,
    ):
        result = interpreter.run(builder.build(), {})
        path = Path(result.outputs(writer)["out_value"].name)
        assert path.read_text() == "text"
    assert not path.exists()
    assert "--trust" in str(result.errors[code])
    assert "Output: text" in caplog.text


def test_a_stop_reaches_a_module_that_chooses_its_branch(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    first = count(builder)
    choice = builder.add("Choice", package=PACKAGE, wanted="first")
    builder.connect(count(builder, first), "value", choice, "first")
    stop = threading.Event()
    runner.on_event = lambda event: stop.set() if event.state is SUCCESS else None
    result = runner.run(builder, stop=stop)
    assert result.was_stopped
    assert result.states[choice] is NOT_NEEDED
    assert not result.errors


def test_a_module_with_an_update_of_its_own_runs_once(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    first = count(builder)
    careful = builder.feed(first, "Careful", package=PACKAGE)
    last = count(builder, careful)
    result = runner.run(builder)
    assert result.outputs(last) == {"value": 103}
    assert runner.states(careful) == [WAITING, COMPUTING, SUCCESS]


def test_the_ports_of_a_group_pass_values_on(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    entry = builder.add("InputPort", Default="text")
    leaving = builder.add("OutputPort")
    builder.connect(entry, "InternalPipe", leaving, "InternalPipe")
    assert runner.run(builder).outputs(leaving) == {"ExternalPipe": "text"}


def test_a_default_that_is_no_value_is_an_error_of_the_module(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    module = builder.add("WrongDefault", package=PACKAGE)
    assert "the default of port 'value' cannot be used: 'x' is not a value of type Integer" in str(
        runner.run(builder).errors[module]
    )


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_path_that_no_file_can_have_is_a_value_like_any_other(name: str) -> None:
    cache = ResultCache()
    cache.put("signature", {"value": PathObject(name)})
    assert cache.find("signature") in (None, {"value": PathObject(name)})


def test_a_list_that_holds_itself_is_not_kept() -> None:
    endless: list[object] = []
    endless.append(endless)
    cache = ResultCache()
    cache.put("signature", {"value": endless})
    assert cache.find("signature") is None
