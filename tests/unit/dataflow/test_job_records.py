"""The job monitor and the JSON it keeps."""

from __future__ import annotations

import json
import threading
from datetime import datetime

import pytest

from tests.counting_modules import FakeHandle, FakeServer
from vistrails_tej.dataflow.errors import JobRecordsInvalid
from vistrails_tej.dataflow.job_records import JobMonitor, JobRecord, WorkflowRecord
from vistrails_tej.dataflow.module_errors import JobHandle, ModuleSuspended

# As VisTrails 2.2 wrote it.
LEGACY = """{"jobs": {"9c95fe34efcfe67450cf134f5a8b299488c8995f": {
    "id": "9c95fe34efcfe67450cf134f5a8b299488c8995f", "name": "SubmitJob",
    "start": "2026-11-22T10:38:02.502141", "finished": false,
    "parameters": {"destination": "ssh://root@127.0.0.1:22731", "queue": "~/.tej",
        "setup_runtime": "", "need_runtime": "",
        "job_id": "vistrails_module_9c95fe34efcfe67450cf134f5a8b299488c8995f"}}},
 "workflows": {"c9b6bf94-e660-11f1-831a-02fc00000001": {
    "id": "c9b6bf94-e660-11f1-831a-02fc00000001", "version": 21, "name": "untitled",
    "user": "root", "start": "2026-11-22T10:38:00.064383",
    "jobs": ["9c95fe34efcfe67450cf134f5a8b299488c8995f"]}}}"""


def with_job(**changes: object) -> str:
    content = json.loads(LEGACY)
    (job,) = content["jobs"].values()
    job.update(changes)
    return json.dumps(content)


class View:
    """Writes down what it is told."""

    def __init__(self, ended: bool = False) -> None:
        self.heard: list[str] = []
        self.ended = ended

    def startWorkflow(self, workflow: WorkflowRecord) -> None:  # noqa: N802
        self.heard.append(f"start {workflow.version}")

    def finishWorkflow(self, workflow: WorkflowRecord) -> None:  # noqa: N802
        self.heard.append(f"finish {workflow.version} with {list(workflow.jobs)}")

    def addJob(self, job: JobRecord) -> None:  # noqa: N802
        self.heard.append(f"add {job.id}")

    def deleteJob(self, job_id: str) -> None:  # noqa: N802
        self.heard.append(f"delete {job_id}")

    def deleteWorkflow(self, workflow_id: str) -> None:  # noqa: N802
        self.heard.append(f"delete workflow {workflow_id}")

    def checkJob(self, module: object, job_id: str, handle: JobHandle) -> bool:  # noqa: N802
        self.heard.append(f"check {job_id}")
        return self.ended


def test_what_vistrails_wrote_comes_out_again() -> None:
    assert json.loads(JobMonitor(LEGACY).serialize()) == json.loads(LEGACY)


def test_a_new_job_has_every_key_that_vistrails_reads() -> None:
    monitor = JobMonitor()
    monitor.startWorkflow(WorkflowRecord(3, "primes.vt"))
    monitor.addJob("ab", {"job_id": "x"}, "SubmitJob")
    monitor.finishWorkflow()
    content = json.loads(monitor.serialize())
    job, (workflow,) = content["jobs"]["ab"], content["workflows"].values()
    assert {**job, "start": ""} == {
        "id": "ab",
        "name": "SubmitJob",
        "start": "",
        "finished": False,
        "parameters": {"job_id": "x"},
    }
    assert set(workflow) == {"id", "version", "name", "user", "start", "jobs"}
    assert (workflow["version"], workflow["name"], workflow["jobs"]) == (3, "primes.vt", ["ab"])
    for text in (job["start"], workflow["start"]):
        assert datetime.fromisoformat(text).tzinfo is None


def test_the_json_is_ascii() -> None:
    monitor = JobMonitor()
    monitor.add_job("ab", {"job_id": "é"}, "Prüfung")
    assert monitor.serialize().isascii()
    assert JobMonitor(monitor.serialize()).jobs() == monitor.jobs()


def test_without_jobs_there_is_nothing_to_save() -> None:
    monitor = JobMonitor()
    monitor.start_workflow(WorkflowRecord(3))
    monitor.finish_workflow()
    assert monitor.annotation() is None
    assert json.loads(monitor.serialize()) == {"jobs": {}, "workflows": {}}
    monitor.add_job("ab", {"a": 1})
    assert monitor.annotation() == monitor.serialize()


def test_a_job_keeps_its_start_and_name_when_it_finishes() -> None:
    monitor = JobMonitor(LEGACY)
    (before,) = monitor.jobs()
    monitor.setCache(before.id, {**before.parameters, "exitcode": 0})
    after = monitor.getCache(before.id)
    assert after is not None
    assert (after.start, after.name) == (before.start, "SubmitJob")
    assert after.parameters["exitcode"] == 0


def test_only_a_finished_job_is_in_the_cache() -> None:
    monitor = JobMonitor(LEGACY)
    (job,) = monitor.jobs()
    assert monitor.hasJob(job.id)
    assert monitor.getJob(job.id) == job
    assert monitor.getCache(job.id) is None
    assert monitor.getJob("other") is None


