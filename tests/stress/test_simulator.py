"""A slice of the random histories; ``scripts/stress`` plays a thousand of them."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stress.local_connection import Fault
from tests.stress.sim_client import Order, SimClient
from tests.stress.sim_world import BrokenPromise, World

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 15


def run_simulator(*arguments: str) -> subprocess.CompletedProcess[str]:
    # In a process without threads, since it forks.
    return subprocess.run(
        [sys.executable, "-m", "tests.stress.simulator", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_random_histories_break_no_promise() -> None:
    seed = os.environ.get("TEJ_SEED") or str(secrets.randbelow(10**6))
    done = run_simulator("--seed", seed, "--seconds", str(SECONDS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"--seed {seed}" in done.stdout
    assert ", 0 of them broken" in done.stdout


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


def test_the_check_sees_an_attempt_that_ran_twice(world: World) -> None:
    world.log.write_text("1 2.0 attempt-1 token-1\n1 2.0 attempt-1 token-1\n")
    with pytest.raises(BrokenPromise, match="ran twice"):
        world.check()


def test_the_check_sees_a_lost_result(world: World) -> None:
    world.results["job-a"] = "token-1"
    with pytest.raises(BrokenPromise, match="the result of job-a is lost"):
        world.check()


def test_the_check_sees_what_is_left_behind(world: World) -> None:
    (world.queue / "jobs" / "job-a").mkdir(parents=True)
    (world.home / ".vt-new.1").mkdir()
    with pytest.raises(BrokenPromise, match=r"\['.vt-new.1', 'job-a'\]"):
        world.check_end()


def test_the_check_sees_a_process_that_was_forgotten(world: World) -> None:
    world.queue.mkdir()
    with subprocess.Popen(["sleep", "100"], env={"HOME": str(world.home)}) as forgotten:
        assert world.processes() == [forgotten.pid]
        world.remove()
    assert not world.processes()


@pytest.mark.parametrize("kind", ["cut", "deaf", "killed"])
def test_a_fault_strikes_while_a_job_is_submitted(world: World, kind: str) -> None:
    """The byte is in the middle of the payload, behind the program and before the answer."""
    done = run_simulated_submit(world, Fault(kind, 100_000))
    assert done == ("killed" if kind == "killed" else "ConnectionFailed")


def run_simulated_submit(world: World, fault: Fault) -> str:
    client = SimClient("A", "/bin/sh", world.home)
    try:
        folder = str(world.make_payload("quick", large=True))
        return client.do(Order("submit", "job-a", folder, fault)).error
    finally:
        client.kill()
        world.remove()
