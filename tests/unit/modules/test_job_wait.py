"""What is told of the jobs that a run waits for, answer by answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path, PurePosixPath
from typing import cast

import pytest

from tests.waiting import wait_until
from vistrails_tej.dataflow import JobMonitor, JobRecord, Module, ModuleSuspended, RunResult
from vistrails_tej.engine import (
    ConnectionLost,
    JobId,
    JobNotFound,
    JobSighting,
    JobState,
    JobStatus,
    QueueLinkBroken,
    QueueNotFound,
    parse_destination,
)
from vistrails_tej.modules.job_asking import Asking, Heard
from vistrails_tej.modules.job_book import JobBookState, JobEntry, JobKey
from vistrails_tej.modules.job_wait import JobWait, WaitedJob
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob
from vistrails_tej.modules.remote_job_handle import RemoteJobHandle
from vistrails_tej.modules.sessions import QueueSessions
from vistrails_tej.modules.workers import in_thread

from ..engine.scripted_queue import ScriptedQueue

JOB = JobId("one")
PLACE = RemoteJob(QueueReference(parse_destination("ada@server")), JOB)
NEW = WaitedJob(JobEntry(JobKey(Path("a.vt"), "s"), JobRecord("s", {}, "One"), place=PLACE))


def status(state: JobState, code: int | None = None) -> JobStatus:
    return JobStatus(JOB, state, PurePosixPath("/q/jobs/one"), exit_code=code)


def test_an_answer_brings_state_and_time() -> None:
    seen = NEW.seen(JobSighting(status(JobState.RUNNING)), 100.0)
    assert seen.entry.state is JobBookState.RUNNING
    assert (seen.entry.checked, seen.asked, seen.is_over) == (100.0, 100.0, False)


def test_without_an_answer_the_last_state_stays_with_its_age() -> None:
    seen = NEW.seen(JobSighting(status(JobState.RUNNING)), 100.0)
    lost = ConnectionLost("server", "the line is cut")
    away = JobSighting(seen.entry.status, lost, offline_since=130.0)
    now = seen.seen(away, 140.0)
    assert now.entry.state is JobBookState.RUNNING
    assert (now.entry.checked, now.asked, now.entry.offline_since) == (100.0, 140.0, 130.0)
    assert "the line is cut" in now.entry.problem
    assert not now.is_over
    back = now.seen(JobSighting(status(JobState.EXITED, 0)), 150.0)
    assert back.is_over
    assert (back.entry.offline_since, back.entry.problem) == (None, "")


def test_a_job_that_is_gone_is_not_waited_for() -> None:
    gone = NEW.seen(JobSighting(None, JobNotFound(JOB)), 100.0)
    assert gone.is_over
    assert gone.entry.state is JobBookState.DELETED


def test_a_queue_is_gone_but_not_one_behind_a_broken_link() -> None:
    seen = NEW.seen(JobSighting(status(JobState.RUNNING)), 100.0)
    unmounted = seen.seen(JobSighting(seen.entry.status, QueueLinkBroken("~/.tej", "/mnt")), 110.0)
    assert unmounted.entry.state is JobBookState.RUNNING
    gone = seen.seen(JobSighting(seen.entry.status, QueueNotFound("~/.tej")), 110.0)
    assert gone.entry.state is JobBookState.DELETED


class Wait:
    """A run that waits for a job which runs, while nothing is asked but when the wait begins."""

    def __init__(self) -> None:
        remote = ScriptedQueue(one=JobState.RUNNING)
        self.asking = Asking(lambda: cast(QueueSessions, self))
        self.asking.watcher.pause()
        self.asking.start()
        self.queue = lambda _reference: remote
        self.told: list[tuple[WaitedJob, ...]] = []
        self._stop = threading.Event()
        # Only the handle counts.
        suspended = ModuleSuspended(cast(Module, None), "waits", handle=RemoteJobHandle(PLACE))
        waiting = JobWait(
            RunResult(suspended={1: suspended}),
            Path("a.vt"),
            JobMonitor(""),
            self.asking,
            tell=self.told.append,
        )
        self.done: Future[bool] = in_thread("wait", lambda: waiting.wait(self._stop))
        self.wait_for(JobBookState.RUNNING)

    def tell(self, told: JobStatus | None, asked: float | None = None) -> None:
        """Let somebody else find out about the job, by default just now."""
        answer = {} if told is None else {JOB: told}
        moment = time.monotonic() if asked is None else asked
        self.asking.tell(Heard(PLACE.queue, (JOB,), answer, moment))

    def wait_for(self, state: JobBookState) -> None:
        wait_until(lambda: self.told and self.told[-1][0].entry.state is state)

    def close(self) -> None:
        self._stop.set()
        self.done.result(30)
        self.asking.close()


@pytest.fixture
def wait() -> Iterator[Wait]:
    wait = Wait()
    yield wait
    wait.close()


@pytest.mark.parametrize("told", [status(JobState.EXITED, 143), None], ids=["killed", "deleted"])
def test_what_is_done_to_a_job_elsewhere_ends_the_wait(wait: Wait, told: JobStatus | None) -> None:
    wait.tell(told)
    assert wait.done.result(30)
    assert wait.told[-1][0].is_over


def test_an_answer_to_an_earlier_question_comes_too_late(wait: Wait) -> None:
    before = time.monotonic()
    wait.tell(status(JobState.CANCELLING))
    wait_until(lambda: wait.told[-1][0].entry.status == status(JobState.CANCELLING))
    count = len(wait.told)
    wait.tell(status(JobState.RUNNING), before)
    wait.tell(status(JobState.SUSPECT))
    wait_until(lambda: len(wait.told) > count)
    assert [one[0].entry.status for one in wait.told[count:]] == [status(JobState.SUSPECT)]
