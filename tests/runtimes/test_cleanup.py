"""Removing a queue: what comes in the middle of it, and what it cannot remove."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ordinary_user import NOBODY, ordinary_folder
from tests.runtimes.client import OWNER, Client, names
from tests.runtimes.local_shell import LocalShell
from tests.runtimes.test_claims import age
from tests.runtimes.test_faults import free_program
from tests.runtimes.test_lifecycle import is_running
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code


def come_late(client: Client, tmp_path: Path, text: str = "") -> int:
    """Put a running job into the queue in the moment when it is set aside; return its process."""
    pid = client.start_running("late")
    client.job("late").rename(tmp_path / "late")
    move = f'[ ! -d {tmp_path}/late ] || /bin/mv {tmp_path}/late "{client.queue}/jobs/"'
    text = f'case "$*" in *.vt-old.*) {move}; {text} ;; esac'
    free_program(client, tmp_path, "mv", f'{text}\nexec /bin/mv "$@"')
    return pid


@pytest.mark.parametrize("other", [[], ["thesis.tex"]])
def test_a_job_that_comes_while_the_queue_is_set_aside_keeps_it(
    client: Client, tmp_path: Path, other: list[str]
) -> None:
    client.submit("ended", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("ended")
    for name in other:
        (client.queue / name).write_text("precious")
    come_late(client, tmp_path)
    reply = client.run("queue_cleanup", "no")
    assert (reply.exit_code, reply.lines) == (Code.STILL_RUNNING, ["job late"])
    assert client.state("late") is JobState.RUNNING
    assert client.status("ended").exit_code == 3
    assert names(client.shell.home) == {".tej"}
    assert names(client.queue) == {"commands", "jobs", "version", "vt", *other}


def test_a_queue_of_which_a_part_stays_in_its_place_remains_a_queue(
    client: Client, tmp_path: Path
) -> None:
    client.submit("ended", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("ended")
    (client.queue / "thesis.tex").write_text("precious")
    # As for a directory that is a disk of its own.
    text = 'case "$*" in *.tej/jobs*) echo "mv: jobs is busy" >&2; exit 1 ;; esac'
    free_program(client, tmp_path, "mv", f'{text}\nexec /bin/mv "$@"')
    reply = client.run("queue_cleanup", "no")
    assert (reply.exit_code, reply.stderr) == (Code.REFUSED, b"mv: jobs is busy\n")
    assert client.status("ended").exit_code == 3
    assert names(client.queue) == {"commands", "jobs", "version", "vt", "thesis.tex"}


def test_a_queue_that_was_set_aside_in_part_is_whole_again_once_nobody_goes_on(
    client: Client,
) -> None:
    client.submit("ended", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("ended")
    (client.queue / "thesis.tex").write_text("precious")
    part = client.queue / f".vt-old.{'7' * 24}.part"
    part.mkdir()
    for name in ("version", "jobs"):
        (client.queue / name).rename(part / name)
    assert client.run("queue_cleanup", "no").exit_code == Code.NOT_A_QUEUE
    os.utime(part, (0, 0))
    assert client.run("queue_cleanup", "no").exit_code == Code.DONE
    assert names(client.queue) == {"thesis.tex"}


def test_such_a_job_is_killed_by_force(client: Client, tmp_path: Path) -> None:
    come_late(client, tmp_path)
    assert client.run("queue_cleanup", "yes").exit_code == Code.DONE
    assert not names(client.shell.home)


def test_such_a_job_goes_into_the_queue_that_was_made_meanwhile(
    client: Client, tmp_path: Path
) -> None:
    other = Client(client.shell, client.scratch, "~/other")
    other.run("queue_setup", "default", "queue", "no")
    move = f'/bin/mv "$2" "$3"; exec /bin/mv ~/other "{client.queue}"'
    pid = come_late(client, tmp_path, f"if [ -d ~/other ]; then {move}; fi")
    reply = client.run("queue_cleanup", "no")
    assert reply.exit_code == Code.STILL_RUNNING, (reply, is_running(pid))
    assert client.state("late") is JobState.RUNNING
    assert names(client.shell.home) == {".tej"}


def test_who_claims_an_id_in_a_queue_that_was_set_aside_is_told(
    client: Client, tmp_path: Path
) -> None:
    client.run("queue_setup", "default", "queue", "no")
    away = client.shell.home / "away"
    text = f'[ "$*" != "-- ./job-1" ] || /bin/mv "{client.queue}" "{away}"'
    free_program(client, tmp_path, "mkdir", f'{text}\nexec /bin/mkdir "$@"')
    assert client.submit("job-1", "#!/bin/sh\n").exit_code == Code.JOB_DELETED
    assert not names(away / "jobs")
    assert names(client.shell.home) == {"away"}


def test_a_clean_up_that_was_cut_off_is_finished_by_the_next_one(client: Client) -> None:
    client.submit("ended", "#!/bin/sh\n")
    client.wait_for_end("ended")
    client.run("job_claim", "coming", "mine", OWNER, "-")
    aside = client.shell.home / f".vt-old..tej.{'5' * 24}"
    client.queue.rename(aside)
    reply = client.run("queue_cleanup", "no")
    assert (reply.exit_code, reply.lines) == (
        Code.STILL_RUNNING,
        ["job coming", "uploading yes"],
    )
    age(client, "coming", 901)
    client.queue.rename(aside)
    assert client.run("queue_cleanup", "no").exit_code == Code.DONE
    assert not names(client.shell.home)
    assert client.run("queue_cleanup", "no").exit_code == Code.NO_QUEUE


@pytest.fixture
def ann(program: str) -> Iterator[Client]:
    """A client for whom permissions count."""
    with ordinary_folder() as folder:
        user = NOBODY if os.geteuid() == 0 else None
        shell = LocalShell(program, folder / "ann", {"VT_KILL_SECONDS": "1"}, "-eu", user, user)
        if user is not None:
            os.chown(shell.home, user, user)
        folder.chmod(0o755)
        yield Client(shell, folder / "scratch", "~/link")


def lock(directory: Path) -> None:
    """Make a directory that its owner cannot remove, nor what is in it."""
    if os.geteuid() != 0:
        pytest.skip("only root can lock a directory for good")
    directory.mkdir(mode=0o755)
    (directory / "file").touch()


@pytest.mark.parametrize("other", [[], ["thesis.tex"]])
def test_what_cannot_be_removed_is_told_and_goes_with_a_later_clean_up(
    ann: Client, other: list[str]
) -> None:
    Client(ann.shell, ann.scratch).run("queue_setup", "default", "queue", "no", "~/link")
    ann.submit("job-1", "#!/bin/sh\n")
    ann.wait_for_end("job-1")
    locked = ann.job("job-1") / "stage/locked"
    lock(locked)
    for name in other:
        (ann.queue / name).write_text("precious")
    reply = ann.run("queue_cleanup", "no")
    assert reply.exit_code == Code.REFUSED
    left = next(iter((ann.queue if other else ann.shell.home).glob(".vt-old.*")))
    last = reply.stderr.decode().splitlines()[-1]
    assert last.startswith(f"{left} could not be removed")
    assert names(ann.shell.home) == {"link", ".tej" if other else left.name}
    assert ann.run("queue_cleanup", "no").exit_code == Code.REFUSED
    # Each clean-up gives it a name of its own.
    for directory in left.parent.rglob("locked"):
        os.chown(directory, NOBODY, NOBODY)
    assert ann.run("queue_cleanup", "no").exit_code == Code.DONE
    assert names(ann.shell.home) == ({".tej"} if other else set())
    assert not other or names(ann.queue) == set(other)


def test_a_queue_can_be_made_again_beside_what_could_not_be_removed(client: Client) -> None:
    (client.queue / f".vt-old.{'5' * 24}" / "jobs.gone/job-1").mkdir(parents=True)
    assert client.submit("job-1", "#!/bin/sh\nexit 4\n").exit_code == Code.DONE
    assert client.wait_for_end("job-1").exit_code == 4
    assert client.run("queue_cleanup", "no").exit_code == Code.DONE
    assert not names(client.shell.home)
