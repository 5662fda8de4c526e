"""Jobs kept in a vistrail's file, by several processes, on a disk that may be full."""

from __future__ import annotations

import contextlib
import logging
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.disks import full_disk
from vistrails_tej.dataflow import VistrailJobs, WorkflowRecord
from vistrails_tej.dataflow.execution_log import Outcome, WorkflowExecution
from vistrails_tej.dataflow.storage.log_saver import read_log

from ...vistrails import EXAMPLES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path))


def record(
    jobs: VistrailJobs, signature: str, version: int = 25, *, finished: bool = False
) -> None:
    jobs.monitor.start_workflow(jobs.monitor.find_workflow(version) or WorkflowRecord(version))
    jobs.monitor.add_job(signature, {"job_id": signature}, "a job", finished=finished)
    jobs.monitor.finish_workflow()
    jobs.save()


def run_again(jobs: VistrailJobs, *signatures: str) -> None:
    """What a run does to the records of jobs that are to be run anew."""
    jobs.monitor.start_workflow(jobs.monitor.find_workflow(25) or WorkflowRecord(25))
    for signature in signatures:
        jobs.monitor.delete_job(signature)
        jobs.monitor.add_job(signature, {"job_id": signature}, "a job")
    jobs.monitor.finish_workflow()
    jobs.save()


def recorded(file: Path) -> dict[str, bool]:
    return {job.id: job.finished for job in VistrailJobs(file).monitor.jobs()}


def test_a_job_is_in_the_file_as_soon_as_it_is_recorded(file: Path) -> None:
    jobs = VistrailJobs(file)
    jobs.monitor.start_workflow(WorkflowRecord(25))
    jobs.monitor.add_job("a", {"job_id": "a"})
    assert recorded(file) == {"a": False}


def test_everything_else_in_the_file_stays(file: Path) -> None:
    with zipfile.ZipFile(file) as before:
        text = before.read("vistrail")
    jobs = VistrailJobs(file)
    record(jobs, "a")
    jobs.forget(["a"])
    with zipfile.ZipFile(file) as after:
        assert after.read("vistrail") == text


def test_what_another_process_recorded_in_the_meantime_is_kept(file: Path) -> None:
    first, second = VistrailJobs(file), VistrailJobs(file)
    record(first, "a", 24)
    record(second, "b", 25)
    assert recorded(file) == {"a": False, "b": False}


def test_a_job_that_another_process_saw_finish_stays_finished(file: Path) -> None:
    first, second = VistrailJobs(file), VistrailJobs(file)
    record(first, "a")
    record(second, "a", finished=True)
    record(first, "b")
    assert recorded(file) == {"a": True, "b": False}


def test_jobs_that_are_run_again_in_one_go_have_not_finished(file: Path) -> None:
    before = VistrailJobs(file)
    for signature in "ab":
        record(before, signature, finished=True)
    jobs = VistrailJobs(file)
    run_again(jobs, "a", "b")
    assert recorded(file) == {"a": False, "b": False}
    record(jobs, "a", finished=True)
    assert recorded(file) == {"a": True, "b": False}


def test_a_job_that_is_run_again_has_not_finished_whatever_others_have_of_its_first_attempt(
    file: Path,
) -> None:
    first, second = VistrailJobs(file), VistrailJobs(file)
    record(first, "a", finished=True)
    record(second, "b")
    # The first program puts back what the second one drops, as a run of its own collected it.
    with first.gathered(), second.gathered():
        run_again(second, "a")
        second.monitor.delete_job("b")
    record(first, "c")
    record(second, "d")
    assert recorded(file) == {"a": False, "c": False, "d": False}


def test_a_forgotten_job_does_not_come_back_from_another_process(file: Path) -> None:
    record(VistrailJobs(file), "a")
    first, second = VistrailJobs(file), VistrailJobs(file)
    first.forget(["a"])
    record(second, "b")
    assert recorded(file) == {"b": False}


def test_a_file_that_is_put_back_gets_the_jobs_of_the_run_again(file: Path) -> None:
    record(VistrailJobs(file), "read only")
    before = file.read_bytes()
    jobs = VistrailJobs(file)
    record(jobs, "a", 24)
    record(jobs, "b")
    jobs.monitor.delete_job("b")
    file.write_bytes(before)
    jobs.save()
    assert recorded(file) == {"read only": False, "a": False}
    monitor = VistrailJobs(file).monitor
    assert {one.version: one.jobs for one in monitor.workflows()} == {
        24: ("a",),
        25: ("read only",),
    }


def test_a_job_that_a_run_goes_on_with_is_put_back_like_a_new_one(file: Path) -> None:
    pristine = file.read_bytes()
    record(VistrailJobs(file), "a")
    jobs = VistrailJobs(file)
    record(jobs, "a")
    file.write_bytes(pristine)
    jobs.save()
    assert recorded(file) == {"a": False}
    (workflow,) = VistrailJobs(file).monitor.workflows()
    assert workflow.jobs == ("a",)


def test_a_file_that_was_deleted_and_saved_again_gets_the_jobs_of_the_run(file: Path) -> None:
    pristine = file.read_bytes()
    jobs = VistrailJobs(file)
    record(jobs, "a")
    file.unlink()
    jobs.save()
    assert not file.exists()
    file.write_bytes(pristine)
    jobs.save()
    assert recorded(file) == {"a": False}


def test_a_file_with_all_jobs_is_not_written_again(file: Path) -> None:
    jobs = VistrailJobs(file)
    record(jobs, "a")
    file.write_bytes(file.read_bytes())
    before = file.stat()
    jobs.save()
    assert file.stat() == before


def test_a_full_disk_is_told_once_and_the_file_stays_as_it_was(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = file.read_bytes()
    jobs = VistrailJobs(file)
    with full_disk(), caplog.at_level(logging.WARNING):
        record(jobs, "a")
        record(jobs, "b")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert len([one for one in caplog.records if "not remembered" in one.message]) == 1
    jobs.save()
    assert recorded(file) == {"a": False, "b": False}


def test_what_many_runs_record_together_is_saved_at_the_end(file: Path) -> None:
    jobs = VistrailJobs(file)
    numbers = set()
    with jobs.gathered():
        for version in range(20):
            jobs.log(WorkflowExecution(version, "ann", "", "", Outcome.DONE))
            jobs.save()
            numbers.add(file.stat().st_ino)
    assert len(numbers) == 1
    assert [one.version for one in read_log(file)[-20:]] == list(range(20))


def test_a_job_is_in_the_file_although_the_runs_together_ended_in_an_error(file: Path) -> None:
    jobs = VistrailJobs(file)
    jobs.monitor.start_workflow(WorkflowRecord(25))
    with contextlib.suppress(KeyboardInterrupt), jobs.gathered():
        jobs.monitor.add_job("a", {"job_id": "a"})
        assert recorded(file) == {"a": False}
        for number in range(5):
            jobs.monitor.add_job(f"b{number}", {"job_id": f"b{number}"})
        raise KeyboardInterrupt
    assert recorded(file).keys() == {"a", *(f"b{number}" for number in range(5))}
