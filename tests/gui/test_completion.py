"""When jobs end: news, one question for all that can go on, or going on without being asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QListWidget,
    QSystemTrayIcon,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import ModuleState
from vistrails_tej.gui.builder.file_loading import Wanted
from vistrails_tej.gui.builder.info.port_row import PortRow
from vistrails_tej.gui.monitor.ready_dialog import ReadyDialog
from vistrails_tej.gui.monitor.tray import Tray
from vistrails_tej.modules.job_wait import WaitedJob

from ..integration.sshd import Sshd
from .office import TIMEOUT, Office, open_office
from .windows import wait_until_open


@pytest.fixture
def office(qapp: QApplication, sshd: Sshd, tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    with open_office(qapp, sshd, tmp_path, qtbot) as made:
        yield made


def text(dialog: ReadyDialog) -> str:
    label = dialog.findChild(QLabel, "ready_text")
    assert label is not None
    return label.text()


def computed(ended: dict[str, ModuleState]) -> set[str]:
    """The modules that did something."""
    assert len(ended) == 4
    return {name for name, state in ended.items() if state is ModuleState.SUCCESS}


def rows(dialog: ReadyDialog) -> list[str]:
    found = dialog.findChild(QListWidget, "ready_list")
    assert found is not None
    return [found.item(row).text() for row in range(found.count())]


def test_two_workflows_that_finish_at_once_are_one_question_and_both_go_on(office: Office) -> None:
    one, other = office.make("one"), office.make("other")
    office.suspend(one, other)
    office.open_gates()
    dialog = office.wait_for_question()
    office.wait(lambda: len(dialog.ready) == 2)
    assert "these workflows have finished" in text(dialog)
    assert not dialog.isModal()
    assert [row.partition(",")[0] for row in sorted(rows(dialog))] == ["one.vt", "other.vt"]
    office.click(dialog, "ready_continue")
    office.wait_for_end(one, other)
    assert "one is done" in one.log.text()
    assert "other is done" in other.log.text()
    for ended in office.ended.values():
        assert computed(ended) == {"SubmitShellJob", "StandardOutput"}, "nothing before the job"
    assert office.attempts() == [1, 1]


def test_later_leaves_everything_as_it_is(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    dialog = office.wait_for_question()
    version = window.document.version
    assert text(dialog) == (
        f"Pending jobs in one.vt, version {version} have finished. Continue execution now?"
    )
    office.click(dialog, "ready_later")
    assert office.builder.jobs.completion.dialog is None
    assert not window.running.is_running
    assert office.ended["one"] == {}


def test_automatic_re_execution_asks_nothing(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    one, other = office.make("one"), office.make("other")
    office.suspend(one, other)
    office.open_gates()
    office.wait_for_end(one, other)
    assert office.builder.jobs.completion.dialog is None
    assert office.attempts() == [1, 1]


def test_from_now_on_without_asking_is_remembered(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    dialog = office.wait_for_question()
    box = dialog.findChild(QCheckBox, "ready_always")
    assert box is not None
    box.click()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert office.builder.jobs.checks.runs_on


def test_another_version_on_the_screen_is_not_replaced_unasked(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    window = office.make("one")
    office.suspend(window)
    version = window.document.version
    window.document.edit("Added module", lambda editor: editor.add("String"))
    office.open_gates()
    dialog = office.wait_for_question()
    assert window.document.version != version
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert window.document.version == version


def test_a_run_that_waits_itself_is_not_asked_about(office: Office) -> None:
    window = office.make("one")
    with office.qtbot.waitSignal(window.running.controller.waiting, timeout=TIMEOUT):
        window.running.execute()
    office.wait(lambda: office.states() == ["running"])
    office.open_gates()
    office.wait_for_end(window)
    office.wait(lambda: office.states() == ["finished"])
    assert office.builder.jobs.completion.dialog is None


def test_a_file_that_is_opened_again_shows_its_job_and_goes_on_without_submitting(
    office: Office,
) -> None:
    first = office.make("one")
    office.suspend(first)
    path = first.document.path
    assert path is not None
    first.close()
    window = office.builder.new_window()
    office.builder.open(Wanted(path), window)
    wait_until_open(office.qtbot, window)
    office.watch(window, "one")
    office.wait(lambda: office.states() == ["running"])
    office.open_gates()
    dialog = office.wait_for_question()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)
    assert computed(office.ended["one"]) == {"SubmitShellJob", "StandardOutput"}
    assert office.attempts() == [1]


def test_what_is_half_typed_is_neither_run_nor_replaced(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    window = office.make("one")
    office.suspend(window)
    (host,) = [one for one in window.document.pipeline.modules.values() if one.name == "String"]
    window.activateWindow()
    office.qtbot.waitActive(window)
    window.views.canvas.select([host.id])
    row = window.views.info.findChild(PortRow, "port_input_value")
    assert row is not None
    field = row.findChild(QWidget, "value_field")
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, "half")
    assert window.views.is_typing
    office.open_gates()
    office.wait_for_question()
    assert office.ended["one"] == {}
    assert not window.running.is_running


def test_automatic_re_execution_leaves_the_user_where_he_is(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    window = office.make("one")
    office.suspend(window)
    other = office.new_window()
    window.showMinimized()
    other.activateWindow()
    office.qtbot.waitActive(other)
    office.open_gates()
    office.wait_for_end(window)
    assert QApplication.activeWindow() is other
    assert window.isMinimized()


def test_automatic_re_execution_opens_what_is_not_open_behind(office: Office) -> None:
    office.builder.jobs.checks.set_runs_on(True)
    window = office.make("one")
    office.suspend(window)
    path = window.document.path
    assert path is not None
    other = office.new_window()
    other.document.edit("Begun", lambda editor: editor.add("String"))
    other.activateWindow()
    office.qtbot.waitActive(other)
    office.close(window)
    office.open_gates()
    office.wait(lambda: office.uncollected(path) == [])
    assert other.document.path is None
    (opened,) = [one for one in office.builder.windows if one is not other]
    office.wait_for_end(opened)


def test_the_question_goes_when_the_workflow_is_run_by_hand(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    office.wait_for_question()
    window.running.execute()
    office.wait(lambda: office.question is None)
    office.wait_for_end(window)
    office.wait(lambda: office.entry("one").is_collected)
    assert office.question is None


def test_the_question_goes_when_the_job_is_forgotten(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    office.wait_for_question()
    office.builder.jobs.bridge.book.forget([office.entry("one").key])
    office.wait(lambda: office.question is None)


def test_the_question_outlives_the_window_that_asks(office: Office) -> None:
    asks, window = office.make("other"), office.make("one")
    office.suspend(window)
    asks.activateWindow()
    office.qtbot.waitActive(asks)
    office.gate("one").touch()
    assert office.wait_for_question().parent() is asks
    office.close(asks)
    office.wait(lambda: office.question is not None and office.question.parent() is window)
    dialog = office.wait_for_question()
    assert [one.file.name for one in dialog.ready] == ["one.vt"]
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)


def test_files_of_the_same_name_are_told_apart_by_their_folders(office: Office) -> None:
    windows = [office.make("one", folder=office.folder / year) for year in ("2025", "2026")]
    for window, year in zip(windows, ("2025", "2026"), strict=True):
        window.document.edit("Another", lambda e, y=year: e.add("String").set("value", y))
    office.suspend(*windows)
    office.open_gates()
    dialog = office.wait_for_question()
    office.wait(lambda: len(dialog.ready) == 2)
    assert [row.count(str(office.folder / "2025")) for row in sorted(rows(dialog))] == [1, 0]
    found = dialog.findChild(QListWidget, "ready_list")
    assert found is not None
    item = next(one for one in (found.item(0), found.item(1)) if one and "2026" in one.text())
    item.setCheckState(Qt.CheckState.Unchecked)
    office.click(dialog, "ready_continue")
    office.wait_for_end(windows[0])
    assert not windows[1].running.is_running
    path = windows[1].document.path
    assert path is not None
    assert office.uncollected(path) == ["one"]


def test_a_job_that_a_run_of_something_else_leaves_is_asked_about_behind_it(
    office: Office,
) -> None:
    window = office.make("one")
    office.add_version(window, "other")
    office.suspend(window)
    # Only the text is wanted: the job is none of this run's.
    (text,) = [one.id for one in window.document.pipeline.modules.values() if one.label == "host"]
    office.open_gates()
    with office.qtbot.waitSignal(window.running.controller.finished, timeout=TIMEOUT):
        window.running.execute([text])
    dialog = office.wait_for_question()
    assert [one.version for one in dialog.ready] == [window.document.version]


def test_a_run_that_was_stopped_leaves_its_jobs_to_be_asked_about(office: Office) -> None:
    window = office.make("one")
    told: list[tuple[WaitedJob, ...]] = []
    window.running.controller.jobs_changed.connect(told.append)
    office.run_until_waiting(window)
    office.wait(lambda: told and all(one.asked for one in told[-1]))
    # It ends while the run is told to stop, so that nobody collects it: none asks any more.
    office.builder.jobs.checks.set_paused(True)
    answered = office.builder.jobs.bridge.book.check()
    office.wait(answered.done)
    assert office.states() == ["running"]
    office.open_gates()
    office.stop(window)
    office.builder.jobs.checks.set_paused(False)
    dialog = office.wait_for_question()
    office.click(dialog, "ready_continue")
    office.wait_for_end(window)


# -- news ----------------------------------------------------------------------------------------


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What a desktop with a system tray shows."""
    shown: list[tuple[str, str]] = []

    def show(_icon: object, title: str, message: str, *_: object) -> None:
        shown.append((title, message))

    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", show)
    return shown


