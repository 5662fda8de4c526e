"""Many values of one workflow on a real server: all jobs at once, extended, resumed, planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.dataflow import VistrailJobs

from ..vistrails import BASIC, FILE, QUEUE, STRING, TEJ, Draft, wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine


@pytest.fixture
def draft(server: Any, unique: str) -> Draft:
    """A vistrail with a queue of its own."""
    draft = Draft(str(server.destination))
    draft.vistrail.set(draft.queue, "queue", f"~/queues/{unique}")
    return draft


def formula(draft: Draft, template: str, names: tuple[str, ...], folder: Path) -> Path:
    """A SubmitShellJob whose script is made from the values of Strings labelled ``names``."""
    job = shell_job(draft, "Formula")
    text = draft.add(BASIC, "StringFormat")
    draft.vistrail.set(text, "format", template)
    for order, name in enumerate(names):
        named = draft.add(BASIC, "String", name)
        draft.vistrail.set(named, "value", "1")
        draft.vistrail.port(text, name, "String", order)
        draft.vistrail.connect((named, "value", STRING), (text, name, STRING))
    draft.vistrail.connect((text, "value", STRING), (job, "source", STRING))
    draft.printed(job, "stdout")
    return draft.save(folder / "formula.vt")


def shell_job(draft: Draft, label: str) -> int:
    """A SubmitShellJob on the queue whose source is yet to be connected."""
    job = draft.add(TEJ, "SubmitShellJob", label)
    draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
    return job


def job_folder(server: Any, cli: CommandLine) -> Path:
    return Path(server.home) / "queues" / cli.folder.name / "jobs"


def test_every_combination_runs_and_is_a_row_of_the_table(
    server: Any, cli: CommandLine, draft: Draft
) -> None:
    path = formula(draft, "echo $(( {a} * {b} ))", ("a", "b"), cli.folder)
    done = cli("run", path, "--vary", "a.value=2,3", "--vary", "b.value=5,7")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[:5] for row in rows] == [
        [a, b, "done", "0", str(int(a) * int(b))] for a in "23" for b in "57"
    ]
    assert {row[5] for row in rows} == {one.name for one in job_folder(server, cli).iterdir()}


def test_all_jobs_are_submitted_before_any_is_waited_for(
    server: Any, cli: CommandLine, draft: Draft, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    path = formula(draft, wait_for_file(gate, "echo {n}"), ("n",), cli.folder)
    process = cli.start("run", path, "--vary", "n.value=1,2,3,4,5", "--interval", "0.2", "--json")
    jobs = job_folder(server, cli)
    wait_until(lambda: jobs.is_dir() and len(list(jobs.iterdir())) == 5, message="five jobs")
    assert process.poll() is None
    gate.touch()
    output, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert output.count('"state": "done"') == 5


def test_an_exploration_left_alone_is_resumed_and_extended_by_what_is_missing(
    server: Any, cli: CommandLine, draft: Draft, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    path = formula(draft, wait_for_file(gate, "echo {n}"), ("n",), cli.folder)
    left = cli.json("run", path, "--vary", "n.value=1,2", "--no-wait", code=6)
    assert [one["state"] for one in left["points"]] == ["suspended", "suspended"]
    (planned,) = cli.json("run", path, "--set", "n.value=3", "--dry-run")["points"]
    assert planned["jobs"][0]["plan"] == "submit"
    plan = cli.json("run", path, "--vary", "n.value=1,2,3", "--dry-run")
    assert [one["jobs"][0]["plan"] for one in plan["points"]] == ["running", "running", "submit"]
    gate.touch()
    report = cli.json("run", path, "--vary", "n.value=1,2,3", "--interval", "0.2")
    assert [one["output"] for one in report["points"]] == ["1\n", "2\n", "3\n"]
    news = [job["news"] for one in report["points"] for job in one["jobs"]]
    assert news == ["remembered", "remembered", "submitted"]
    assert len(list(job_folder(server, cli).iterdir())) == 3
    plan = cli.json("run", path, "--vary", "n.value=1,2,3", "--dry-run")
    assert {one["jobs"][0]["plan"] for one in plan["points"]} == {"recorded"}


def test_the_jobs_are_recorded_for_one_exploration_of_the_version(
    cli: CommandLine, draft: Draft
) -> None:
    path = formula(draft, "echo {n}", ("n",), cli.folder)
    cli("run", path, "--vary", "n.value=1,2")
    cli("run", path, "--vary", "n.value=2,3")
    (workflow,) = VistrailJobs(path).monitor.workflows()
    assert str(workflow.version).startswith("exploration of version ")
    assert len(workflow.jobs) == 3


def test_a_failed_point_shows_its_exit_code_and_the_others_go_on(
    cli: CommandLine, draft: Draft
) -> None:
    path = formula(draft, "exit {code}", ("code",), cli.folder)
    report = cli.json("run", path, "--vary", "code.value=0,3")
    assert [one["state"] for one in report["points"]] == ["done", "failed"]
    assert [one["jobs"][0]["exit_code"] for one in report["points"]] == [0, 3]


def test_a_dry_run_leaves_the_server_and_the_file_as_they_are(
    server: Any, cli: CommandLine, draft: Draft
) -> None:
    path = formula(draft, "echo {n}", ("n",), cli.folder)
    before = path.read_bytes()
    told = cli("run", path, "--dry-run").stdout
    assert "would be submitted" in told
    assert "1 of 1 jobs would be submitted" in told
    assert path.read_bytes() == before
    assert not job_folder(server, cli).parent.exists()


def test_a_dry_run_finds_jobs_that_the_file_knows_nothing_of(
    cli: CommandLine, draft: Draft
) -> None:
    path = formula(draft, "echo {n}", ("n",), cli.folder)
    pristine = path.read_bytes()
    cli("run", path)
    path.write_bytes(pristine)
    (point,) = cli.json("run", path, "--dry-run")["points"]
    assert point["jobs"][0]["plan"] == "finished"
    assert point["jobs"][0]["record"] is None
    (point,) = cli.json("run", path, "--dry-run", "--again-all")["points"]
    assert point["jobs"][0]["plan"] == "again"


def test_a_job_behind_another_is_said_to_depend_on_it(cli: CommandLine, draft: Draft) -> None:
    first = draft.shell_job("echo 1", "First")
    second = shell_job(draft, "Second")
    reader = draft.add(BASIC, "ReadFile")
    draft.vistrail.connect((first, "stdout", FILE), (reader, "in_value", FILE))
    draft.vistrail.connect((reader, "out_value", STRING), (second, "source", STRING))
    path = draft.save(cli.folder / "two.vt")
    (point,) = cli.json("run", path, "--dry-run")["points"]
    assert [(one["label"], one["depends_on"]) for one in point["jobs"]] == [
        ("First", []),
        ("Second", ["First"]),
    ]


def test_a_server_that_is_not_there_is_tried_once_and_ends_with_code_5(cli: CommandLine) -> None:
    draft = Draft("ssh://somebody@127.0.0.1:1")
    path = formula(draft, "echo {n}", ("n",), cli.folder)
    report = cli.json("run", path, "--vary", "n.value=1,2,3", code=5)
    assert [one["state"] for one in report["points"]] == ["error", "not run", "not run"]
    (point,) = cli.json("run", path, "--dry-run", code=5)["points"]
    assert point["jobs"][0]["plan"] == "not_asked"
