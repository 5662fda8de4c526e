"""Jobs in loops, groups and subworkflows, from the command line on a real server."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from vistrails_tej.dataflow import percent_encode, read_annotation, save_annotation
from vistrails_tej.dataflow.ports import BASIC

from ..vistrails import QUEUE, STRING, TEJ, VARIANT, Draft, wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine

CONTROL_FLOW = "org.vistrails.vistrails.control_flow"
LIST = f"{BASIC}:List"
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


def write_loop(path: Path, destination: str, queue: str, scripts: Sequence[str]) -> Path:
    """A list that reaches the script of a job: it loops by itself; the exit codes are printed."""
    draft = Draft(destination)
    draft.vistrail.set(draft.queue, "queue", queue)
    source = draft.add(BASIC, "List")
    draft.vistrail.set(source, "value", repr([percent_encode(one) for one in scripts]), "List")
    job = draft.add(TEJ, "SubmitShellJob")
    draft.vistrail.connect((draft.queue, "queue", QUEUE), (job, "queue", QUEUE))
    draft.printed(job, "exitcode", VARIANT)
    draft.vistrail.connect_anyhow((source, "value", LIST), (job, "source", STRING))
    return draft.save(path)


WRITERS = {"map": write_map, "loop": write_loop}


@pytest.fixture(params=list(WRITERS))
def write_jobs(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Writes a file that runs each of some scripts as a job."""
    return WRITERS[str(request.param)]


def test_twenty_jobs_survive_the_death_of_the_client_and_five_more_join_them(
    server: Any,
    cli: CommandLine,
    tmp_path: Path,
    queue: str,
    count_jobs: Callable[[], int],
    write_jobs: Callable[..., Path],
) -> None:
    gate, traces = tmp_path / "gate", tmp_path / "traces"
    traces.mkdir()

    def script(number: int) -> str:
        """It leaves one more line each time it runs, and ends with its number."""
        ran = f"echo ran >> '{traces / str(number)}'\n"
        return ran + wait_for_file(gate, f"exit {number}")

    file = cli.folder / "numbers.vt"
    destination = str(server.destination)
    write_jobs(file, destination, queue, [script(number) for number in range(20)])

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
    assert codes(cli("run", file).stdout) == list(range(20))
    assert count_jobs() == 20

    longer = write_jobs(
        cli.folder / "longer.vt", destination, queue, [script(number) for number in range(25)]
    )
    copy_jobs(file, longer)
    assert codes(cli("run", longer).stdout) == list(range(25))
    assert count_jobs() == 25
    assert {one.read_text() for one in traces.iterdir()} == {"ran\n"}


def codes(output: str) -> list[int]:
    """The exit codes, be they printed as a list or one by one."""
    return [int(one) for one in re.findall(r"\d+", output)]


def copy_jobs(source: Path, target: Path) -> None:
    """Let a file have the jobs of another one, as a later version of it would."""
    save_annotation(target, "__jobs__", read_annotation(source, "__jobs__"))


def test_again_runs_the_failed_rounds_of_a_loop_anew_and_only_those(
    cli: CommandLine,
    server: Any,
    tmp_path: Path,
    queue: str,
    count_jobs: Callable[[], int],
    write_jobs: Callable[..., Path],
) -> None:
    traces, repaired = tmp_path / "traces", tmp_path / "repaired"
    traces.mkdir()

    def script(number: int) -> str:
        """Every other one fails as long as it is not repaired."""
        ran = f"echo ran >> '{traces / str(number)}'\n"
        return ran + (f"[ -e '{repaired}' ] || exit 7\nexit 0" if number % 2 else "exit 0")

    def runs() -> list[int]:
        return [(traces / str(number)).read_text().count("ran") for number in range(6)]

    file = cli.folder / "again.vt"
    write_jobs(file, str(server.destination), queue, [script(number) for number in range(6)])
    assert codes(cli("run", file).stdout) == [0, 7] * 3
    repaired.touch()
    # Without being told, what has ended stays ended.
    assert codes(cli("run", file).stdout) == [0, 7] * 3
    assert runs() == [1] * 6
    found = cli.json("run", file, "--again")
    assert codes(found["output"]) == [0] * 6
    assert [one["news"] for one in found["jobs"]].count("submitted") == 3
    assert runs() == [1, 2] * 3
    # They are new attempts of the same jobs, and the file remembers how those ended.
    assert count_jobs() == 6
    assert codes(cli("run", file).stdout) == [0] * 6
    assert runs() == [1, 2] * 3


def test_each_failed_round_of_a_while_loop_is_told_once(
    cli: CommandLine, server: Any, queue: str, count_jobs: Callable[[], int]
) -> None:
    draft = Draft(str(server.destination))
    draft.vistrail.set(draft.queue, "queue", queue)
    job = draft.shell_job("exit 7")
    repeated = draft.add(CONTROL_FLOW, "While")
    for port in ("ConditionPort", "OutputPort"):
        draft.vistrail.set(repeated, port, "exitcode")
    draft.vistrail.set(repeated, "MaxIterations", "3", "Integer")
    module = f"{BASIC}:Module"
    draft.vistrail.connect((job, "self", module), (repeated, "FunctionPort", module))
    draft.printed(repeated, "Result", VARIANT)
    done = cli("run", draft.save(cli.folder / "while.vt"))
    assert done.stdout == "7\n"
    told = [line for line in done.stderr.splitlines() if " failed, " in line]
    assert len(told) == len(set(told)) == count_jobs() == 3


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
