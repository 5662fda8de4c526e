"""Running from a window: states, output, results, errors, stopping, closing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleState, VistrailEditor
from vistrails_tej.gui.app import Builder
from vistrails_tej.gui.builder.recovery_store import recovery_folder
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.modules.job_book import JobStore

from .dialogs import Answers
from .windows import running_builder

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def builder(qapp: QApplication) -> Iterator[Builder]:
    with running_builder(qapp) as made:
        yield made


@pytest.fixture
def window(builder: Builder, qtbot: QtBot) -> BuilderWindow:
    made = builder.new_window()
    qtbot.waitExposed(made)
    return made


def build(editor: VistrailEditor) -> None:
    """A text that is printed."""
    text = editor.add("String").set("value", "calm seas")
    printed = editor.add("StandardOutput")
    editor.connect(text["value"], printed["value"])


def build_failure(editor: VistrailEditor) -> None:
    """A file that is not there."""
    file = editor.add("File", label="lost").set("name", "/nowhere/lost.txt")
    printed = editor.add("StandardOutput")
    editor.connect(file["value"], printed["value"])


def execute(window: BuilderWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.running.controller.finished, timeout=30_000):
        qtbot.keyClick(window, Qt.Key.Key_Return, CTRL)


def states(window: BuilderWindow) -> set[ModuleState | None]:
    return {one.look.state for one in window.views.canvas.pipeline_scene.modules.values()}


def module_id(window: BuilderWindow, name: str) -> int:
    return next(one.id for one in window.document.pipeline.modules.values() if one.name == name)


def test_execute_prints_into_the_messages_and_colours_the_modules(
    window: BuilderWindow, qtbot: QtBot
) -> None:
    window.document.edit("Built", build)
    execute(window, qtbot)
    assert "calm seas" in window.log.text()
    assert "The run is done." in window.log.text()
    assert states(window) == {ModuleState.SUCCESS}


def test_a_document_without_a_file_can_run_and_leaves_nothing_behind(
    window: BuilderWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = JobStore().folder / "unsaved"
    window.document.edit("Built", build)
    execute(window, qtbot)
    assert window.document.path is None
    window.document.save(tmp_path / "saved.vt")
    assert len(list(folder.glob("*/untitled.vt"))) == 1
    window.close()
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [], timeout=30_000)


def test_an_error_is_told_in_the_messages_and_at_the_module(
    window: BuilderWindow, qtbot: QtBot
) -> None:
    window.document.edit("Built", build_failure)
    window.show_dock("jobs")
    qtbot.waitUntil(lambda: window.log.visibleRegion().isEmpty())
    execute(window, qtbot)
    assert "lost: " in window.log.text()
    assert "/nowhere/lost.txt" in window.log.text()
    assert not window.log.visibleRegion().isEmpty()
    assert ModuleState.ERROR in states(window)
    window.views.canvas.error_requested.emit(module_id(window, "File"))
    assert "/nowhere/lost.txt" in str(
        [one.toPlainText() for one in window.running.results.findChildren(QPlainTextEdit)]
    )


def test_the_results_of_the_selected_module_are_shown(window: BuilderWindow, qtbot: QtBot) -> None:
    window.document.edit("Built", build)
    execute(window, qtbot)
    window.views.canvas.select([module_id(window, "String")])
    title = window.running.results.findChild(QLabel, "results_title")
    assert title is not None
    assert title.text().startswith("String")


def test_only_one_run_at_a_time(window: BuilderWindow, qtbot: QtBot) -> None:
    window.document.edit("Built", build)
    execute_action, stop = (window.actions_by_name[name] for name in ("execute", "stop"))
    assert (execute_action.isEnabled(), stop.isEnabled()) == (True, False)
    with qtbot.waitSignal(window.running.controller.finished, timeout=30_000):
        execute_action.trigger()
        assert (execute_action.isEnabled(), stop.isEnabled()) == (False, True)
    assert (execute_action.isEnabled(), stop.isEnabled()) == (True, False)


def test_an_empty_pipeline_says_what_to_do_first(window: BuilderWindow, qtbot: QtBot) -> None:
    window.actions_by_name["execute"].trigger()
    assert not window.running.is_running
    assert "add a module first" in window.statusBar().currentMessage()


def test_code_is_run_only_when_the_user_agrees(window: BuilderWindow, qtbot: QtBot) -> None:
    window.document.edit(
        "Built", lambda editor: editor.add("PythonSource").set_script("source", "1 + 1")
    )
    answers = Answers(window)
    answers.click("trust_dialog", "trust_refuse")
    execute(window, qtbot)
    assert states(window) == {ModuleState.ERROR}


def test_what_runs_is_kept_before_it_does_anything(window: BuilderWindow, qtbot: QtBot) -> None:
    pattern = str(recovery_folder() / "*" / "*.vt")
    code = f"import glob\nprint('copies:', len(glob.glob({pattern!r})))"
    window.document.edit(
        "Built", lambda editor: editor.add("PythonSource").set_script("source", code)
    )
    answers = Answers(window)
    answers.click("trust_dialog", "trust_run")
    execute(window, qtbot)
    assert "copies: 1" in window.log.text()


@pytest.fixture
def gate(window: BuilderWindow, qtbot: QtBot, tmp_path: Path) -> Iterator[Path]:
    """A run is under way that goes on until somebody writes into this pipe."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    code = f"with open({str(path)!r}) as gate:\n    gate.read()"
    window.document.edit(
        "Built", lambda editor: editor.add("PythonSource").set_script("source", code)
    )
    answers = Answers(window)
    answers.click("trust_dialog", "trust_run")
    window.actions_by_name["execute"].trigger()
    qtbot.waitUntil(lambda: ModuleState.COMPUTING in states(window), timeout=30_000)
    yield path
    if window.running.is_running:
        with qtbot.waitSignal(window.running.controller.finished, timeout=30_000):
            path.write_text("go on")


def test_closing_asks_while_a_run_is_under_way(
    window: BuilderWindow, gate: Path, qtbot: QtBot
) -> None:
    answers = Answers(window)
    answers.click("running_dialog", "running_dialog_cancel")
    assert not window.close()
    assert window.running.is_running
    with qtbot.waitSignal(window.running.controller.finished, timeout=30_000):
        gate.write_text("go on")


def test_stop_ends_the_run(window: BuilderWindow, gate: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.running.controller.finished, timeout=30_000):
        window.actions_by_name["stop"].trigger()
        assert not window.actions_by_name["stop"].isEnabled()
        gate.write_text("go on")
    assert "The run was stopped" in window.log.text() or "The run is done" in window.log.text()
    assert window.actions_by_name["execute"].isEnabled()


def test_the_window_answers_while_a_run_is_under_way(
    window: BuilderWindow, gate: Path, qtbot: QtBot
) -> None:
    window.document.edit("Added module", lambda editor: editor.add("String"))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert len(window.document.pipeline.modules) == 1
    assert window.running.is_running
