"""Queues in their window, on a real server: unknown jobs, disk use, clean-up, doctor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from tests.waiting import wait_until
from vistrails_tej.engine import JobNotFound, QueueNotFound
from vistrails_tej.gui.monitor.queues.queue_jobs_model import QueueColumn, QueueJobKind
from vistrails_tej.gui.settings import Settings
from vistrails_tej.gui.theme import DARK
from vistrails_tej.modules.queue_reference import QueueReference, make_destination

from ..integration.conftest import unique
from ..integration.sshd import free_port
from .job_desk import TIMEOUT, no_sockets_in_this_thread
from .queue_desk import Page, choose, page

__all__ = ["page", "unique"]


@pytest.fixture
def no_sockets(page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From now on no socket is used in the thread of the windows."""
    with no_sockets_in_this_thread(monkeypatch):
        yield


@pytest.mark.usefixtures("no_sockets")
def test_jobs_nobody_here_knows_are_shown_and_adopted(page: Page) -> None:
    page.look()
    assert page.rows() == ["ended", "stranger"]
    assert page.rows(QueueColumn.STATE) == ["finished", "running"]
    assert page.text("queue_counts").startswith("2 running, 1 finished, as seen at ")
    page.select("stranger")
    page.trigger("adopt")
    page.wait(lambda: page.rows() == ["ended"])
    page.wait(lambda: page.window.note() == "Adopted 1 job: the job monitor shows them now.")
    page.desk.wait_for(known="running", stranger="running")
    page.show(QueueJobKind.ALL)
    assert page.rows(QueueColumn.RECORDED) == [
        "known (jobs.vt)",
        "not known here",
        "stranger (adopted jobs.vt)",
    ]


@pytest.mark.usefixtures("no_sockets")
def test_a_job_is_told_by_its_id_owner_and_times(page: Page) -> None:
    page.look()
    page.show(QueueJobKind.OVER)
    assert page.rows() == ["ended"]
    assert page.rows(QueueColumn.EXIT_CODE) == ["0"]
    (owner,) = page.rows(QueueColumn.OWNER)
    assert "@" in owner
    for column in (QueueColumn.SUBMITTED, QueueColumn.ENDED):
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d )?\d\d:\d\d", page.rows(column)[0])
    page.show(QueueJobKind.ALL)
    search = page.child(QLineEdit, "queue_search")
    assert isinstance(search, QLineEdit)
    search.setText("RUNNING stran")
    assert page.rows() == ["stranger"]
    assert page.text("queue_shown") == "1 of 3 jobs are shown"


def test_a_job_that_runs_is_killed_then_deleted_after_a_question_each(page: Page) -> None:
    page.look()
    page.select("stranger")
    assert not page.window.page.commands["delete"].isEnabled()
    page.answers.click("kill_dialog", "kill_dialog_cancel")
    page.trigger("kill")
    assert page.answers.is_done
    assert page.remote.status("stranger").state.is_active
    page.answers.click("kill_dialog", "kill_dialog_do")
    page.trigger("kill")
    page.wait(lambda: page.rows(QueueColumn.STATE) == ["finished", "killed"])
    page.show(QueueJobKind.ALL)
    page.select("known", "stranger", "ended")
    page.answers.click("delete_dialog", "delete_dialog_do")
    page.trigger("delete")
    page.wait(lambda: page.rows() == ["known"])
    assert "Delete 2 jobs" in page.answers.seen[-1]
    with pytest.raises(JobNotFound):
        page.remote.status("ended")


def test_the_ids_are_copied(page: Page) -> None:
    page.look()
    page.select("ended", "stranger")
    page.trigger("copy_id")
    assert sorted(QApplication.clipboard().text().splitlines()) == ["ended", "stranger"]


@pytest.mark.usefixtures("no_sockets")
def test_the_room_is_counted_when_wished(page: Page) -> None:
    page.look()
    assert page.text("queue_room") == "not counted yet"
    page.click("queue_count")
    page.wait(lambda: "free" in page.text("queue_room"))
    assert re.match(r"\d+ [KM]B; [\d.]+ [MG]B are free", page.text("queue_room"))


def test_a_clean_up_is_shown_before_it_is_done(page: Page) -> None:
    page.look()
    page.desk.go.touch()
    page.desk.wait_for(known="finished")
    wait_until(lambda: page.remote.status("stranger").is_over)
    dialog = page.clean_up()
    gone, stays = "deleted", "stays"
    assert choose(dialog, "unknown") == {"known": stays, "stranger": gone, "ended": gone}
    assert choose(dialog, "over") == {"known": gone, "stranger": gone, "ended": gone}
    warning = dialog.findChild(QLabel, "cleanup_warning")
    assert warning is not None
    assert warning.text() == "1 job among them ended with results that no run here has collected."
    force = dialog.findChild(QRadioButton, "cleanup_force")
    assert force is not None
    assert not force.isEnabled()
    dialog.reject()
    assert len(page.remote.statuses()) == 3
    dialog = page.clean_up()
    choose(dialog, "unknown")
    do = dialog.findChild(QPushButton, "cleanup_do")
    assert do is not None
    # It has to be chosen; Enter elsewhere means Cancel.
    do.setFocus()
    QTest.keyClick(do, Qt.Key.Key_Return)
    page.show(QueueJobKind.ALL)
    page.wait(lambda: page.rows() == ["known"])
    dialog = page.clean_up()
    choose(dialog, "queue")
    dialog.accept()
    page.wait(lambda: page.rows() == [])
    page.settle()
    assert "queue" in page.text("queue_directory")
    with pytest.raises(QueueNotFound):
        page.remote.statuses()
    page.desk.wait_for(known="deleted")


