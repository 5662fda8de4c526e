"""What the server's functions answer, read as values and errors."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vistrails_tej.engine import errors
from vistrails_tej.engine.job import ExitReason, JobId, JobState
from vistrails_tej.engine.protocol import (
    Code,
    Request,
    find_error,
    parse_queue,
    parse_status,
    parse_statuses,
)

HEAD = "queue /home/ann/my queue\nnow 1700000100\n"
JOB = Request("job_status", "~/.tej", JobId("a"), "start.sh")
QUEUE = Request("job_statuses", "~/.tej")


@dataclass(frozen=True)
class Answer:
    exit_code: int
    stdout: bytes
    stderr: bytes = b""


def told(text: str) -> Answer:
    return Answer(0, text.encode())


def test_a_line_becomes_a_status() -> None:
    text = f"{HEAD}job a EXITED 1 3 failed 1700000000 1700000001 1700000002 - node ann@pc/k/1/2 -\n"
    status = parse_status(told(f"{text}end 1\n"), JobId("a"))
    assert (status.state, status.exit_code, status.reason) == (
        JobState.EXITED,
        3,
        ExitReason.FAILED,
    )
    assert (status.submitted, status.started, status.ended) == (1700000000, 1700000001, 1700000002)
    assert (status.host, status.owner, status.nonce) == ("node", "ann@pc", None)
    assert (status.lease_age, status.checked, status.attempt) == (None, 1700000100, 1)
    assert status.directory == PurePosixPath("/home/ann/my queue/jobs/a/stage")


def test_jobs_that_are_gone_are_left_out() -> None:
    text = f"{HEAD}job a RUNNING 1 - - - - - - - - -\ngone b\nend 2\n"
    assert list(parse_statuses(told(text))) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        f"{HEAD}job a RUNNING 1 - - - - - - - - -\n",
        f"{HEAD}end 1\n",
        "job a RUNNING\nend 1\n",
        f"{HEAD}end x\n",
    ],
)
def test_an_answer_that_was_cut_is_an_error(text: str) -> None:
    with pytest.raises(errors.RemoteCommandFailed, match="cannot be understood"):
        parse_statuses(told(text))


def test_a_strange_line_is_a_doubtful_job() -> None:
    status = parse_statuses(told(f"{HEAD}job a WHAT 1 x y -1 ² \x00\nend 1\n"))[JobId("a")]
    assert (status.state, status.exit_code, status.reason) == (JobState.SUSPECT, None, None)
    assert (status.submitted, status.started) == (None, None)


def test_a_path_of_any_bytes_goes_back_unchanged() -> None:
    answer = Answer(0, b"queue /home/\xff\xc3\xa9\nversion 0.2\nruntime default\nlink /a b\n")
    facts = parse_queue(answer)
    assert str(facts.path).encode("utf-8", "surrogateescape") == b"/home/\xff\xc3\xa9"
    assert facts.links == (PurePosixPath("/a b"),)
    with pytest.raises(errors.RemoteCommandFailed):
        parse_queue(told("queue /x\n"))


@pytest.mark.parametrize(
    ("code", "text", "kind", "data"),
    [
        (Code.STILL_RUNNING, "job b", errors.JobStillRunning, {"job_id": "a"}),
        (Code.NO_SUCH_JOB, "", errors.JobNotFound, {"job_id": "a"}),
        (Code.JOB_EXISTS, "", errors.JobExists, {"job_id": "a"}),
        (Code.CLAIM_LOST, "", errors.JobExists, {"job_id": "a"}),
        (Code.NO_SUCH_FILE, "", errors.RemoteFileNotFound, {"name": "start.sh"}),
        (Code.NO_SCRIPT, "", errors.ScriptNotFound, {"script": "start.sh"}),
        (Code.BAD_ID, "", errors.InvalidJobId, {"text": "a"}),
        (Code.NOT_WHOLE, "", errors.TransferFailed, {}),
        (Code.NO_QUEUE, "", errors.JobNotFound, {"job_id": "a"}),
        (Code.NO_QUEUE, "reason no user", errors.QueueNotFound, {"reason": "no user"}),
        (Code.NOT_A_QUEUE, "reason a file", errors.NotAQueue, {"found": "a file"}),
        (Code.LINK_LOOP, "", errors.QueueLinkLoop, {"queue": "~/.tej"}),
        (Code.LINK_BROKEN, "target /x y", errors.QueueLinkBroken, {"target": "/x y"}),
        (Code.VERSION, "version 0.3", errors.ProtocolMismatch, {"found": "0.3"}),
        (Code.RUNTIME, "runtime pbs", errors.RuntimeNotAllowed, {"runtime": "pbs"}),
        (Code.QUEUE_EXISTS, "path /x", errors.QueueExists, {"queue": "/x", "is_link": True}),
        (Code.QUEUE_EXISTS, "path /x\nkind other", errors.QueueExists, {"is_link": False}),
        (Code.VERSION, "version 1\naccess read-only", errors.ProtocolMismatch, {"read_only": True}),
        (Code.STILL_RUNNING, "job a\nuploading yes", errors.JobStillRunning, {"uploading": True}),
        (Code.JOB_DELETED, "", errors.JobDeleted, {"job_id": "a"}),
        (Code.CLAIM_LOST, "", errors.JobExists, {"is_over": False}),
        (
            Code.NO_SPACE,
            "need 5000000000\nfree 7000\nlimit quota",
            errors.NotEnoughSpace,
            {"needed": 5_000_000_000, "free": 7000, "limit": "quota"},
        ),
        (Code.NO_SPACE, "need 0\nfree 0\nlimit disk", errors.NotEnoughSpace, {"needed": None}),
        (Code.REFUSED, "", errors.QueueRefused, {"told": "disk full"}),
        (127, "", errors.RemoteCommandFailed, {"command": "job_status", "exit_code": 127}),
    ],
)
def test_every_exit_code_is_an_error_of_its_own(
    code: int, text: str, kind: type[errors.TejError], data: dict[str, object]
) -> None:
    error = find_error(Answer(code, text.encode(), b"mkdir: x\ndisk full\n"), JOB)
    assert type(error) is kind
    assert {name: getattr(error, name) for name in data} == data


def test_a_queue_that_is_absent_is_told_when_no_job_was_asked_for() -> None:
    assert type(find_error(Answer(Code.NO_QUEUE, b""), QUEUE)) is errors.QueueNotFound
    running = find_error(Answer(Code.STILL_RUNNING, b"job b\n"), QUEUE)
    assert isinstance(running, errors.JobStillRunning)
    assert running.job_id == "b"
    assert find_error(Answer(0, b""), QUEUE) is None


@pytest.mark.parametrize(
    ("line", "words", "is_over"),
    [
        ("a EXITED 1 3 failed 1 2 3 - - ann@pc/k/1/2 -", "failed with exit code 3", True),
        ("a EXITED 1 0 ok 1 2 3 - - ann@pc/k/1/2 -", "done", True),
        ("a LOST 1 - lost 1 2 - - - ann@pc/k/1/2 -", "lost", True),
        (
            "a UPLOADING 0 - - - - - 12 - ann@pc/k/1/2 x",
            "being uploaded by ann@pc, last heard of 12 s ago",
            False,
        ),
        ("a RUNNING 1 - - 1 2 - - - ann@pc/k/1/2 -", "running", False),
    ],
)
def test_a_job_in_the_way_is_described(line: str, words: str, is_over: bool) -> None:
    error = find_error(Answer(Code.JOB_EXISTS, f"{HEAD}job {line}\nend 1\n".encode()), JOB)
    assert isinstance(error, errors.JobExists)
    assert (error.found, error.is_over) == (words, is_over)
    assert words in str(error)
    assert ("run it again" in str(error)) == is_over
    assert error.uploading == ("uploaded" in words)


def test_each_code_has_an_error() -> None:
    for code in Code:
        error = find_error(Answer(code, b""), JOB)
        assert (error is None) == (code is Code.DONE)
        assert not isinstance(error, errors.RemoteCommandFailed)


@given(st.binary(max_size=200), st.integers(0, 255), st.binary(max_size=50))
def test_no_answer_breaks_the_reader(stdout: bytes, code: int, stderr: bytes) -> None:
    answer = Answer(code, b"queue /q\nnow 1\n" + stdout, stderr)
    error = find_error(answer, JOB)
    assert error is None or str(error)
    with contextlib.suppress(errors.RemoteCommandFailed):
        assert parse_statuses(answer) is not None


def test_an_answer_about_another_job_is_no_answer() -> None:
    text = f"{HEAD}job b RUNNING 1 - - - - - - - - -\nend 1\n"
    with pytest.raises(errors.RemoteCommandFailed, match="cannot be understood"):
        parse_status(told(text), JobId("a"))