def test_who_works_elsewhere_is_told_by_the_desktop(
    office: Office, messages: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = office.make("one", "exit 3")
    office.suspend(window)
    monkeypatch.setattr(QApplication, "activeWindow", staticmethod(lambda: None))
    office.open_gates()
    office.wait(lambda: messages)
    ((title, message),) = messages
    assert title == "A job has ended"
    assert message.startswith("The job one of one.vt on 127.0.0.1")
    assert "failed with exit code 3" in message
    assert window.notice.text == ""


def test_a_click_on_the_tray_shows_the_monitor_where_there_is_no_other_window(
    office: Office, qapp: QApplication
) -> None:
    monitor = office.builder.jobs.show_window()
    monitor.showMinimized()
    assert office.builder.windows == []
    tray = office.builder.jobs.findChild(Tray)
    assert tray is not None
    tray.clicked.emit()
    office.wait(lambda: not monitor.isMinimized())
    monitor.close()


def test_without_a_tray_a_quiet_bar_tells_it(office: Office) -> None:
    window = office.make("one")
    office.suspend(window)
    office.open_gates()
    office.wait(lambda: window.notice.text)
    assert "The job one of one.vt" in window.notice.text
    close = window.notice.findChild(QToolButton, "notice_close")
    assert close is not None
    office.qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible()
