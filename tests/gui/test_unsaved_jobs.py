"""Jobs of vistrails that were never saved: kept for the next start, or taken along by saving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.vistrails import wait_for_file
from vistrails_tej.dataflow import VistrailEditor, VistrailJobs, read_log
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.modules.job_book import JobBook, JobStore
from vistrails_tej.modules.sessions import SessionOptions, start_sessions, stop_sessions

from ..integration.sshd import Sshd
from .dialogs import Answers
from .windows import running_builder

TIMEOUT = 60_000


@pytest.fixture
def go(tmp_path: Path) -> Iterator[Path]:
    """The job ends once this file is there."""
    path = tmp_path / "go"
    yield path
    path.touch()


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, sshd: Sshd, tmp_path: Path, go: Path
) -> Iterator[BuilderWindow]:
    """A window whose document has no file, and runs until it waits for a job."""

    def build(editor: VistrailEditor) -> None:
        queue = editor.add("Queue").set("hostname", str(sshd.destination))
        queue.set("queue", f"~/queues/{tmp_path.name}")
        job = editor.add("SubmitShellJob").set_script("source", wait_for_file(go))
        editor.connect(queue["queue"], job["queue"])

    with running_builder(qapp) as builder:
        window = builder.new_window()
        qtbot.waitExposed(window)
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        window.document.edit("Built", build)
        with qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
            window.running.execute()
        yield window
        go.touch()
        window.running.controller.close(TIMEOUT / 1000)
    stop_sessions()


def stop(window: BuilderWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        window.running.stop()


def discard(window: BuilderWindow) -> None:
    answers = Answers(window)
    answers.click("unsaved_dialog", "Discard")
    assert window.close()


def test_a_job_is_found_again_after_its_vistrail_was_not_saved(
    window: BuilderWindow, qtbot: QtBot, go: Path
) -> None:
    stop(window, qtbot)
    assert JobStore().left_unsaved() == []
    discard(window)
    qtbot.waitUntil(lambda: len(JobStore().left_unsaved()) == 1, timeout=TIMEOUT)
    # At the next start.
    book = JobBook(lambda _: None)
    book.set_interval(0.1)
    try:
        qtbot.waitUntil(book.open_known_files().done, timeout=TIMEOUT)
        (entry,) = book.entries()
        assert entry.workflow is not None
        qtbot.waitUntil(lambda: book.entries()[0].state.value == "running", timeout=TIMEOUT)
        go.touch()
        qtbot.waitUntil(lambda: book.entries()[0].state.value == "finished", timeout=TIMEOUT)
    finally:
        book.close()


def test_jobs_go_into_the_file_that_their_vistrail_is_saved_to(
    window: BuilderWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    stop(window, qtbot)
    path = tmp_path / "saved.vt"
    window.document.save(path)
    assert window.close()

    def recorded() -> int:
        return len(VistrailJobs(path).monitor.jobs())

    qtbot.waitUntil(lambda: recorded() == 1, timeout=TIMEOUT)
    folder = JobStore().folder / "unsaved"
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [], timeout=TIMEOUT)


def test_the_next_run_of_a_saved_vistrail_takes_its_jobs_up(
    window: BuilderWindow, qtbot: QtBot, tmp_path: Path, go: Path
) -> None:
    stop(window, qtbot)
    path = tmp_path / "saved.vt"
    window.document.save(path)
    with qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        window.running.execute()
    assert finished(path) == [False]
    with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        go.touch()
    assert finished(path) == [True]
    assert list((JobStore().folder / "unsaved").iterdir()) == []


def test_jobs_are_on_record_in_the_file_that_was_saved_while_they_ran(
    window: BuilderWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    stop(window, qtbot)
    first, second = tmp_path / "first.vt", tmp_path / "second.vt"
    window.document.save(first)
    with qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        window.running.execute()
    window.document.save(second)
    window.saved.emit(second)
    answers = Answers(window)
    answers.click("running_dialog", "running_dialog_stop")
    assert window.close()
    for path in (first, second):
        qtbot.waitUntil(lambda path=path: finished(path) == [False], timeout=TIMEOUT)
    # The run before it was saved at all, and the one that was under way.
    qtbot.waitUntil(lambda: len(read_log(second)) == 2, timeout=TIMEOUT)
    assert read_log(second) == read_log(first)


def finished(path: Path) -> list[bool]:
    return [one.finished for one in VistrailJobs(path).monitor.jobs()]


def test_a_vistrail_that_was_never_saved_runs_where_no_job_can_be_kept(
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running_builder(qapp) as builder:
        window = builder.new_window()
        qtbot.waitExposed(window)
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        window.document.edit("Built", lambda editor: editor.add("String").set("value", "hello"))
        with qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
            window.running.execute()
        assert "The run is done." in window.log.text()
        assert len([one for one in caplog.messages if "unless you save it" in one]) == 1
        file = window.running.jobs_file
        assert file is not None
        assert file.exists()
        assert window.running.files.run_file == file
        discard(window)
        qtbot.waitUntil(lambda: not file.parent.exists(), timeout=TIMEOUT)
