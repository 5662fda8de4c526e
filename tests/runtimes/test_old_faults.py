"""Each fault that was reproduced in the predecessor's plain runtime, and that ours has not.

Its faults with PBS (it knew the script's name wrongly, forgot states, deleted running jobs) wait
for our PBS runtime.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.runtimes.client import Client, fill
from tests.waiting import wait_until
from vistrails_tej.engine.job import JobState
from vistrails_tej.engine.protocol import Code


def test_p1_the_status_right_after_submit_is_never_incomplete(client: Client) -> None:
    for number in range(5):
        reply = client.submit(f"job-{number}", "#!/bin/sh\nexit 3\n")
        assert reply.exit_code == 0
        assert client.state(f"job-{number}").is_started


def test_p2_kill_leaves_no_child(client: Client) -> None:
    client.start_running("long", "sleep 1000 & echo $! >pid; wait")
    child = client.wait_for_number("long", "pid")
    client.run("job_kill", "long")
    wait_until(lambda: not _is_alive(child), message="the end of the child")


def test_p3_a_dead_job_can_be_deleted(client: Client) -> None:
    os.killpg(client.start_running("dead"), signal.SIGKILL)
    client.run("job_kill", "dead")
    assert client.run("job_delete", "dead").exit_code == 0


def test_p4_an_empty_or_missing_status_file_stops_nothing(client: Client) -> None:
    for job_id in ("a", "b", "c"):
        client.submit(job_id, "#!/bin/sh\nexit 3\n")
        client.wait_for_end(job_id)
    (client.job("a") / "status").write_text("")
    (client.job("b") / "status").unlink()
    assert {one.exit_code for one in client.statuses().values()} == {3}
    for job_id in ("a", "b"):
        assert client.run("job_delete", job_id).exit_code == 0


def test_p5_an_interrupted_upload_can_be_submitted_again(client: Client) -> None:
    client.run("job_claim", "job-1", "dead", "ann@pc", "-")
    client.shell.environment = {**client.shell.environment, "VT_LEASE_SECONDS": "-1"}
    assert client.submit("job-1", "#!/bin/sh\nexit 3\n").exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 3


def test_p6_a_job_without_its_wrapper_does_not_run_for_ever(client: Client) -> None:
    client.shell.environment = {
        **client.shell.environment,
        "VT_LOST_SECONDS": "0",
        "VT_LOST_POLLS": "1",
    }
    os.kill(client.start_running("long"), signal.SIGKILL)
    wait_until(lambda: client.state("long") is JobState.LOST)


@pytest.mark.parametrize("script", ["run me.sh", "it's", "-n", "$(touch canary)", "a;b", "é*?"])
def test_p11_a_script_of_any_name_runs_and_nothing_else_does(client: Client, script: str) -> None:
    reply = client.submit("job-1", "#!/bin/sh\necho ran\n", script=script)
    assert reply.exit_code == 0
    assert client.wait_for_end("job-1").exit_code == 0
    assert client.output("job-1") == "ran\n"
    assert not list(client.shell.home.rglob("canary"))


def test_p12_no_reader_ever_sees_half_a_status(client: Client) -> None:
    client.run("queue_setup", "default", "queue", "no")
    status = client.job("job-1") / "status"
    seen: set[tuple[str, int]] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                text = status.read_text()
            except FileNotFoundError:
                continue
            seen.add((text.partition("\n")[0], text.count("\n")))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        client.submit("job-1", "#!/bin/sh\nexit 3\n")
        client.wait_for_end("job-1")
        wait_until(lambda: status.read_text().startswith("finished"))
    finally:
        stop.set()
        reader.join()
    # The first one is written once, before anything can be read from it elsewhere.
    assert seen - {("", 0), ("created", 1), ("created", 2)} <= {
        ("created", 4),
        ("running", 4),
        ("finished", 4),
    }


def test_p13_a_full_disk_does_not_hide_the_end(client: Client, small_disk: Path) -> None:
    client.start_running(
        "long", "until [ -e /dev/shm/$0 ] || [ -e go ]; do sleep 0.02; done; exit 3"
    )
    go = client.job("long") / "stage/go"
    go.write_text("")
    go.rename(small_disk / "go")
    filler = fill(small_disk)
    (small_disk / "go").rename(go)
    status = client.wait_for_end("long")
    assert (status.state, status.exit_code) == (JobState.EXITED, 3)
    assert client.submit("next", "#!/bin/sh\n").exit_code in (Code.REFUSED, Code.NO_SPACE)
    assert client.run("job_status", "next").exit_code == Code.NO_SUCH_JOB
    filler.unlink()
    assert client.submit("next", "#!/bin/sh\nexit 4\n").exit_code == 0
    assert client.wait_for_end("next").exit_code == 4


def _is_alive(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"
