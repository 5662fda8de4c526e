"""Jobs of .vt files that cannot be written: kept for the user until they can be."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.disks import full_disk
from tests.job_files import job_record, recording
from tests.vistrails import EXAMPLES
from tests.waiting import wait_until
from vistrails_tej.dataflow import SaveFailed, Vistrail, VistrailJobs, WorkflowRecord
from vistrails_tej.engine import JobId, JobState, JobStatus, parse_destination
from vistrails_tej.modules.job_book import (
    JobBook,
    JobKey,
    JobStore,
    forget_recorded,
    open_jobs,
    recorded_jobs,
)
from vistrails_tej.modules.queue_reference import QueueReference

QUEUE = QueueReference(parse_destination("ssh://ann@server"), "~/.tej")
TIMEOUT = 30
# Enough for the records of some jobs, not for a whole vistrail.
ROOM = 4000


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "store")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = Path(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path / "one.vt"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("thumbs/one.png", os.urandom(ROOM))
    return path


@pytest.fixture
def book(store: JobStore) -> Iterator[JobBook]:
    book = JobBook(lambda _: None, store=store)
    book.pause()
    yield book
    book.close()


def record(jobs: VistrailJobs, name: str, *, finished: bool = False) -> None:
    monitor = jobs.monitor
    monitor.start_workflow(monitor.find_workflow(25) or WorkflowRecord(25))
    monitor.add_job(name, job_record(QUEUE, name), name, finished=finished)
    monitor.finish_workflow()
    jobs.save()


def keep_aside(path: Path, store: JobStore, *names: str, finished: bool = False) -> VistrailJobs:
    """A run whose jobs its file does not take."""
    jobs = open_jobs(path, store)
    with full_disk(ROOM):
        for name in names:
            record(jobs, name, finished=finished)
    assert recorded(path).keys().isdisjoint(names)
    return jobs


def recorded(path: Path, store: JobStore | None = None) -> dict[str, bool]:
    jobs = VistrailJobs(path) if store is None else open_jobs(path, store)
    return {one.id: one.finished for one in jobs.monitor.jobs()}


def shown(book: JobBook) -> list[tuple[Path, str]]:
    return [(entry.key.file, entry.name) for entry in book.entries()]


def test_the_next_run_finds_a_job_that_the_file_did_not_take(
    store: JobStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = path.read_bytes()
    keep_aside(path, store, "a", "b")
    assert path.read_bytes() == before
    (told,) = [one for one in caplog.messages if "not remembered in the file" in one]
    assert "for you alone" in told
    jobs = open_jobs(path, store)
    assert [one.id for one in jobs.monitor.jobs()] == ["a", "b"]
    (workflow,) = jobs.monitor.workflows()
    assert (workflow.version, workflow.jobs) == (25, ("a", "b"))


def test_a_job_that_is_run_again_has_not_finished_where_the_file_still_says_so(
    store: JobStore, path: Path
) -> None:
    record(open_jobs(path, store), "a", finished=True)
    jobs = open_jobs(path, store)
    with full_disk(ROOM):
        jobs.monitor.delete_job("a")
        record(jobs, "a")
    assert recorded(path) == {"a": True}
    assert recorded(path, store) == {"a": False}


def test_what_was_kept_goes_into_the_file_as_soon_as_it_can_be_written(
    store: JobStore, path: Path
) -> None:
    jobs = keep_aside(path, store, "a")
    jobs.save()
    assert recorded(path) == {"a": False}
    assert store.unwritten.files() == []
    keep_aside(path, store, "b")
    # A run that records nothing.
    open_jobs(path, store).save()
    assert recorded(path) == {"a": False, "b": False}
    assert store.unwritten.files() == []


def test_two_programs_keep_the_jobs_of_one_file_together(store: JobStore, path: Path) -> None:
    one, other = open_jobs(path, store), open_jobs(path, store)
    with full_disk(ROOM):
        record(one, "a")
        record(other, "b")
        record(one, "a", finished=True)
    assert recorded(path, store) == {"a": True, "b": False}


def test_what_finished_stays_finished_wherever_that_was_seen(store: JobStore, path: Path) -> None:
    record(VistrailJobs(path), "a")
    jobs = open_jobs(path, store)
    with full_disk(ROOM):
        record(jobs, "a", finished=True)
    assert (recorded(path), recorded(path, store)) == ({"a": False}, {"a": True})
    keep_aside(path, store, "b")
    record(VistrailJobs(path), "b", finished=True)
    assert recorded(path, store) == {"a": True, "b": True}


def test_a_job_that_was_dropped_is_kept_nowhere(store: JobStore, path: Path) -> None:
    jobs = keep_aside(path, store, "a", "b")
    with full_disk(ROOM):
        jobs.forget(["a"])
        assert recorded(path, store) == {"b": False}
        open_jobs(path, store).forget(["b"])
    assert recorded(path, store) == {}
    assert store.unwritten.files() == []


def test_a_file_is_the_same_under_another_name(store: JobStore, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.vt"
    link.symlink_to(path)
    keep_aside(link, store, "a")
    assert recorded(path, store) == {"a": False}


def test_a_store_that_cannot_be_written_either_is_told(
    store: JobStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = open_jobs(path, store)
    with full_disk():
        record(jobs, "a")
    assert [one for one in caplog.messages if "not remembered in the file: " in one]
    jobs.save()
    assert recorded(path) == {"a": False}


@pytest.mark.parametrize("text", ["", "[3]", "[" * 100_000, '{"file": 3}', '{"jobs": 3}'])
def test_what_is_damaged_there_holds_up_no_run(store: JobStore, path: Path, text: str) -> None:
    keep_aside(path, store, "a")
    (kept,) = (store.folder / "unwritten").iterdir()
    kept.write_text(text)
    assert store.unwritten.files() == []
    record(open_jobs(path, store), "b")
    assert recorded(path) == {"b": False}


def test_what_was_collected_is_kept_for_a_month_and_what_waits_for_ever(
    store: JobStore, path: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.vt"))
    keep_aside(path, store, "a")
    keep_aside(other, store, "b", finished=True)
    assert set(store.unwritten.files()) == {path, other}
    month_ago = time.time() - 31 * 24 * 3600
    for kept in (store.folder / "unwritten").iterdir():
        os.utime(kept, (month_ago, month_ago))
    assert store.unwritten.files() == [path]
    assert recorded(other, store) == {}


def test_a_monitor_shows_jobs_that_the_file_did_not_take(
    store: JobStore, path: Path, book: JobBook
) -> None:
    book.open_file(path).result(TIMEOUT)
    assert shown(book) == []
    jobs = keep_aside(path, store, "a")
    wait_until(lambda: shown(book) == [(path, "a")])
    jobs.save()
    assert store.unwritten.files() == []
    record(jobs, "b")
    wait_until(lambda: shown(book) == [(path, "a"), (path, "b")])


def test_they_are_shown_at_the_next_start_and_can_be_forgotten(
    store: JobStore, path: Path, book: JobBook
) -> None:
    keep_aside(path, store, "a", "b")
    book.open_known_files().result(TIMEOUT)
    assert shown(book) == [(path, "a"), (path, "b")]
    with full_disk(ROOM):
        assert book.forget([JobKey(path, "a")]).result(TIMEOUT) == {}
    assert shown(book) == [(path, "b")]
    assert recorded(path, store) == {"b": False}


def test_the_job_of_a_file_that_was_deleted_while_it_ran_is_not_lost_from_sight(
    store: JobStore, path: Path, book: JobBook
) -> None:
    jobs = open_jobs(path, store)
    record(jobs, "a")
    path.unlink()
    jobs.save()
    book.open_known_files().result(TIMEOUT)
    assert shown(book) == [(path, "a")]
    assert book.forget([JobKey(path, "a")]).result(TIMEOUT) == {}
    assert shown(book) == []
    assert store.unwritten.files() == []


def test_jobs_stay_with_an_unsaved_vistrail_while_its_new_file_does_not_take_them(
    store: JobStore, path: Path
) -> None:
    unsaved = store.new_unsaved()
    unsaved.keep(Vistrail({}))
    with recording(unsaved.file) as jobs:
        jobs.monitor.add_job("a", job_record(QUEUE, "a"), "a")
    with full_disk(ROOM), pytest.raises(SaveFailed):
        unsaved.move_to(path)
    assert recorded(unsaved.file) == {"a": False}
    unsaved.move_to(path)
    assert recorded(path) == {"a": False}
    unsaved.close()


def test_who_lists_or_forgets_the_jobs_of_a_file_knows_those_too(
    store: JobStore, path: Path
) -> None:
    keep_aside(path, store, "one", "two")
    assert {one.id for one in recorded_jobs(path, store).monitor.jobs()} == {"one", "two"}
    forget_recorded(path, store)
    assert recorded_jobs(path, store).monitor.jobs() == []
    assert store.unwritten.files() == []


def test_a_job_of_a_protected_file_that_runs_is_not_said_to_be_forgotten(
    store: JobStore, path: Path, book: JobBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(open_jobs(path, store), "a")
    real = os.access

    def access(one: Path, mode: int) -> bool:
        # Nothing is protected from root.
        return not (Path(one) == path and mode == os.W_OK) and real(one, mode)

    monkeypatch.setattr(os, "access", access)
    jobs = open_jobs(path, store)
    book.open_file(path, jobs.monitor).result(TIMEOUT)
    (failure,) = book.forget([JobKey(path, "a")]).result(TIMEOUT).values()
    assert isinstance(failure, SaveFailed)
    assert "could not be dropped" in str(failure)
    monkeypatch.undo()
    assert book.forget([JobKey(path, "a")]).result(TIMEOUT) == {}
    jobs.save()
    assert recorded(path, store) == {}


def test_jobs_are_not_adopted_where_their_records_cannot_be_written(
    store: JobStore, book: JobBook
) -> None:
    found = JobStatus(JobId("a"), JobState.RUNNING, PurePosixPath("/q"))
    file = store.adopted()
    with full_disk():
        adopted = book.adopt(QUEUE, [found])
        with pytest.raises(SaveFailed):
            adopted.result(TIMEOUT)
    assert book.entries() == []
    assert book.adopt(QUEUE, [found]).result(TIMEOUT) == [JobKey(file, "a")]
    assert [entry.name for entry in book.entries()] == ["a"]
