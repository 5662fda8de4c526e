"""A queue that members of a group share: each has his own jobs, and the results of all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtimes.client import OWNER, Client, names
from tests.runtimes.local_shell import LocalShell
from tests.runtimes.test_claims import age
from tests.runtimes.test_lifecycle import is_running
from tests.runtimes.test_states import lose_soon
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code

ANN, BOB, TEAM = 64001, 64002, 64003


@pytest.fixture
def folder(program: str) -> Iterator[Path]:
    """A directory of the team, beside the homes of its members."""
    if os.geteuid() != 0:
        pytest.skip("only root can be two users")
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        team = Path(name, "team")
        team.mkdir()
        os.chown(team, 0, TEAM)
        team.chmod(0o2770)
        yield team


def member(program: str, folder: Path, user: int) -> Client:
    """Give a member whose first group is his own, as on most machines."""
    home = folder.parent / str(user)
    shell = LocalShell(program, home, {"VT_KILL_SECONDS": "1"}, "-eu", user, user, (TEAM,))
    os.chown(home, user, user)
    return Member(shell, folder.parent / "scratch", str(folder / "queue"))


class Member(Client):
    """A client of the queue in the folder of the team."""

    @property
    def queue(self) -> Path:
        return Path(self.path)


@pytest.fixture
def ann(program: str, folder: Path) -> Iterator[Client]:
    made = member(program, folder, ANN)
    yield made
    made.kill_all()


@pytest.fixture
def bob(program: str, folder: Path) -> Client:
    return member(program, folder, BOB)


def refusal(client: Client, *words: str) -> str:
    reply = client.run(*words)
    assert reply.exit_code == Code.REFUSED
    return reply.stderr.decode().splitlines()[-1]


def make_folders(client: Client, job_id: str) -> None:
    text = "#!/bin/sh\nmkdir made; echo x >made/file; echo y >data/new; exit 3\n"
    payload = client.payload(job_id, {"start.sh": text, "data/in": "in\n"})
    words = client.words(payload, job_id, "script", "start.sh")
    assert client.shell.run(words, payload=payload.pack()).exit_code == Code.DONE
    assert client.wait_for_end(job_id).exit_code == 3


def test_members_have_the_results_of_each_other(ann: Client, bob: Client) -> None:
    make_folders(ann, "of-ann")
    make_folders(bob, "of-bob")
    for one, job_id in ((bob, "of-ann"), (ann, "of-bob")):
        assert one.status(job_id).exit_code == 3
        assert one.submit(job_id, "#!/bin/sh\n").exit_code == Code.JOB_EXISTS
        for name in ("made/file", "data/in", "data/new", "_stdout"):
            assert one.run("job_tail", job_id, name, "99").exit_code == 0, name
        assert one.run("job_pack", job_id, ".").exit_code == 0
    assert {str(job_id) for job_id in ann.statuses()} == {"of-ann", "of-bob"}
    assert stat.S_IMODE(ann.queue.stat().st_mode) & 0o7 == 0
    assert {path.stat().st_gid for path in ann.queue.rglob("*")} == {TEAM}


def test_each_ends_and_removes_his_own(ann: Client, bob: Client) -> None:
    pid = ann.start_running("long")
    assert bob.state("long") is JobState.RUNNING
    assert refusal(bob, "job_kill", "long").endswith("belongs to another user")
    assert refusal(bob, "queue_cleanup", "yes").endswith("belongs to another user")
    assert is_running(pid)
    assert not (ann.attempt("long") / "cancel").exists()
    assert ann.run("job_kill", "long").exit_code == 0
    assert refusal(bob, "job_delete", "long").endswith("belongs to another user")
    bob.submit("of-bob", "#!/bin/sh\n")
    bob.wait_for_end("of-bob")
    assert bob.run("job_delete", "of-bob").exit_code == 0
    assert ann.run("job_delete", "long").exit_code == 0
    wait_until(lambda: not names(ann.queue / "vt/trash"), message="an empty trash")


def test_an_upload_that_a_member_gave_up_is_taken_over(ann: Client, bob: Client) -> None:
    assert ann.run("job_claim", "job-1", "mine", OWNER, "-").exit_code == 0
    age(ann, "job-1", 901)
    assert bob.submit("job-1", "#!/bin/sh\nexit 4\n").exit_code == 0
    assert ann.wait_for_end("job-1").exit_code == 4
    # It is his now, though she made its directory.
    assert refusal(ann, "job_delete", "job-1").endswith("belongs to another user")
    assert bob.run("job_delete", "job-1").exit_code == 0
    wait_until(lambda: not names(ann.queue / "vt/trash"), message="an empty trash")


def test_an_upload_that_was_taken_over_is_deleted_by_who_goes_on_with_it(
    ann: Client, bob: Client
) -> None:
    assert ann.run("job_claim", "job-1", "hers", OWNER, "-").exit_code == 0
    age(ann, "job-1", 901)
    assert bob.run("job_claim", "job-1", "his", OWNER, "-").exit_code == 0
    assert refusal(ann, "job_delete", "job-1").endswith("belongs to another user")
    assert bob.run("job_delete", "job-1").exit_code == 0


def test_a_member_makes_a_new_attempt_of_a_job_of_another(ann: Client, bob: Client) -> None:
    make_folders(ann, "job-1")
    assert bob.submit_again("job-1", "#!/bin/sh\nsleep 1000\n").exit_code == 0
    bob.wait_for("job-1", JobState.RUNNING)
    assert refusal(ann, "job_kill", "job-1").endswith("belongs to another user")
    assert bob.run("job_kill", "job-1").exit_code == 0
    assert ann.status("job-1").exit_code == 143


def test_a_job_that_only_its_owner_may_see_is_not_called_lost_by_others(
    ann: Client, bob: Client, folder: Path
) -> None:
    pid = ann.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    proc = folder.parent / "proc"
    proc.mkdir()
    for name in ("self", "sys", "uptime"):
        (proc / name).symlink_to(f"/proc/{name}")
    for one in (ann, bob):
        lose_soon(one)
        one.shell.environment = {**one.shell.environment, "VT_PROC": str(proc)}
    assert [bob.state("long") for _ in range(3)] == [JobState.SUSPECT] * 3
    assert ann.state("long") is JobState.LOST


def command(client: Client, name: str, *words: str) -> int:
    return client.shell.run([str(client.queue / "commands" / name), *words]).exit_code


def test_old_clients_of_the_group_work_too(ann: Client, bob: Client) -> None:
    make_folders(ann, "of-ann")
    assert command(bob, "new_job", "old") == 0
    stage = bob.queue / "jobs/old/stage"
    subprocess.run(["mkdir", str(stage)], check=True, user=BOB, group=BOB, extra_groups=[TEAM])
    assert command(bob, "submit", "old", str(stage), "exit 5") == 0
    assert ann.wait_for_end("old").exit_code == 5
    assert (command(ann, "status", "old"), command(bob, "status", "of-ann")) == (0, 0)
    assert command(bob, "delete", "of-ann") == 1
    assert command(bob, "delete", "old") == 0
    programs = [path for path in (ann.queue / "commands").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o22 for path in programs} == {0}


def test_an_empty_directory_of_a_group_becomes_its_queue(ann: Client, bob: Client) -> None:
    ann.queue.mkdir()
    os.chown(ann.queue, ANN, TEAM)
    ann.queue.chmod(0o2770)
    make_folders(ann, "of-ann")
    make_folders(bob, "of-bob")
    assert {path.stat().st_gid for path in ann.queue.rglob("*")} == {TEAM}


@pytest.mark.parametrize("mode", [0o770, 0o2750, 0o2755])
def test_a_queue_anywhere_else_is_private(
    ann: Client, bob: Client, folder: Path, mode: int
) -> None:
    os.chown(folder, ANN, TEAM)
    folder.chmod(mode)
    make_folders(ann, "of-ann")
    assert stat.S_IMODE(ann.queue.stat().st_mode) & 0o777 == 0o700
    assert bob.run("job_status", "of-ann").exit_code not in (0, Code.NO_SUCH_JOB)


@pytest.mark.parametrize("mode", [0o2750, 0o2755])
def test_a_queue_that_the_group_may_only_read_stays_so(
    ann: Client, bob: Client, folder: Path, mode: int
) -> None:
    os.chown(folder, ANN, TEAM)
    folder.chmod(mode)
    assert ann.run("queue_setup", "default", "queue", "no").exit_code == 0
    subprocess.run(["chmod", "-R", "g+rX", str(ann.queue)], check=True)
    (ann.queue / "jobs").chmod(mode)
    make_folders(ann, "of-ann")
    assert bob.status("of-ann").exit_code == 3
    made = [path for path in ann.job("of-ann").rglob("*") if not path.is_symlink()]
    assert [str(path) for path in made if path.stat().st_mode & 0o22] == []
    assert ann.run("job_delete", "of-ann").exit_code == 0


def test_a_queue_that_is_set_up_again_stays_that_of_the_group(ann: Client, bob: Client) -> None:
    make_folders(ann, "of-ann")
    assert ann.run("queue_setup", "default", "queue", "yes").exit_code == 0
    make_folders(bob, "of-bob")
    assert command(bob, "status", "of-ann") == 0
