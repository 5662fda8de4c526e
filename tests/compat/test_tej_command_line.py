"""The two command lines, and the two kinds of queue, tell the same story word by word."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.compat.clients import TEJ, TejCommand
from tests.compat.conftest import make_job
from tests.integration.command_line import CommandLine
from tests.integration.sshd import Sshd
from tests.waiting import wait_until

Run = Callable[..., subprocess.CompletedProcess[str]]

# Each line: what is called, whether it succeeds, and what stands on stdout then.
Story = list[tuple[str, bool, str]]


def tej_command(tej: TejCommand, folder: Path) -> Run:
    """Return what runs ``tej``."""

    def run(verb: str, *words: object) -> subprocess.CompletedProcess[str]:
        code, out, err = tej.run(verb, *words, folder=folder)
        return subprocess.CompletedProcess([verb], code, out, err)

    return run


def our_command(tej: TejCommand, folder: Path) -> Run:
    """Return what runs ``vistrails-tej`` as the same user."""
    server = tej.process.server
    call = CommandLine(server.ssh_directory.parent, folder)
    return lambda verb, *words: call(verb, server.destination, *words, code=None)


def tell_story(run: Run, queue: str, job: Path, wait: Callable[[str], None]) -> Story:
    """Live through the life of a job on a queue."""
    story: Story = []

    def call(verb: str, *words: object) -> None:
        done = run(verb, "--queue", queue, *words)
        story.append((" ".join([verb, *map(str, words)]), done.returncode == 0, done.stdout))

    call("list")
    call("status", "--id", "job")
    call("submit", "--id", "job", "--script", "a script.sh", job)
    wait("finished")
    call("status", "--id", "job")
    call("list")
    call("submit", "--id", "job", job)
    call("download", "--id", "job", "_stdout", "result")
    call("download", "--id", "job", "missing")
    call("kill", "--id", "job")
    call("delete", "--id", "job")
    call("status", "--id", "job")
    call("delete", "--id", "job")
    call("kill", "--id", "job")
    call("submit", "--id", "long", "--script", "long.sh", job)
    wait("running")
    call("status", "--id", "long")
    call("delete", "--id", "long")
    call("kill", "--id", "long")
    wait("finished")
    call("status", "--id", "long")
    call("list")
    call("setup")
    return story


EXPECTED = [
    ("list", True, ""),
    ("status --id job", True, "not found\n"),
    ("submit --id job --script a script.sh JOB", True, "job\n"),
    ("status --id job", True, "finished 5\n"),
    ("list", True, "job finished\n"),
    ("submit --id job JOB", False, ""),
    ("download --id job _stdout result", True, ""),
    ("download --id job missing", False, ""),
    ("kill --id job", True, ""),
    ("delete --id job", True, ""),
    ("status --id job", True, "not found\n"),
    ("delete --id job", False, ""),
    ("kill --id job", False, ""),
    ("submit --id long --script long.sh JOB", True, "long\n"),
    ("status --id long", True, "running\n"),
    ("delete --id long", False, ""),
    ("kill --id long", True, ""),
    ("status --id long", True, "finished 143\n"),
    ("list", True, "long finished\n"),
    ("setup", False, ""),
]


# What this project does on its own queues is tested elsewhere.
@pytest.mark.parametrize(
    ("command", "maker"), [(tej_command, "tej"), (tej_command, "ours"), (our_command, "tej")]
)
def test_the_verbs_tell_the_same_whoever_made_the_queue(
    clients: dict[str, Any],
    tmp_path: Path,
    unique: str,
    maker: str,
    command: Callable[[TejCommand, Path], Run],
) -> None:
    queue = f"~/{unique} of {maker}"
    clients[maker].setup(queue)
    # tej itself cannot run a script with a space in its name on a queue of its own.
    script = "a_script.sh" if maker == "tej" and command is tej_command else "a script.sh"
    job = make_job(tmp_path / "job", "echo out; echo 1 >result; exit 5", script)
    (job / "long.sh").write_text("#!/bin/sh\nwhile :; do sleep 0.1; done\n")
    folder = tmp_path / "here"
    folder.mkdir()

    def wait(state: str) -> None:
        wait_until(lambda: state in clients["tej api"].list(queue).values(), message=state)

    run = command(clients["tej"], folder)
    if script != "a script.sh":
        run = renaming(run, script)
    story = tell_story(run, queue, job, wait)
    assert [(line.replace(str(job), "JOB"), *rest) for line, *rest in story] == EXPECTED
    assert sorted(path.name for path in folder.iterdir()) == ["_stdout", "result"]
    assert (folder / "_stdout").read_text() == "out\n"


def renaming(run: Run, script: str) -> Run:
    """Return ``run`` with another name for the script."""
    return lambda *words: run(*(script if word == "a script.sh" else word for word in words))


def test_the_program_of_tej_is_the_one_of_pypi() -> None:
    done = subprocess.run([TEJ, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "0.6"


@pytest.mark.parametrize("reader", ["ours", "tej", "tej api"])
def test_a_link_that_either_command_line_makes_is_followed_by_all(
    clients: dict[str, Any], tej_server: Sshd, tmp_path: Path, unique: str, reader: str
) -> None:
    job = make_job(tmp_path / "job", "exit 0")
    for number, command in enumerate((tej_command, our_command)):
        run = command(clients["tej"], tmp_path)
        queue, link, later = (f"~/{unique} {number} {name}" for name in ("queue", "link", "later"))
        assert run("setup", "--queue", queue, "--make-link", link).returncode == 0
        assert run("setup", "--queue", link, "--only-links", "--make-link", later).returncode == 0
        clients[reader].submit(later, "job", job, "start.sh")
        assert set(clients[reader].list(link)) == {"job"}
        assert (tej_server.home / queue[2:] / "jobs" / "job").is_dir()
