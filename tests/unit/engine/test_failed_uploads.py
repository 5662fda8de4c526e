"""What a process remembers of its uploads that failed."""

from __future__ import annotations

import contextlib

import pytest

from vistrails_tej.engine.errors import ConnectionLost
from vistrails_tej.engine.failed_uploads import FailedUploads
from vistrails_tej.engine.job import JobId

A, B = JobId("a"), JobId("b")


def fail(uploads: FailedUploads, job_id: JobId, nonce: str) -> tuple[str, ...]:
    seen: list[str] = []
    with contextlib.suppress(ConnectionLost), uploads.trying(job_id, nonce) as before:
        seen.extend(before)
        raise ConnectionLost("host", "cut")
    return tuple(seen)


def test_every_failed_upload_of_a_job_is_remembered_until_one_became_the_job() -> None:
    uploads = FailedUploads()
    assert [fail(uploads, A, nonce) for nonce in ("1", "2", "3")] == [(), ("1",), ("1", "2")]
    assert fail(uploads, B, "4") == ()
    uploads.settle(A, "2")
    assert fail(uploads, A, "5") == ("1", "3")
    uploads.settle(A, None)
    assert fail(uploads, A, "6") == ("1", "3", "5")


def test_an_upload_that_went_well_is_not_remembered() -> None:
    uploads = FailedUploads()
    with uploads.trying(A, "1"):
        pass
    uploads.settle(A, "1")
    assert fail(uploads, A, "2") == ()


def test_an_interrupt_leaves_a_claim_as_well() -> None:
    uploads = FailedUploads()
    with pytest.raises(KeyboardInterrupt), uploads.trying(A, "1"):
        raise KeyboardInterrupt
    assert fail(uploads, A, "2") == ("1",)


def test_what_is_remembered_stays_small() -> None:
    uploads = FailedUploads()
    for number in range(1000):
        fail(uploads, A, str(number))
    kept = fail(uploads, A, "last")
    assert len(kept) == 64
    assert kept[-1] == "999"
