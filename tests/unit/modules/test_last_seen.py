"""What servers said of jobs in earlier sessions, in a file that anything may have happened to."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from vistrails_tej.engine import (
    ExitReason,
    JobId,
    JobNotFound,
    JobSighting,
    JobState,
    JobStatus,
    parse_destination,
)
from vistrails_tej.modules.job_book.last_seen import LastSeen
from vistrails_tej.modules.job_book.ledger import Seen
from vistrails_tej.modules.queue_reference import QueueReference, RemoteJob

QUEUE = QueueReference(parse_destination("ssh://ann@server"), "~/.tej")
JOB = RemoteJob(QUEUE, JobId("a"))
NAME = "ssh://ann@server ~/.tej a"
FACTS = {
    "seen": 5.5,
    "state": "EXITED",
    "directory": "/q/stage",
    "reason": "killed",
    "exit_code": 143,
    "attempt": 2,
    "submitted": 5,
    "started": 10,
    "ended": 20,
    "host": "node1",
    "nonce": "00ff",
    "checked": 30,
}
STATUS = JobStatus(
    JOB.job_id,
    JobState.EXITED,
    PurePosixPath("/q/stage"),
    exit_code=143,
    reason=ExitReason.KILLED,
    attempt=2,
    submitted=5,
    started=10,
    ended=20,
    host="node1",
    nonce="00ff",
    checked=30,
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "last_seen.json"


def write(store: Path, **facts: object) -> LastSeen:
    """What earlier versions wrote."""
    store.write_text(json.dumps({NAME: {**FACTS, **facts}}))
    return LastSeen(store)


def test_what_is_written_down_is_known(store: Path) -> None:
    assert write(store).find(JOB) == Seen(JobSighting(STATUS), 5.5)
    found = write(store, gone=True, exit_code=None, started=None, host=None, reason=None).find(JOB)
    assert found is not None
    assert isinstance(found.sighting.error, JobNotFound)
    assert found.sighting.status is not None
    assert found.sighting.status.started is None


@pytest.mark.parametrize(
    "facts",
    [
        {"seen": 1e300},
        {"seen": float("nan")},
        {"seen": float("inf")},
        {"seen": -1},
        {"seen": True},
        {"seen": None},
        {"seen": "5"},
        {"state": "no such"},
        {"state": ["EXITED"]},
        {"directory": 3},
        {"reason": "no such"},
        {"reason": {}},
        {"exit_code": "abc"},
        {"exit_code": 1.5},
        {"exit_code": 10**300},
        {"attempt": None},
        {"submitted": float("nan")},
        {"started": "x"},
        {"ended": 10**12},
        {"host": 3},
        {"nonce": []},
        {"checked": "no"},
        {"checked": None},
    ],
    ids=str,
)
def test_what_makes_no_sense_was_not_seen(store: Path, facts: dict[str, object]) -> None:
    assert write(store, **facts).find(JOB) is None


@pytest.mark.parametrize("name", FACTS)
def test_what_is_incomplete_was_not_seen(store: Path, name: str) -> None:
    facts = {key: value for key, value in FACTS.items() if key != name}
    store.write_text(json.dumps({NAME: facts}))
    found = LastSeen(store).find(JOB)
    assert found is None if name != "state" else found == Seen(JobSighting(), 5.5)


def test_each_job_is_a_text_of_its_own(store: Path) -> None:
    seen = {RemoteJob(QUEUE, JobId(one)): Seen(JobSighting(STATUS), 5.5) for one in ("a", "b")}
    LastSeen(store).keep(seen)
    lines = [json.loads(line) for line in store.read_text().splitlines()]
    assert lines == [[NAME, FACTS], [NAME.replace(" a", " b"), FACTS]]


def test_what_earlier_versions_wrote_is_kept_in_the_new_form(store: Path) -> None:
    known = write(store)
    other = RemoteJob(QUEUE, JobId("b"))
    known.keep({other: Seen(JobSighting(STATUS), 5.5)})
    assert len(store.read_text().splitlines()) == 2
    assert LastSeen(store).find(JOB) == Seen(JobSighting(STATUS), 5.5)


def test_what_another_program_wrote_meanwhile_is_kept(store: Path) -> None:
    one, other = LastSeen(store), LastSeen(store)
    jobs = [RemoteJob(QUEUE, JobId(name)) for name in ("a", "b", "c")]
    for known, job in zip((one, other, one), jobs, strict=True):
        known.keep({job: Seen(JobSighting(), 5.5)})
    assert all(LastSeen(store).find(job) for job in jobs)
    assert one.find(jobs[1])


@pytest.mark.parametrize(
    ("seen", "kept"), [(9.5, 9.5), (4.5, 7.5), (1e11, 7.5), ("never", 7.5)], ids=str
)
def test_what_another_program_saw_later_stays(store: Path, seen: object, kept: float) -> None:
    """Unless its clock goes wrong: a moment to come would stay for ever."""
    ours = LastSeen(store)
    ours.keep({JOB: Seen(JobSighting(), 5.5)})
    store.write_text(json.dumps([NAME, {**FACTS, "seen": seen}]) + "\n")
    ours.keep({JOB: Seen(JobSighting(), 7.5)})
    found = LastSeen(store).find(JOB)
    assert found is not None
    assert found.checked == kept
    assert found.sighting.status == (STATUS if kept == seen else None)


def test_a_damaged_line_costs_its_job_alone(store: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = ["[3]", json.dumps([NAME, FACTS]), "[" * 100_000, '["b", {"seen', "\udcff", "[3, {}]"]
    store.write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    assert LastSeen(store).find(JOB) == Seen(JobSighting(STATUS), 5.5)
    assert len(caplog.messages) == 1


def test_that_it_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    known = LastSeen(tmp_path / "file" / "last_seen.json")
    for _ in range(3):
        known.keep({JOB: Seen(JobSighting(STATUS), 5.5)})
    assert len(caplog.messages) == 1
