"""The end of a book: quick, but not before what a person wanted done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.job_files import job_record, record_jobs
from tests.waiting import wait_until
from vistrails_tej.dataflow.storage.file_lock import locked
from vistrails_tej.engine import JobId, JobState, JobStatus, parse_destination
from vistrails_tej.modules.job_asking import Heard
from vistrails_tej.modules.job_book import JobBook, JobKey, JobStore
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob
from vistrails_tej.modules.sessions import QueueSessions
from vistrails_tej.modules.workers import in_thread

from ..engine.scripted_queue import ScriptedQueue

QUEUE = QueueReference(parse_destination("ssh://ann@server"), "~/.tej")
JOB = JobId("a")
TIMEOUT = 30


class SlowQueue(ScriptedQueue):
    """A server that takes its time to kill a job."""

    def __init__(self) -> None:
        super().__init__(a=JobState.RUNNING)
        self.is_asked, self.go_on = threading.Event(), threading.Event()

    def kill(self, job_id: str) -> JobStatus:
        self.is_asked.set()
        self.go_on.wait(TIMEOUT)
        self.states[job_id] = JobState.EXITED
        return self.statuses([JobId(job_id)])[JobId(job_id)]


class Sessions:
    def __init__(self) -> None:
        self.remote = SlowQueue()

    def queue(self, _reference: QueueReference) -> SlowQueue:
        return self.remote

    def try_again(self) -> None:
        pass


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    sessions = Sessions()
    yield sessions
    sessions.remote.go_on.set()


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "store")


@pytest.fixture
def book(sessions: Sessions, store: JobStore, tmp_path: Path) -> Iterator[JobBook]:
    """A book with a job that runs."""
    book = JobBook(lambda _: None, store=store, sessions=lambda: cast(QueueSessions, sessions))
    book.open_file(record_jobs(tmp_path / "a.vt", {"a": job_record(QUEUE, JOB)})).result(TIMEOUT)
    wait_until(lambda: book.entries()[0].state.value == "running")
    yield book
    sessions.remote.go_on.set()
    book.close()


def test_a_job_that_is_being_killed_is_so_before_the_end(
    book: JobBook, sessions: Sessions, store: JobStore
) -> None:
    killed = book.kill([JobKey(book.files()[0], "a")])
    assert sessions.remote.is_asked.wait(TIMEOUT)
    closed = in_thread("close", book.close)
    sessions.remote.go_on.set()
    closed.result(TIMEOUT)
    assert killed.done()
    seen = JobStore(store.folder).last_seen.find(RemoteJob(QUEUE, JOB))
    assert seen is not None
    assert seen.sighting.status is not None
    assert seen.sighting.status.is_over


def test_a_server_that_keeps_silent_does_not_keep_the_program_from_ending(
    book: JobBook, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    book.kill_server_jobs(QUEUE, [JOB])
    assert sessions.remote.is_asked.wait(TIMEOUT)
    begun = time.monotonic()
    book.close()
    assert time.monotonic() - begun < 8
    assert '"kill jobs"' in caplog.text


def test_another_program_that_writes_down_what_it_saw_is_not_waited_for(
    book: JobBook, store: JobStore
) -> None:
    with locked(store.folder / "last_seen.json"):
        book.asking.tell(Heard(QUEUE, (JOB,), {}, time.monotonic()))
        begun = time.monotonic()
        book.close()
        assert time.monotonic() - begun < 4
