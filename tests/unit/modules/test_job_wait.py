"""What is told of the jobs that a run waits for, answer by answer."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from vistrails_tej.dataflow import JobRecord
from vistrails_tej.engine import (
    ConnectionLost,
    JobId,
    JobNotFound,
    JobSighting,
    JobState,
    JobStatus,
    parse_destination,
)
from vistrails_tej.modules.job_book import JobBookState, JobEntry, JobKey
from vistrails_tej.modules.job_wait import WaitedJob
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob

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
