"""What the monitor wants of versions: shown or run in one window, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailEditor, VistrailJobs
from vistrails_tej.engine import parse_destination
from vistrails_tej.gui import app
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.gui.monitor.monitor_view import MonitorView
from vistrails_tej.modules.job_book import JobStore
from vistrails_tej.modules.queue_reference import QueueReference
from vistrails_tej.modules.sessions import SessionOptions, start_sessions

from ..integration.sshd import Sshd
from ..job_files import job_record, recording
from .dialogs import Answers
from .office import TIMEOUT, Office, open_office
from .windows import names, wait_until_open


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with open_office(qapp, sshd, tmp_path, qtbot) as made:
        yield made


def saved(window: BuilderWindow) -> Path:
    path = window.document.path
    assert path is not None
    return path


def two_versions(office: Office) -> Path:
    """A file with two workflows, whose jobs wait; no window shows it."""
    window = office.make("one")
    office.suspend(window)
    office.add_version(window, "two")
    office.suspend(window)
    office.new_window().document.edit("Begun", lambda editor: editor.add("String"))
    office.close(window)
    return saved(window)


def windows_of(office: Office, path: Path) -> list[BuilderWindow]:
    return [one for one in office.builder.windows if one.document.path == path]


def test_all_workflows_of_a_file_that_were_chosen_go_on(office: Office) -> None:
    path = two_versions(office)
    office.open_gates()
    dialog = office.wait_for_question()
    office.wait(lambda: len(dialog.ready) == 2)
    office.click(dialog, "ready_continue")
    office.wait(lambda: office.uncollected(path) == [])
    (window,) = windows_of(office, path)
    office.wait(lambda: all(f"{one} is done" in window.log.text() for one in ("one", "two")))


def test_resume_of_two_workflows_runs_both_in_one_window(office: Office) -> None:
    path = two_versions(office)
    view = office.builder.windows[0].docks["jobs"].widget()
    view.tree.selectAll()  # type: ignore[attr-defined]
    view.commands["resume"].trigger()  # type: ignore[attr-defined]
    office.wait(lambda: any(one.running.is_running for one in windows_of(office, path)))
    office.open_gates()
    office.wait(lambda: office.uncollected(path) == [])
    assert len(windows_of(office, path)) == 1


def test_a_file_that_is_being_opened_is_opened_once(office: Office) -> None:
    path = two_versions(office)
    for name in ("one", "two", "one"):
        office.builder.jobs.open_pipeline(office.entry(name).key)
    office.builder.open(Wanted(path))
    office.wait(lambda: windows_of(office, path))
    (window,) = windows_of(office, path)
    wait_until_open(office.qtbot, window)
    assert window.document.version == office.entry("two").workflow.version  # type: ignore[union-attr]


def test_what_could_not_be_opened_is_not_run_when_it_is_opened_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = office.make("one")
    office.suspend(window)
    path, key = saved(window), office.entry("one").key
    office.new_window().document.edit("Begun", lambda editor: editor.add("String"))
    office.close(window)
    told: list[str] = []
    monkeypatch.setattr(app, "tell_error", lambda _window, title, _text: told.append(title))
    whole = path.read_bytes()
    path.write_bytes(b"half of it")
    office.builder.jobs.resume(key)
    office.wait(lambda: told)
    path.write_bytes(whole)
    office.builder.open(Wanted(path))
    office.wait(lambda: windows_of(office, path))
    (opened,) = windows_of(office, path)
    wait_until_open(office.qtbot, opened)
    assert not opened.running.is_running
    assert "Running" not in opened.log.text()


def test_a_failed_job_is_run_again_though_its_workflow_waits_for_another(office: Office) -> None:
    mended = office.folder / "mended"
    window = office.make("one")

    def add_failing(editor: VistrailEditor) -> None:
        modules = window.document.pipeline.modules.values()
        (queue,) = [editor.module(one.id) for one in modules if one.name == "Queue"]
        job = editor.add("SubmitShellJob", label="failing")
        job.set_script("source", f"test -e '{mended}'")
        editor.connect(queue["queue"], job["queue"])

    window.document.edit("Added", add_failing)
    office.run_until_waiting(window)
    office.wait(lambda: sorted(office.states()) == ["failed", "running"])
    mended.touch()
    office.builder.jobs.run_again([office.entry("failing").key])
    office.wait(lambda: sorted(office.states()) == ["finished", "running"])
    office.wait(lambda: window.running.is_waiting)
    office.open_gates()
    office.wait_for_end(window)
    assert sorted(office.attempts()) == [1, 2]


def test_a_workflow_that_runs_is_not_run_twice(office: Office) -> None:
    window = office.make("one")
    office.run_until_waiting(window)
    office.wait(lambda: office.states() == ["running"])
    office.builder.jobs.resume(office.entry("one").key)
    office.wait(lambda: "it goes on by itself" in window.log.text())
    office.open_gates()
    office.wait_for_end(window)


def test_a_vistrail_that_was_never_saved_is_one_again(office: Office) -> None:
    """Its file is none of the user's: what he saves goes where he wants it."""
    window = office.make("one", is_saved=False)
    office.suspend(window)
    key = office.entry("one").key
    assert JobStore().is_unsaved(key.file)
    others = office.new_window()
    others.document.edit("Begun", lambda editor: editor.add("String"))
    modules = names(window)
    answers = Answers(others)
    answers.click("unsaved_dialog", "Discard")
    office.close(window)
    office.wait(lambda: JobStore().left_unsaved() == [key.file])
    office.builder.jobs.open_pipeline(key)
    office.wait(lambda: any(one.running.jobs_file == key.file for one in office.builder.windows))
    (found,) = [one for one in office.builder.windows if one.running.jobs_file == key.file]
    assert found.document.path is None
    assert found.document.is_modified
    assert names(found) == modules
    assert JobStore().left_unsaved() == []
    path = office.folder / "saved.vt"
    office.save(found, path)
    office.wait(lambda: [one.key.file for one in office.entries()] == [path])
    assert not key.file.exists()
    office.builder.jobs.resume(office.entry("one").key)
    office.open_gates()
    office.wait_for_end(found)
    assert office.attempts() == [1]


