"""Ctrl+C while nothing of the run was submitted yet: what is said of it is true."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vistrails_tej.cli.exit_codes import ExitCode

from ..vistrails import BASIC, Draft, wait_for_file
from ..waiting import wait_until
from .command_line import CommandLine
from .relay import Relay
from .sshd import Sshd
from .terminal import Terminal

NOTHING = "stopped; this run submitted no job"


@pytest.fixture
def user(sshd: Sshd, relay: Relay, tmp_path: Path) -> CommandLine:
    """Somebody whose server is behind the relay."""
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir(parents=True)
    shutil.copytree(sshd.ssh_directory, home / ".ssh")
    return CommandLine(home, folder)


def interrupt_while_it_connects(user: CommandLine, *arguments: object) -> tuple[int, str]:
    with Terminal(user, "run", *arguments) as terminal:
        terminal.wait_for("computing")
        terminal.interrupt()
        return terminal.finish(), terminal.screen


def waiting_job(relay: Relay, user: CommandLine, unique: str) -> tuple[Path, Path]:
    """A vistrail with a job that waits for a file, and that file."""
    gate = user.folder / "gate"
    draft = Draft(f"127.0.0.1:{relay.port}")
    draft.shell_job(f": {unique}\n{wait_for_file(gate)}")
    return draft.save(user.folder / "waits.vt"), gate


def test_ctrl_c_while_it_connects_leaves_no_module_under_way(
    relay: Relay, user: CommandLine, unique: str
) -> None:
    file, _ = waiting_job(relay, user, unique)
    relay.stalled.set()
    code, screen = interrupt_while_it_connects(user, file)
    assert code == ExitCode.INTERRUPTED
    assert NOTHING in screen
    table = screen.rpartition("module")[2].splitlines()
    assert [line.split()[2:] for line in table if "#" in line] == [["stopped"], ["not", "run"]]


def test_ctrl_c_while_it_connects_says_nothing_of_the_job_of_an_earlier_run(
    relay: Relay, user: CommandLine, unique: str
) -> None:
    file, gate = waiting_job(relay, user, unique)
    user("run", file, "--no-wait", code=6)
    relay.stalled.set()
    other = ("--set", f"SubmitShellJob.source=: {unique}")
    code, screen = interrupt_while_it_connects(user, file, *other)
    gate.touch()
    assert code == ExitCode.INTERRUPTED
    assert NOTHING in screen
    assert "go on" not in screen
    # The same of every combination of values.
    before = relay.connections
    with Terminal(user, "run", file, "--vary", "SubmitShellJob.source=true,false") as terminal:
        wait_until(lambda: relay.connections > before)
        terminal.interrupt()
        assert terminal.finish() == ExitCode.INTERRUPTED
        assert NOTHING in terminal.screen


def test_ctrl_c_at_the_question_whether_to_trust_the_file(relay: Relay, user: CommandLine) -> None:
    draft = Draft(f"127.0.0.1:{relay.port}")
    code = draft.add(BASIC, "PythonSource")
    draft.vistrail.set(code, "source", "print(1)")
    with Terminal(user, "run", draft.save(user.folder / "code.vt")) as terminal:
        terminal.wait_for("Do you trust it?")
        terminal.interrupt()
        assert terminal.finish() == ExitCode.INTERRUPTED
        assert NOTHING in terminal.screen
        assert "stopped waiting" not in terminal.screen