@pytest.mark.usefixtures("no_sockets")
def test_what_runs_is_killed_only_if_that_is_chosen(page: Page) -> None:
    page.look()
    dialog = page.clean_up()
    assert set(choose(dialog, "unknown").values()) == {"stays", "deleted"}
    assert choose(dialog, "force") == {
        "known": "killed, deleted",
        "stranger": "killed, deleted",
        "ended": "deleted",
    }
    whole = dialog.findChild(QRadioButton, "cleanup_queue")
    assert whole is not None
    assert not whole.isEnabled()
    dialog.accept()
    page.desk.wait_for(known="deleted")


@pytest.mark.usefixtures("no_sockets")
def test_the_doctor_tells_check_by_check_and_makes_a_report(page: Page) -> None:
    page.look()
    page.window.tabs.setCurrentWidget(page.window.doctor)
    page.click("doctor_run")
    assert not page.child(QPushButton, "doctor_run").isEnabled()
    page.wait(page.child(QPushButton, "doctor_run").isEnabled)
    assert "jobs:" in page.text("doctor_queue")
    page.window.set_theme(DARK)
    page.click("doctor_copy")
    report = QApplication.clipboard().text()
    assert report.startswith(f"{page.desk.queue.destination}, queue {page.desk.queue.queue}\n")
    assert re.search(r"^ok +programs ", report, re.MULTILINE)


@pytest.mark.usefixtures("no_sockets")
def test_a_server_that_cannot_be_reached_is_told_and_the_doctor_says_why(page: Page) -> None:
    destination, _ = make_destination(f"127.0.0.1:{free_port()}")
    page.look(QueueReference(destination))
    assert "127.0.0.1" in page.text("queue_directory")
    assert page.window.note() == page.text("queue_directory")
    assert not page.child(QPushButton, "queue_clean_up").isEnabled()
    page.window.tabs.setCurrentWidget(page.window.doctor)
    page.click("doctor_run")
    # A port that refuses is found out in no time: the last check may come behind the end.
    page.wait(lambda: "connects" in page.window.doctor.report())
    report = page.window.doctor.report()
    assert "failed" in report
    assert "not reached" in report


def test_a_queue_that_is_not_there_is_told(page: Page) -> None:
    page.look(QueueReference(page.desk.queue.destination, "~/none"))
    assert "~/none" in page.window.note()
    assert page.rows() == []


def test_an_answer_about_the_queue_before_is_not_shown(page: Page) -> None:
    page.window.show_queue(page.desk.queue)
    page.look(QueueReference(page.desk.queue.destination, "~/none"))
    assert page.rows() == []
    assert "~/none" in page.window.note()


@pytest.mark.usefixtures("no_sockets")
def test_another_queue_is_named_and_remembered(page: Page) -> None:
    def refuse_first(dialog: QDialog) -> None:
        server, path = dialog.findChildren(QLineEdit)
        server.setText("a b")
        dialog.accept()
        problem = dialog.findChild(QLabel, "other_queue_problem")
        assert problem is not None
        assert not problem.isHidden()
        assert "a b" in problem.text()
        server.setText(f"127.0.0.1:{page.desk.queue.destination.port}")
        path.setText(page.desk.queue.queue)
        dialog.accept()

    page.answers.do("other_queue_dialog", refuse_first)
    page.click("queue_other")
    page.settle()
    assert page.answers.is_done
    page.show(QueueJobKind.ALL)
    assert "stranger" in page.rows()
    (kept,) = Settings().queues
    assert kept.queue == page.desk.queue.queue


def test_closing_while_the_server_is_asked_harms_nobody(page: Page, qtbot: QtBot) -> None:
    page.window.show_queue(page.desk.queue)
    page.window.doctor.run()
    with qtbot.waitSignal(page.window.destroyed, timeout=TIMEOUT):
        page.window.close()
    page.desk.view.check_all()
    page.desk.wait_for(known="running")


def test_ctrl_c_copies_the_ids_in_the_list_and_what_is_marked_elsewhere(page: Page) -> None:
    page.look()
    page.show(QueueJobKind.ALL)
    page.select("ended")
    page.window.activateWindow()
    page.window.page.table.setFocus()
    assert page.copied() == "ended"
    label = page.child(QLabel, "queue_directory")
    assert isinstance(label, QLabel)
    label.setFocus()
    label.setSelection(0, 5)
    assert page.copied() == label.text()[:5]
