"""The files of what the monitor asks for: closed before it is done, or called by other names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vistrails_tej.engine import JobState
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.window import BuilderWindow
from vistrails_tej.modules.job_book import JobKey

from ..integration.sshd import Sshd
from .dialogs import Answers
from .job_entries import entry, with_state
from .office import Office, open_office
from .windows import wait_until_open


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with open_office(qapp, sshd, tmp_path, qtbot) as made:
        yield made


def saved(window: BuilderWindow) -> Path:
    path = window.document.path
    assert path is not None
    return path


def opened(office: Office, path: Path) -> BuilderWindow:
    """Open a file, and wait until a window shows it."""
    office.builder.open(Wanted(path))
    office.wait(lambda: any(one.document.path == path for one in office.builder.windows))
    (window,) = [one for one in office.builder.windows if one.document.path == path]
    wait_until_open(office.qtbot, window)
    return window


def stop_and_close(office: Office, window: BuilderWindow) -> None:
    answers = Answers(window)
    answers.click("running_dialog", "running_dialog_stop")
    controller = window.running.controller
    office.close(window)
    office.wait(lambda: controller.wait_until_closed(0))


def test_what_waits_for_a_run_goes_with_its_window(office: Office) -> None:
    window = office.make("one")
    first, path = window.document.version, saved(window)
    office.add_version(window, "two")
    office.suspend(window)
    window.document.go_to(first)
    office.run_until_waiting(window)
    office.builder.jobs.resume(office.entry("two").key)
    office.wait(lambda: "runs next" in window.log.text())
    office.new_window().document.edit("Begun", lambda editor: editor.add("String"))
    stop_and_close(office, window)
    again = opened(office, path)
    # What is asked for now is all that is done.
    office.builder.jobs.open_pipeline(office.entry("one").key)
    office.wait(lambda: again.document.version == first)
    assert not again.running.is_running
    assert "Running" not in again.log.text()


def test_a_job_that_a_run_leaves_whose_window_is_closed_is_asked_about(office: Office) -> None:
    window = office.make("one")
    office.run_until_waiting(window)
    office.new_window()
    job = entry("ended", version=window.document.version)
    job = replace(job, key=JobKey(saved(window), job.key.signature))
    changed = office.builder.jobs.bridge.changed
    for one in (job, with_state(job, JobState.EXITED, 0)):
        changed.emit({one.key: one})
    assert office.question is None, "the run may see to it"
    stop_and_close(office, window)
    assert [one.name for one in office.wait_for_question().ready[0].jobs] == ["ended"]


def test_a_version_that_waits_runs_though_what_ran_was_saved_elsewhere(office: Office) -> None:
    window = office.make("one")
    first, second = window.document.version, office.folder / "second.vt"
    office.add_version(window, "two")
    office.suspend(window)
    window.document.go_to(first)
    office.run_until_waiting(window)
    office.builder.jobs.resume(office.entry("two").key)
    office.save(window, second)
    office.open_gates()
    office.wait(lambda: "two is done" in window.log.text())
    office.wait(lambda: office.uncollected(second) == [])


@pytest.mark.parametrize("is_shown", [False, True])
@pytest.mark.parametrize("suffix", [".vt", ".vtl"])
def test_a_link_stands_for_its_vistrail(office: Office, suffix: str, is_shown: bool) -> None:
    window = office.make("one")
    office.suspend(window)
    path, link = saved(window), office.folder / f"link{suffix}"
    if suffix == ".vtl":
        link.write_text('<vtlink filename="one.vt"/>')
    else:
        link.symlink_to(path)
    if not is_shown:
        office.new_window().document.edit("Begun", lambda editor: editor.add("String"))
        office.close(window)
    office.builder.jobs.bridge.book.open_file(link)
    office.wait(lambda: [one.key.file for one in office.entries()] == [path, link])
    office.builder.jobs.resume(office.entries()[1].key)
    office.wait(lambda: any(one.running.is_running for one in office.builder.windows))
    assert len(office.builder.windows) == 2 - is_shown
    office.open_gates()
    office.wait(lambda: office.uncollected(path) == [])


def test_the_jobs_of_a_link_to_a_vistrail_are_listed_once(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    link = office.folder / "link.vtl"
    link.write_text('<vtlink filename="one.vt"/>')
    followed = office.builder.jobs.bridge.book.files()
    office.builder.jobs.follow(link)
    other = office.make("other")
    office.suspend(other)
    assert [one.key.file for one in office.entries()] == [saved(window), saved(other)]
    assert office.builder.jobs.bridge.book.files() == [*followed, saved(other)]
