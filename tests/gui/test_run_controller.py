"""Runs in a thread, on a real server: what is heard of them, stopping, going on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import (
    ModuleEvent,
    ModuleState,
    Registry,
    RunResult,
    Vistrail,
    VistrailEditor,
    edit_vistrail,
    read_vistrail,
)
from vistrails_tej.engine import Login
from vistrails_tej.gui.builder.running.controller import RunController, RunOrder
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions
from vistrails_tej.modules.workflow import Workflow, workflow_of

from ..integration.password_server import PasswordServer
from ..integration.sshd import Sshd
from ..integration.test_logins import asking
from .conftest import EXAMPLES

SLOW = 67280421310721


class Listener:
    """Collects everything a controller tells."""

    def __init__(self, controller: RunController) -> None:
        self.states: dict[int, list[ModuleState]] = {}
        self.output = ""
        self.problems: list[str] = []
        controller.module_event.connect(self._event)
        controller.output.connect(self._print)
        controller.failed.connect(self.problems.append)

    def _event(self, event: ModuleEvent) -> None:
        self.states.setdefault(event.module_id, []).append(event.state)

    def _print(self, text: str) -> None:
        self.output += text


@pytest.fixture
def controller(qapp: object) -> Iterator[RunController]:
    controller = RunController(lambda source: False)
    yield controller
    assert controller.close(30)


@pytest.fixture
def edit(registry: Registry) -> VistrailEditor:
    return edit_vistrail(Vistrail({}), registry)


Start = Callable[[VistrailEditor], None]


@pytest.fixture
def start(controller: RunController, registry: Registry, tmp_path: Path) -> Start:
    path = Path(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path))

    def start_version(edit: VistrailEditor) -> None:
        vistrail, version = edit.vistrail, edit.version

        def make() -> Workflow:
            return workflow_of(vistrail, version, registry, path)

        assert controller.start(RunOrder(make))

    return start_version


@pytest.fixture
def primes(registry: Registry, sshd: Sshd, tmp_path: Path) -> Iterator[VistrailEditor]:
    """The example, set to run on the server in a queue of its own."""
    start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
    edit = edit_vistrail(read_vistrail(EXAMPLES / "tej-primes.vt"), registry)
    queue = edit.find("Queue")
    queue.set("hostname", str(sshd.destination)).set("queue", f"~/queues/{tmp_path.name}")
    yield edit
    stop_sessions()


def finish(qtbot: QtBot, controller: RunController) -> RunResult:
    if controller.is_running:
        with qtbot.waitSignal(controller.finished, timeout=60_000) as ended:
            pass
        result: RunResult = ended.args[0]
        return result
    raise AssertionError("it has ended already")


def test_a_job_is_waited_for_and_its_result_printed(
    controller: RunController, primes: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    heard = Listener(controller)
    start(primes)
    assert controller.is_running
    assert finish(qtbot, controller).succeeded
    assert not controller.is_running
    assert heard.output == "6857\n"
    assert set(heard.states) == set(primes.pipeline.modules)
    assert all(states[-1].is_final for states in heard.states.values())


def test_stop_suspends_and_the_next_run_takes_the_job_up(
    controller: RunController, primes: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    heard = Listener(controller)
    primes.find("Target number").set("value", SLOW)
    with qtbot.waitSignal(controller.waiting, timeout=60_000):
        start(primes)
    controller.stop()
    assert finish(qtbot, controller).is_suspended
    assert heard.output == ""
    start(primes)
    assert finish(qtbot, controller).succeeded
    assert heard.output == f"{SLOW}\n"


def test_what_was_computed_is_kept_for_the_next_run(
    controller: RunController, edit: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    number = edit.add("Integer").set("value", 42)
    printer = edit.add("StandardOutput")
    edit.connect(number["value"], printer["value"])
    heard = Listener(controller)
    for _ in range(2):
        start(edit)
        assert finish(qtbot, controller).succeeded
    assert heard.output == "42\n42\n"
    assert heard.states[number.id][-1] is ModuleState.CACHED


def test_a_workflow_that_cannot_run_says_why(
    controller: RunController, edit: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    heard = Listener(controller)
    start(edit)
    assert finish(qtbot, controller) is None
    assert len(heard.problems) == 1
    assert "no modules" in heard.problems[0]


def test_an_error_is_heard_at_its_module(
    controller: RunController, edit: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    queue = edit.add("Queue").set("hostname", "localhost").set("port", 1)
    job = edit.add("SubmitShellJob").set_script("source", "true\n")
    edit.connect(queue["queue"], job["queue"])
    heard = Listener(controller)
    start(edit)
    result = finish(qtbot, controller)
    assert heard.states[job.id][-1] is ModuleState.ERROR
    assert "localhost:1" in str(result.errors[queue.id])


def test_closed_behind_the_back_it_tells_nobody_and_cleans_up_when_the_run_has_ended(
    controller: RunController, primes: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    results: list[object] = []
    controller.finished.connect(results.append)
    primes.find("Target number").set("value", SLOW)
    with qtbot.waitSignal(controller.waiting, timeout=60_000):
        start(primes)
    ended: list[bool] = []
    controller.close_behind(lambda: ended.append(True))
    controller.close_behind(lambda: ended.append(False))
    assert controller.wait_until_closed(30)
    assert ended == [True]
    assert results == []


def test_only_what_is_wanted_runs(
    controller: RunController,
    edit: VistrailEditor,
    registry: Registry,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    wanted = edit.add("Integer").set("value", 1)
    printer = edit.add("StandardOutput")
    edit.connect(wanted["value"], printer["value"])
    path = Path(shutil.copy(EXAMPLES / "tej-primes.vt", tmp_path))
    heard = Listener(controller)
    vistrail, version = edit.vistrail, edit.version
    order = RunOrder(lambda: workflow_of(vistrail, version, registry, path), sinks=[wanted.id])
    assert controller.start(order)
    assert not controller.start(order), "one at a time"
    assert finish(qtbot, controller).succeeded
    assert heard.states[wanted.id][-1] is ModuleState.SUCCESS
    assert ModuleState.COMPUTING not in heard.states.get(printer.id, [])
    assert heard.output == ""


def test_code_of_a_file_asks_and_may_be_refused(
    controller: RunController, edit: VistrailEditor, start: Start, qtbot: QtBot
) -> None:
    code = edit.add("PythonSource").set_script("source", "raise SystemExit")
    start(edit)
    result = finish(qtbot, controller)
    assert code.id in result.errors


def test_after_a_refused_login_the_next_run_asks_again(
    controller: RunController, registry: Registry, start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    asked: list[str] = []
    with PasswordServer(tmp_path / "server") as server:
        client = tmp_path / "client"
        client.mkdir()
        (client / "known_hosts").write_text(server.known_hosts)
        # This server takes a password in two ways, and asks for it in both.
        ask = asking(["wrong", None, server.password], asked)
        login = Login(use_agent=False, use_default_keys=False, ask_password=ask)
        start_sessions(SessionOptions(login=login, ssh_directory=client))
        edit = edit_vistrail(read_vistrail(EXAMPLES / "tej-primes.vt"), registry)
        edit.find("Queue").set("hostname", f"ssh://me@127.0.0.1:{server.port}")
        edit.find("Queue").set("queue", "~/queue")
        start(edit)
        assert not finish(qtbot, controller).succeeded
        assert len(asked) == 2
        start(edit)
        assert finish(qtbot, controller).succeeded
        assert len(asked) == 3
        stop_sessions()
