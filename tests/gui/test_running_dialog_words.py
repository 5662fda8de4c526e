"""What the *Running Job* dialog says and offers while answers come, without a run."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QPushButton, QTreeView
from pytestqt.qtbot import QtBot

from vistrails_tej.gui.monitor import running_dialog
from vistrails_tej.gui.monitor.running_dialog import RunningJobDialog
from vistrails_tej.gui.theme import LIGHT
from vistrails_tej.modules.job_wait import WaitedJob

from .job_entries import NOW, entry

NAMES = ("a", "b")


def jobs(*asked: float | None) -> list[WaitedJob]:
    return [WaitedJob(entry(name), one) for name, one in zip(NAMES, asked, strict=True)]


@pytest.fixture
def dialog(qtbot: QtBot) -> RunningJobDialog:
    made = RunningJobDialog(LIGHT)
    qtbot.addWidget(made)
    made.begin("a.vt")
    made.set_jobs(jobs(NOW, NOW))
    made.show()
    return made


def heading(dialog: RunningJobDialog) -> str:
    label = dialog.findChild(QLabel, "running_heading")
    assert label is not None
    return label.text()


def button(dialog: RunningJobDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_that_the_run_is_being_suspended_stays_on_the_screen(dialog: RunningJobDialog) -> None:
    button(dialog, "running_check").click()
    dialog.show_suspending()
    dialog.set_jobs(jobs(NOW + 1, NOW + 1))
    dialog.hide()
    dialog.show()
    assert heading(dialog) == "Suspending the run..."
    assert not button(dialog, "running_cancel").isEnabled()
    assert not button(dialog, "running_check").isEnabled()


def test_the_next_run_can_be_waited_for_as_usual(dialog: RunningJobDialog) -> None:
    dialog.show_suspending()
    dialog.begin("a.vt")
    dialog.set_jobs(jobs(NOW, NOW))
    assert heading(dialog) == "Waiting for 2 jobs of a.vt"
    assert button(dialog, "running_cancel").isEnabled()
    assert button(dialog, "running_check").isEnabled()


@pytest.mark.parametrize("later", [1.0, -3600.0], ids=["in time", "with the clock set back"])
def test_check_now_comes_back_once_all_servers_were_asked(
    dialog: RunningJobDialog, later: float
) -> None:
    check = button(dialog, "running_check")
    check.click()
    assert not check.isEnabled()
    dialog.set_jobs(jobs(NOW + later, NOW))
    assert not check.isEnabled(), "the second one has not answered yet"
    dialog.set_jobs(jobs(NOW + later, NOW + later))
    assert check.isEnabled()


def test_check_now_comes_back_although_a_server_never_answers(
    dialog: RunningJobDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_dialog, "_LONGEST_CHECK", 0.0)
    check = button(dialog, "running_check")
    check.click()
    qtbot.waitUntil(check.isEnabled)


def test_enter_means_the_button_that_has_the_focus_and_never_the_next_one(
    dialog: RunningJobDialog, qtbot: QtBot
) -> None:
    dialog.activateWindow()
    check = button(dialog, "running_check")
    check.setFocus()
    with (
        qtbot.waitSignal(dialog.check_requested),
        qtbot.assertNotEmitted(dialog.cancel_requested),
        qtbot.assertNotEmitted(dialog.left),
    ):
        qtbot.keyClick(check, Qt.Key.Key_Return)
        # It is being checked: the button cannot be pressed, and none has taken its place.
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    dialog.set_jobs(jobs(NOW + 1, NOW + 1))
    assert check.hasFocus()
    with qtbot.waitSignal(dialog.left):
        qtbot.keyClick(button(dialog, "running_leave"), Qt.Key.Key_Space)
    button(dialog, "running_cancel").setFocus()
    dialog.show()
    with qtbot.waitSignal(dialog.cancel_requested):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Enter)


def test_enter_among_the_jobs_does_nothing(dialog: RunningJobDialog, qtbot: QtBot) -> None:
    table = dialog.findChild(QTreeView, "running_jobs")
    assert table is not None
    table.setFocus()
    with (
        qtbot.assertNotEmitted(dialog.check_requested),
        qtbot.assertNotEmitted(dialog.cancel_requested),
        qtbot.assertNotEmitted(dialog.left),
    ):
        qtbot.keyClick(table, Qt.Key.Key_Return)
