"""jobs: run on, run again, kill and forget what a file remembers; offline is told, not fatal."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from tests.integration.command_line import CommandLine
from tests.integration.sshd import Sshd
from tests.vistrails import Draft, wait_for_file
from tests.waiting import wait_until


def workflow(cli: CommandLine, server: Any, *scripts: str, name: str = "test.vt") -> Path:
    """A file with a job for each script, whose outputs are printed."""
    draft = Draft(str(server.destination))
    for script in scripts:
        draft.printed(draft.shell_job(script, script.partition("\n")[0]), "stdout")
    return draft.save(cli.folder / name)


def ids(cli: CommandLine, file: Path) -> list[str]:
    return [job["parameters"]["job_id"] for job in cli.json("jobs", file)]


def states(cli: CommandLine, file: Path, *options: object, code: int = 0) -> list[str]:
    return [job["state"] for job in cli.json("jobs", file, *options, code=code)]


def test_what_waits_is_run_on_until_it_is_done(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    file = workflow(cli, server, f": {unique}\n{wait_for_file(go, 'echo it is done')}")
    cli("run", file, "--no-wait", code=6)
    assert states(cli, file) == ["unknown"]
    assert states(cli, file, "--check") == ["running"]
    with cli.start("jobs", file, "--resume") as resuming:
        assert resuming.stderr is not None
        wait_until(lambda: "waiting for 1 job" in resuming.stderr.readline())  # type: ignore[union-attr]
        go.touch()
        told, _ = resuming.communicate(timeout=60)
        assert resuming.returncode == 0
    assert "it is done" in told
    assert states(cli, file) == ["finished"]
    # Nothing waits any more, so nothing is run.
    assert "it is done" not in cli("jobs", file, "--resume").stdout


def test_a_run_with_other_values_is_not_taken_for_what_the_file_holds(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    file = workflow(cli, server, f": {unique}\n{wait_for_file(go)}")
    other = f": {unique}%0A{wait_for_file(tmp_path / 'never')}"
    cli("run", file, "--no-wait", "--set", f"SubmitShellJob.source={other}", code=6)
    known = ids(cli, file)
    done = cli("jobs", file, "--resume", code=1)
    assert "--set" in done.stderr
    assert ids(cli, file) == known
    cli("jobs", file, "--kill", known[0])


def test_what_a_server_said_is_remembered_until_the_job_is_run_anew(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    go = tmp_path / "go"
    file = workflow(cli, server, f": {unique}\n{wait_for_file(go, 'exit 3')}")
    cli("run", file, "--no-wait", code=6)
    assert "unknown (never asked)" in cli("jobs", file).stdout
    go.touch()
    wait_until(lambda: states(cli, file, "--check") == ["failed"])
    # The file itself does not know it: no run has collected the result.
    (job,) = cli.json("jobs", file)
    assert (job["state"], job["exit_code"], job["finished"]) == ("failed", 3, False)
    (line,) = cli("jobs", file).stdout.splitlines()
    assert line.split("\t")[1].startswith("failed, exit code 3 (seen ")
    go.unlink()
    wait_until(lambda: time.time() > job["checked"] + 2)
    cli("run", file, "--again", "--no-wait", code=6)
    assert states(cli, file) == ["unknown"]
    go.touch()
    cli("jobs", file, "--kill", job["parameters"]["job_id"])


def test_several_jobs_are_killed_and_forgotten(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    never = tmp_path / "never"
    scripts = [f": {unique} {number}\n{wait_for_file(never)}" for number in range(3)]
    file = workflow(cli, server, *scripts)
    cli("run", file, "--no-wait", code=6)
    first, second, third = ids(cli, file)
    assert states(cli, file, "--kill", first, "--kill", second) == [
        *("killed", "killed", "running"),
    ]
    assert states(cli, file, "--forget", first, "--forget", second) == ["running"]
    assert ids(cli, file) == [third]
    cli("jobs", file, "--kill", third, "--kill", "unheard-of", code=3)
    assert states(cli, file, "--check") == ["running"]
    cli("jobs", file, "--kill", third)


def test_one_job_is_run_again_and_the_others_are_not(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    counters = [tmp_path / "first", tmp_path / "second"]
    scripts = [f"echo {unique} >>'{path}'; wc -l <'{path}'" for path in counters]
    file = workflow(cli, server, *scripts)
    cli("run", file)
    first, _ = ids(cli, file)
    cli("jobs", file, "--again", first)
    assert [len(path.read_text().splitlines()) for path in counters] == [2, 1]
    assert states(cli, file, "--check") == ["finished", "finished"]


def test_a_server_that_cannot_be_reached_is_offline(
    tmp_path: Path, server: Any, cli: CommandLine, unique: str
) -> None:
    with Sshd(tmp_path / "own") as own:
        shutil.rmtree(cli.home / ".ssh")
        shutil.copytree(own.ssh_directory, cli.home / ".ssh")
        scripts = [f": {unique} {number}\n{wait_for_file(tmp_path / 'go')}" for number in range(2)]
        file = workflow(cli, own, *scripts)
        cli("run", file, "--no-wait", code=6)
        assert states(cli, file, "--check") == ["running", "running"]

    (tmp_path / "go").touch()
    told = cli.json("jobs", file, "--check", code=5)
    assert [(job["state"], job["offline"]) for job in told] == [("running", True)] * 2
    done = cli("jobs", file, "--check", code=5)
    # One server, one sentence.
    assert len(done.stderr.strip().splitlines()) == 1
    for line in done.stdout.splitlines():
        assert line.split("\t")[1].startswith("running (seen ")
        assert line.split("\t")[1].endswith("ago, offline)")


def test_the_jobs_of_all_files_that_were_run_are_listed_wherever_one_is(
    server: Any, cli: CommandLine, tmp_path: Path, unique: str
) -> None:
    elsewhere = CommandLine(cli.home, tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    assert elsewhere.json("jobs") == []
    file = workflow(cli, server, f": {unique}\n{wait_for_file(tmp_path / 'never')}")
    cli("run", file.name, "--no-wait", code=6)
    (job,) = elsewhere.json("jobs", "--check")
    assert (job["file"], job["state"]) == (str(file), "running")
    # What was run elsewhere is not run on by the way.
    assert "waiting for" not in elsewhere("jobs", "--resume").stderr
    assert [one["state"] for one in elsewhere.json("jobs")] == ["running"]
    # Here it is called by its name, and listed once.
    assert [one["file"] for one in cli.json("jobs")] == [file.name]
    job_id = job["parameters"]["job_id"]
    (killed,) = elsewhere.json("jobs", "--kill", job_id)
    assert (killed["state"], killed["exit_code"]) == ("killed", 143)
    file.unlink()
    assert elsewhere.json("jobs") == []
