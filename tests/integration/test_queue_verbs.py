"""The verbs on a queue, with the output that scripts around the tej command line expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..vistrails import wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine, one_sentence


def finished(cli: CommandLine, server: Any, job_id: str) -> str:
    """Wait for a job and return its status line."""

    def status() -> str:
        line = cli("status", server.destination, "--id", job_id).stdout.strip()
        return line if line.startswith("finished") else ""

    return wait_until(status, message=f"job {job_id} to finish")


def test_a_job_is_submitted_followed_fetched_and_deleted(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    place = server.destination
    assert cli("submit", place, "--id", unique, job_directory).stdout == f"{unique}\n"
    assert finished(cli, server, unique) == "finished 0"
    assert f"{unique} finished" in cli("list", place).stdout.splitlines()
    cli("download", place, "--id", unique, "result.txt", "_stdout")
    assert (cli.folder / "result.txt").read_text() == "42\n"
    assert (cli.folder / "_stdout").read_text() == "hello\n"
    cli("kill", place, "--id", unique)
    cli("delete", place, "--id", unique)
    assert cli("status", place, "--id", unique).stdout == "not found\n"
    cli("delete", place, "--id", unique, code=3)


def test_an_id_is_made_up_when_none_is_given(
    server: Any, cli: CommandLine, job_directory: Path
) -> None:
    first, second = (cli("submit", server.destination, job_directory).stdout for _ in range(2))
    assert first != second
    assert finished(cli, server, first.strip()) == "finished 0"


def test_an_id_that_is_taken_is_a_conflict(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    cli("submit", server.destination, "--id", unique, job_directory)
    done = cli("submit", server.destination, "--id", unique, job_directory, code=4)
    assert unique in one_sentence(done)


def test_a_running_job_is_killed_but_not_deleted(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    job = tmp_path / "endless"
    job.mkdir()
    (job / "start.sh").write_text(wait_for_file(tmp_path / "never"))
    cli("submit", server.destination, "--id", unique, job)
    running = cli("status", server.destination, "--id", unique)
    assert running.stdout == "running\n"
    done = cli("delete", server.destination, "--id", unique, code=4)
    assert "still running" in one_sentence(done)
    cli("kill", server.destination, "--id", unique)
    assert finished(cli, server, unique) != "finished 0"
    cli("delete", server.destination, "--id", unique)


def test_the_exit_code_of_the_script_is_told(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    job = tmp_path / "failing"
    job.mkdir()
    (job / "other name.sh").write_text("#!/bin/sh\nexit 3\n")
    cli("submit", server.destination, "--id", unique, "--script", "other name.sh", job)
    assert finished(cli, server, unique) == "finished 3"


def test_a_script_that_is_not_there_is_refused_before_anything_starts(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    options = ("--id", unique, "--script", "nothing.sh")
    done = cli("submit", server.destination, *options, job_directory, code=1)
    assert "nothing.sh" in one_sentence(done)
    assert cli("status", server.destination, "--id", unique).stdout == "not found\n"


def test_a_file_that_is_not_there_leaves_nothing(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    cli("submit", server.destination, "--id", unique, job_directory)
    finished(cli, server, unique)
    done = cli("download", server.destination, "--id", unique, "missing.csv", code=3)
    assert "missing.csv" in one_sentence(done)
    assert list(cli.folder.iterdir()) == []


def test_a_queue_is_set_up_with_a_link_and_cleaned_up(
    server: Any, cli: CommandLine, unique: str, job_directory: Path
) -> None:
    place, real, link = server.destination, f"~/{unique} real", f"~/{unique} link"
    cli("setup", place, "--queue", real, "--make-link", link)
    cli("submit", place, "--queue", link, "--id", "one", job_directory)
    assert cli("list", place, "--queue", real).stdout.startswith("one ")
    cli("setup", place, "--queue", real, code=4)
    wait_until(lambda: "finished" in cli("list", place, "--queue", real).stdout)
    cli("cleanup", place, "--queue", real)
    assert not (Path(server.home) / f"{unique} real").exists()
    cli("list", place, "--queue", real, code=3)


def test_json_tells_everything_of_a_job(
    server: Any, cli: CommandLine, job_directory: Path, unique: str
) -> None:
    cli("submit", server.destination, "--id", unique, job_directory)
    finished(cli, server, unique)
    told = cli.json("status", server.destination, "--id", unique)
    assert (told["id"], told["state"], told["exit_code"]) == (unique, "exited", 0)
    assert told["submitted"] <= told["started"] <= told["ended"]
