"""The program is closed, or killed, while jobs run: the next one finds them, and goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vistrails import wait_for_file
from vistrails_tej.dataflow import Vistrail, edit_vistrail
from vistrails_tej.modules.workflow import load_registry

from .builder_user import User, working
from .screen import Screen

TIMEOUT = 60


@pytest.fixture
def go(tmp_path: Path) -> Iterator[Path]:
    """The jobs end once this file is there."""
    path = tmp_path / "go"
    yield path
    path.touch()


def wait_for_jobs(user: User, *wanted: list[str]) -> None:
    """Wait until the monitor shows these jobs: vistrail, name, state."""
    user.wait(lambda: user.see("jobs") == list(wanted), f"the jobs {wanted}", TIMEOUT)


def log_of(user: User) -> str:
    return str(user.see("text", "message_log_text") or "")


def wait_for_log(user: User, text: str) -> None:
    user.wait(lambda: text in log_of(user), text, TIMEOUT)


@pytest.mark.timeout(240)
def test_a_workflow_is_suspended_and_resumed_by_the_next_program(
    screen: Screen, home: Path, tmp_path: Path, go: Path
) -> None:
    path = tmp_path / "waits.vt"
    editor = edit_vistrail(Vistrail({}), load_registry())
    with editor.action("Built"):
        queue = editor.add("Queue").set("hostname", "localhost").set("queue", "~/screen-queue")
        job = editor.add("SubmitShellJob", label="Wait")
        job.set_script("source", wait_for_file(go, "echo the gate is open"))
        printed = editor.add("StandardOutput")
        editor.connect(queue["queue"], job["queue"])
        editor.connect(job["stdout"], printed["value"])
    editor.save(path)
    with working(screen, home, tmp_path, "open", str(path)) as user:
        user.wait(lambda: len(user.modules()) == 3, "the workflow")
        user.screen.click(*user.find("spot", 0.97, 0.03))
        user.wait(lambda: user.see("focus") == "canvas", "the canvas that has the keys")
        user.screen.key("ctrl+Return")
        user.click("running_cancel")
        user.wait(lambda: user.see("widget", "running_job_dialog") is None, "the end of the run")
        wait_for_jobs(user, ["waits.vt", "Wait", "running"])
        user.screen.click(*user.find("spot", 0.97, 0.03))
        user.screen.key("ctrl+q")
        assert user.program.wait(TIMEOUT) == 0
    with working(screen, home, tmp_path, "open", str(path)) as user:
        user.wait(lambda: len(user.modules()) == 3, "the workflow")
        # The dock is where it was.
        wait_for_jobs(user, ["waits.vt", "Wait", "running"])
        user.screen.right_click(*user.find("row", "job_tree", "Wait"))
        user.screen.click(*user.find("menu", "job_menu", "job_resume"))
        user.find("widget", "running_check")
        go.touch()
        user.wait(lambda: user.see("widget", "running_job_dialog") is None, "the end of the run")
        wait_for_jobs(user, ["waits.vt", "Wait", "finished"])


@pytest.mark.timeout(240)
def test_a_vistrail_that_was_never_saved_is_found_after_its_program_was_killed(
    screen: Screen, home: Path, tmp_path: Path, go: Path
) -> None:
    with working(screen, home, tmp_path, "open") as user:
        queue, job = (
            user.drag_module("Queue", 0.3, 0.3),
            user.drag_module("SubmitShellJob", 0.5, 0.7),
        )
        user.set_value(queue, "hostname", "localhost")
        user.configure(job)
        user.fill("script_editor", wait_for_file(go), newline="Return")
        user.save_configuration()
        user.connect((queue, "queue"), (job, "queue"))
        user.screen.click(*user.find("spot", 0.97, 0.03))
        user.wait(lambda: user.see("focus") == "canvas", "the canvas that has the keys")
        user.screen.key("ctrl+Return")
        user.find("widget", "running_cancel")
        wait_for_jobs(user, ["Untitled (never saved)", "SubmitShellJob", "running"])
        user.program.send_signal(signal.SIGKILL)
        user.program.wait(TIMEOUT)
    with working(screen, home, tmp_path, "monitor") as user:
        wait_for_jobs(user, ["Untitled (never saved)", "SubmitShellJob", "running"])
        user.screen.double_click(*user.find("row", "job_tree", "SubmitShellJob"))
        user.wait(lambda: user.see("spot", 0.5, 0.5) is not None, "a window of the builder")
        user.wait(lambda: len(user.modules()) == 2, "the workflow")
        assert user.see("pipeline")["modified"]
        go.touch()
        user.click("ready_continue")
        wait_for_log(user, "The run is done.")
