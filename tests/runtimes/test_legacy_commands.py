"""The commands that old clients call: their arguments, what they print, their exit codes."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.runtimes.client import Client, names
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState


class OldClient:
    """Runs commands/* by the shell under test, as a tej 0.6 client does over SSH."""

    def __init__(self, client: Client) -> None:
        client.run("queue_setup", "default", "queue", "no")
        self.client = client

    def __call__(self, name: str, *words: str) -> tuple[int, list[str]]:
        done = self.run(name, *words, output=subprocess.PIPE)
        return done.returncode, done.stdout.splitlines()

    def run(self, name: str, *words: str, output: int) -> subprocess.CompletedProcess[str]:
        command = [self.client.shell.program, str(self.client.queue / "commands" / name), *words]
        return subprocess.run(
            command,
            stdout=output,
            stderr=output,
            env=self.client.shell.variables(),
            cwd="/",
            timeout=60,
            check=False,
            text=True,
        )

    def submit(self, job_id: str, text: str, script: str = "start.sh") -> int:
        code, lines = self("new_job", job_id)
        assert code == 0
        stage = Path(lines[0])
        stage.mkdir()
        (stage / "start.sh").write_text(text)
        return self("submit", job_id, str(stage), script)[0]

    def wait_for_end(self, job_id: str) -> list[str]:
        wait_until(lambda: self("status", job_id)[0] == 0, message=f"the end of {job_id}")
        return self("status", job_id)[1]


@pytest.fixture
def old(client: Client) -> OldClient:
    return OldClient(client)


def stage(old: OldClient, job_id: str) -> str:
    return str(old.client.job(job_id) / "stage")


def test_the_installed_commands_are_programs(old: OldClient) -> None:
    found = sorted(names(old.client.queue / "commands"))
    assert found == [
        "delete", "kill", "lib", "list", "new_job", "setup", "start", "status", "submit",
    ]  # fmt: skip
    for name in found:
        path = old.client.queue / "commands" / name
        assert os.access(path, os.X_OK)
    assert old("setup") == (0, [])


def test_a_job_from_new_job_to_delete(old: OldClient) -> None:
    assert old("new_job", "job-1") == (0, [stage(old, "job-1")])
    assert not Path(stage(old, "job-1")).exists(), "the client makes it by its copy"
    assert old("new_job", "job-1")[0] == 4
    assert old("status", "job-1")[0] == 1
    Path(stage(old, "job-1")).mkdir()
    Path(stage(old, "job-1"), "start.sh").write_text("#!/bin/sh\necho hello; exit 3\n")
    assert old("submit", "job-1", stage(old, "job-1"), "start.sh") == (0, [])
    assert old("status", "job-1")[0] in (0, 2)
    assert old.wait_for_end("job-1") == [stage(old, "job-1"), "3"]
    assert old.client.output("job-1") == "hello\n"
    assert old("list") == (0, ["job-1", "    status: finished"])
    assert old("delete", "job-1") == (0, [])
    for name in ("status", "kill", "delete"):
        assert old(name, "job-1")[0] == 3
    assert old("list") == (0, [])


def test_a_running_job_is_listed_killed_and_not_deleted(old: OldClient) -> None:
    assert old.submit("long", "#!/bin/sh\nsleep 1000\n") == 0
    assert old("status", "long") == (2, [stage(old, "long")])
    assert old("list") == (0, ["long", "    status: running"])
    assert old("delete", "long")[0] == 2
    assert old("kill", "long") == (0, [])
    assert old("status", "long") == (0, [stage(old, "long"), "143"])
    assert old("kill", "long") == (0, [])


def test_a_command_is_run_when_there_is_no_such_file(old: OldClient) -> None:
    old.submit("command", "", "echo $((6 * 7)); exit 5")
    assert old.wait_for_end("command")[1] == "5"
    assert old.client.output("command") == "42\n"


def test_a_job_is_submitted_once(old: OldClient) -> None:
    old.submit("job-1", "#!/bin/sh\necho ran >>../runs\n")
    assert old("submit", "job-1", stage(old, "job-1"), "start.sh")[0] == 1
    old.wait_for_end("job-1")
    assert (old.client.job("job-1") / "runs").read_text() == "ran\n"
    assert old("submit", "absent", stage(old, "absent"), "start.sh")[0] == 3


def test_jobs_of_either_side_are_seen_by_the_other(old: OldClient) -> None:
    old.submit("theirs", "#!/bin/sh\nexit 3\n")
    assert old.client.wait_for_end("theirs").exit_code == 3
    old.client.submit("ours", "#!/bin/sh\nexit 4\n")
    assert old.wait_for_end("ours") == [stage(old, "ours"), "4"]
    assert old("new_job", "ours")[0] == 4
    assert old("delete", "ours")[0] == 0
    assert old.client.run("job_delete", "theirs").exit_code == 0


def test_an_upload_that_an_old_client_gave_up_blocks_nobody(old: OldClient) -> None:
    old("new_job", "job-1")
    assert old.client.state("job-1") is JobState.UPLOADING
    claim = old.client.job("job-1") / ".vt/claim"
    words = claim.read_text().split()
    claim.write_text(f"{words[0]} {int(words[1]) - 901} {words[2]}\n")
    assert old("new_job", "job-1") == (0, [stage(old, "job-1")])
    assert old("delete", "job-1")[0] == 0


def test_start_stays_until_the_job_has_ended(old: OldClient) -> None:
    old("new_job", "job-1")
    Path(stage(old, "job-1")).mkdir()
    assert old("start", "job-1", stage(old, "job-1"), "exit 6")[0] == 6
    assert old("status", "job-1") == (0, [stage(old, "job-1"), "6"])


def test_a_job_that_ends_at_once_leaves_no_process(old: OldClient) -> None:
    """What watches it is told to end while it still begins."""
    for number in range(15):
        old("new_job", f"job-{number}")
        Path(stage(old, f"job-{number}")).mkdir()
        words = (f"job-{number}", stage(old, f"job-{number}"), "true")
        # No pipe, which such a process would hold open.
        assert old.run("start", *words, output=subprocess.DEVNULL).returncode == 0
    wait_until(lambda: not sleepers(old.client.shell.home), timeout=10)


def sleepers(home: Path) -> list[Path]:
    """The processes of a user that only let time pass."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            variables = (process / "environ").read_bytes().split(b"\0")
            if words[0] == b"sleep" and f"HOME={home}".encode() in variables:
                found.append(process)
    return found


@pytest.mark.parametrize("job_id", ["", ".", "..", "a/b", "../x", "a b", "$(touch canary)", "é"])
def test_an_id_that_is_no_name_is_refused(old: OldClient, job_id: str) -> None:
    for name in ("new_job", "status", "kill", "delete"):
        assert old(name, job_id)[0] == 1
    assert old("submit", job_id, "/tmp", "true")[0] == 1
    assert not names(old.client.queue / "jobs")
    assert not list(old.client.shell.home.rglob("canary"))


def test_lost_and_purged_jobs_look_failed_to_old_clients(old: OldClient) -> None:
    old.client.submit("gone", "#!/bin/sh\n")
    old.client.wait_for_end("gone")
    for path in Path(stage(old, "gone")).iterdir():
        path.unlink()
    assert old("status", "gone") == (0, [stage(old, "gone"), "255"])


def test_the_status_file_has_the_four_lines_that_old_scripts_read(old: OldClient) -> None:
    status = old.client.job("long") / "status"
    old("new_job", "long")
    assert status.read_text().startswith("created\n\n")
    assert len(status.read_text().splitlines()) == 4
    old("delete", "long")
    pid = old.client.start_running("long")
    wait_until(lambda: status.read_text().startswith(f"running\n{pid}\n"))
    assert len(status.read_text().splitlines()) == 4
