"""A server that shows nobody its processes: neither /proc nor ps."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.runtimes.client import Client, link_programs
from tests.runtimes.test_lifecycle import is_running
from tests.runtimes.test_states import lose_soon
from tests.waiting import wait_until
from vistrails_tej.engine.job import ExitReason, JobState
from vistrails_tej.engine.protocol import Code


@pytest.fixture
def blind(client: Client, tmp_path: Path) -> Client:
    path = link_programs(tmp_path / "bin", {"ps"})
    client.shell.environment = {
        **client.shell.environment,
        "PATH": path,
        "VT_PROC": str(tmp_path / "none"),
    }
    lose_soon(client)
    return client


def test_a_job_that_cannot_be_seen_is_not_run_twice(blind: Client) -> None:
    pid = blind.start_running("long")
    try:
        assert [blind.state("long") for _ in range(3)] == [JobState.RUNNING] * 3
        assert blind.submit_again("long", "#!/bin/sh\n").exit_code == Code.STILL_RUNNING
        blind.run("job_kill", "long")
        assert blind.status("long").reason is ExitReason.KILLED
        wait_until(lambda: not is_running(pid), message="the end of the wrapper")
    finally:
        if is_running(pid):
            os.killpg(pid, signal.SIGKILL)


def test_a_job_that_cannot_be_seen_is_never_called_lost(blind: Client) -> None:
    pid = blind.start_running("long")
    os.killpg(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid), message="the end of the wrapper")
    # Init may leave a dead process where it is, and only a look would tell; a pid that is free now.
    gone = subprocess.Popen(["true"])
    gone.wait()
    blind.change_start("long", pid=str(gone.pid), group=str(gone.pid))
    assert [blind.state("long") for _ in range(3)] == [JobState.SUSPECT] * 3
    blind.run("job_kill", "long")
    assert blind.status("long").reason is ExitReason.KILLED
    assert blind.run("job_delete", "long").exit_code == 0