def test_the_record_goes_along_when_a_waiting_vistrail_is_saved_elsewhere(office: Office) -> None:
    window = office.make("one")
    first, second = saved(window), office.folder / "second.vt"
    office.run_until_waiting(window)
    office.wait(lambda: office.states() == ["running"])
    office.save(window, second)
    office.open_gates()
    office.wait_for_end(window)
    assert office.question is None
    office.wait(lambda: [one.is_collected for one in office.entries()] == [True, True])
    assert {one.key.file for one in office.entries()} == {first, second}
    book = office.builder.jobs.bridge.book
    book.forget([one.key for one in office.entries() if one.key.file == first])
    office.wait(lambda: [one.key.file for one in office.entries()] == [second])


def test_the_first_save_of_a_waiting_vistrail_takes_its_record_along(office: Office) -> None:
    window = office.make("one", is_saved=False)
    office.run_until_waiting(window)
    office.wait(lambda: office.states() == ["running"])
    path = office.folder / "saved.vt"
    office.save(window, path)
    office.open_gates()
    office.wait_for_end(window)
    office.wait(lambda: [one.key.file for one in office.entries()] == [path])
    assert office.uncollected(path) == []


def test_a_window_that_is_closed_while_it_waits_leaves_its_file_to_be_followed(
    office: Office,
) -> None:
    window = office.make("one")
    path = saved(window)
    answers = Answers(office.new_window())
    office.run_until_waiting(window)
    office.wait(lambda: office.states() == ["running"])
    answers.click("running_dialog", "running_dialog_stop")
    controller = window.running.controller
    office.close(window)
    office.wait(lambda: controller.wait_until_closed(0))
    assert len(VistrailJobs(path).monitor.jobs()) == 1
    jobs = VistrailJobs(path)
    # As the command line does.
    jobs.forget([one.id for one in jobs.monitor.jobs()])
    office.wait(lambda: office.entries() == [])


def test_after_a_login_that_was_refused_the_end_of_the_job_is_asked_about(
    office: Office, sshd: Sshd
) -> None:
    window = office.make("one")
    office.suspend(window)
    office.builder.jobs.checks.set_paused(True)
    allowed = sshd.authorized_keys.read_text()
    sshd.authorized_keys.write_text("")
    try:
        # Connections of their own, which have to log in.
        start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
        with office.qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
            window.running.execute()
        assert "login" in window.log.text()
    finally:
        sshd.authorized_keys.write_text(allowed)
    office.open_gates()
    start_sessions(SessionOptions(ssh_directory=sshd.ssh_directory))
    office.builder.jobs.checks.set_paused(False)
    office.builder.jobs.bridge.book.check()
    dialog = office.wait_for_question()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)


def test_the_job_that_a_run_waits_for_is_scrolled_to(office: Office, tmp_path: Path) -> None:
    queue = QueueReference(parse_destination("ssh://ann@nowhere"), "~/.tej")
    path = tmp_path / "before.vt"
    with recording(path) as jobs:
        for number in range(60):
            name = f"job {number}"
            jobs.monitor.add_job(name, job_record(queue, name, exitcode=0), name, finished=True)
    office.builder.jobs.follow(path)
    window = office.make("one")
    window.resize(1200, 1000)
    view = window.docks["jobs"].widget()
    assert isinstance(view, MonitorView)
    office.wait(lambda: len(office.entries()) == 60)
    office.run_until_waiting(window)

    def is_seen() -> bool:
        index = view.model.index_of_job(office.entry("one").key)
        seen = view.tree.visualRect(index)
        return index.isValid() and view.tree.viewport().rect().contains(seen)

    office.wait(lambda: len(office.entries()) == 61 and is_seen())
    assert view.tree.selected_entries() == []
