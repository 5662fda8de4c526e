"""The job monitor on a real server: what it shows, and what its actions do there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from vistrails_tej.dataflow import VistrailJobs
from vistrails_tej.engine.destination import Destination
from vistrails_tej.gui.monitor.filters import Column
from vistrails_tej.gui.monitor.monitor_window import MonitorWindow
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import LIGHT

from ..integration.conftest import relay, unique
from ..integration.relay import Relay
from ..integration.sshd import Sshd
from .dialogs import Answers
from .job_desk import TIMEOUT, JobDesk, no_sockets_in_this_thread

__all__ = ["relay", "unique"]


@pytest.fixture
def desk(
    sshd: Sshd,
    tmp_path: Path,
    unique: str,
    qtbot: QtBot,
) -> Iterator[JobDesk]:
    desk = JobDesk(sshd, tmp_path, unique, qtbot)
    yield desk
    desk.close()


def test_the_monitor_follows_jobs_and_never_uses_the_network_in_its_own_thread(
    desk: JobDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.submit("first", "second")
    with no_sockets_in_this_thread(monkeypatch):
        desk.wait_for(first="running", second="running")
        assert desk.view.summary_text().startswith("2 running")
        desk.select("first")
        desk.trigger("output")
        qtbot.waitUntil(lambda: "begun" in desk.view.tail.text(), timeout=TIMEOUT)
        desk.view.check_all()
        desk.go.touch()
        desk.wait_for(first="finished", second="finished")
        # The tail has what was written last, though the job has ended.
        qtbot.waitUntil(lambda: desk.view.tail.text() == "begun\ndone\n", timeout=TIMEOUT)
    qtbot.waitUntil(lambda: "2 finished" in desk.view.summary_text(), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: "1 connection" in desk.child("job_traffic").text(), timeout=TIMEOUT)


def test_the_watch_over_sockets_does_catch_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(AssertionError, match="in the thread of the windows"),
        no_sockets_in_this_thread(monkeypatch),
        socket.socket() as one,
    ):
        one.connect(("127.0.0.1", 9))


def test_an_answer_for_a_window_that_is_gone_is_nobodys(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    other = MonitorWindow(desk.bridge, desk.checks, LIGHT)
    other.show()
    other.view.show_output(desk.select("first"))
    other.view.check_all()
    with qtbot.waitSignal(other.destroyed):
        other.close()
    answered = []
    desk.bridge.when_done(desk.bridge.book.check(), answered.append)
    # An exception in a slot would fail the test.
    qtbot.waitUntil(lambda: answered != [], timeout=TIMEOUT)


def test_a_job_is_killed_only_after_a_question(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first", "second")
    desk.wait_for(first="running", second="running")
    desk.select("first")
    answers = Answers(desk.view)
    answers.click("kill_dialog", "kill_dialog_cancel")
    desk.trigger("kill")
    answers.click("kill_dialog", "kill_dialog_do")
    desk.trigger("kill")
    desk.wait_for(first="killed", second="running")
    assert answers.is_done
    qtbot.waitUntil(lambda: not desk.view.commands["kill"].isEnabled(), timeout=TIMEOUT)


def test_forgetting_drops_the_record_and_leaves_the_job(desk: JobDesk, qtbot: QtBot) -> None:
    path = desk.submit("first", "second")
    desk.wait_for(first="running", second="running")
    desk.select("first")
    answers = Answers(desk.view)
    answers.click("forget_dialog", "forget_dialog_do")
    desk.trigger("forget")
    desk.wait_for(second="running")
    assert [one.id for one in VistrailJobs(path).monitor.jobs()] == ["second"]
    assert "first" in desk.sessions.queue(desk.queue).statuses()


def test_a_job_that_has_ended_is_deleted_on_its_server(desk: JobDesk, qtbot: QtBot) -> None:
    desk.go.touch()
    desk.submit("first")
    desk.wait_for(first="finished")
    desk.select("first")
    answers = Answers(desk.view)
    answers.click("delete_dialog", "delete_dialog_do")
    desk.trigger("delete")
    desk.wait_for(first="deleted")
    assert desk.sessions.queue(desk.queue).statuses() == {}


def test_a_job_deleted_behind_our_back_is_told_as_deleted(desk: JobDesk) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    queue = desk.sessions.queue(desk.queue)
    queue.kill("first")
    queue.delete("first")
    desk.view.check_all()
    desk.wait_for(first="deleted")


def test_a_server_that_is_away_and_back_says_nothing_about_its_jobs(
    desk: JobDesk,
    relay: Relay,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk.queue = replace(desk.queue, destination=Destination("127.0.0.1", port=relay.port))
    desk.submit("first")
    desk.wait_for(first="running")
    with no_sockets_in_this_thread(monkeypatch):
        relay.stalled.set()
        relay.hang_up()
        desk.view.check_all()
        qtbot.waitUntil(lambda: "offline since" in desk.view.summary_text(), timeout=TIMEOUT)
        first = desk.select("first")
        row = desk.view.tree.currentIndex()
        assert first.state.value == row.siblingAtColumn(Column.STATE).data() == "running"
        assert row.siblingAtColumn(Column.CHECKED).data().endswith(", offline")
        relay.stalled.clear()
        relay.hang_up()
        desk.trigger("check")
        qtbot.waitUntil(lambda: "offline" not in desk.view.summary_text(), timeout=TIMEOUT)
        assert desk.states() == {"first": "running"}


def test_a_server_that_lets_nobody_in_any_more_is_told_in_the_row(
    desk: JobDesk, sshd: Sshd, qtbot: QtBot
) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    keys = sshd.authorized_keys.read_text()
    try:
        sshd.authorized_keys.write_text("")
        sshd.kill_sessions()
        desk.view.check_all()
        told = "1 running, 1 cannot be asked about: the login as"
        qtbot.waitUntil(lambda: desk.view.summary_text().startswith(told), timeout=TIMEOUT)
        desk.select("first")
        row = desk.view.tree.currentIndex()
        assert row.siblingAtColumn(Column.CHECKED).data().endswith(", refused")
        assert "authorized_keys" in row.data(Qt.ItemDataRole.ToolTipRole)
    finally:
        sshd.authorized_keys.write_text(keys)
    desk.trigger("check")
    qtbot.waitUntil(lambda: "cannot be asked" not in desk.view.summary_text(), timeout=TIMEOUT)


def test_the_end_of_a_check_takes_away_only_what_said_that_it_had_begun(
    desk: JobDesk, qtbot: QtBot
) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    desk.view.check_all()
    qtbot.waitUntil(lambda: desk.view.summary_text().startswith("1 running"), timeout=TIMEOUT)
    desk.select("first")
    desk.view.check_all()
    desk.trigger("check")
    desk.bridge.problem.emit("The job cannot be killed.")
    answered: list[object] = []
    desk.bridge.when_done(desk.bridge.book.check(), answered.append)
    qtbot.waitUntil(lambda: answered != [], timeout=TIMEOUT)
    assert desk.view.summary_text() == "The job cannot be killed."


def test_while_paused_only_check_asks(desk: JobDesk, qtbot: QtBot) -> None:
    desk.checks.set_paused(True)
    desk.submit("first")
    desk.wait_for(first="unknown")
    assert desk.view.summary_text() == "1 not asked yet, checks are paused"
    desk.select("first")
    desk.trigger("check")
    desk.wait_for(first="running")
    desk.checks.set_paused(False)
    desk.go.touch()
    desk.wait_for(first="finished")


def test_an_interval_is_typed_and_remembered_and_nonsense_is_refused(
    desk: JobDesk, qtbot: QtBot
) -> None:
    field = desk.child("job_interval")
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "45")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (desk.checks.interval, field.currentText()) == (45.0, "45 s")
    assert Settings().job_interval == 45.0
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "soon")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (desk.checks.interval, field.currentText()) == (45.0, "45 s")
    assert "is no interval" in desk.view.summary_text()
    field.lineEdit().selectAll()
    qtbot.keyClicks(field, "off")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.bridge.book.is_paused
    assert Settings().job_interval is None


def test_every_button_is_reached_by_the_keyboard(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    desk.select("first")
    desk.view.activateWindow()
    desk.child("job_search").setFocus()
    reached = set()
    for _ in range(12):
        widget = QApplication.focusWidget()
        reached.add(widget.text() if isinstance(widget, QToolButton) else widget.objectName())
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    wanted = {"Check", "Check All", "Pause", "Output", "job_runs_on", "job_search", "job_kind"}
    assert wanted | {"job_tree"} <= reached


def test_an_output_that_cannot_be_read_is_told_beside_it(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    first = desk.select("first")
    queue = desk.sessions.queue(desk.queue)
    queue.kill("first")
    queue.delete("first")
    desk.view.show_output(first)
    note = desk.child("output_tail_note")
    qtbot.waitUntil(note.isVisible, timeout=TIMEOUT)
    assert "first" in note.text()


def test_the_keys_of_the_list_are_not_those_of_the_output(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first")
    desk.go.touch()
    desk.wait_for(first="finished")
    desk.view.activateWindow()
    desk.select("first")
    desk.trigger("output")
    qtbot.waitUntil(lambda: desk.view.tail.text() == "begun\ndone\n", timeout=TIMEOUT)
    output = desk.child("output_tail_text")
    output.setFocus()
    output.selectAll()
    press = desk.view.windowHandle()
    qtbot.keyClick(press, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "begun\ndone\n"
    answers = Answers(desk.view)
    answers.click("forget_dialog", "forget_dialog_cancel")
    qtbot.keyClick(press, Qt.Key.Key_Delete)
    assert not answers.is_done
    desk.view.tree.setFocus()
    qtbot.keyClick(press, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "first"
    qtbot.keyClick(press, Qt.Key.Key_Delete)
    assert answers.is_done


def test_what_no_job_fits_says_so_and_leads_back(desk: JobDesk, qtbot: QtBot) -> None:
    assert "No jobs yet" in desk.child("no_jobs_text").text()
    desk.submit("first")
    desk.wait_for(first="running")
    assert desk.view.tree.isVisible()
    qtbot.keyClicks(desk.child("job_search"), "second")
    assert not desk.view.tree.isVisible()
    qtbot.mouseClick(desk.child("no_jobs_show_all"), Qt.MouseButton.LeftButton)
    assert desk.view.tree.isVisible()


def test_a_workflow_stands_for_all_its_jobs(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first", "second")
    desk.wait_for(first="running", second="running")
    tree = desk.view.tree
    desk.select("first")
    tree.setCurrentIndex(tree.currentIndex().parent())
    assert [one.name for one in tree.selected_entries()] == ["first", "second"]
    desk.trigger("copy_id")
    assert QApplication.clipboard().text() == "first\nsecond"
    with qtbot.waitSignal(desk.view.pipeline_requested):
        tree.activated.emit(tree.currentIndex())
    asked: list[object] = []
    desk.view.resume_requested.connect(asked.append)
    desk.trigger("resume")
    assert len(asked) == 1


def test_the_menu_offers_what_can_be_done(desk: JobDesk, qtbot: QtBot) -> None:
    desk.submit("first")
    desk.wait_for(first="running")
    desk.select("first")
    tree = desk.view.tree
    place = tree.visualRect(tree.currentIndex()).center()
    tree.customContextMenuRequested.emit(place)
    menu = tree.findChild(QMenu, "job_menu")
    assert menu is not None
    usable = {one.objectName() for one in menu.actions() if one.isEnabled() and one.text()}
    assert {"job_check", "job_resume", "job_kill", "job_output", "job_files", "job_queue"} <= usable
    assert not {"job_run_again", "job_delete"} & usable
    menu.close()
