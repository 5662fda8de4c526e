"""Ids, states and statuses of jobs."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from vistrails_tej.engine.errors import InvalidJobId
from vistrails_tej.engine.job import JobId, JobState, JobStatus, make_job_id, parse_job_id


@pytest.mark.parametrize("text", ["a", "-rf", ".x", "a.b", "..a", "A-Z_09+=@%:.,", "x" * 255])
def test_an_id_may_be_any_name_of_the_allowed_letters(text: str) -> None:
    assert parse_job_id(text) == text


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a/b", "a b", "a\n", "é", "$(x)", "x" * 256, "a\0", "*", "'", "٣"]
)
def test_other_ids_are_refused(text: str) -> None:
    with pytest.raises(InvalidJobId) as caught:
        parse_job_id(text)
    assert caught.value.text == text


def test_made_ids_are_valid_and_differ() -> None:
    made = {make_job_id() for _ in range(50)}
    assert len(made) == 50
    assert all(parse_job_id(job_id) == job_id for job_id in made)


def test_every_state_is_either_an_upload_active_or_final() -> None:
    for state in JobState:
        assert [not state.is_started, state.is_active, state.is_final].count(True) == 1
        assert state.value == state.name


@pytest.mark.parametrize(
    ("state", "code", "over", "ok"),
    [
        (JobState.EXITED, 0, True, True),
        (JobState.EXITED, 3, True, False),
        (JobState.PURGED, 0, True, False),
        (JobState.LOST, None, True, False),
        (JobState.RUNNING, None, False, False),
    ],
)
def test_a_status_says_whether_to_wait_and_whether_it_went_well(
    state: JobState, code: int | None, over: bool, ok: bool
) -> None:
    status = JobStatus(JobId("a"), state, PurePosixPath("/q"), exit_code=code)
    assert (status.is_over, status.is_ok) == (over, ok)


def test_the_owner_is_the_readable_part_of_the_uploader() -> None:
    status = JobStatus(
        JobId("a"), JobState.UPLOADING, PurePosixPath("/q"), uploader="ann@pc/key/12/34"
    )
    assert status.owner == "ann@pc"
