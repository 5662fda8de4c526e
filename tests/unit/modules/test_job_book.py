"""What a list of jobs says of records and answers, without a server."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from tests.job_files import job_record, record_jobs
from vistrails_tej.dataflow import JobRecord, WorkflowRecord, save_annotation
from vistrails_tej.engine import (
    ConnectionRefused,
    ExitReason,
    HostUnreachable,
    JobId,
    JobState,
    JobStatus,
    LoginFailed,
    QueueLinkBroken,
    QueueNotFound,
    TejError,
    parse_destination,
)
from vistrails_tej.modules.job_asking import Answer, Heard
from vistrails_tej.modules.job_book import JobBookState, JobEntry, JobKey
from vistrails_tej.modules.job_book.ledger import Ledger
from vistrails_tej.modules.job_book.records import FileRecords, read_records
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob

DATA = Path(__file__).parents[2] / "data" / "vt"
FILE = Path("/home/ann/work.vt")
SERVER = parse_destination("ssh://ann@server")
QUEUE = QueueReference(SERVER, "~/.tej")
EXITED, RUNNING = JobState.EXITED, JobState.RUNNING


def status(state: JobState, job_id: str = "a", **more: object) -> JobStatus:
    return JobStatus(JobId(job_id), state, PurePosixPath("/q"), **more)  # type: ignore[arg-type]


def hear(
    ledger: Ledger,
    answer: Answer,
    now: float,
    asked: float | None = None,
    *,
    restarts: bool = False,
) -> set[JobKey]:
    """Let the queue answer about job a."""
    asked = time.monotonic() if asked is None else asked
    return set(ledger.hear(Heard(QUEUE, (JobId("a"),), answer, asked, restarts), now))


def records(*jobs: JobRecord, version: int = 1) -> FileRecords:
    workflow = WorkflowRecord(version, jobs=tuple(one.id for one in jobs))
    return FileRecords({one.id: one for one in jobs}, {one.id: workflow for one in jobs})


def job(name: str, queue: QueueReference = QUEUE, **more: object) -> JobRecord:
    return JobRecord(name, job_record(queue, name, **more), name, start="2026-01-01T00:00:00")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(lambda _: None)


@pytest.fixture
def watched(ledger: Ledger) -> Ledger:
    """A job that runs, as was seen at 100."""
    ledger.set_records(FILE, records(job("a")))
    hear(ledger, {JobId("a"): status(RUNNING)}, 100.0)
    return ledger


def only(ledger: Ledger) -> JobEntry:
    (entry,) = ledger.entries()
    return entry


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (status(JobState.UPLOADING), "uploading"),
        (status(JobState.STAGED), "uploading"),
        (status(JobState.STAGED, lease_age=5000), "failed"),
        (status(JobState.INCOMPLETE), "failed"),
        (status(JobState.SUBMITTING), "queued"),
        (status(JobState.QUEUED), "queued"),
        (status(RUNNING), "running"),
        (status(JobState.CANCELLING), "running"),
        (status(JobState.SUSPECT), "running"),
        (status(JobState.LOST), "lost"),
        (status(EXITED, exit_code=0), "finished"),
        (status(EXITED, exit_code=3, reason=ExitReason.FAILED), "failed"),
        (status(EXITED, exit_code=143, reason=ExitReason.KILLED), "killed"),
        (status(EXITED, exit_code=None, reason=ExitReason.REBOOTED), "lost"),
        (status(JobState.PURGED, exit_code=0), "finished"),
    ],
    ids=lambda value: getattr(getattr(value, "state", value), "name", value),
)
def test_every_answer_has_a_word(ledger: Ledger, told: JobStatus, state: str) -> None:
    ledger.set_records(FILE, records(job("a")))
    hear(ledger, {JobId("a"): told}, 1.0)
    entry = only(ledger)
    assert entry.state.value == state
    assert entry.is_over is (told.is_over or told.is_abandoned)
    assert entry.has_failed is (state in ("failed", "lost", "killed"))


def test_every_state_of_a_server_is_known(ledger: Ledger) -> None:
    ledger.set_records(FILE, records(job("a")))
    for state in JobState:
        hear(ledger, {JobId("a"): status(state)}, 1.0)
        assert only(ledger).state not in (JobBookState.UNKNOWN, JobBookState.BROKEN)


def test_a_record_tells_what_it_can_before_anybody_is_asked(ledger: Ledger) -> None:
    done = replace(job("done", exitcode=0), finished=True)
    failed = replace(job("failed", exitcode=2), finished=True)
    ledger.set_records(FILE, records(job("waits"), done, failed))
    found = {one.name: (one.state.value, one.exit_code) for one in ledger.entries()}
    assert found == {"waits": ("unknown", None), "done": ("finished", 0), "failed": ("failed", 2)}


def test_what_waits_is_asked_about_and_what_was_collected_is_not(ledger: Ledger) -> None:
    done = replace(job("done", exitcode=0), finished=True)
    changes = ledger.set_records(FILE, records(job("waits"), done))
    assert [one.job_id for one in changes.watch] == ["waits"]
    assert {one.signature for one in changes.keys} == {"waits", "done"}
    assert ledger.set_records(FILE, records(job("waits"), done)).watch == ()
    assert list(ledger.places()) == [RemoteJob(QUEUE, JobId("waits"))]
    assert len(ledger.places([JobKey(FILE, "done"), JobKey(FILE, "unheard of")])) == 1


def test_a_job_that_runs_again_is_asked_about_again(watched: Ledger) -> None:
    hear(watched, {JobId("a"): status(EXITED, exit_code=1)}, 101.0)
    again = replace(job("a"), start="2026-01-02T00:00:00")
    assert len(watched.set_records(FILE, records(again)).watch) == 1


def test_queues_that_differ_only_in_how_they_are_made_are_one(ledger: Ledger) -> None:
    other = QueueReference(SERVER, "~/.tej", setup_runtime="default", need_runtime="default")
    changes = ledger.set_records(FILE, records(job("a"), job("b", other)))
    assert {one.queue for one in changes.watch} == {QUEUE}
    assert ledger.known_ids(QUEUE) == {"a", "b"}


def test_offline_is_no_state_and_begins_once(watched: Ledger) -> None:
    away = HostUnreachable(SERVER, "no answer")
    for now in (110.0, 120.0):
        hear(watched, away, now)
    entry = only(watched)
    assert (entry.state, entry.checked, entry.offline_since) == (JobBookState.RUNNING, 100.0, 110.0)
    assert "server" in entry.problem
    hear(watched, {JobId("a"): status(RUNNING)}, 130.0)
    entry = only(watched)
    assert (entry.checked, entry.offline_since, entry.problem) == (130.0, None, "")


def test_a_server_that_answered_before_is_waited_for_when_it_refuses(watched: Ledger) -> None:
    hear(watched, ConnectionRefused(SERVER, "no"), 110.0, restarts=True)
    assert only(watched).offline_since == 110.0


@pytest.mark.parametrize("error", [ConnectionRefused(SERVER, "no"), LoginFailed(SERVER, "no")])
def test_a_server_that_refuses_from_the_first_is_a_problem(ledger: Ledger, error: TejError) -> None:
    ledger.set_records(FILE, records(job("a")))
    hear(ledger, error, 1.0)
    entry = only(ledger)
    assert (entry.state, entry.offline_since) == (JobBookState.UNKNOWN, None)
    assert entry.problem == str(error)


def test_a_job_that_is_gone_keeps_what_was_known_of_it(watched: Ledger) -> None:
    hear(watched, {}, 110.0)
    entry = only(watched)
    assert (entry.state, entry.checked, entry.is_over) == (JobBookState.DELETED, 110.0, True)
    assert entry.status == status(RUNNING)
    assert not entry.has_failed


def test_a_queue_is_gone_but_not_one_behind_a_broken_link(watched: Ledger) -> None:
    hear(watched, QueueLinkBroken("~/.tej", "/mnt/tej"), 110.0)
    assert only(watched).state is JobBookState.RUNNING
    hear(watched, QueueNotFound("~/.tej"), 110.0)
    assert only(watched).state is JobBookState.DELETED


def test_one_job_of_two_files_is_heard_of_in_both(watched: Ledger) -> None:
    other = Path("/home/ann/copy.vt")
    watched.set_records(other, records(job("a"), version=2))
    assert [one.state.value for one in watched.entries()] == ["running"] * 2
    keys = hear(watched, {JobId("a"): status(EXITED, exit_code=0)}, 101.0)
    assert keys == {JobKey(FILE, "a"), JobKey(other, "a")}
    assert watched.set_records(FILE, FileRecords()).leave == ()
    assert [one.job_id for one in watched.set_records(other, FileRecords()).leave] == ["a"]
    assert watched.entries() == []


def test_the_run_time_is_told_by_one_clock_at_a_time(watched: Ledger) -> None:
    assert only(watched).run_time(now=100.0) is None
    # The server's clock is ahead by far.
    began = status(RUNNING, started=5000, checked=5030)
    hear(watched, {JobId("a"): began}, 200.0)
    assert only(watched).run_time(now=210.0) == 40.0
    ended = replace(began, state=EXITED, ended=5100, exit_code=0)
    hear(watched, {JobId("a"): ended}, 300.0)
    assert only(watched).run_time(now=900.0) == 100.0


def test_answers_about_jobs_nobody_knows_any_more_are_passed_over(watched: Ledger) -> None:
    watched.set_records(FILE, FileRecords())
    late = {JobId("a"): status(RUNNING)}
    assert hear(watched, late, 110.0) == set()
    assert watched.entries() == []


def test_what_was_heard_since_a_question_was_put_is_newer_than_its_answer(
    watched: Ledger,
) -> None:
    asked = time.monotonic()
    killed = status(EXITED, exit_code=143, reason=ExitReason.KILLED)
    hear(watched, {JobId("a"): killed}, 110.0)
    assert hear(watched, {JobId("a"): status(RUNNING)}, 111.0, asked) == set()
    assert only(watched).state is JobBookState.KILLED
    hear(watched, {JobId("a"): status(RUNNING)}, 112.0)
    assert only(watched).state is JobBookState.RUNNING


@pytest.mark.parametrize(("name", "state"), [("B_suspended", "unknown"), ("B_done", "finished")])
def test_records_of_vistrails_are_understood(ledger: Ledger, name: str, state: str) -> None:
    path = DATA / f"{name}.vt"
    ledger.set_records(path, read_records(path))
    entry = only(ledger)
    assert (entry.name, entry.state.value) == ("SubmitJob", state)
    assert entry.job_id == f"vistrails_module_{entry.key.signature}"
    assert (entry.server, entry.problem) == ("ssh://root@127.0.0.1:22731", "")
    assert entry.workflow is not None
    assert entry.workflow.version == 21


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (JobRecord("b", {}, "SubmitJob", finished=True), "not where it ran"),
        (JobRecord("b", {"job_id": "b"}, "SubmitJob"), "cannot be understood"),
        (JobRecord("b", {"job_id": "../b", "destination": "ssh://a"}), "cannot be understood"),
    ],
)
def test_a_record_that_names_no_job_is_shown_with_what_is_wrong(
    ledger: Ledger, record: JobRecord, words: str
) -> None:
    changes = ledger.set_records(FILE, records(record))
    entry = only(ledger)
    assert (entry.state, entry.place, entry.server) == (JobBookState.BROKEN, None, "")
    assert words in entry.problem
    assert changes.watch == ()
    assert entry.is_over


def test_records_that_nobody_can_read_are_told_about(tmp_path: Path) -> None:
    path = record_jobs(tmp_path / "some.vt", {"a": job_record(QUEUE, "a")})
    save_annotation(path, "__jobs__", '{"jobs": {"a": 3, "b": {"finished": true}}}')
    found = read_records(path)
    assert list(found.jobs) == ["b"]
    assert len(found.problems) == 2
