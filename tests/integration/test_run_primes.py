"""The primes workflow on a real server: submitted, resumed, reused, changed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ..vistrails import EXAMPLES
from .command_line import CommandLine

PRIMES = EXAMPLES / "tej-primes.vt"
JOB_PREFIX = "vistrails_module_"
FACTOR = "6857\n"
# A prime that the script needs the better part of a second for, so that nobody is done at once.
SLOW = "67280421310721"
SLOW_OPTION = ("--set", f"Target number.value={SLOW}")


@pytest.fixture
def primes(cli: CommandLine) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copy(PRIMES, cli.folder))


@pytest.fixture
def queue(server: Any, cli: CommandLine) -> str:
    """A queue of its own for each test; the option that sets it."""
    return f"Queue.queue=~/queues/{cli.folder.name}"


@pytest.fixture
def hostname(server: Any) -> str:
    """The option that sets the server."""
    return f"Queue.hostname={server.destination}"


def job_folder(server: Any, cli: CommandLine) -> Path:
    return Path(server.home) / "queues" / cli.folder.name / "jobs"


def states(report: dict[str, Any], label: str) -> list[str]:
    (module_id,) = [one["id"] for one in report["modules"] if one["label"] == label]
    return [one["state"] for one in report["events"] if one["module"] == module_id]


def submit_signature(report: dict[str, Any]) -> str:
    (signature,) = [one["signature"] for one in report["modules"] if one["name"] == "SubmitJob"]
    return str(signature)


def test_the_largest_prime_factor_is_printed(
    cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    assert cli("run", primes, "--set", hostname, "--set", queue).stdout == FACTOR


def test_without_waiting_the_run_is_suspended_and_the_job_is_in_the_file(
    server: Any, cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("--set", hostname, "--set", queue, *SLOW_OPTION)
    report = cli.json("run", primes, *options, "--no-wait", code=6)
    signature = submit_signature(report)
    (job,) = cli.json("jobs", primes)
    assert job["signature"] == signature
    assert job["parameters"]["destination"] == str(server.destination)
    assert (job_folder(server, cli) / (JOB_PREFIX + signature) / "stage" / "input").is_file()


def test_running_again_waits_and_runs_nothing_upstream(
    cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("--set", hostname, "--set", queue, *SLOW_OPTION)
    cli("run", primes, *options, "--no-wait", code=6)
    report = cli.json("run", primes, *options)
    assert report["output"] == f"{SLOW}\n"
    for upstream in ("Queue", "script", "Target number", "StringFormat"):
        assert "computing" not in states(report, upstream)
    assert report["jobs"] == []


def test_a_pristine_copy_finds_the_same_job_and_uploads_nothing(
    server: Any, cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("--set", hostname, "--set", queue)
    cli("run", primes, *options)
    folder = job_folder(server, cli)
    (job,) = folder.iterdir()
    before = {path: path.stat().st_mtime_ns for path in (job / "stage").rglob("*")}
    shutil.copy(PRIMES, primes)
    report = cli.json("run", primes, *options)
    assert report["output"] == FACTOR
    assert [one["news"] for one in report["jobs"]] == ["found"]
    assert list(folder.iterdir()) == [job]
    assert {path: path.stat().st_mtime_ns for path in (job / "stage").rglob("*")} == before


def test_another_number_makes_another_job_and_leaves_the_first_alone(
    server: Any, cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("--set", hostname, "--set", queue)
    cli("run", primes, *options)
    folder = job_folder(server, cli)
    (first,) = folder.iterdir()
    output = first / "stage" / "output"
    written = output.stat().st_mtime_ns
    assert cli("run", primes, *options, "--set", "Target number.value=13195").stdout == "29\n"
    assert len(list(folder.iterdir())) == 2
    assert output.read_text() == FACTOR
    assert output.stat().st_mtime_ns == written


def test_running_again_on_request_makes_a_new_job_of_the_same_id(
    server: Any, cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("--set", hostname, "--set", queue)
    cli("run", primes, *options)
    report = cli.json("run", primes, *options, "--again-all")
    assert report["output"] == FACTOR
    assert [one["news"] for one in report["jobs"]] == ["submitted"]
    assert len(list(job_folder(server, cli).iterdir())) == 1


def test_two_processes_at_once_make_one_job_and_both_get_its_result(
    server: Any, cli: CommandLine, primes: Path, hostname: str, queue: str
) -> None:
    options = ("run", primes, "--set", hostname, "--set", queue)
    both = [cli.start(*options) for _ in range(2)]
    ended = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert [output for output, _ in ended] == [FACTOR, FACTOR]
    assert len(list(job_folder(server, cli).iterdir())) == 1
    assert sum("submitted to" in told for _, told in ended) == 1
    assert len(cli.json("jobs", primes)) == 1
