"""Jobs in loops, groups and subworkflows, from the command line on a real server."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.dataflow import percent_encode, read_annotation, save_annotation
from vistrails_tej.dataflow.ports import BASIC

from ..vistrails import QUEUE, TEJ, VARIANT, Draft, wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine

CONTROL_FLOW = "org.vistrails.vistrails.control_flow"
FILES = Path(__file__).parents[1] / "data" / "vt"


@pytest.fixture
def queue(unique: str) -> str:
    """A queue of its own, so that its jobs can be counted."""
    return f"~/{unique}"


@pytest.fixture
def count_jobs(server: Any, queue: str) -> Callable[[], int]:
    """How many jobs the queue has; none before there is a queue."""
    jobs = server.home / queue.removeprefix("~/") / "jobs"
    return lambda: len(list(jobs.iterdir())) if jobs.is_dir() else 0


def write_map(path: Path, destination: str, queue: str, scripts: Sequence[str]) -> Path:
    """A Map that runs each script as a job and prints the exit codes."""
    draft = Draft(destination)
    draft.vistrail.set(draft.queue, "queue", queue)
    job = draft.add(TEJ, "SubmitShellJob", "number")
    draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
    mapping = draft.add(CONTROL_FLOW, "Map")
    settings = {
        "InputPort": ("['source']", "List"),
        "OutputPort": ("exitcode", "String"),
        "InputList": (repr(list(scripts)), "List"),
    }
    for port, (value, type_name) in settings.items():
        draft.vistrail.set(mapping, port, value, type_name)
    module = f"{BASIC}:Module"
    draft.vistrail.connect((job, "self", module), (mapping, "FunctionPort", module))
    draft.printed(mapping, "Result", VARIANT)
    return draft.save(path)


def test_twenty_jobs_survive_the_death_of_the_client_and_five_more_join_them(
    server: Any, cli: CommandLine, tmp_path: Path, queue: str, count_jobs: Callable[[], int]
) -> None:
    gate, traces = tmp_path / "gate", tmp_path / "traces"
    traces.mkdir()

    def script(number: int) -> str:
        """It leaves one more line each time it runs, and ends with its number."""
        ran = f"echo ran >> '{traces / str(number)}'\n"
        return ran + wait_for_file(gate, f"exit {number}")

    file = cli.folder / "numbers.vt"
    destination = str(server.destination)
    write_map(file, destination, queue, [script(number) for number in range(20)])

    process = cli.start("run", file)
    wait_until(lambda: count_jobs() >= 3, message="the first jobs")
    process.kill()
    process.communicate()
    assert count_jobs() < 20

    # No job can end yet, so none was waited for before all were submitted.
    cli("run", file, "--no-wait", code=6)
    assert count_jobs() == 20
    process = cli.start("run", file)
    wait_until(lambda: len(list(traces.iterdir())) == 20, message="twenty running jobs")
    process.kill()
    process.communicate()
    gate.touch()
    assert cli("run", file).stdout == f"{list(range(20))}\n"
    assert count_jobs() == 20

    longer = write_map(
        cli.folder / "longer.vt", destination, queue, [script(number) for number in range(25)]
    )
    copy_jobs(file, longer)
    assert cli("run", longer).stdout == f"{list(range(25))}\n"
    assert count_jobs() == 25
    assert {one.read_text() for one in traces.iterdir()} == {"ran\n"}


def copy_jobs(source: Path, target: Path) -> None:
    """Let a file have the jobs of another one, as a later version of it would."""
    save_annotation(target, "__jobs__", read_annotation(source, "__jobs__"))


@pytest.mark.parametrize("name", ["73_job_in_group.vt", "74_job_in_subworkflow.vt"])
def test_a_job_inside_another_module_suspends_and_resumes(
    server: Any, cli: CommandLine, tmp_path: Path, name: str
) -> None:
    """The files are those of VisTrails 2.2, with another server and script."""
    gate = tmp_path / "gate"
    file = cli.folder / name
    script = percent_encode(wait_for_file(gate, "exit 3"))
    with zipfile.ZipFile(FILES / name) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            text = old.read(member).decode().replace("user@server", str(server.destination))
            new.writestr(member, text.replace('val="hostname"', f'val="{script}"'))
    cli("run", file, "--no-wait", code=6)
    (job,) = cli.json("jobs", file, "--check")
    assert job["state"] == "running"
    gate.touch()
    found = cli.json("run", file)
    assert found["output"] == "3\n"
    assert len(cli.json("jobs", file)) == 1
    assert [one["news"] for one in found["jobs"]] in ([], ["failed"])
    inside = [one for one in found["modules"] if one.get("groups")]
    assert {one["name"] for one in inside} == {"InputPort", "SubmitShellJob", "OutputPort"}
    assert {one["state"] for one in inside} <= {"success", "not needed"}
