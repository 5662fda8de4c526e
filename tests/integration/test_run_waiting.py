"""Waiting for jobs: together, interruptible, and without losing any."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

from ..vistrails import Draft, wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine


def test_ctrl_c_suspends_leaves_the_job_alive_and_keeps_its_record(
    server: Any, cli: CommandLine, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    draft = Draft(str(server.destination))
    draft.printed(draft.shell_job(wait_for_file(gate, "echo survived")), "stdout")
    file = draft.save(cli.folder / "waits.vt")
    process = cli.start("run", file)
    wait_until(lambda: cli.json("jobs", file), message="a record in the file")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 6, told
    assert "Traceback" not in told
    (job,) = cli.json("jobs", file, "--check")
    assert job["state"] == "running"
    gate.touch()
    assert cli("run", file).stdout == "survived\n"


def test_independent_jobs_run_at_the_same_time(
    server: Any, cli: CommandLine, tmp_path: Path
) -> None:
    """Each of two jobs ends only when the other one has begun."""
    draft = Draft(str(server.destination))
    for mine, other in (("a", "b"), ("b", "a")):
        source = f"touch '{tmp_path}/{mine}'\n" + wait_for_file(tmp_path / other, f"echo {mine}")
        draft.printed(draft.shell_job(source), "stdout")
    done = cli("run", draft.save(cli.folder / "both.vt"), "--wait")
    assert sorted(done.stdout.split()) == ["a", "b"]


def test_a_failed_branch_does_not_stop_the_other(server: Any, cli: CommandLine) -> None:
    draft = Draft(str(server.destination))
    draft.shell_job("exit 3", "bad", print_error=True)
    draft.printed(draft.shell_job("echo good"), "stdout")
    done = cli("run", draft.save(cli.folder / "branches.vt"), code=1)
    assert done.stdout == "good\n"
    assert "exit code 3" in done.stderr


def test_a_job_that_failed_is_told_although_its_module_did_not(
    server: Any, cli: CommandLine, unique: str
) -> None:
    draft = Draft(str(server.destination))
    draft.shell_job(f": {unique}\nexit 3", "bad")
    file = draft.save(cli.folder / "bad.vt")
    told = cli("run", file).stderr
    assert "#1 bad: done, but its job ended with exit code 3" in told
    assert "--again runs it anew" in told
    assert [one["message"] for one in cli.json("run", file)["modules"]] == [
        *("", "its job ended with exit code 3"),
    ]
    # What was just done is not advised.
    told = cli("run", file, "--again").stderr
    assert "submitted to" in told
    assert "failed; it is on" in told
    assert "--again" not in told
    (job,) = cli.json("jobs", file)
    told = cli("jobs", file, "--again", job["parameters"]["job_id"]).stderr
    assert "failed; it is on" in told
    assert "--again" not in told
