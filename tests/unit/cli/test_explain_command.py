"""explain on real files: what a job is made of, and why it is not another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vistrails_tej.dataflow import VistrailJobs, WorkflowRecord

from ...vistrails import EXAMPLES
from .calling import Calling

PRIMES = EXAMPLES / "tej-primes.vt"
JOB = "vistrails_module_"


@pytest.fixture
def primes(tmp_path: Path) -> Path:
    return Path(shutil.copy(PRIMES, tmp_path))


def test_a_job_is_told_with_everything_it_is_made_of(call: Calling) -> None:
    output, _ = call("explain", PRIMES)
    lines = [line.strip() for line in output.splitlines()]
    assert lines[0].startswith(f"SubmitJob: job {JOB}")
    assert "value = '600851475143'" in lines
    assert "input <- WriteFile.out_value" in lines


def test_the_id_is_the_one_that_signatures_prints(call: Calling) -> None:
    (signature,) = [
        one["signature"] for one in call.json("signatures", PRIMES) if one["name"] == "SubmitJob"
    ]
    (job,) = call.json("explain", PRIMES)["jobs"]
    assert job["id"] == JOB + signature


def test_a_value_that_was_set_is_given_as_the_reason(call: Calling) -> None:
    latest = call.json("show", PRIMES)["version"]
    output, _ = call("explain", PRIMES, "--set", "Target number.value=10", "--against", latest)
    assert output.splitlines()[1:] == ["  Target number.value is '10' here, '600851475143' there"]


def test_another_file_of_the_same_content_has_the_same_job(call: Calling, primes: Path) -> None:
    output, _ = call("explain", PRIMES, "--against-file", primes)
    (line,) = output.splitlines()
    assert "the same as in version" in line


def test_a_file_that_differs_in_one_string_is_told_by_that_string(
    call: Calling, data: Path
) -> None:
    report = call.json(
        "explain", data / "vt/01_base.vt", "--against-file", data / "vt/02_other_parameter.vt"
    )
    (pair,) = [one for one in report["pairs"] if one["here"] and one["there"]]
    (found,) = pair["differences"]
    assert found["kind"] == "parameter"
    assert found["here"] != found["there"]


def record(path: Path, signature: str, version: int | str) -> None:
    jobs = VistrailJobs(path)
    jobs.monitor.start_workflow(WorkflowRecord(version))
    parameters = {"destination": "ssh://other", "queue": "~/.tej", "job_id": JOB + signature}
    jobs.monitor.set_cache(signature, {**parameters, "exitcode": 0}, "SubmitJob")
    jobs.monitor.finish_workflow()
    jobs.save()


def test_a_recorded_job_of_a_version_is_compared_with_that_version(
    call: Calling, primes: Path
) -> None:
    shown = call.json("explain", primes)
    version, (job,) = shown["version"], shown["jobs"]
    record(primes, job["id"].removeprefix(JOB), version)
    output, _ = call(
        "explain", primes, "--set", "Target number.value=10", "--against-job", job["id"]
    )
    assert f"version {version} makes this job" in output
    assert "Target number.value is '10' here, '600851475143' there" in output


def test_of_a_recorded_job_with_lost_values_the_queue_is_compared(
    call: Calling, primes: Path
) -> None:
    record(primes, "0" * 40, "exploration of version 7: Target number.value")
    output, _ = call("explain", primes, "--against-job", JOB + "0" * 40)
    assert "the record does not hold those" in output
    assert "its destination is 'ssh://localhost' here, 'ssh://other' there" in output


def test_a_job_that_no_record_knows_is_not_found(call: Calling, primes: Path) -> None:
    told = call.sentence("explain", primes, "--against-job", "nothing", code=3)
    assert "does not remember a job nothing" in told


def test_the_job_of_a_round_is_explained_by_the_module_that_looped(
    call: Calling, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "map.vt"
    shutil.copy(data / "vt" / "81_map.vt", file)
    shown = call.json("explain", file)
    version, (job,) = shown["version"], shown["jobs"]
    jobs = VistrailJobs(file)
    looped = {"looped_module": job["id"].removeprefix(JOB), "job_id": JOB + "A" * 40}
    jobs.monitor.start_workflow(WorkflowRecord(version))
    jobs.monitor.add_job("A" * 40, looped, "a round")
    jobs.save()
    output, _ = call("explain", file, "--against-job", JOB + "A" * 40)
    assert f"version {version} makes this job" in output


def test_two_things_to_compare_with_are_one_too_many(call: Calling) -> None:
    _, told = call("explain", PRIMES, "--against", "1", "--against-job", "x", code=2)
    assert "one of --against" in told
