"""What is remembered of jobs for each user, beside their files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from tests.disks import full_disk
from tests.job_files import job_record, record_jobs, recording
from tests.waiting import wait_until
from vistrails_tej.dataflow import Vistrail, VistrailJobs, save_vistrail
from vistrails_tej.engine import (
    ExitReason,
    JobId,
    JobNotFound,
    JobSighting,
    JobState,
    JobStatus,
    parse_destination,
)
from vistrails_tej.modules.job_book import JobBook, JobKey, JobStore, open_jobs
from vistrails_tej.modules.job_book.ledger import Seen
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob

QUEUE = QueueReference(parse_destination("ssh://ann@server"), "~/.tej")
TIMEOUT = 30


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "store")


def unfinished(path: Path, *names: str) -> Path:
    return record_jobs(path, {name: job_record(QUEUE, name) for name in names})


def finish(path: Path, name: str) -> None:
    with recording(path) as jobs:
        jobs.monitor.set_cache(name, job_record(QUEUE, name, exitcode=0), name)


def signatures(path: Path) -> list[str]:
    return [one.id for one in VistrailJobs(path).monitor.jobs()]


# -- known files -----------------------------------------------------------------------------


def test_files_with_jobs_are_known_once_and_by_their_whole_path(
    store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, two = (unfinished(tmp_path / name, "a") for name in ("one.vt", "two.vt"))
    for path in (Path("one.vt"), two, one):
        store.known_files.add(path)
    assert JobStore(store.folder).files() == [one, two]
    store.known_files.remove(one)
    assert store.files() == [two]


@pytest.mark.parametrize("text", ["", "{}", "[3, null]", "[" * 10_000])
def test_a_damaged_list_is_begun_anew(store: JobStore, tmp_path: Path, text: str) -> None:
    store.folder.mkdir()
    (store.folder / "known_files.json").write_text(text)
    assert store.files() == []
    path = unfinished(tmp_path / "one.vt", "a")
    store.known_files.add(path)
    assert store.files() == [path]


def test_a_run_makes_its_file_known_with_its_first_job(store: JobStore, tmp_path: Path) -> None:
    path = tmp_path / "one.vt"
    save_vistrail(Vistrail({}), path)
    jobs = open_jobs(path, store)
    assert store.files() == []
    jobs.monitor.add_job("a", job_record(QUEUE, "a"), "a")
    assert store.files() == [path]
    assert signatures(path) == ["a"]
    jobs.monitor.add_job("b", job_record(QUEUE, "b"), "b")
    jobs.save()
    assert signatures(path) == ["a", "b"]


def test_a_file_that_has_jobs_already_is_known_when_it_runs(
    store: JobStore, tmp_path: Path
) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    open_jobs(path, store)
    assert store.files() == [path]


# -- what was seen ---------------------------------------------------------------------------


def test_what_was_seen_is_known_again(store: JobStore) -> None:
    running, gone = (RemoteJob(QUEUE, JobId(name)) for name in ("running", "gone"))
    status = JobStatus(
        running.job_id,
        JobState.EXITED,
        PurePosixPath("/q/stage"),
        exit_code=143,
        reason=ExitReason.KILLED,
        attempt=2,
        started=10,
        ended=20,
        host="node1",
        checked=30,
    )
    store.last_seen.keep(
        {
            running: Seen(JobSighting(status), 5.0),
            gone: Seen(JobSighting(None, JobNotFound(gone.job_id)), 6.0),
            RemoteJob(QUEUE, JobId("never asked")): Seen(JobSighting()),
        }
    )
    known = JobStore(store.folder).last_seen
    assert known.find(running) == Seen(JobSighting(status), 5.0)
    found = known.find(gone)
    assert found is not None
    assert isinstance(found.sighting.error, JobNotFound)
    assert known.find(RemoteJob(QUEUE, JobId("never asked"))) is None
    known.keep({})
    assert JobStore(store.folder).last_seen.find(running) == Seen(JobSighting(status), 5.0)


@pytest.mark.parametrize(
    "facts", ['"x"', "{}", '{"seen": 1, "state": "no such", "directory": "/", "reason": null}']
)
def test_what_cannot_be_read_was_not_seen(store: JobStore, facts: str) -> None:
    store.folder.mkdir()
    name = f"{QUEUE.destination} {QUEUE.queue} a"
    (store.folder / "last_seen.json").write_text(f'{{"{name}": {facts}}}')
    assert store.last_seen.find(RemoteJob(QUEUE, JobId("a"))) is None


def test_a_full_disk_is_told_and_leaves_nothing_behind(
    store: JobStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.known_files.add(tmp_path / "one.vt")
    store.last_seen.keep({})
    before = {path: path.read_bytes() for path in store.folder.iterdir()}
    assert len(before) == 2
    job = RemoteJob(QUEUE, JobId("gone"))
    with full_disk():
        store.known_files.add(tmp_path / "two.vt")
        store.last_seen.keep({job: Seen(JobSighting(None, JobNotFound(job.job_id)), 5.0)})
    assert {path: path.read_bytes() for path in store.folder.iterdir()} == before
    assert len([one for one in caplog.messages if "not remembered" in one]) == 2


# -- a book without a server -----------------------------------------------------------------


def test_broken_records_are_shown_and_removed(store: JobStore, tmp_path: Path) -> None:
    path = unfinished(tmp_path / "one.vt", "good")
    with recording(path) as jobs:
        jobs.monitor.add_job("broken", {}, "SubmitJob", finished=True)
    book = JobBook(lambda _: None, store=store)
    book.pause()
    try:
        book.open_file(path).result(TIMEOUT)
        assert {one.name: one.state.value for one in book.entries()} == {
            "good": "unknown",
            "SubmitJob": "broken record",
        }
        assert "broken" in book.problems()[path]
        key = JobKey(path, "broken")
        assert isinstance(book.kill([key]).result(TIMEOUT)[key], JobNotFound)
        assert book.forget([key]).result(TIMEOUT) == {}
        assert [one.name for one in book.entries()] == ["good"]
        assert book.problems() == {}
    finally:
        book.close()
    assert signatures(path) == ["good"]


def test_the_jobs_of_a_file_that_goes_away_go_and_come_with_it(
    store: JobStore, tmp_path: Path
) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    book = JobBook(lambda _: None, store=store)
    book.pause()
    try:
        book.open_file(path).result(TIMEOUT)
        assert len(book.entries()) == 1
        path.rename(tmp_path / "away.vt")
        wait_until(lambda: book.entries() == [])
        (tmp_path / "away.vt").rename(path)
        wait_until(lambda: len(book.entries()) == 1)
        # What another program writes there that is no vistrail, changes nothing that is known.
        path.write_text("no vistrail")
        wait_until(lambda: book.problems())
        assert len(book.entries()) == 1
    finally:
        book.close()


def test_the_order_of_calls_for_a_file_counts(store: JobStore, tmp_path: Path) -> None:
    path = unfinished(tmp_path / "one.vt", "a")
    book = JobBook(lambda _: None, store=store)
    book.pause()
    try:
        for _ in range(20):
            jobs = VistrailJobs(path)
            futures = [book.open_file(path, jobs.monitor), book.open_file(path)]
            for future in futures:
                future.result(TIMEOUT)
            jobs.monitor.on_change = None
            jobs.monitor.add_job("never saved", job_record(QUEUE, "b"), "b")
            assert [one.name for one in book.entries()] == ["a"]
    finally:
        book.close()


def test_a_file_that_is_none_is_told_and_not_followed(store: JobStore, tmp_path: Path) -> None:
    path = tmp_path / "none.vt"
    book = JobBook(lambda _: None, store=store)
    try:
        future = book.open_file(path)
        wait_until(future.done)
        assert str(path) in str(future.exception())
        assert book.files() == []
    finally:
        book.close()
