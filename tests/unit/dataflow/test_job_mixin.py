"""Jobs: started once, waited for, collected, found again."""

from __future__ import annotations

import json

from tests.counting_modules import PACKAGE, FakeServer
from tests.pipelines import PipelineBuilder, PipelineRunner
from vistrails_tej.dataflow.events import ModuleEvent, ModuleState
from vistrails_tej.dataflow.job_records import JobMonitor

WAITING, COMPUTING, SUCCESS, SUSPENDED, NOT_NEEDED = (
    ModuleState.WAITING,
    ModuleState.COMPUTING,
    ModuleState.SUCCESS,
    ModuleState.SUSPENDED,
    ModuleState.NOT_NEEDED,
)


def job(builder: PipelineBuilder, number: str, label: str = "") -> tuple[int, int, int]:
    """A number, a job that doubles it, and a module that goes on from there."""
    first = builder.add("Integer", value=number, cache=False)
    middle = builder.feed(first, "Job", package=PACKAGE, label=label)
    return first, middle, builder.feed(middle, "Count", package=PACKAGE)


def test_a_job_is_started_and_suspends_what_follows(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    _, middle, last = job(builder, "20", label="Double it")
    result = runner.run(builder, version=4)
    assert result.is_suspended
    assert not result.succeeded
    assert runner.states(middle) == [WAITING, COMPUTING, SUSPENDED]
    assert runner.states(last) == [WAITING, SUSPENDED]
    assert runner.events[-1].message == "waits for Double it"
    (record,) = runner.monitor.jobs()
    assert (record.name, record.parameters["number"], record.finished) == ("Double it", 20, False)
    assert record.id == server.started[0]["job_id"]
    assert len(record.id) == 40
    (workflow,) = runner.monitor.workflows()
    assert (workflow.version, workflow.jobs) == (4, (record.id,))


def test_resuming_runs_nothing_upstream_and_submits_nothing(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    first, middle, last = job(builder, "20")
    runner.run(builder)
    result = runner.run(builder)
    assert result.is_suspended
    assert runner.states(first) == [WAITING, NOT_NEEDED]
    server.end_all()
    result = runner.run(builder)
    assert result.succeeded
    assert result.outputs(last) == {"value": 41}
    assert runner.states(first) == [WAITING, NOT_NEEDED]
    assert runner.states(middle) == [WAITING, COMPUTING, SUCCESS]
    assert len(server.started) == 1


def test_a_finished_job_is_used_without_asking_the_server(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    first, _, last = job(builder, "20")
    runner.run(builder)
    server.end_all()
    runner.run(builder)
    server.ended.clear()
    saved = runner.monitor.annotation()
    assert saved is not None
    runner.monitor = JobMonitor(saved)
    runner.cache.clear()
    result = runner.run(builder)
    assert result.outputs(last) == {"value": 41}
    assert runner.states(first) == [WAITING, NOT_NEEDED]
    assert len(server.started) == 1


def test_two_jobs_that_do_not_need_each_other_both_start(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    jobs = [job(builder, number)[1] for number in ("1", "2")]
    both = builder.add(
        "Tuple", inputs={"a": "Integer", "b": "Integer"}, outputs={"value": "Variant"}
    )
    for middle, port in zip(jobs, "ab", strict=True):
        builder.connect(middle, "value", both, port)
    result = runner.run(builder)
    assert sorted(result.suspended) == jobs
    assert [one["number"] for one in server.started] == [1, 2]
    handles = [handle for one in result.suspended.values() for handle in one.handles()]
    assert not any(handle.finished() for handle in handles)
    server.end_all()
    assert runner.run(builder).outputs(both) == {"value": (2, 4)}


def test_a_failure_beside_a_job_does_not_keep_it_from_starting(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    broken = builder.add("Broken", package=PACKAGE)
    _, middle, _ = job(builder, "1")
    both = builder.add(
        "Tuple", inputs={"a": "Integer", "b": "Integer"}, outputs={"value": "Variant"}
    )
    builder.connect(broken, "value", both, "a")
    builder.connect(middle, "value", both, "b")
    result = runner.run(builder)
    assert len(server.started) == 1
    assert result.states[middle] is SUSPENDED
    assert result.states[both] is ModuleState.ERROR


def test_what_somebody_else_needs_runs_even_above_a_known_job(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    first, _, _ = job(builder, "20")
    runner.run(builder)
    builder.feed(first, "StandardOutput")
    runner.run(builder)
    assert runner.output == "20\n"


def test_another_input_is_another_job(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job(builder, "1")
    job(builder, "2")
    runner.run(builder)
    assert len({one["job_id"] for one in server.started}) == 2


def test_a_lost_job_says_so_and_its_record_stays_as_it_was(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    _, middle, _ = job(builder, "1")
    runner.run(builder)
    before = runner.monitor.jobs()
    server.lost.add(before[0].id)
    for _ in range(2):
        result = runner.run(builder)
        assert str(result.errors[middle]) == "the job was deleted; run it again"
    assert runner.monitor.jobs() == before
    server.lost.clear()
    runner.monitor.delete_job(before[0].id)
    assert runner.run(builder).is_suspended
    assert len(server.started) == 2


def test_a_job_that_vistrails_left_without_parameters_starts_over(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    job(builder, "1")
    runner.run(builder)
    content = json.loads(runner.monitor.serialize())
    (record,) = content["jobs"].values()
    record.update(finished=True, parameters={})
    runner.monitor = JobMonitor(json.dumps(content))
    assert runner.run(builder).is_suspended
    assert len(server.started) == 2


def test_a_record_that_lacks_something_is_named_not_a_crash(
    builder: PipelineBuilder, runner: PipelineRunner
) -> None:
    _, middle, _ = job(builder, "1")
    runner.run(builder)
    (record,) = runner.monitor.jobs()
    runner.monitor.set_cache(record.id, {"job_id": record.id})
    error = runner.run(builder).errors[middle]
    assert str(error) == (
        "the saved record of this job lacks 'result'; delete the record and run again"
    )
    runner.monitor.delete_job(record.id)
    runner.monitor.add_job(record.id, {"number": 1})
    assert "lacks 'job_id'" in str(runner.run(builder).errors[middle])


def test_an_input_that_a_known_job_reads_after_all_is_computed_then(
    builder: PipelineBuilder, runner: PipelineRunner, server: FakeServer
) -> None:
    """Resuming skips what is upstream, but nobody ever sees a value missing for that."""
    first, middle, _ = job(builder, "20")
    runner.run(builder)
    (record,) = runner.monitor.jobs()

    def forget(event: ModuleEvent) -> None:
        if event == ModuleEvent(middle, COMPUTING):
            runner.monitor.delete_job(record.id)

    runner.on_event = forget
    result = runner.run(builder)
    assert result.states[middle] is SUSPENDED
    assert runner.states(first) == [WAITING, COMPUTING, SUCCESS]
    assert len(server.started) == 2