def test_a_job_that_says_finished_but_not_how_is_asked_again() -> None:
    monitor = JobMonitor(with_job(finished=True, parameters={}))
    (job,) = monitor.jobs()
    assert not monitor.has_job(job.id)
    assert monitor.get_cache(job.id) is None
    assert "says finished, but not how" in monitor.problems()[0]
    monitor.add_job(job.id, {"job_id": "x"})
    assert monitor.has_job(job.id)


@pytest.mark.parametrize("finished", ["true", None, 1, {}])
def test_a_strange_finished_is_not_finished(finished: object) -> None:
    monitor = JobMonitor(with_job(finished=finished))
    (job,) = monitor.jobs()
    assert not job.finished
    assert monitor.has_job(job.id)


@pytest.mark.parametrize("job", ["text", None, {"parameters": []}])
def test_a_record_that_cannot_be_read_is_reported_and_kept(job: object) -> None:
    text = json.dumps({"jobs": {"bad": job}, "workflows": {"w": 3}})
    monitor = JobMonitor(text)
    assert monitor.jobs() == []
    assert len(monitor.problems()) == 2
    assert json.loads(monitor.serialize()) == json.loads(text)


@pytest.mark.parametrize(
    "text", ["no json", "[" * 100_000, "[]", '{"jobs": []}', '{"workflows": 1}']
)
def test_what_is_no_record_at_all_is_refused(text: str) -> None:
    with pytest.raises(JobRecordsInvalid, match="cannot be read"):
        JobMonitor(text)


def test_workflows_inside_a_workflow_belong_to_it() -> None:
    monitor = JobMonitor()
    outer = WorkflowRecord(1)
    monitor.start_workflow(outer)
    monitor.start_workflow(WorkflowRecord(2))
    monitor.finish_workflow()
    monitor.add_job("ab", {"a": 1})
    monitor.finish_workflow()
    monitor.finish_workflow()
    assert monitor.current_workflow() is None
    assert [one.jobs for one in monitor.workflows()] == [("ab",)]
    assert monitor.find_workflow(1) is not None
    assert monitor.find_workflow(2) is None


def test_a_workflow_that_runs_again_keeps_its_jobs() -> None:
    monitor = JobMonitor(LEGACY)
    (workflow,) = monitor.workflows()
    monitor.start_workflow(WorkflowRecord(21, id=workflow.id))
    monitor.add_job("ab", {"a": 1})
    assert [one.jobs for one in monitor.workflows()] == [(*workflow.jobs, "ab")]


def test_a_deleted_job_leaves_its_workflow_too() -> None:
    monitor = JobMonitor(LEGACY)
    (job,) = monitor.jobs()
    monitor.deleteJob(job.id)
    monitor.deleteJob(job.id)
    assert monitor.jobs() == []
    assert monitor.workflows() == []


def test_a_deleted_workflow_takes_only_its_own_jobs_along() -> None:
    monitor = JobMonitor()
    for version, jobs in ((1, "ab"), (2, "bc")):
        monitor.start_workflow(WorkflowRecord(version, id=str(version)))
        for job in jobs:
            monitor.add_job(job, {"a": 1})
        monitor.finish_workflow()
    monitor.deleteWorkflow("1")
    monitor.deleteWorkflow("1")
    assert [job.id for job in monitor.jobs()] == ["b", "c"]


def test_a_change_is_told_once_and_no_change_is_not() -> None:
    changes: list[int] = []
    monitor = JobMonitor(on_change=lambda: changes.append(len(monitor.jobs())))
    monitor.add_job("ab", {"a": 1})
    monitor.add_job("ab", {"a": 1})
    monitor.set_cache("ab", {"a": 1, "b": 2})
    monitor.delete_job("ab")
    assert changes == [1, 1, 0]


def test_a_running_job_suspends_and_one_that_ended_does_not() -> None:
    server, monitor = FakeServer(), JobMonitor()
    handle = FakeHandle(server, "x")
    monitor.add_job("ab", {"a": 1}, "Primes")
    with pytest.raises(ModuleSuspended, match="job Primes is still running") as caught:
        monitor.checkJob("module", "ab", handle)
    assert caught.value.handle is handle
    server.ended.add("x")
    assert monitor.isDone(handle)
    monitor.checkJob("module", "ab", handle)


def test_a_view_is_told_everything_and_may_wait_itself() -> None:
    view, monitor = View(ended=True), JobMonitor()
    monitor.setCallback(view)
    monitor.start_workflow(WorkflowRecord(1, id="w"))
    monitor.add_job("ab", {"a": 1})
    monitor.check_job("module", "ab", FakeHandle(FakeServer(), "x"))
    monitor.finish_workflow()
    monitor.add_job("cd", {"a": 1})
    monitor.delete_job("cd")
    monitor.delete_workflow("w")
    assert view.heard == [
        "start 1",
        "add ab",
        "check ab",
        "finish 1 with ['ab']",
        "add cd",
        "delete cd",
        "delete workflow w",
    ]


def test_many_threads_lose_no_job() -> None:
    monitor = JobMonitor()
    monitor.start_workflow(WorkflowRecord(1))

    def add(first: int) -> None:
        for number in range(first, first + 100):
            monitor.add_job(str(number), {"number": number})
            monitor.serialize()

    threads = [threading.Thread(target=add, args=(100 * one,)) for one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (workflow,) = monitor.workflows()
    assert len(monitor.jobs()) == len(workflow.jobs) == 400
