"""From submit to delete."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import time
from pathlib import Path

import pytest

from tests.runtimes.client import OWNER, Client, link_programs, names
from tests.waiting import wait_until
from vistrails_tej.engine.job import ExitReason, JobState
from vistrails_tej.engine.protocol import Code, parse_files

GROUP_OF_THREE = "sleep 1000 & (sleep 1000; true) & echo $! >pid; wait"


def is_running(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"


def members(group: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            found.append(int(path.name))
    return found


def open_files(pid: int) -> set[str]:
    """What a wrapper has open beside its own text."""
    found = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.add(str(path.readlink()))
    return {name for name in found if not name.endswith("wrap.sh")}


def test_a_job_leaves_its_output_its_code_and_its_times(client: Client) -> None:
    reply = client.submit("job-1", "#!/bin/sh\necho out; echo err >&2; cat; exit 3\n")
    assert reply.exit_code == 0
    status = client.wait_for_end("job-1")
    assert (status.state, status.exit_code, status.reason) == (
        JobState.EXITED,
        3,
        ExitReason.FAILED,
    )
    assert (client.output("job-1"), client.output("job-1", "_stderr")) == ("out\n", "err\n")
    assert status.submitted <= status.started <= status.ended <= status.checked  # type: ignore
    assert (status.owner, status.host, status.attempt) == (OWNER, os.uname().nodename, 1)
    assert str(status.directory) == str(client.job("job-1") / "stage")
    assert (client.job("job-1") / "status").read_text().split("\n") == [
        "finished", "3", str(status.started), str(status.ended), "",
    ]  # fmt: skip


def test_the_evidence_is_as_the_layout_says(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\n")
    client.wait_for_end("job-1")
    records = client.job("job-1") / ".vt"
    assert names(client.job("job-1")) == {".vt", "stage", "status"}
    assert names(records) == {"claim", "claim.2", "manifest", "attempt-1"}
    # Nobody's: whoever is late finds that the claim was sealed.
    assert (records / "claim.2").read_text() == ""
    assert names(records / "attempt-1") == {
        "wrap.sh", "intent", "started", "acct", "exit.0",
    }  # fmt: skip
    assert (records / "manifest").read_text().split()[1:] == ["10", "600", "start.sh"]
    assert names(client.job("job-1") / "stage") == {"_stdout", "_stderr", "start.sh"}


def test_a_script_without_a_first_line_or_x_bit_runs(client: Client) -> None:
    client.submit("job-1", "echo $((6 * 7))\n", script="sub folder/run me")
    assert client.wait_for_end("job-1").exit_code == 0
    assert client.output("job-1") == "42\n"
    script = client.job("job-1") / "stage/sub folder/run me"
    assert script.stat().st_mode & stat.S_IXUSR


def test_a_command_is_run_by_the_shell(client: Client) -> None:
    payload = client.payload("job-1", {"start.sh": "", "data": "1\n2\n"})
    text = "wc -l <data; echo 'it''s'\nexit 5"
    reply = client.shell.run(
        client.words(payload, "job-1", "command", text), payload=payload.pack()
    )
    assert reply.exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 5
    assert client.output("job-1").split() == ["2", "its"]


def test_a_script_that_cannot_run_ends_with_126(client: Client) -> None:
    client.submit("job-1", "#!/no/such/interpreter\n")
    assert client.wait_for_end("job-1").exit_code in (126, 127)


def test_the_job_is_a_session_of_its_own_with_nothing_of_ours_open(client: Client) -> None:
    pid = client.start_running("long")
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    assert fields[2] == fields[3] == str(pid)
    # It goes on writing down that it has started, and then only waits.
    wait_until(lambda: (client.job("long") / "status").read_text().startswith("running\n"))
    wait_until(lambda: open_files(pid) == {"/dev/null"}, message="nothing open")
    os.kill(pid, signal.SIGHUP)
    assert client.state("long") is JobState.RUNNING


def test_kill_reaches_children_and_grandchildren(client: Client) -> None:
    pid = client.start_running("long", GROUP_OF_THREE)
    client.wait_for_number("long", "pid")
    assert len(members(pid)) >= 4
    reply = client.run("job_kill", "long")
    assert reply.exit_code == 0
    status = client.status("long")
    assert (status.state, status.exit_code, status.reason) == (
        JobState.EXITED,
        143,
        ExitReason.KILLED,
    )
    assert not members(pid)
    assert (client.job("long") / "status").read_text().startswith("finished\n143\n")


def test_kill_does_not_ask_a_job_that_ignores_it_twice(client: Client) -> None:
    pid = client.start_running("deaf", "trap '' TERM; sleep 1000 & wait; sleep 1000")
    client.run("job_kill", "deaf")
    assert client.status("deaf").reason is ExitReason.KILLED
    assert not members(pid)


def test_kill_reaches_children_that_hide_and_ignore_it(client: Client) -> None:
    """They carry no mark, and the wrapper that proves the group to be theirs ends before them."""
    hidden = "trap '' TERM; touch ready; while :; do sleep 1; done"
    client.start_running("deaf", f'env -i sh -c "{hidden}" & until [ -e ready ]; do :; done; wait')
    pid = int((client.attempt("deaf") / "started").read_text().split()[2])
    wait_until((client.job("deaf") / "stage/ready").exists)
    client.run("job_kill", "deaf")
    assert client.status("deaf").reason is ExitReason.KILLED
    assert not members(pid)


def test_a_job_may_tidy_up_when_it_is_killed(client: Client) -> None:
    client.shell.environment = {**client.shell.environment, "VT_KILL_SECONDS": "30"}
    client.start_running("tidy", "trap 'echo bye; exit 9' TERM; touch here; sleep 1000 & wait")
    wait_until((client.job("tidy") / "stage/here").exists)
    client.run("job_kill", "tidy")
    assert client.output("tidy") == "bye\n"
    assert client.status("tidy").reason is ExitReason.KILLED


def test_a_signal_to_the_wrapper_reaches_the_job(client: Client) -> None:
    """Old clients signal only the process that the status file names."""
    pid = client.start_running("long", GROUP_OF_THREE)
    status = client.job("long") / "status"
    wait_until(lambda: status.read_text().startswith(f"running\n{pid}\n"))
    os.kill(pid, signal.SIGTERM)
    assert client.wait_for_end("long").exit_code == 143
    wait_until(lambda: not members(pid), message="the end of its processes")


def test_kill_of_an_ended_job_changes_nothing(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\nexit 3\n")
    before = client.wait_for_end("job-1")
    assert client.run("job_kill", "job-1").exit_code == 0
    after = client.status("job-1")
    assert (after.exit_code, after.ended) == (3, before.ended)
    assert client.run("job_kill", "absent").exit_code == Code.NO_SUCH_JOB


def test_delete_refuses_a_running_job_and_removes_an_ended_one(client: Client) -> None:
    client.start_running("long")
    assert client.run("job_delete", "long").exit_code == Code.STILL_RUNNING
    assert client.state("long") is JobState.RUNNING
    client.run("job_kill", "long")
    (client.job("long") / "stage/locked").mkdir(mode=0o500)
    assert client.run("job_delete", "long").exit_code == 0
    assert client.run("job_status", "long").exit_code == Code.NO_SUCH_JOB
    assert client.run("job_delete", "long").exit_code == Code.NO_SUCH_JOB
    wait_until(lambda: not names(client.queue / "vt/trash"), message="an empty trash")


def test_a_deleted_id_can_be_used_again(client: Client) -> None:
    for code in (3, 4):
        client.submit("job-1", f"#!/bin/sh\nexit {code}\n")
        assert client.wait_for_end("job-1").exit_code == code
        client.run("job_delete", "job-1")


def test_statuses_lists_every_job_and_only_jobs(client: Client) -> None:
    client.submit("ended", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("ended")
    client.start_running("-rf")
    client.start_running(".hidden")
    (client.queue / "jobs/not a job").mkdir()
    (client.queue / "jobs/$(touch canary)").mkdir()
    (client.queue / "jobs/file").write_text("")
    found = {job_id: status.state for job_id, status in client.statuses().items()}
    assert found == {
        "ended": JobState.EXITED,
        "-rf": JobState.RUNNING,
        ".hidden": JobState.RUNNING,
    }
    reply = client.run("job_statuses", "ended", "absent")
    assert reply.lines[-2:] == ["gone absent", "end 2"]


def test_the_list_of_all_jobs_needs_no_program_but_the_clock(
    client: Client, tmp_path: Path
) -> None:
    """A program started for each of a thousand jobs would take seconds."""
    client.start_running("long")
    client.submit("ended", "#!/bin/sh\nexit 3\n")
    client.wait_for_end("ended")
    (tmp_path / "bin").mkdir()
    found = shutil.which("date")
    assert found is not None
    (tmp_path / "bin/date").symlink_to(found)
    client.shell.environment = {"PATH": str(tmp_path / "bin")}
    reply = client.run("job_statuses")
    assert (reply.exit_code, reply.stderr) == (0, b"")
    assert {job_id: one.state for job_id, one in client.statuses().items()} == {
        "ended": JobState.EXITED,
        "long": JobState.RUNNING,
    }


@pytest.mark.parametrize(
    "missing",
    [{"setsid"}, {"setsid", "perl"}, {"setsid", "perl", "stat", "flock", "timeout"}],
    ids=lambda names: "+".join(sorted(names)),
)
def test_the_life_of_a_job_without_programs_that_may_be_missing(
    client: Client, tmp_path: Path, missing: set[str]
) -> None:
    path = link_programs(tmp_path / "bin", missing)
    client.shell.environment = {**client.shell.environment, "PATH": path}
    client.start_running("long", "(sleep 1000; true) & echo $! >pid; wait")
    child = client.wait_for_number("long", "pid")
    assert is_running(child)
    client.run("job_kill", "long")
    assert client.status("long").reason is ExitReason.KILLED
    wait_until(lambda: not is_running(child), message="the end of the child")
    client.submit("short", "#!/bin/sh\nexit 3\n")
    assert client.wait_for_end("short").exit_code == 3
    assert client.run("job_delete", "short").exit_code == 0


def test_the_life_of_a_job_without_proc(client: Client, tmp_path: Path) -> None:
    client.shell.environment = {**client.shell.environment, "VT_PROC": str(tmp_path / "none")}
    pid = client.start_running("long", GROUP_OF_THREE)
    assert client.run("job_delete", "long").exit_code == Code.STILL_RUNNING
    client.run("job_kill", "long")
    assert client.status("long").reason is ExitReason.KILLED
    assert not members(pid)


def test_a_directory_comes_back_as_a_stream(client: Client) -> None:
    client.submit("job-1", "#!/bin/sh\nmkdir out; echo x >out/-n; echo tail\n")
    client.wait_for_end("job-1")
    with client.shell.stream(["job_pack", client.path, "job-1", "out"]) as reader:
        assert b"-n" in reader.read()
    assert client.run("job_pack", "job-1", "absent").exit_code == Code.NO_SUCH_FILE
    assert client.run("job_tail", "job-1", "_stdout", "3").stdout == b"il\n"
    assert client.run("job_tail", "job-1", "absent", "3").exit_code == Code.NO_SUCH_FILE
    assert client.run("job_tail", "job-2", "_stdout", "3").exit_code == Code.NO_SUCH_JOB


def test_the_files_of_a_job_are_listed(client: Client) -> None:
    client.submit(
        "job-1",
        "#!/bin/sh\nmkdir -p out/.deep 'a dir'\n"
        "printf 12345 >out/.deep/five; echo x >'a dir/ -n b'\n"
        "ln -s out/.deep/five link; ln -s . circle; ln -s nowhere dangling\n"
        "touch 'two\nlines'\n",
    )
    client.wait_for_end("job-1")
    files = {one.name: one for one in parse_files(client.run("job_files", "job-1", "99"))}
    assert set(files) == {
        *("_stdout", "_stderr", "start.sh", "out/.deep/five", "a dir/ -n b", "link")
    }
    assert (files["out/.deep/five"].size, files["link"].size) == (5, 5)
    assert abs((files["link"].changed or 0) - time.time()) < 600
    assert len(parse_files(client.run("job_files", "job-1", "2"))) == 2
    assert client.run("job_files", "job-2", "9").exit_code == Code.NO_SUCH_JOB


def test_records_follow_a_job_whose_directory_is_renamed(client: Client) -> None:
    client.start_running("one", "until [ -e go ]; do sleep 0.02; done; exit 6")
    client.job("one").rename(client.job("two"))
    (client.job("two") / "stage/go").touch()
    assert client.wait_for_end("two").exit_code == 6
    assert not client.job("one").exists()
