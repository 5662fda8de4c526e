"""What --vary means, and which jobs a workflow has, found out without any server."""

from __future__ import annotations

from pathlib import Path

import pytest

from vistrails_tej.dataflow import Assignment, AssignmentInvalid, JobMonitor, VistrailJobs
from vistrails_tej.dataflow.storage import read_log
from vistrails_tej.modules.exploration import (
    ExplorationPoint,
    ExplorationRun,
    Variation,
    open_exploration,
    parse_variation,
)
from vistrails_tej.modules.job_modules import find_job_modules
from vistrails_tej.modules.run_plan import JobPlan, plan_runs
from vistrails_tej.modules.sessions import start_sessions, stop_sessions
from vistrails_tej.modules.workflow import load_registry, open_workflow
from vistrails_tej.modules.workflow_run import RunListeners

from ...vistrails import BASIC, EXAMPLES, STRING, VARIANT, Draft

PRIMES = EXAMPLES / "tej-primes.vt"
DATA = Path(__file__).resolve().parent.parent.parent / "data" / "vt"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=1,2,3", ("1", "2", "3")),
        ("a.b=1", ("1",)),
        ('a.b="1,5",2', ("1,5", "2")),
        ('a.b="say ""hi""",2', ('say "hi"', "2")),
        ("a.b=1,1,2", ("1", "2")),
        ("a.b=1,,2", ("1", "", "2")),
        ('a.b=""', ("",)),
        ("a.b= x ,y", (" x ", "y")),
        ("a.b=x=1,x=2", ("x=1", "x=2")),
    ],
)
def test_values_are_separated_as_in_csv(text: str, values: tuple[str, ...]) -> None:
    assert parse_variation(text) == Variation("a.b", values)


@pytest.mark.parametrize("text", ["a.b=", "a.b", "=1,2", 'a.b="1,2', 'a.b="1"2,3'])
def test_what_is_no_list_of_values_is_refused(text: str) -> None:
    with pytest.raises(AssignmentInvalid):
        parse_variation(text)


def test_every_combination_is_a_point_and_the_last_list_runs_fastest() -> None:
    variations = [
        Variation("Target number.value", ("1", "2")),
        Variation("Queue.queue", ("a", "b")),
    ]
    exploration = open_exploration(PRIMES, load_registry(), variations)
    assert [one.values for one in exploration.points] == [
        ("1", "a"), ("1", "b"), ("2", "a"), ("2", "b"),
    ]  # fmt: skip
    jobs = {find_job_modules(one.workflow)[0].job_id for one in exploration.points}
    assert len(jobs) == 4


def test_a_point_has_the_id_that_setting_the_value_gives() -> None:
    (point, _) = open_exploration(
        PRIMES, load_registry(), [Variation("Target number.value", ("7", "8"))]
    ).points
    alone = open_workflow(
        PRIMES, load_registry(), assignments=[Assignment("Target number.value", "7")]
    )
    assert find_job_modules(point.workflow) == find_job_modules(alone)


def test_one_port_cannot_be_varied_twice() -> None:
    twice = [Variation("Target number.value", ("1",)), Variation("Target number.value", ("2",))]
    with pytest.raises(AssignmentInvalid, match="varied twice"):
        open_exploration(PRIMES, load_registry(), twice)


def test_more_runs_than_anybody_means_are_refused_before_any_is_made() -> None:
    many = tuple(map(str, range(200)))
    variations = [Variation(target, many) for target in ("Target number.value", "Queue.queue")]
    with pytest.raises(AssignmentInvalid, match="40000 runs"):
        open_exploration(PRIMES, load_registry(), variations)


def test_what_cannot_be_set_is_refused_with_what_could_be_meant() -> None:
    with pytest.raises(AssignmentInvalid, match="no module or alias is called so"):
        open_exploration(PRIMES, load_registry(), [Variation("Nothing.value", ("1",))])


def test_a_workflow_without_jobs_is_explored_too(tmp_path: Path) -> None:
    draft = Draft("127.0.0.1:1")
    text = draft.add(BASIC, "String", "Text")
    draft.vistrail.set(text, "value", "x")
    printer = draft.add(BASIC, "StandardOutput")
    draft.vistrail.connect((text, "value", STRING), (printer, "value", VARIANT))
    path = draft.save(tmp_path / "texts.vt")
    exploration = open_exploration(path, load_registry(), [Variation("Text.value", ("1", "2"))])
    printed: list[tuple[int, str]] = []
    files = set()

    def listen(point: ExplorationPoint) -> RunListeners:
        return RunListeners(
            lambda _event: files.add(path.stat().st_ino),
            lambda text: printed.append((point.number, text)),
            lambda _: False,
        )

    # Nobody needs the queue that every draft has, so it may be missing.
    with ExplorationRun(exploration, VistrailJobs(path), listen) as going:
        results = going.run()
    assert printed == [(0, "1\n"), (1, "2\n")]
    assert not going.is_suspended
    assert [one.jobs for one in results] == [{}, {}]
    # The file is not rewritten for each point, but it knows of them all.
    assert len(files) == 1
    assert len(read_log(path)) == 2


def test_the_queue_of_a_job_is_known_without_running() -> None:
    workflow = open_workflow(PRIMES, load_registry())
    (job,) = find_job_modules(workflow)
    assert job.queue is not None
    assert str(job.queue.destination) == "ssh://localhost"
    assert job.queue.queue == "~/.tej"


def test_a_job_in_a_group_has_the_id_and_queue_of_its_inside() -> None:
    workflow = open_workflow(DATA / "73_job_in_group.vt", load_registry())
    (job,) = find_job_modules(workflow)
    group, inner = job.path
    assert job.signature == workflow.signatures[group].content[inner].signature
    assert job.queue is not None


@pytest.mark.parametrize(
    ("name", "is_looped"),
    [("80_implicit_loop", True), ("81_map", True), ("20_shelljob", False), ("01_base", False)],
)
def test_a_job_in_a_loop_has_no_id_yet(name: str, is_looped: bool) -> None:
    workflow = open_workflow(DATA / f"{name}.vt", load_registry())
    assert [one.is_looped for one in find_job_modules(workflow)] == [is_looped]


def test_a_plan_does_not_ask_for_jobs_of_loops() -> None:
    workflow = open_workflow(DATA / "80_implicit_loop.vt", load_registry())
    ((planned,),) = plan_runs([workflow], JobMonitor())
    assert planned.plan is JobPlan.LOOPED
    assert planned.error is None


def test_a_finished_record_is_all_that_a_plan_needs() -> None:
    place = Assignment("Queue.hostname", "127.0.0.1:1")
    workflow = open_workflow(PRIMES, load_registry(), assignments=[place])
    (job,) = find_job_modules(workflow)
    monitor = JobMonitor()
    monitor.set_cache(job.signature, {"exitcode": 0, "destination": "127.0.0.1:1"})
    start_sessions()
    try:
        ((planned,),) = plan_runs([workflow], monitor)
    finally:
        stop_sessions()
    assert planned.plan is JobPlan.RECORDED
